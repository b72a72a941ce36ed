import { existsSync } from 'node:fs';
import type { PublishableSchema } from '../../registry/past.js';
import { readSnapshot } from '../../schema/snapshot.js';
import { didYouMean } from '../../schema/suggestions.js';
import { SchemaFileError } from '../errors.js';
import { isSchema } from './is-schema.js';
import { loadFile } from './load-file.js';
import { reasonOf } from './reason.js';

/**
 * The schema that a file exports: the export of that name, else the default one, else the only one.
 *
 * @throws SchemaFileError where the file cannot be loaded, or has no schema, or several
 */
export async function loadSchema(file: string, exportName: string | undefined): Promise<PublishableSchema> {
  if (!existsSync(file)) throw new SchemaFileError(`There is no schema file ${file}.`, { file });
  const exported = await loadFile(file).catch((cause: unknown) => {
    throw new SchemaFileError(`The schema file ${file} cannot be loaded: ${reasonOf(cause)}`, { file }, { cause });
  });
  const schema = chosen(exported, file, exportName);
  // What the project's sources compiled was checked as it was made; of a file anybody may have changed a line.
  return file.endsWith('.json') ? checked(schema, file) : schema;
}

function checked(json: unknown, file: string): PublishableSchema {
  try {
    return readSnapshot(json);
  } catch (cause) {
    throw new SchemaFileError(`The schema file ${file} cannot be used: ${reasonOf(cause)}`, { file }, { cause });
  }
}

function chosen(
  exported: Readonly<Record<string, unknown>>,
  file: string,
  exportName: string | undefined,
): PublishableSchema {
  const schemas = new Map(
    Object.entries(exported).filter((entry): entry is [string, PublishableSchema] => isSchema(entry[1])),
  );
  const names = [...schemas.keys()];
  const chosenName = exportName ?? (schemas.has('default') ? 'default' : names[0]);
  const schema = schemas.get(chosenName ?? '');
  const isOne = exportName !== undefined || chosenName === 'default' || new Set(schemas.values()).size === 1;
  if (schema !== undefined && isOne) return schema;
  if (schema !== undefined) {
    throw new SchemaFileError(`${file} exports several schemas: say which with --export ${names.join('|')}.`, { file });
  }
  if (exportName === undefined && file.endsWith('.json')) {
    throw new SchemaFileError(
      `${file} is no snapshot of a schema: name what \`ductile snapshot\` wrote, or the code that calls defineSchema.`,
      { file },
    );
  }
  if (exportName === undefined) {
    throw new SchemaFileError(`${file} exports no schema: export what defineSchema returns.`, { file });
  }
  const near = didYouMean(exportName, names) || `; it has ${names.join(', ') || 'none'}.`;
  throw new SchemaFileError(`${file} has no schema under the name '${exportName}'${near}`, { file });
}
