import type { FieldType } from '../fields/field-type.js';
import type { Knowledge } from '../registry/knowledge.js';
import type { ObjectTypeModel, SchemaVersion } from '../schema/model.js';
import type { AttributeMap, AttributeValue } from '../values/attribute-value.js';
import { own, setOwn } from '../values/own.js';

/**
 * The attributes of an item that remain once the versions below a `dropping` are gone: without what only those versions
 * could see, inside object types, arrays and maps too. What no version ever knew stays, and so does an item of a type
 * that no remaining version has. The very same attributes where nothing goes.
 *
 * No view of a remaining version derives a value from another attribute, so nothing needs to be kept in another form
 * before it goes.
 *
 * @param type storage name of the item type
 * @param attributes the user's
 */
export function remaining(knowledge: Knowledge, type: string, attributes: AttributeMap): AttributeMap {
  if (knowledge.dropped === undefined) return attributes;
  const { types, objects } = goingAt(knowledge);
  const going = types.get(type);
  return going === undefined ? attributes : pruned(attributes, going, objects);
}

/** What goes from the values of one type. */
interface Going {
  /** Storage names. */
  readonly fields: ReadonlySet<string>;
  /** By storage name: the fields that remain and in whose values something may go. */
  readonly inside: ReadonlyMap<string, FieldType>;
}

type GoingByName = ReadonlyMap<string, Going>;

interface AllGoing {
  /** By storage name of an item type; those of which nothing goes are left out. */
  readonly types: GoingByName;
  /** By storage name of an object type. */
  readonly objects: GoingByName;
}

const known = new WeakMap<Knowledge, AllGoing>();

function goingAt(knowledge: Knowledge): AllGoing {
  let going = known.get(knowledge);
  if (going === undefined) {
    going = computeGoing(knowledge);
    known.set(knowledge, going);
  }
  return going;
}

function computeGoing({ versions, dropped }: Knowledge): AllGoing {
  const all = [...versions.values()];
  const gone = all.filter(({ version }) => version < dropped!.version).map(({ schema }) => schema);
  const left = all.filter(({ version }) => version >= dropped!.version).map(({ schema }) => schema);
  const objects = fieldsOf('objects', gone, left);
  const touched = touchedObjects(objects);
  const goingOf = (of: ReadonlyMap<string, Fields>): GoingByName => {
    const found = new Map<string, Going>();
    for (const [name, { remaining: kept, going }] of of) {
      const inside = new Map([...kept].filter(([, type]) => touched.has(objectIn(type) ?? '')));
      if (going.size > 0 || inside.size > 0) found.set(name, { fields: going, inside });
    }
    return found;
  };
  return { types: goingOf(fieldsOf('types', gone, left)), objects: goingOf(objects) };
}

/** The fields of one type over all versions, by storage name, which no two fields ever share. */
interface Fields {
  readonly remaining: ReadonlyMap<string, FieldType>;
  readonly going: ReadonlySet<string>;
}

/** Of the types that a remaining version has. */
function fieldsOf(
  kind: 'types' | 'objects',
  gone: readonly SchemaVersion[],
  left: readonly SchemaVersion[],
): ReadonlyMap<string, Fields> {
  const of = (versions: readonly SchemaVersion[], name: string): ReadonlyMap<string, FieldType> => {
    const models = versions.flatMap((version) => own<ObjectTypeModel>(version[kind], name) ?? []);
    return new Map(models.flatMap(({ fields }) => fields.map(({ storageName, type }) => [storageName, type])));
  };
  const names = new Set(left.flatMap((version) => Object.keys(version[kind])));
  return new Map(
    [...names].map((name) => {
      const kept = of(left, name);
      const going = new Set([...of(gone, name).keys()].filter((field) => !kept.has(field)));
      return [name, { remaining: kept, going }];
    }),
  );
}

/** The object types in whose values something may go: in themselves, or in a value that they hold. */
function touchedObjects(objects: ReadonlyMap<string, Fields>): ReadonlySet<string> {
  const touched = new Set([...objects].filter(([, { going }]) => going.size > 0).map(([name]) => name));
  // Object types may hold each other, so it takes as many rounds as the longest way between two of them.
  for (let before = -1; before < touched.size;) {
    before = touched.size;
    for (const [name, { remaining: kept }] of objects) {
      if ([...kept.values()].some((type) => touched.has(objectIn(type) ?? ''))) touched.add(name);
    }
  }
  return touched;
}

/** The storage name of the object type that a field holds, by itself or as the elements of collections. */
function objectIn(type: FieldType): string | undefined {
  if (type.kind === 'object') return type.object;
  return 'of' in type ? objectIn(type.of) : undefined;
}

/** What is not stored as its type says is damaged, and is left for a reader to report. */
function prunedValue(value: AttributeValue, type: FieldType, objects: GoingByName): AttributeValue {
  if (type.kind === 'object' && 'M' in value) {
    const going = objects.get(type.object);
    const map = going === undefined ? value.M : pruned(value.M, going, objects);
    return map === value.M ? value : { M: map };
  }
  if (type.kind === 'array' && 'L' in value) {
    const list = value.L.map((element) => prunedValue(element, type.of, objects));
    return list.every((element, i) => element === value.L[i]) ? value : { L: list };
  }
  if (type.kind === 'map' && 'M' in value) {
    const map = changedMap(value.M, (element) => prunedValue(element, type.of, objects));
    return map === value.M ? value : { M: map };
  }
  return value;
}

function pruned(attributes: AttributeMap, { fields, inside }: Going, objects: GoingByName): AttributeMap {
  return changedMap(attributes, (value, name) => {
    if (fields.has(name)) return undefined;
    const type = inside.get(name);
    return type === undefined ? value : prunedValue(value, type, objects);
  });
}

/** The map with each value changed, or left out where `change` says so; the very same where nothing changes. */
function changedMap(
  map: AttributeMap,
  change: (value: AttributeValue, name: string) => AttributeValue | undefined,
): AttributeMap {
  const next: Record<string, AttributeValue> = {};
  let same = true;
  for (const [name, value] of Object.entries(map)) {
    const changed = change(value, name);
    if (changed !== undefined) setOwn(next, name, changed);
    same &&= changed === value;
  }
  return same ? map : next;
}
