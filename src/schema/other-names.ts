import type { FieldType } from '../fields/field-type.js';
import { PRIMARY } from '../keypaths/model.js';
import type { EnumModel, ItemTypeModel, ObjectTypeModel, SchemaVersion } from './model.js';
import { mapReference } from './moment.js';
import { quote } from './step-text.js';

/** A type of one version that another version seems to have under another name. */
export interface OtherName {
  readonly kind: 'types' | 'objects' | 'enums';
  readonly published: string;
  readonly compiled: string;
}

/** What gives a type its published name, or says in the next migration that it has another one from there on. */
export function namingStep(kind: OtherName['kind'], was: string, is: string, version: number): string {
  const [name, other] = [quote(was), quote(is)];
  const steps = `${publishedName(kind, was)}\nm.renameType(${name}, ${other}); // or this, in the next migration`;
  if (kind !== 'types') return steps;
  return `${steps}\nm.addType(${other}); m.removeType(${was}V${version}); // or both, if they are two types`;
}

/** How the sources give a type the name that is published. */
export function publishedName(kind: OtherName['kind'], name: string): string {
  if (kind === 'enums') return `enumType(${quote(name)}, …)`;
  return `${kind === 'types' ? '@ItemType' : '@ObjectType'}(${quote(name)}) // the class may be called anything`;
}

type Model = ItemTypeModel | ObjectTypeModel | EnumModel;

/** Below this share of equal parts two types are taken for two. */
const ALIKE = 0.5;

/**
 * The types that only the published version has, each beside the type that only the compiled version has and that is
 * most like it: the same primary key path, and at least half of the fields, or of the values of an enum. Names are
 * storage names.
 */
export function otherNames(published: SchemaVersion, compiled: SchemaVersion): readonly OtherName[] {
  return (['types', 'objects', 'enums'] as const).flatMap((kind) => {
    const gone = without<Model>(published[kind], compiled[kind]);
    const added = without<Model>(compiled[kind], published[kind]);
    const pairs = gone.flatMap((was) => added.map((is) => ({ was, is, likeness: likeness(was, is) })));
    const found: OtherName[] = [];
    for (const { was, is } of pairs.filter((pair) => pair.likeness >= ALIKE).sort((a, b) => b.likeness - a.likeness)) {
      const [one, other] = [was.storageName, is.storageName];
      if (found.some((pair) => pair.published === one || pair.compiled === other)) continue;
      found.push({ kind, published: one, compiled: other });
    }
    return found;
  });
}

/** A version as it would be if such types had their other names in it. */
export function underOtherNames(version: SchemaVersion, names: readonly OtherName[]): SchemaVersion {
  if (names.length === 0) return version;
  const nameOf = (name: string): string => names.find(({ published }) => published === name)?.compiled ?? name;
  const fields = (model: ObjectTypeModel) => ({
    fields: model.fields.map((field) => ({ ...field, type: mapReference(field.type, nameOf) })),
  });
  return {
    ...version,
    types: renamed(version.types, nameOf, (model) => ({ ...model, ...fields(model), ...keyPaths(model, nameOf) })),
    objects: renamed(version.objects, nameOf, (model) => ({ ...model, ...fields(model) })),
    enums: renamed(version.enums, nameOf, (model) => model),
  };
}

function keyPaths(model: ItemTypeModel, nameOf: (name: string) => string): Pick<ItemTypeModel, 'keyPaths'> {
  const parameters = ({ parameters: all }: ItemTypeModel['keyPaths'][number]) =>
    all.map((parameter) => ({ ...parameter, encoding: mapReference(parameter.encoding, nameOf) }));
  return { keyPaths: model.keyPaths.map((path) => ({ ...path, parameters: parameters(path) })) };
}

function renamed<M extends Model>(
  models: Readonly<Record<string, M>>,
  nameOf: (name: string) => string,
  change: (model: M) => M,
): Readonly<Record<string, M>> {
  const entries = Object.values(models).map((model): readonly [string, M] => {
    const storageName = nameOf(model.storageName);
    const named = storageName === model.storageName ? {} : { storageName, name: storageName };
    return [storageName, { ...change(model), ...named }];
  });
  return Object.fromEntries(entries);
}

const without = <M extends Model>(
  models: Readonly<Record<string, M>>,
  others: Readonly<Record<string, M>>,
): readonly M[] => Object.values(models).filter(({ storageName }) => !Object.hasOwn(others, storageName));

/** From 0 to 1. What a field refers to may have another name as well, so it does not count. */
function likeness(was: Model, is: Model): number {
  if ('values' in was || 'values' in is) {
    if (!('values' in was && 'values' in is) || was.base !== is.base) return 0;
    return shared(was.values, is.values, ({ stored }) => stored);
  }
  if (primaryOf(was) !== primaryOf(is)) return 0;
  return shared(was.fields, is.fields, ({ storageName, type }) => `${storageName}: ${shapeOf(type)}`);
}

function shared<T>(was: readonly T[], is: readonly T[], partOf: (part: T) => string | number): number {
  const parts = new Set(was.map(partOf));
  return is.filter((part) => parts.has(partOf(part))).length / Math.max(was.length, is.length, 1);
}

const primaryOf = (model: ObjectTypeModel): string | undefined =>
  'keyPaths' in model ? (model as ItemTypeModel).keyPaths.find(({ id }) => id === PRIMARY)?.storageTemplate : undefined;

const shapeOf = (type: FieldType): string => JSON.stringify(mapReference(type, () => ''));
