import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { schemaFrom } from '../../src/schema/schema-from.js';
import { createEntity } from '../../src/store/create-entity.js';
import { fillInitialValues } from '../../src/store/item-changes.js';
import { UnknownPropertyError } from '../../src/store/errors.js';
import { compileViews } from '../../src/views/compile-views.js';
import type { TypeView } from '../../src/views/type-view.js';
import type { Schema } from '../../src/schema/schema.js';
import { field } from '../schema/declare-by-hand.js';

class Part {
  name!: string;
  parts?: Part[];

  constructor(name: string) {
    if (name === undefined) throw new Error('a constructor that cannot be run');
  }
}

class Thing {
  id!: string;
  title!: string;
  madeAt!: Date;
  secret?: string;
  size = 7;
  main!: Part;
  parts!: Part[];
  byName!: Record<string, Part>;
  tags!: Set<string>;
  picture!: Uint8Array;
  extra!: unknown;
  total!: bigint;

  constructor(parts: Part[]) {
    this.size = parts.length;
  }

  get label(): string {
    return `${this.title} (${this.id})`;
  }
}

const part = { kind: 'object', class: Part } as const;
const schema = schemaFrom(
  'things',
  {
    types: [
      {
        name: 'Thing',
        class: Thing,
        keyPaths: ['/thing-:id'],
        fields: [
          field('id', 'string'),
          field('title', 'string'),
          field('madeAt', 'timestampSeconds'),
          field('secret', 'string', { required: false }),
          field('size', 'int', { required: false }),
          field('main', part),
          field('parts', { kind: 'array', of: part }),
          field('byName', { kind: 'map', of: part }),
          field('tags', { kind: 'set', of: { kind: 'string' } }),
          field('picture', 'bytes'),
          field('extra', 'json'),
          field('total', 'bigint'),
        ],
      },
    ],
    objects: [
      {
        name: 'Part',
        class: Part,
        fields: [field('name', 'string'), field('parts', { kind: 'array', of: part }, { required: false })],
      },
    ],
    enums: [],
  },
  [],
);

class Other {
  name!: string;
}

class Pair {
  id!: string;
  main!: Part;
  other!: Other;
}

const pairs = schemaFrom(
  'pairs',
  {
    types: [
      {
        name: 'Pair',
        class: Pair,
        keyPaths: ['/pair-:id'],
        fields: [field('id', 'string'), field('main', part), field('other', { kind: 'object', class: Other })],
      },
    ],
    objects: [
      { name: 'Part', class: Part, fields: [field('name', 'string')] },
      { name: 'Other', class: Other, fields: [field('name', 'string')] },
    ],
    enums: [],
  },
  [],
);

class Mark {
  get token(): string {
    return 'of the getter';
  }
}

const UUID = /^[0-9a-f-]{36}$/;
const marks = schemaFrom(
  'marks',
  {
    types: [
      {
        name: 'Mark',
        class: Mark,
        keyPaths: ['/mark-:id'],
        fields: [
          field('id', 'string'),
          ...['constructor', 'token'].map((name) => field(name, 'uuid', { initialValue: 'uuid' })),
        ],
      },
    ],
    objects: [],
    enums: [],
  },
  [],
);

const create = (plain: object): Thing => createEntity(schema, schema.typeOf(Thing), plain) as Thing;

function viewOf({ versions, classes }: Schema, type: string): TypeView {
  return compileViews({ schema: versions.at(-1)!, lens: [], classes }).get(type)!;
}

const plain = {
  id: 'a',
  title: 'Lamp',
  madeAt: new Date('2026-11-22T00:00:00Z'),
  main: { name: 'shade', parts: [{ name: 'frame' }] },
  parts: [{ name: 'bulb' }],
  byName: { constructor: { name: 'odd key' } },
  tags: new Set(['x']),
  picture: new Uint8Array([1, 2]),
  extra: { a: [null, 1] },
  total: 12n,
};

describe('create', () => {
  it('makes nested instances, runs no constructor and no initialiser, and keeps sets, bytes and JSON', () => {
    const thing = create(plain);
    expect(thing).toBeInstanceOf(Thing);
    expect(thing.size).toBeUndefined();
    expect('size' in thing).toBe(false);
    expect(thing.main).toBeInstanceOf(Part);
    expect(thing.main.parts![0]).toBeInstanceOf(Part);
    expect(thing.parts[0]).toBeInstanceOf(Part);
    expect(Object.values(thing.byName)[0]).toBeInstanceOf(Part);
    expect(thing.tags).toEqual(new Set(['x']));
    expect(thing.picture).toEqual(new Uint8Array([1, 2]));
    expect(thing.extra).toEqual({ a: [null, 1] });
    expect(thing.total).toBe(12n);
    expect(thing.label).toBe('Lamp (a)');
  });

  it('leaves the plain object as it was, and shares no containers with it', () => {
    const before = structuredClone(plain);
    const thing = create(plain);
    thing.parts.push(thing.main);
    thing.tags.add('y');
    thing.byName['more'] = thing.main;
    expect(plain).toEqual(before);
  });

  it('makes one instance of an object that is there twice, and comes to an end where one lies in itself', () => {
    const knot: { name: string; parts: unknown[] } = { name: 'knot', parts: [] };
    knot.parts.push(knot);
    const thing = create({ ...plain, main: knot, parts: [knot] });
    expect(thing.main.parts![0]).toBe(thing.main);
    expect(thing.parts[0]).toBe(thing.main);
  });

  it('names every property that is no field', () => {
    const error = (() => {
      try {
        return create({ ...plain, titel: 'x', parts: [{ name: 'a', nmae: 'b' }] });
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(UnknownPropertyError);
    expect((error as UnknownPropertyError).facts['properties']).toEqual(['titel', 'parts[0].nmae']);
    expect((error as Error).message).toMatch(/Thing has .*title.*; Part has name, parts/);
  });

  it('makes an instance of the type of each place of an object that stands in fields of two types', () => {
    const shared = { name: 'both' };
    const { main, other } = createEntity(pairs, pairs.typeOf(Pair), { id: 'a', main: shared, other: shared }) as Pair;
    expect(main).toBeInstanceOf(Part);
    expect(other).toBeInstanceOf(Other);
  });

  it('fills a field with an initial value whose name is that of a getter, or of what every object has', () => {
    const marked = createEntity(marks, marks.typeOf(Mark), { id: 'a' });
    const view = viewOf(marks, 'Mark');
    fillInitialValues(view, marked);
    expect(Object.values(marked)).toEqual(['a', expect.stringMatching(UUID), expect.stringMatching(UUID)]);
    expect(view.check(marked)).toEqual([]);
  });

  it('takes instances of other classes apart, and leaves those of the class as they are', () => {
    class PartDto {
      constructor(readonly name: string) {}
    }
    class Special extends Part {}
    const special = Object.assign(Object.create(Special.prototype) as Special, { name: 'special' });
    const thing = create({ ...plain, main: new PartDto('dto'), parts: [special, new PartDto('dto')] });
    expect(thing.main).toBeInstanceOf(Part);
    expect(thing.main.name).toBe('dto');
    expect(thing.parts[0]).toBe(special);
    expect(thing.parts[1]).toBeInstanceOf(Part);
  });

  it('does not follow what nests deeper than DynamoDB stores: the check of a write tells of it', () => {
    let deep: object = { name: 'last', parts: [] };
    for (let i = 0; i < 20_000; i++) deep = { name: 'part', parts: [deep] };
    const thing = create({ ...plain, main: deep });
    expect(viewOf(schema, 'Thing').check(thing)).toContainEqual(
      expect.objectContaining({ code: 'range', message: expect.stringContaining('32 levels') }),
    );
  });
});
