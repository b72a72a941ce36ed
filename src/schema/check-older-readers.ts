import type { MigrationModel, SchemaVersion } from './model.js';
import { refuse, type Place } from './place.js';

/**
 * What a migration lets older readers get where a field is unset, they must also find the item under. So a key path
 * without a row for such items cannot go on: the older version wants a row there that the newer does not want. A path
 * that the migration takes away, older versions keep, and from then on its rows are made with that default.
 *
 * @param placeOf where the migration to a version is written
 * @throws SchemaDefinitionError naming the key path and the field.
 */
export function checkOlderReaders(
  versions: readonly SchemaVersion[],
  migrations: readonly MigrationModel[],
  placeOf: (version: number) => Place,
): void {
  for (const { from, lens } of migrations) {
    for (const step of lens) {
      const type = step.op === 'olderDefault' ? versions[from]!.types[step.owner] : undefined;
      const path = type?.keyPaths.find(
        ({ since, parameters }) =>
          since <= from &&
          parameters.some(
            ({ field, default: pinned }) => step.op === 'olderDefault' && field === step.field && pinned === undefined,
          ),
      );
      if (type === undefined || path === undefined) continue;
      refuse(
        { ...placeOf(from + 1), class: type.name, keyPath: path.template },
        'a field of the key path becomes optional: where it is unset, older readers get the default and would look for ' +
          'the item under it, and newer ones want no row there',
        `make it a new path, in the same migration: t.removeKeyPath('${path.template}') before the change and ` +
          `t.addKeyPath('${path.template}') after it`,
      );
    }
  }
}
