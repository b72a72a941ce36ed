import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DuctileConfig } from '../../operator/config.js';
import { didYouMean } from '../../schema/suggestions.js';
import { ConfigError } from '../errors.js';
import { fileNamed } from './file-named.js';
import { isSchema } from './is-schema.js';
import { loadFile } from './load-file.js';
import { whileAlive } from '../unsettled.js';
import { reasonOf } from './reason.js';

/** A configuration and the folder that its paths begin at. */
export interface LoadedConfig extends DuctileConfig {
  readonly folder: string;
  /** The file, where there is one. */
  readonly file?: string;
}

const NAMES = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs', 'json'].map((ending) => `ductile.config.${ending}`);

/**
 * The configuration that is named, or that lies in the folder; an empty one where there is none.
 *
 * @throws ConfigError where it cannot be read, or says what cannot be
 */
export async function loadConfig(folder: string, named: string | undefined): Promise<LoadedConfig> {
  const file = named === undefined ? found(folder) : fileNamed(folder, named);
  if (file === undefined) return { folder };
  if (!existsSync(file)) throw new ConfigError(`There is no configuration ${named ?? file}.`, { file });
  const exported = await loadFile(file).catch((cause: unknown) => {
    throw new ConfigError(`The configuration ${file} cannot be loaded: ${reasonOf(cause)}`, { file }, { cause });
  });
  const config = await valueOf(exported['default']).catch((cause: unknown) => {
    throw new ConfigError(`The configuration ${file} cannot be made: ${reasonOf(cause)}`, { file }, { cause });
  });
  assertConfig(config, file);
  return { ...config, folder: dirname(file), file };
}

/** A configuration may be a promise, or a function that makes one. */
async function valueOf(exported: unknown): Promise<unknown> {
  const make = exported as () => unknown;
  return whileAlive(
    () => Promise.resolve(typeof exported === 'function' ? make() : exported),
    () => new Error('it awaits a promise that never settles.'),
  );
}

function found(folder: string): string | undefined {
  const files = NAMES.map((name) => join(folder, name)).filter((file) => existsSync(file));
  if (files.length < 2) return files[0];
  throw new ConfigError(`There are several configurations in ${folder}: say which with --config.`, { files });
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

const RULES: Readonly<Record<keyof DuctileConfig, { readonly means: string; is(value: unknown): boolean }>> = {
  schema: { means: 'is the path of a file, or a schema', is: (value) => isText(value) || isSchema(value) },
  export: { means: 'is the name of an export', is: isText },
  table: { means: 'is the name of a table', is: isText },
  endpoint: { means: 'is a URL', is: isText },
  region: { means: 'is the name of a region', is: isText },
  profile: { means: 'is the name of a profile', is: isText },
  keys: {
    means: "names two attributes: { pk: 'pk', sk: 'sk' }",
    is: (value) => isRecord(value) && isText(value['pk']) && isText(value['sk']) && value['pk'] !== value['sk'],
  },
};

function assertConfig(config: unknown, file: string): asserts config is DuctileConfig {
  if (!isRecord(config)) throw new ConfigError(`The configuration ${file} exports no object by default.`, { file });
  for (const [name, value] of Object.entries(config)) {
    const rule = RULES[name as keyof DuctileConfig] as (typeof RULES)['table'] | undefined;
    if (rule === undefined) {
      const near = didYouMean(name, Object.keys(RULES)) || '.';
      throw new ConfigError(`The configuration ${file} has the unknown property '${name}'${near}`, { file });
    }
    if (value !== undefined && !rule.is(value)) {
      throw new ConfigError(`In the configuration ${file}, ${name} ${rule.means}.`, { file });
    }
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
