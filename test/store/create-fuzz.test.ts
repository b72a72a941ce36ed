import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Exclude, Expose, Transform } from 'class-transformer';
import fc from 'fast-check';
import type { LocalEngine } from '../../src/local/index.js';
import { isBuiltIn } from '../../src/fields/kinds.js';
import type { ScalarName } from '../../src/fields/field-type.js';
import { schemaFrom } from '../../src/schema/schema-from.js';
import type { Repository } from '../../src/store/repository.js';
import type { AttributeMap } from '../../src/values/attribute-value.js';
import { physicalKey } from '../../src/keypaths/physical-key.js';
import { userAttributes } from '../../src/protocol/row.js';
import { startEngine } from '../support/engine.js';
import { field } from '../schema/declare-by-hand.js';
import { Bench } from './bench.js';

/*
 * What `create` makes of plain data and an instance that a caller made of the same data are stored the same, or refused
 * with the same words, and never with an error that has no code.
 */

/** Names that every object seems to have are names of fields here. */
const SPECIAL = ['constructor', 'toString', 'hasOwnProperty', 'valueOf', 'then'] as const;

class Part {}
Exclude()(Part);
Expose()(Part.prototype, 'name');
Transform(() => 'for clients')(Part.prototype, 'name');

class Base {
  get inherited(): string {
    return 'of a getter';
  }
}
class Thing extends Base {
  get count(): number {
    return (this as { parts?: unknown[] }).parts!.length;
  }
}
Exclude()(Thing);
Expose()(Thing.prototype, 'count');
for (const name of ['at', 'text', ...SPECIAL]) Transform(() => 'for clients')(Thing.prototype, name);

const part = { kind: 'object', class: Part } as const;
const optional = { required: false };
const kinds: readonly ScalarName[] = [
  ...(['string', 'boolean', 'int', 'bigint', 'double', 'decimal', 'bytes', 'uuid', 'url', 'json'] as const),
  ...(['timestampSeconds', 'timestampMilliseconds', 'isoDate'] as const),
];
const partFields = [
  field('name', 'string'),
  field('at', 'timestampSeconds', optional),
  field('parts', { kind: 'array', of: part }, optional),
  ...SPECIAL.map((name) => field(name, 'string', optional)),
];
const thingFields = [
  ...kinds.map((kind) => field(kind, kind, optional)),
  ...SPECIAL.map((name, i) => field(name, kinds[i]!, optional)),
  field('inherited', 'timestampMilliseconds', optional),
  field('main', part, optional),
  field('parts', { kind: 'array', of: part }, optional),
  field('byName', { kind: 'map', of: part }, optional),
  field('days', { kind: 'array', of: { kind: 'timestampSeconds' } }, optional),
  field('stock', { kind: 'map', of: { kind: 'int' } }, optional),
  field('tags', { kind: 'set', of: { kind: 'uuid' } }, optional),
];
const schema = schemaFrom(
  'things',
  {
    types: [{ name: 'Thing', class: Thing, keyPaths: ['/thing-:id'], fields: [field('id', 'string'), ...thingFields] }],
    objects: [{ name: 'Part', class: Part, fields: partFields }],
    enums: [],
  },
  [],
);

class Money {
  constructor(cents: number) {
    if (cents === undefined) throw new TypeError('Money is made of cents');
  }
}
class List extends Array<unknown> {}
const foreign = (code: string): unknown => runInNewContext(code);

const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    undefined,
    -0,
    Number.NaN,
    2 ** 53,
    '\ud800',
    Symbol('x'),
    () => 1,
    new URL('https://example.org'),
    new Money(1),
    Object(7),
    /x/,
    new Map([['a', 1]]),
    new Date(Number.NaN),
    new Proxy(new Date(0), {}),
    List.of('a'),
    Object.create(null),
    [, 1, ,],
  ),
  fc
    .constantFrom(
      'new Date(12345)',
      '[new Date(1), new Date(2)]',
      'new Set(["0123ABCD-0000-4000-8000-000000000000"])',
      'Uint8Array.of(1)',
      'new Map()',
      'Object(true)',
      '({ name: "there", parts: [{ name: "inner" }] })',
      'JSON.parse(\'{"__proto__":{"name":"x"}}\')',
    )
    .map(foreign),
  fc.date(),
  fc.anything({
    withDate: true,
    withBigInt: true,
    withSet: true,
    withMap: true,
    maxDepth: 2,
    key: fc.constantFrom('name', 'a', ...SPECIAL),
  }),
);

const scalars: Partial<Record<ScalarName, fc.Arbitrary<unknown>>> = {
  string: fc.string(),
  int: fc.integer(),
  bigint: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
  double: fc.integer().map((eighths) => eighths / 8),
  decimal: fc.constantFrom('1.5', '-0.001'),
  url: fc.constant('https://example.org/'),
  isoDate: fc.constant('2026-12-01'),
  boolean: fc.boolean(),
  bytes: fc.uint8Array({ maxLength: 5 }),
  uuid: fc.uuid().map((text) => text.toUpperCase()),
  timestampSeconds: fc.date({ noInvalidDate: true }),
  timestampMilliseconds: fc.date({ noInvalidDate: true }),
  json: fc.jsonValue().filter((value) => value !== null),
};
const mostly = (good: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ arbitrary: good, weight: 60 }, { arbitrary: odd, weight: 1 });
const valueOf = (kind: ScalarName): fc.Arbitrary<unknown> => mostly(scalars[kind]!);
const keys = fc.oneof(fc.string({ maxLength: 3 }), fc.constantFrom('__proto__', ...SPECIAL));

const { part: plainPart } = fc.letrec<{ part: unknown }>((tie) => ({
  part: fc.record(
    {
      name: mostly(fc.string()),
      at: valueOf('timestampSeconds'),
      parts: mostly(fc.array(tie('part'), { maxLength: 2 })),
      colour: fc.constantFrom(...new Array<undefined>(40), 'no field'),
      ...Object.fromEntries(SPECIAL.map((name) => [name, mostly(fc.string())])),
    },
    { requiredKeys: ['name'], noNullPrototype: false },
  ),
}));
const plainThing = fc.record(
  {
    ...Object.fromEntries(kinds.map((kind) => [kind, valueOf(kind)])),
    ...Object.fromEntries(SPECIAL.map((name, i) => [name, valueOf(kinds[i]!)])),
    inherited: valueOf('timestampMilliseconds'),
    main: mostly(plainPart),
    parts: mostly(fc.array(plainPart, { maxLength: 3 })),
    byName: mostly(fc.dictionary(keys, plainPart, { maxKeys: 3 })),
    days: mostly(fc.array(valueOf('timestampSeconds'), { maxLength: 3 })),
    stock: mostly(fc.dictionary(keys, fc.integer(), { maxKeys: 3 })),
    tags: mostly(fc.array(fc.uuid(), { maxLength: 3 }).map((tags) => new Set(tags))),
  },
  { requiredKeys: [], noNullPrototype: false },
);

let engine: LocalEngine;
let bench: Bench;
let things: Repository<Thing>;

beforeAll(async () => {
  engine = await startEngine();
  bench = await Bench.on(engine);
  things = (await bench.open(schema)).repository(Thing);
});
afterAll(() => engine.stop());

/** The same data as a caller puts them on an instance of the class. Nested objects may stay what they are. */
function instance(plain: object): Thing {
  return Object.defineProperties(
    Object.create(Thing.prototype) as Thing,
    Object.getOwnPropertyDescriptors(copied(plain) as object),
  );
}

/** A write settles what it is given: each side gets objects of its own. */
function copied(value: unknown): unknown {
  if (Array.isArray(value)) {
    const copy: unknown[] = new Array(value.length);
    for (const i of value.keys()) if (i in value) copy[i] = copied(value[i]);
    return copy;
  }
  if (value instanceof Set) return new Set(value);
  if (
    typeof value !== 'object' ||
    value === null ||
    ![Object.prototype, null].includes(Object.getPrototypeOf(value) as null)
  )
    return value;
  const copy = {};
  for (const [name, member] of Object.entries(value)) {
    Object.defineProperty(copy, name, { value: copied(member), enumerable: true, configurable: true, writable: true });
  }
  return copy;
}

/** What objects have of their own, without what is undefined: matchers look at what is inherited, too. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== 'object' || value === null || isBuiltIn(value)) return value;
  const said = Object.entries(value).filter(([, member]) => member !== undefined);
  return said.map(([name, member]) => [name, bare(member)]).sort();
}

type Outcome =
  { readonly stored: AttributeMap; readonly entity: unknown } | { readonly code: string; readonly message: string };

/** What an insert stores and leaves in hand, or its error. */
async function outcome(id: string, make: () => Thing): Promise<Outcome> {
  let thing: Thing;
  try {
    thing = make();
    await things.insert(thing);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code === undefined) throw error;
    return { code, message };
  }
  const key = physicalKey(schema.typeOf(Thing).keyPaths[0]!, () => ({ S: id }));
  const { id: _id, ...stored } = userAttributes((await bench.gateway.get(key))!, bench.gateway.keys);
  return { stored, entity: bare({ ...thing, id: '' }) };
}

it('create and an instance of the same data are stored the same, or refused the same', async () => {
  let ids = 0;
  const count = { stored: 0, VALIDATION: 0, UNKNOWN_PROPERTY: 0 };
  await fc.assert(
    fc.asyncProperty(plainThing, async (plain) => {
      const [one, two] = [`a${++ids}`, `b${ids}`];
      const created = await outcome(one, () => things.create({ ...plain, id: one } as never));
      const inserted = await outcome(two, () => Object.assign(instance(plain), { id: two }));
      const code = 'code' in created ? created.code : 'stored';
      count[code as keyof typeof count]++;
      // An instance may have properties that are no fields; what create is given may not.
      if (code !== 'UNKNOWN_PROPERTY') expect(created).toEqual(inserted);
    }),
    { numRuns: 150 },
  );
  expect(Object.keys(count)).toEqual(['stored', 'VALIDATION', 'UNKNOWN_PROPERTY']);
  for (const times of Object.values(count)) expect(times).toBeGreaterThan(0);
});
