import { largestWrite, type LargestWrite, MAX_ACTIONS } from '../keypaths/actions.js';
import { PRIMARY } from '../keypaths/model.js';
import { own } from '../values/own.js';
import type { Published } from './content.js';
import { TooManyKeyPathsError } from './errors.js';
import { publishedVersion } from './fold.js';
import type { Knowledge } from './knowledge.js';
import { modelsOf } from './readings.js';

/**
 * Items have the rows of every version that is not dropped, and are written in one transaction each. What a schema says by
 * itself is checked where it is defined; how many older versions there are, only the table knows. What is too much already is
 * let be, so that other types can go on.
 *
 * @throws TooManyKeyPathsError where a version would make a write of some item too large for a transaction
 */
export function assertWritable(known: Knowledge, content: Published, table: string): void {
  const after = publishedVersion(known, known.epoch + 1, content).demanded;
  for (const [name, paths] of after) {
    const type = own(content.schema.types, name);
    if (type === undefined) continue;
    const primary = paths.find(({ path }) => path.id === PRIMARY)!.path.parameters;
    const fields = type.fields
      .map(({ storageName }) => storageName)
      .filter((storageName) => !primary.some(({ field }) => field === storageName));
    const largest = (demanded: typeof paths = []): LargestWrite =>
      largestWrite(demanded.filter(({ path }) => path.id !== PRIMARY).flatMap(modelsOf), fields);
    const { actions, field } = largest(paths);
    if (actions <= MAX_ACTIONS || actions <= largest(known.demanded.get(name)).actions) continue;
    const changing = type.fields.find(({ storageName }) => storageName === field);
    throw tooMany(
      { table, schema: known.schemaName, version: content.version, type: type.name, actions },
      changing?.name,
    );
  }
}

interface Facts {
  readonly table: string;
  readonly schema: string;
  readonly version: number;
  readonly type: string;
  readonly actions: number;
}

function tooMany(facts: Facts, field: string | undefined): TooManyKeyPathsError {
  const { table, schema, version, type, actions } = facts;
  const write = field === undefined ? `every insert of ${type}` : `a change of ${type}.${field}`;
  return new TooManyKeyPathsError(
    `Version ${version} of schema '${schema}' is not published: with the key paths that older versions still have in table ` +
      `${table}, ${write} would need ${actions} actions, and DynamoDB takes ${MAX_ACTIONS} in a transaction. Drop the versions ` +
      `that nobody uses any more (\`ductile retire\`, then \`ductile drop\`), or give ${type} fewer key paths.`,
    { ...facts, ...(field === undefined ? {} : { field }) },
  );
}
