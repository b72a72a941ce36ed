import { PRIMARY } from '../keypaths/model.js';
import { own } from '../values/own.js';
import type { ItemTypeModel, KeyPathModel, LensStep, MigrationModel, SchemaVersion } from './model.js';
import { refuse, type Place } from './place.js';

/**
 * [KEY-VIEW] What a version reads of an enum is what it finds the item under. A key is made of the stored value, so no key path
 * can go on over an enum whose values are read otherwise from a version on: items that are there would have to move. Only a
 * value that is added is read as another by older versions alone, and only items that are yet to be written have it: on a
 * secondary path they get a row for those readers. The primary row is one.
 *
 * @param placeOf where the migration to a version is written
 * @throws SchemaDefinitionError naming the key path, the enum and the value.
 */
export function checkKeyView(
  versions: readonly SchemaVersion[],
  migrations: readonly MigrationModel[],
  placeOf: (version: number) => Place,
): void {
  for (const { from, lens } of migrations) {
    const [before, after] = [versions[from - 1]!, versions[from]!];
    for (const step of lens) {
      if (step.op === 'olderDefault') continue;
      for (const type of Object.values(after.types)) {
        const gone = own(before.types, type.storageName);
        const path = type.keyPaths.find((each) => goesOnOver(step.enum, each, gone));
        if (path === undefined || (step.op === 'enumAdded' && path.id !== PRIMARY)) continue;
        refuseReading(step, path, { ...placeOf(from + 1), class: type.name, keyPath: path.template }, [before, after]);
      }
    }
  }
}

function goesOnOver(enumName: string, { id, parameters }: KeyPathModel, before: ItemTypeModel | undefined): boolean {
  const isOver = parameters.some(({ encoding }) => encoding.kind === 'enum' && encoding.enum === enumName);
  return isOver && before?.keyPaths.some((path) => path.id === id) === true;
}

type EnumStep = Exclude<LensStep, { readonly op: 'olderDefault' }>;

function refuseReading(
  step: EnumStep,
  { id, template }: KeyPathModel,
  place: Place,
  [before, after]: readonly [SchemaVersion, SchemaVersion],
): never {
  const [version, has, readAs, does] =
    step.op === 'enumAdded'
      ? [before.version, after, step.olderReadAs, 'added to']
      : [after.version, before, step.newerReadAs, 'removed from'];
  const { name, values } = has.enums[step.enum]!;
  const text = (stored: string | number): string =>
    JSON.stringify(values.find((value) => value.stored === stored)?.value ?? stored);
  return refuse(
    place,
    `the value ${text(step.stored)} is ${does} the enum ${name}: version ${version} reads ${text(readAs)} in its place, and ` +
      'would look for the item under that on this key path',
    mendOf(step, id, template, text(step.stored)),
  );
}

function mendOf({ op }: EnumStep, id: string, template: string, value: string): string {
  if (id !== PRIMARY) {
    return (
      `make it a new path, in the same migration: t.removeKeyPath('${template}') before the change and ` +
      `t.addKeyPath('${template}') after it`
    );
  }
  const instead = op === 'enumAdded' ? `keep ${value} in a new field` : `leave ${value} in the enum`;
  return `${instead}: a primary key path cannot change, nor can what its values are read as`;
}
