import type { DeclaredField, DeclaredItemType } from '../../../src/decorators/declared.js';
import type { ScalarName } from '../../../src/fields/field-type.js';
import { schemaFrom } from '../../../src/schema/schema-from.js';
import type { Schema } from '../../../src/schema/schema.js';
import { change, field, migration, removed } from '../../schema/declare-by-hand.js';

/*
 * Gadgets have a field of every kind, and expire. Version 2 adds a key path over their label and takes their legacy away,
 * which version 1 alone can see.
 */

export class Part {
  name!: string;
}
export class Gadget {
  id!: string;
  name!: string;
  label!: string;
}

export const BY_LABEL = '/label-:label/gadget-:id';

const LEVEL = { name: 'Level', values: ['low', 'high'] };

/** Of every scalar kind, a value. */
const SCALARS: Readonly<Record<ScalarName, unknown>> = {
  string: 'text',
  boolean: true,
  int: -3,
  uint: 4,
  bigint: 5n,
  double: 1.5,
  decimal: '1.25',
  bytes: new Uint8Array([1, 2]),
  uuid: '6f1ed002-ab1d-4c8f-8f3c-0d3c1f0c6c11',
  url: 'https://example.com/a',
  json: { a: [1, null] },
  timestampSeconds: new Date(1_700_000_000_000),
  timestampMilliseconds: new Date(1_700_000_000_123),
  ulid: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  isoDate: '2024-02-29',
  durationSeconds: 60,
};

const scalars = Object.keys(SCALARS) as ScalarName[];
const optional = { required: false } as const;

/** Every other one is required. */
const ofKinds: readonly DeclaredField[] = [
  ...scalars.map((kind, i) => field(`a_${kind}`, kind, i % 2 === 0 ? {} : optional)),
  field('a_enum', { kind: 'enum', enum: LEVEL }),
  field('a_object', { kind: 'object', class: Part }, optional),
  field('an_array', { kind: 'array', of: { kind: 'object', class: Part } }),
  field('a_map', { kind: 'map', of: { kind: 'int' } }, optional),
  field('a_set', { kind: 'set', of: { kind: 'string' } }, optional),
];

const legacy = field('legacy', 'int', optional);

const gadget = (keyPaths: readonly string[], ...more: readonly DeclaredField[]): DeclaredItemType => ({
  name: 'Gadget',
  class: Gadget,
  keyPaths: ['/gadget-:id', '/name-:name', ...keyPaths],
  fields: [
    field('id', 'string'),
    field('name', 'string'),
    field('label', 'string'),
    field('until', 'timestampSeconds', optional),
    ...ofKinds,
    ...more,
  ],
  expiry: { at: 'until' },
});
const parts = { name: 'Part', class: Part, fields: [field('name', 'string')] };

const release = (type: DeclaredItemType, second: boolean): Schema =>
  schemaFrom(
    'gadgets',
    { types: [type], objects: [parts], enums: [LEVEL] },
    second ? [migration(1, change('Gadget', { op: 'addKeyPath', template: BY_LABEL }, removed(legacy)))] : [],
  );

export const v1 = release(gadget([], legacy), false);
export const v2 = release(gadget([BY_LABEL]), true);

/** The storage names of the fields that a gadget has values in. */
export const fieldNames: readonly string[] = [
  ...ofKinds.map(({ name }) => name),
  'id',
  'name',
  'label',
  'until',
  'legacy',
];

export const gadgetOf = (id: string): object => ({
  id,
  name: `name ${id}`,
  label: `label ${id}`,
  until: new Date(4e12),
  legacy: 7,
  ...Object.fromEntries(scalars.map((kind) => [`a_${kind}`, SCALARS[kind]])),
  a_enum: 'low',
  a_object: { name: 'one' },
  an_array: [{ name: 'two' }],
  a_map: { x: 1 },
  a_set: new Set(['y']),
});
