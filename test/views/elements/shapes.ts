import type { FieldType } from '../../../src/fields/field-type.js';
import type { AttributeMap, AttributeValue } from '../../../src/values/attribute-value.js';
import { arrayOf, field, itemType, mapOf, objectNamed, objectType, scalar, viewOf } from '../shop.js';

/*
 * A type that holds objects in every way there is, described once: the view under test is compiled from it, and the oracle
 * reads and writes rows by it, with a few lines of its own.
 */

export type Thing = Record<string, unknown>;
export type TypeName = 'Line' | 'Box';
export type Shape =
  | { readonly kind: 'text' }
  | { readonly kind: 'number' }
  | { readonly kind: 'object'; readonly type: TypeName }
  | { readonly kind: 'list' | 'map'; readonly of: Shape };

interface Property {
  readonly shape: Shape;
  readonly required: boolean;
}
export type Properties = Readonly<Record<string, Property>>;

const text: Shape = { kind: 'text' };
const number: Shape = { kind: 'number' };
const line: Shape = { kind: 'object', type: 'Line' };
const box: Shape = { kind: 'object', type: 'Box' };
const list = (of: Shape): Shape => ({ kind: 'list', of });
const map = (of: Shape): Shape => ({ kind: 'map', of });
const must = (shape: Shape): Property => ({ shape, required: true });
const may = (shape: Shape): Property => ({ shape, required: false });

export const root: Properties = {
  // Before `main`: an object that stands in both was read from the later one.
  other: may(line),
  main: may(line),
  lines: must(list(line)),
  spare: may(list(line)),
  byKey: may(map(line)),
  groups: may(map(list(line))),
  grid: may(list(list(line))),
  racks: may(list(map(line))),
  boxes: may(list(box)),
};

export const types: Readonly<Record<TypeName, Properties>> = {
  Line: {
    sku: must(text),
    quantity: must(number),
    note: may(text),
    inner: may(line),
    parts: may(list(line)),
    box: may(box),
  },
  Box: { label: must(text) },
};

function fieldType(shape: Shape): FieldType {
  switch (shape.kind) {
    case 'text':
      return scalar('string');
    case 'number':
      return scalar('int');
    case 'object':
      return objectNamed(shape.type);
    case 'list':
      return arrayOf(fieldType(shape.of));
    case 'map':
      return mapOf(fieldType(shape.of));
  }
}

const fieldsOf = (properties: Properties) =>
  Object.entries(properties).map(([name, { shape, required }]) => field(name, fieldType(shape), required));

/** The view under test: that of a version which knows nothing of the tags. */
export const view = viewOf(
  {
    version: 1,
    types: { Yard: itemType('Yard', ...fieldsOf(root)) },
    objects: { Line: objectType('Line', ...fieldsOf(types.Line)), Box: objectType('Box', ...fieldsOf(types.Box)) },
    enums: {},
  },
  'Yard',
);

/** What another version knows of an object: a text that no other object has. */
export const TAG = '~tag';

export const tagOf = (raw: AttributeMap): string | undefined => (raw[TAG] as { S: string } | undefined)?.S;

/** The row of an entity, without tags. */
export function rowOf(entity: Thing): AttributeMap {
  return writeAll(root, entity);
}

function writeAll(properties: Properties, of: Thing): AttributeMap {
  const set = Object.entries(of).filter(([name, value]) => name in properties && value !== undefined);
  return record(set, (name, value) => write(properties[name]!.shape, value));
}

function write(shape: Shape, value: unknown): AttributeValue {
  switch (shape.kind) {
    case 'text':
      return { S: value as string };
    case 'number':
      return { N: String(value) };
    case 'list':
      return { L: (value as unknown[]).map((each) => write(shape.of, each)) };
    case 'map':
      return { M: record(Object.entries(value as Thing), (_, each) => write(shape.of, each)) };
    case 'object':
      return { M: writeAll(types[shape.type], value as Thing) };
  }
}

function record(entries: [string, unknown][], write: (key: string, value: unknown) => AttributeValue): AttributeMap {
  return Object.fromEntries(entries.map(([key, value]) => [key, write(key, value)]));
}

/** One place of an entity where an object stands. */
export interface Place {
  readonly path: string;
  readonly object: Thing;
  readonly type: TypeName;
  /** The objects, arrays and maps that it lies in, the entity first, with the key in each. */
  readonly chain: readonly (readonly [holder: object, key: string | number])[];
}

/** Every place of an entity where an object stands, outer ones first; one object may stand in several. */
export function placesIn(entity: Thing): Place[] {
  const places: Place[] = [];
  const walk = (shape: Shape, value: unknown, path: string, chain: Place['chain']): void => {
    if (value === undefined) return;
    if (shape.kind === 'list')
      (value as unknown[]).forEach((each, i) => walk(shape.of, each, `${path}/${i}`, [...chain, [value as object, i]]));
    if (shape.kind === 'map')
      for (const [key, each] of Object.entries(value as Thing))
        walk(shape.of, each, `${path}/${key}`, [...chain, [value as object, key]]);
    if (shape.kind === 'object') {
      places.push({ path, object: value as Thing, type: shape.type, chain });
      walkAll(types[shape.type], value as Thing, path, chain);
    }
  };
  const walkAll = (properties: Properties, of: Thing, path: string, chain: Place['chain']): void => {
    for (const [name, { shape }] of Object.entries(properties))
      walk(shape, of[name], `${path}/${name}`, [...chain, [of, name]]);
  };
  walkAll(root, entity, '', []);
  return places;
}

/** What is stored at a path. */
export function rawAt(row: AttributeMap, path: string): AttributeMap {
  let here: AttributeValue = { M: row };
  for (const key of path.split('/').slice(1)) {
    const { L, M } = here as { L?: readonly AttributeValue[]; M?: AttributeMap };
    here = (L === undefined ? M?.[key] : L[Number(key)])!;
  }
  return (here as { M: AttributeMap }).M;
}

/** The row as DynamoDB gives it: unlike what a save wrote, it has no map in two places. */
export const asRead = (row: AttributeMap): AttributeMap => JSON.parse(JSON.stringify(row)) as AttributeMap;

/** The row as a newer version writes it again: every object that has no tag gets one. */
export function tagged(row: AttributeMap, nextTag: () => string): AttributeMap {
  const copy = asRead(row);
  for (const { path } of placesIn(view.decode(row) as Thing)) {
    const raw = rawAt(copy, path) as Record<string, AttributeValue>;
    raw[TAG] ??= { S: nextTag() };
  }
  return copy;
}
