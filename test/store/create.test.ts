import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Exclude, Expose, Transform, Type } from 'class-transformer';
import { schemaFrom } from '../../src/schema/schema-from.js';
import { createEntity } from '../../src/store/create-entity.js';
import { UnknownPropertyError } from '../../src/store/errors.js';
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
  @Transform(({ value }) => String(value).trim())
  title!: string;
  @Expose({ name: 'made_at' })
  @Type(() => Date)
  madeAt!: Date;
  @Exclude()
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

const create = (plain: object): Thing => createEntity(schema, schema.typeOf(Thing), plain) as Thing;

const plain = {
  id: 'a',
  title: '  Lamp ',
  made_at: '2026-11-22T00:00:00Z',
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

  it("follows class-transformer's decorators", () => {
    const thing = create({ ...plain, secret: 'x' });
    expect(thing.title).toBe('Lamp');
    expect(thing.madeAt).toEqual(new Date('2026-11-22T00:00:00Z'));
    expect('secret' in thing).toBe(false);
    expect('made_at' in thing).toBe(false);
  });

  it('leaves the plain object as it was, and shares no containers with it', () => {
    const before = structuredClone(plain);
    const thing = create(plain);
    thing.parts.push(thing.main);
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
    expect((error as UnknownPropertyError).facts['properties']).toEqual(
      expect.arrayContaining(['titel', 'parts[0].nmae']),
    );
  });
});
