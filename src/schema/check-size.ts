import { largestWrite, MAX_ACTIONS } from '../keypaths/actions.js';
import { PRIMARY } from '../keypaths/model.js';
import { own } from '../values/own.js';
import type { ItemTypeModel, KeyPathModel, MigrationModel, SchemaVersion } from './model.js';
import { refuse, type Place } from './place.js';

/**
 * An item is written with all its rows in one transaction, and one whose field changes moves every row that has the field in
 * its key: a put and a delete each. While a version is the newest, items have the rows that the version before it asks for, too.
 *
 * @param placeOf where what leads to a version is written
 * @throws SchemaDefinitionError naming the type, and the field that could never change.
 */
export function checkSizes(
  versions: readonly SchemaVersion[],
  migrations: readonly MigrationModel[],
  placeOf: (version: number) => Place,
): void {
  versions.forEach((version, i) => {
    const before = versions[i - 1];
    for (const type of Object.values(version.types)) {
      const paths = secondaryPaths(type, before && own(before.types, type.storageName), migrations[i - 1]);
      const place = { ...placeOf(version.version), class: type.name, version: version.version };
      const changing = type.fields.filter(({ storageName }) => !isPrimary(type, storageName));
      const { actions, field, moves } = largestWrite(
        paths,
        changing.map(({ storageName }) => storageName),
      );
      if (actions <= MAX_ACTIONS) continue;
      if (field === undefined) refuseSize(place, `every insert of ${type.name} needs ${actions} actions`, paths.length);
      const { name } = changing.find(({ storageName }) => storageName === field)!;
      const what = `a change of ${type.name}.${name} needs ${actions} actions: it moves ${moves} rows`;
      refuseSize({ ...place, property: name }, what, paths.length);
    }
  });
}

const isPrimary = ({ keyPaths }: ItemTypeModel, field: string): boolean =>
  keyPaths[0]!.parameters.some((parameter) => parameter.field === field);

/** One for each row that an item may have beside the primary one; a path over an enum that gets a value is there twice. */
function secondaryPaths(
  { keyPaths }: ItemTypeModel,
  before: ItemTypeModel | undefined,
  migration: MigrationModel | undefined,
): readonly KeyPathModel[] {
  const all = new Map([...(before?.keyPaths ?? []), ...keyPaths].map((path) => [path.id, path]));
  all.delete(PRIMARY);
  const added = new Set(migration?.lens.flatMap((step) => (step.op === 'enumAdded' ? step.enum : [])));
  const isRead = ({ id, parameters }: KeyPathModel): boolean =>
    before?.keyPaths.some((path) => path.id === id) === true &&
    keyPaths.some((path) => path.id === id) &&
    parameters.some(({ encoding }) => encoding.kind === 'enum' && added.has(encoding.enum));
  return [...all.values(), ...[...all.values()].filter(isRead)];
}

function refuseSize(place: Place, what: string, rows: number): never {
  return refuse(
    place,
    `${what}, with ${rows} rows on secondary key paths, and DynamoDB takes ${MAX_ACTIONS} in a transaction`,
    'give the type fewer key paths; those of the version before count until it is dropped',
  );
}
