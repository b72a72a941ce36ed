import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LocalEngine } from '../../src/local/index.js';
import type { ItemTypeModel } from '../../src/schema/model.js';
import type { Schema } from '../../src/schema/schema.js';
import type { Repository } from '../../src/store/repository.js';
import type { EnumChange, MigrationStep } from '../../src/schema/steps.js';
import type { RandomHistory } from '../schema/arbitraries.js';
import { change, field, itemType, migration, schemaOf } from '../schema/declare-by-hand.js';
import { releasesOf } from '../schema/releases.js';
import { startEngine } from '../support/engine.js';
import { Bench } from './bench.js';
import { fieldsOf, valueOf } from './random-values.js';

// The time limit is for shrinking, which starts every run anew on a table of its own.
const RUNS = { numRuns: Number(process.env['FC'] ?? 2), interruptAfterTimeLimit: 60_000 };
const STEPS = 12;

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const PATHS = ['/state-:state/id-:id', '/desk-:desk/state-:state/id-:id', '/kind-:kind/state-:state/id-:id'];

/** One type with an enum in all of its secondary key paths, that gets and loses values in four migrations. */
function ticketHistory(pick: fc.GeneratorValue): RandomHistory {
  const oneOf = <T>(choices: readonly T[]): T => choices[pick(() => fc.nat({ max: choices.length - 1 }))]!;
  let values = ['a', 'b'];
  const migrations = [1, 2, 3, 4].map((from) => {
    const next = `v${from}`;
    const [kept, ...rest] = values as [string, ...string[]];
    const gone = rest.length === 0 ? undefined : oneOf(rest);
    const move = oneOf(['add', 'add', 'remove', 'rename'] as const);
    const step = (one: EnumChange): MigrationStep => ({ op: 'changeEnum', name: 'State', changes: [one] });
    if (move === 'remove' && gone !== undefined) {
      values = values.filter((value) => value !== gone);
      return migration(
        from,
        change('Ticket', ...PATHS.map((template) => ({ op: 'removeKeyPath', template }) as const)),
        step({ op: 'removeValue', value: gone, newerReadAs: oneOf(values) }),
        change('Ticket', ...PATHS.map((template) => ({ op: 'addKeyPath', template }) as const)),
      );
    }
    if (move === 'rename') {
      values = [next, ...rest];
      return migration(from, step({ op: 'renameValue', from: kept, to: next }));
    }
    const olderReadAs = oneOf(values);
    values = [...values, next];
    return migration(from, step({ op: 'addValue', value: next, olderReadAs }));
  });
  const state = { name: 'State', values };
  const type = itemType(
    'Ticket',
    ['/ticket-:id', ...PATHS],
    field('id', 'int'),
    field('state', { kind: 'enum', enum: state }),
    field('desk', 'boolean'),
    field('kind', { kind: 'enum', enum: state }, { required: false }),
  );
  return { declared: schemaOf([type], [], [state]), migrations };
}

type Values = Record<string, unknown>;

interface Version {
  readonly schema: Schema;
  /** The newest version that its process has heard of for sure: a change of an item that is there asks nobody. */
  knows: number;
  repositoryOf(model: ItemTypeModel): Repository<Values>;
}

/** An item that is there, and the newest version that a writer of it knew: rows of later paths it may lack. */
interface Known {
  readonly type: string;
  readonly key: Values;
  newest: number;
}

const newest = (schema: Schema) => schema.versions.at(-1)!;
const namesIn = (model: ItemTypeModel, path: ItemTypeModel['keyPaths'][number]): readonly string[] =>
  path.parameters.map(({ field }) => model.fields.find(({ storageName }) => storageName === field)!.name);
const valuesOn = (names: readonly string[], entity: Values): Values =>
  Object.fromEntries(names.map((name) => [name, entity[name]]));

class World {
  private readonly versions: Version[] = [];
  private readonly items: Known[] = [];

  constructor(
    private readonly bench: Bench,
    private readonly releases: readonly Schema[],
    private readonly pick: fc.GeneratorValue,
  ) {}

  async publishNext(): Promise<void> {
    const schema = this.releases[this.versions.length];
    if (schema === undefined) return;
    const store = await this.bench.open(schema, { incomplete: 'allow', census: false });
    const repositoryOf = (model: ItemTypeModel) =>
      store.repository(schema.classes.types.get(model.storageName)!) as unknown as Repository<Values>;
    this.versions.push({ schema, knows: this.versions.length + 1, repositoryOf });
  }

  async insert(): Promise<void> {
    const version = this.oneOf(this.versions);
    const { schema, repositoryOf } = version;
    const model = this.oneOf(Object.values(newest(schema).types));
    const repository = repositoryOf(model);
    const item = repository.create(this.pick(() => fieldsOf(model, newest(schema))));
    const [name] = namesIn(model, model.keyPaths[0]!) as [string];
    const field = model.keyPaths[0]!.parameters[0]!.field;
    if ((await repository.findByKeyPath(model.keyPaths[0]!.template, { [name]: item[name] } as never)) !== undefined)
      return;
    await repository.insert(item);
    version.knows = this.versions.length;
    this.items.push({ type: model.storageName, key: { [field]: item[name] }, newest: version.knows });
  }

  async change(): Promise<void> {
    if (this.items.length === 0) return;
    const item = this.oneOf(this.items);
    const version = this.oneOf(this.versions.filter(({ schema: s }) => item.type in newest(s).types));
    const { schema, repositoryOf } = version;
    const model = newest(schema).types[item.type]!;
    const primary = namesIn(model, model.keyPaths[0]!);
    const enums = model.fields.filter(({ name, type }) => !primary.includes(name) && type.kind === 'enum');
    if (enums.length === 0) return;
    const { name, type } = this.oneOf(enums);
    const value = this.pick(() => valueOf(type, newest(schema)));
    const entity = (await this.read(repositoryOf(model), model, item))!;
    // A save of what was not changed writes nothing.
    if (entity[name] !== value) item.newest = version.knows = Math.max(item.newest, version.knows);
    entity[name] = value;
    await repositoryOf(model).save(entity);
  }

  /** Each version finds and lists each item under what it reads, once, and nothing under what it does not read. */
  async look(): Promise<void> {
    for (const { schema, repositoryOf } of this.versions) {
      for (const model of Object.values(newest(schema).types)) {
        const items = this.items.filter(({ type }) => type === model.storageName);
        const repository = repositoryOf(model);
        const read = await Promise.all(items.map((item) => this.read(repository, model, item)));
        for (const path of model.keyPaths.slice(1)) {
          const names = namesIn(model, path);
          const there = read.filter((entity, i) => {
            return items[i]!.newest >= path.since && names.every((name) => entity![name] !== undefined);
          });
          for (const entity of there) {
            expect(await repository.findByKeyPath(path.template, valuesOn(names, entity!) as never)).toEqual(entity);
          }
          await this.list(repository, path.template, names, there as Values[]);
        }
      }
    }
  }

  private async list(
    repository: Repository<Values>,
    template: string,
    names: readonly string[],
    there: readonly Values[],
  ): Promise<void> {
    const [group] = names as [string];
    const prefix = `/${template.split('/')[1]!}`;
    for (const value of new Set(there.map((entity) => entity[group]))) {
      const listed = await repository.listByKeyPath(prefix, { [group]: value } as never).toArray();
      expect(listed.filter((each) => each[group] !== value)).toEqual([]);
      const found = (entity: Values) => listed.filter((each) => names.every((name) => each[name] === entity[name]));
      for (const entity of there) expect(found(entity)).toHaveLength(entity[group] === value ? 1 : 0);
    }
  }

  private async read(
    repository: Repository<Values>,
    model: ItemTypeModel,
    { key }: Known,
  ): Promise<Values | undefined> {
    const { template, parameters } = model.keyPaths[0]!;
    const [name] = namesIn(model, model.keyPaths[0]!) as [string];
    return repository.findByKeyPath(template, { [name]: key[parameters[0]!.field] } as never);
  }

  private oneOf<T>(choices: readonly T[]): T {
    return choices[this.pick(() => fc.nat({ max: choices.length - 1 }))]!;
  }
}

it('[KEY-VIEW] every version finds and lists every item under the value that it reads, whoever writes and whenever versions come', async () => {
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (pick) => {
      const bench = await Bench.on(engine);
      const world = new World(bench, releasesOf(ticketHistory(pick)), pick);
      await world.publishNext();
      for (let step = 0; step < STEPS; step += 1) {
        const moves = ['insert', 'insert', 'change', 'change', 'publishNext', 'publishNext'] as const;
        await world[moves[pick(() => fc.nat({ max: moves.length - 1 }))]!]();
      }
      await world.look();
      expect(await bench.wrong()).toEqual([]);
    }),
    RUNS,
  );
}, 120_000);
