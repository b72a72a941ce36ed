import type { Sources } from './command.js';
import { UsageError } from './errors.js';
import type { LoadedConfig } from './loading/config-file.js';
import { fileNamed } from './loading/file-named.js';
import { loadSchema } from './loading/schema-file.js';
import { once } from './once.js';

/** What of the options says where the schema is. */
interface Given {
  readonly schema?: string;
  readonly export?: string;
}

/** The schema that options name, else the configuration: loaded when it is asked for. */
export function sourcesOf(config: () => Promise<LoadedConfig>, options: Given, folder: string): Sources {
  const namedSchema = once(async () => {
    const said = await config();
    const exportName = options.export ?? said.export;
    if (options.schema !== undefined) return loadSchema(fileNamed(folder, options.schema), exportName);
    if (typeof said.schema !== 'string') return said.schema;
    return loadSchema(fileNamed(said.folder, said.schema), exportName);
  });
  return {
    namedSchema,
    namesSchema: options.schema !== undefined,
    hasSources: async () => options.schema !== undefined || (await config()).schema !== undefined,
    schema: async () => {
      const schema = await namedSchema();
      if (schema === undefined) throw missing('schema', '--schema FILE');
      return schema;
    },
  };
}

/** What neither options nor the configuration say. */
export const missing = (name: string, how: string): UsageError =>
  new UsageError(`No ${name} was named: give ${how}, or say it in a ductile.config file.`, { option: name });
