import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LocalEngine } from '../../src/local/index.js';
import type { FieldType } from '../../src/fields/field-type.js';
import { ItemExistsError, KeyPathConflictError } from '../../src/protocol/errors.js';
import type { ItemTypeModel } from '../../src/schema/model.js';
import type { Schema } from '../../src/schema/schema.js';
import type { Repository } from '../../src/store/repository.js';
import type { Store } from '../../src/store/store.js';
import { startEngine } from '../support/engine.js';
import { histories } from '../schema/arbitraries.js';
import { releasesOf } from '../schema/releases.js';
import { Bench } from './bench.js';
import { fieldsOf, valueOf } from './random-values.js';

// The time limit is for shrinking, which starts every run anew on a table of its own.
const RUNS = { numRuns: Number(process.env['FC'] ?? 6) };
const STEPS = 14;

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

type Values = Record<string, unknown>;

/** An item that is in the table: its type, and its primary key by storage names. */
interface Known {
  readonly type: string;
  readonly key: Values;
}

class World {
  readonly stores: { readonly schema: Schema; readonly store: Store }[] = [];
  readonly items: Known[] = [];

  constructor(
    private readonly bench: Bench,
    readonly releases: readonly Schema[],
    private readonly pick: fc.GeneratorValue,
  ) {}

  async publishNext(): Promise<void> {
    const schema = this.releases[this.stores.length];
    if (schema !== undefined) this.stores.push({ schema, store: await this.bench.open(schema) });
  }

  async insert(): Promise<void> {
    const { schema, store } = this.oneOf(this.stores);
    const model = this.oneOf(Object.values(newest(schema).types));
    const repository = store.repository(schema.classes.types.get(model.storageName)!);
    const entity = repository.create(this.pick(() => fieldsOf(model, newest(schema)))) as Values;
    if (!(await this.tolerating(() => repository.insert(entity)))) return;
    const key = Object.fromEntries(primaryOf(model).map(({ storageName, name }) => [storageName, entity[name]]));
    this.items.push({ type: model.storageName, key });
    expect(await this.read(repository, model, key)).toEqual(entity);
  }

  /** [PUT-GET] [NO-LOSS] */
  async change(): Promise<void> {
    const found = this.seen();
    if (found === undefined) return;
    const { model, schema, repository, item } = found;
    const keyed = new Set(model.keyPaths[0]!.parameters.map(({ field }) => field));
    const free = model.fields.filter(({ storageName }) => !keyed.has(storageName));
    if (free.length === 0) return;
    const entity = (await this.read(repository, model, item.key))!;
    const others = await this.othersView(item, schema);
    const field = this.oneOf(free);
    entity[field.name] = this.pick(() => valueOf(field.type, newest(schema)));
    if (!(await this.tolerating(() => repository.save(entity)))) return;
    expect(await this.read(repository, model, item.key)).toEqual(entity);
    for (const [version, before] of others) {
      const after = (await this.othersView(item, schema)).get(version)!;
      const renamed = this.releases[version - 1]!.versions.at(-1)!.types[item.type]!.fields;
      for (const { name, storageName } of renamed) {
        if (storageName !== field.storageName) expect(after[name]).toEqual(before[name]);
      }
    }
  }

  /** [NO-LOSS] Elements are edited, moved, added and removed; those that stay keep what this version does not see of them. */
  async reshape(): Promise<void> {
    const found = this.seen();
    if (found === undefined) return;
    const { model, schema, repository, item } = found;
    const lists = model.fields.filter(({ type }) => elementTypeOf(type) !== undefined);
    if (lists.length === 0) return;
    const field = this.oneOf(lists);
    const entity = (await this.read(repository, model, item.key))!;
    const others = await this.othersView(item, schema);
    const elements = (entity[field.name] ??= []) as Values[];
    const loaded = [...elements];
    const edited = this.rearrange(elements, field.type, schema);
    if (!(await this.tolerating(() => repository.save(entity)))) return;
    expect(await this.read(repository, model, item.key)).toEqual(entity);
    const mine = newest(schema).objects[elementTypeOf(field.type)!]!.fields;
    const after = await this.othersView(item, schema);
    for (const [version, before] of others) {
      const theirs = newest(this.releases[version - 1]!);
      const same = theirs.types[item.type]!.fields.find(({ storageName }) => storageName === field.storageName);
      if (same === undefined) continue;
      const names = theirs.objects[elementTypeOf(same.type)!]!.fields.filter(
        ({ storageName }) => !mine.some((each) => each.storageName === storageName),
      ).map(({ name }) => name);
      const part = (values: Values) => Object.fromEntries(names.map((name) => [name, values[name]]));
      elements.forEach((element, i) => {
        const old = loaded.indexOf(element);
        if (old < 0) return;
        const [was, is] = [before, after.get(version)!].map(
          (view, n) => (view[same.name] as Values[])[n === 0 ? old : i]!,
        );
        if (edited.has(element)) expect(part(is!)).toEqual(part(was!));
        else expect(is).toEqual(was);
      });
    }
  }

  /** Some of what callers do to an array; the elements that were edited in place. */
  private rearrange(elements: Values[], type: FieldType, schema: Schema): ReadonlySet<Values> {
    const edited = new Set<Values>();
    const object = newest(schema).objects[elementTypeOf(type)!]!;
    const fresh = () => this.pick(() => fieldsOf(object, newest(schema), 2)) as Values;
    const operations = [
      () => elements.reverse(),
      () => elements.push(...elements.splice(0, 1)),
      () => elements.push(fresh()),
      () => (elements.pop(), elements.push(fresh())),
      () => elements.unshift(fresh()),
      () => elements.splice(1, 1),
      () => {
        const [element] = elements;
        if (element === undefined || object.fields.length === 0) return;
        const changed = this.oneOf(object.fields);
        element[changed.name] = this.pick(() => valueOf(changed.type, newest(schema), 2));
        edited.add(element);
      },
    ];
    for (let i = 0; i < 3; i++) this.oneOf(operations)();
    return edited;
  }

  /** [GET-PUT] */
  async saveUnchanged(): Promise<void> {
    const found = this.seen();
    if (found === undefined) return;
    const { model, repository, item } = found;
    const before = await this.othersView(item, undefined);
    const entity = (await this.read(repository, model, item.key))!;
    if (!(await this.tolerating(() => repository.save(entity)))) return;
    expect(await this.othersView(item, undefined)).toEqual(before);
  }

  async delete(): Promise<void> {
    const found = this.seen();
    if (found === undefined) return;
    expect(await found.repository.delete(this.keyIn(found.model, found.item.key) as never)).toBe(true);
    this.items.splice(this.items.indexOf(found.item), 1);
  }

  /** Every version that has the type reads every item. */
  async readAll(): Promise<void> {
    for (const item of this.items) await this.othersView(item, undefined);
  }

  private seen() {
    if (this.items.length === 0) return undefined;
    const item = this.oneOf(this.items);
    const able = this.stores.filter(({ schema }) => item.type in newest(schema).types);
    const { schema, store } = this.oneOf(able);
    const model = newest(schema).types[item.type]!;
    return { item, schema, model, repository: store.repository(schema.classes.types.get(item.type)!) };
  }

  private async othersView(item: Known, but: Schema | undefined): Promise<Map<number, Values>> {
    const views = new Map<number, Values>();
    for (const { schema, store } of this.stores) {
      const model = newest(schema).types[item.type];
      if (schema === but || model === undefined) continue;
      const seen = await this.read(store.repository(schema.classes.types.get(item.type)!), model, item.key);
      expect(seen).toBeDefined();
      views.set(schema.version, seen!);
    }
    return views;
  }

  private async read(repository: Repository<object>, model: ItemTypeModel, key: Values): Promise<Values | undefined> {
    const path = model.keyPaths[0]!.template;
    return (await repository.findByKeyPath(path, this.keyIn(model, key) as never)) as Values | undefined;
  }

  private keyIn(model: ItemTypeModel, key: Values): Values {
    return Object.fromEntries(primaryOf(model).map(({ storageName, name }) => [name, key[storageName]]));
  }

  /** Random keys meet; that is no defect. */
  private async tolerating(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (error instanceof KeyPathConflictError || error instanceof ItemExistsError) return false;
      throw error;
    }
  }

  private oneOf<T>(choices: readonly T[]): T {
    return choices[this.pick(() => fc.nat({ max: choices.length - 1 }))]!;
  }
}

/** The object type of an array's elements; undefined for any other type. */
const elementTypeOf = (type: FieldType): string | undefined =>
  type.kind === 'array' && type.of.kind === 'object' ? type.of.object : undefined;

const newest = (schema: Schema) => schema.versions.at(-1)!;

const primaryOf = (model: ItemTypeModel) =>
  model.fields.filter(({ storageName }) => model.keyPaths[0]!.parameters.some(({ field }) => field === storageName));

it('[PUT-GET] [GET-PUT] [NO-LOSS] [LAYOUT] hold for random chains of migrations and random mixes of writers', async () => {
  await fc.assert(
    fc.asyncProperty(histories(), fc.gen(), async (history, pick) => {
      const bench = await Bench.on(engine);
      const world = new World(bench, releasesOf(history), pick);
      await world.publishNext();
      // In half of the runs all versions are at work from the start.
      if (pick(fc.boolean)) for (const _ of world.releases) await world.publishNext();
      for (let step = 0; step < STEPS; step += 1) {
        const moves = [
          'insert',
          'insert',
          'change',
          'change',
          'reshape',
          'reshape',
          'saveUnchanged',
          'delete',
          'publishNext',
          'publishNext',
        ] as const;
        await world[moves[pick(() => fc.nat({ max: moves.length - 1 }))]!]();
      }
      await world.readAll();
      expect(await bench.wrong()).toEqual([]);
    }),
    RUNS,
  );
});
