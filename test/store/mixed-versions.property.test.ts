import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LocalEngine } from '../../src/local/index.js';
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
