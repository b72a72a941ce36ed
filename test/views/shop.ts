import fc from 'fast-check';
import type { FieldModel, ItemTypeModel, LensStep, ObjectTypeModel, SchemaVersion } from '../../src/schema/model.js';
import type { FieldType, ScalarName } from '../../src/fields/field-type.js';
import type { AttributeMap, AttributeValue } from '../../src/values/attribute-value.js';
import { compileViews } from '../../src/views/compile-views.js';
import type { TypeView } from '../../src/views/type-view.js';

export class Line {
  sku!: string;
  quantity!: number;
  note?: string;
  parts?: Line[];
}

export class Address {
  street!: string;
  since?: Date;
}

export class Order {
  id!: string;
  lines!: Line[];
  billing!: Address;
  delivery?: Address;
  placed!: Date;
  state!: string;
  tags?: Set<string>;
  counts?: Record<string, number>;
  places?: Record<string, Address>;
  extra?: unknown;
  comment?: string;
  priority!: string;
  labels!: string[];
  history?: string[];
}

type Options = Partial<Pick<FieldModel, 'readDefault' | 'storageName'>>;

export const field = (name: string, type: FieldType, required = true, options: Options = {}): FieldModel => ({
  storageName: name,
  name,
  type,
  required,
  ...options,
});

export const scalar = (kind: ScalarName): FieldType => ({ kind });
export const arrayOf = (of: FieldType): FieldType => ({ kind: 'array', of });
export const mapOf = (of: FieldType): FieldType => ({ kind: 'map', of });
export const setOf = (of: FieldType): FieldType => ({ kind: 'set', of });
export const objectNamed = (object: string): FieldType => ({ kind: 'object', object });
export const state: FieldType = { kind: 'enum', enum: 'State' };

export const objectType = (storageName: string, ...fields: FieldModel[]): ObjectTypeModel => ({
  storageName,
  name: storageName,
  fields,
});

export const itemType = (storageName: string, ...fields: FieldModel[]): ItemTypeModel => ({
  ...objectType(storageName, ...fields),
  keyPaths: [],
});

export const shop: SchemaVersion = {
  version: 2,
  types: {
    Order: itemType(
      'Order',
      field('id', scalar('uuid')),
      field('lines', arrayOf(objectNamed('Line'))),
      field('billing', objectNamed('Address')),
      field('delivery', objectNamed('Address'), false),
      field('placed', scalar('timestampSeconds'), true, { storageName: 'createdAt' }),
      field('state', state),
      field('tags', setOf(scalar('string')), false),
      field('counts', mapOf(scalar('int')), false),
      field('places', mapOf(objectNamed('Address')), false),
      field('extra', scalar('json'), false),
      field('comment', scalar('string'), false),
      field('priority', scalar('string'), true, { readDefault: 'medium' }),
      field('labels', arrayOf(scalar('string')), true, { readDefault: ['new'] }),
      field('history', arrayOf(state), false),
    ),
  },
  objects: {
    Line: objectType(
      'Line',
      field('sku', scalar('string')),
      field('quantity', scalar('int')),
      field('note', scalar('string'), false, { storageName: 'remark' }),
      field('parts', arrayOf(objectNamed('Line')), false),
    ),
    Address: objectType(
      'Address',
      field('street', scalar('string')),
      field('since', scalar('timestampSeconds'), false),
    ),
  },
  enums: {
    State: {
      storageName: 'State',
      name: 'State',
      base: 'string',
      values: [
        { value: 'open', stored: 'open' },
        { value: 'done', stored: 'closed' },
      ],
    },
  },
};

export const lens: readonly LensStep[] = [
  { op: 'enumAdded', enum: 'State', stored: 'held', olderReadAs: 'paused' },
  { op: 'enumAdded', enum: 'State', stored: 'paused', olderReadAs: 'open' },
];

export function viewOf(schema: SchemaVersion, type: string, steps: readonly LensStep[] = []): TypeView {
  const views = compileViews({
    schema,
    lens: steps,
    classes: {
      types: new Map([['Order', Order]]),
      objects: new Map<string, typeof Line | typeof Address>([
        ['Line', Line],
        ['Address', Address],
      ]),
    },
  });
  const view = views.get(type);
  if (view === undefined) throw new Error(`no view of ${type}`);
  return view;
}

export const orders = viewOf(shop, 'Order', lens);

/** A copy that shares nothing, to see whether something was changed in place. */
export const copy = <T>(value: T): T => structuredClone(value);

export const ID = '0b0c3a1e-5f1c-4a7e-9f57-2f6f1d0f8a11';

export const line = (sku: string, quantity: number, more: AttributeMap = {}): AttributeValue => ({
  M: { sku: { S: sku }, quantity: { N: String(quantity) }, ...more },
});

export function orderRow(more: AttributeMap = {}): AttributeMap {
  return {
    id: { S: ID },
    lines: { L: [line('a', 1), line('b', 2)] },
    billing: { M: { street: { S: 'High Street' } } },
    createdAt: { N: '1700000000' },
    state: { S: 'open' },
    ...more,
  };
}

/* Random rows as other versions may have left them: unknown attributes and NULLs at every depth. */

const anyAttribute: fc.Arbitrary<AttributeValue> = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    fc.string().map((S) => ({ S })),
    fc.integer().map((N) => ({ N: String(N) })),
    fc.boolean().map((BOOL) => ({ BOOL })),
    fc.constant<AttributeValue>({ NULL: true }),
    fc.array(tie('value'), { maxLength: 2 }).map((L) => ({ L })),
    fc.dictionary(fc.string({ maxLength: 3 }), tie('value'), { maxKeys: 2 }).map((M) => ({ M })),
  ),
})).value;

const unknown: fc.Arbitrary<AttributeMap> = fc.dictionary(
  fc.string({ maxLength: 3 }).map((name) => `~${name}`),
  anyAttribute,
  { maxKeys: 2 },
);

const text = fc.string({ maxLength: 4 }).map((S): AttributeValue => ({ S }));
const whole = fc.integer({ min: 0, max: 3 }).map((n): AttributeValue => ({ N: String(n) }));
const states = fc.constantFrom('open', 'closed', 'held', 'paused').map((S): AttributeValue => ({ S }));

type Attributes = Readonly<Record<string, fc.Arbitrary<AttributeValue>>>;

/** Required attributes, optional ones that may be absent or NULL, and unknown ones. */
function mapsOf(required: Attributes, optional: Attributes): fc.Arbitrary<AttributeMap> {
  const unset = Object.fromEntries(
    Object.entries(optional).map(([name, value]) => [
      name,
      fc.option(fc.oneof(value, fc.constant({ NULL: true as const })), { nil: undefined }),
    ]),
  );
  return fc
    .tuple(fc.record(required), fc.record(unset), unknown)
    .map(
      ([a, b, c]) =>
        Object.fromEntries(
          Object.entries({ ...c, ...a, ...b }).filter(([, value]) => value !== undefined),
        ) as AttributeMap,
    );
}

const asM = (map: AttributeMap): AttributeValue => ({ M: map });
const listOf = (of: fc.Arbitrary<AttributeValue>): fc.Arbitrary<AttributeValue> =>
  fc.array(of, { maxLength: 4 }).map((L) => ({ L }));

const part = mapsOf({ sku: text, quantity: whole }, { remark: text });
export const rawLine: fc.Arbitrary<AttributeValue> = mapsOf(
  { sku: text, quantity: whole },
  { remark: text, parts: listOf(part.map(asM)) },
).map(asM);
const address = mapsOf({ street: text }, { since: whole }).map(asM);

export const rawOrder: fc.Arbitrary<AttributeMap> = mapsOf(
  { id: fc.uuid().map((S) => ({ S })), lines: listOf(rawLine), billing: address, createdAt: whole, state: states },
  {
    delivery: address,
    tags: fc.oneof(
      fc.constant<AttributeValue>({ L: [] }),
      fc.uniqueArray(fc.string({ maxLength: 3 }), { minLength: 1, maxLength: 3 }).map((SS) => ({ SS })),
    ),
    counts: fc.dictionary(fc.string({ maxLength: 3 }), whole, { maxKeys: 3 }).map((M) => ({ M })),
    places: fc.dictionary(fc.string({ maxLength: 3 }), address, { maxKeys: 3 }).map((M) => ({ M })),
    extra: fc
      .jsonValue()
      .filter((value) => value !== null)
      .map(jsonAttribute),
    comment: text,
    priority: text,
    labels: listOf(text),
    history: listOf(states),
  },
);

function jsonAttribute(value: unknown): AttributeValue {
  if (value === null) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  // Not all that JSON can say fits DynamoDB's numbers.
  if (typeof value === 'number') return { N: String(Number.isSafeInteger(value) ? value : 1.5) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (Array.isArray(value)) return { L: value.map(jsonAttribute) };
  return {
    M: Object.fromEntries(Object.entries(value as object).map(([key, member]) => [key, jsonAttribute(member)])),
  };
}
