import { expect } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import {
  backfill,
  drop,
  mendRestored,
  type OperatorOptions,
  plan,
  type PlannedStep,
  type Progress,
  retire,
  verify,
  withdraw,
  works,
} from '../../src/operator/index.js';
import { schemaFrom } from '../../src/schema/schema-from.js';
import type { Schema } from '../../src/schema/schema.js';
import type { WorkProgress } from '../../src/work/work.js';
import type { AttributeMap } from '../../src/values/attribute-value.js';
import { field } from '../schema/declare-by-hand.js';
import { Bench } from '../store/bench.js';
import { putRows } from '../support/copied-rows.js';

/** How a table is filled, and on how many key paths its second version lists it. */
export interface Shape {
  readonly items: number;
  readonly paths: number;
  readonly bytes: number;
}

class Doc {
  id!: string;
  a?: string;
  b?: string;
  c?: string;
  text?: string;
}

const PATHS = ['/a-:a/doc-:id', '/b-:b/doc-:id', '/c-:c/doc-:id'];

function release(version: 1 | 2, paths: number): Schema {
  const optional = { required: false } as const;
  const names = ['a', 'b', 'c', 'text', ...(version === 2 ? ['more'] : [])];
  const fields = [field('id', 'string'), ...names.map((name) => field(name, 'string', optional))];
  const added = PATHS.slice(0, paths);
  const keyPaths = ['/doc-:id', ...(version === 2 ? added : [])];
  const changes = [
    { op: 'addField' as const, name: 'more' },
    ...added.map((template) => ({ op: 'addKeyPath' as const, template })),
  ];
  const migration = {
    name: 'Two',
    from: 1,
    description: 'more',
    steps: [{ op: 'changeType' as const, name: 'Doc', changes }],
  };
  const types = [{ name: 'Doc', class: Doc, keyPaths, fields }];
  return schemaFrom('file', { types, objects: [], enums: [] }, version === 1 ? [] : [migration]);
}

export interface Filled {
  readonly bench: Bench;
  readonly place: OperatorOptions;
  /** Has version 2 used, so that version 1 may be retired. */
  readonly use: () => Promise<void>;
}

/** A table of so many items of version 1, as applications would have left them; version 2 is published since. */
export async function filled(engine: LocalEngine, { items, paths, bytes }: Shape): Promise<Filled> {
  const bench = await Bench.on(engine);
  const docs = (await bench.open(release(1, paths), { census: false })).repository(Doc);
  const text = 'x'.repeat(Math.max(0, bytes - 250));
  const doc = await docs.insert(docs.create({ id: 'ID', a: 'a-ID', b: 'b-ID', c: 'c-ID', text }));
  const like = JSON.stringify(await bench.rows());
  await docs.delete(doc);
  const copy = (_: unknown, i: number) => JSON.parse(like.replaceAll('ID', `id${i}`)) as AttributeMap[];
  for (let first = 0; first < items; first += 500) {
    const some = Array.from({ length: Math.min(500, items - first) }, (_, i) => copy(_, first + i));
    await putRows(bench.client, bench.table, some.flat());
  }
  const schema = release(2, paths);
  await bench.publish(schema);
  return {
    bench,
    place: { schema, table: bench.table, client: bench.client },
    async use() {
      const now = (await bench.open(schema, { census: false })).repository(Doc);
      await now.insert(now.create({ id: 'used' }));
    },
  };
}

type Run = (options: OperatorOptions) => Promise<unknown>;

const RUNS: Readonly<Record<PlannedStep, Run>> = {
  backfill,
  verify,
  retire: (options) => retire({ ...options, version: 1, force: true }),
  drop: (options) => drop({ ...options, version: 1, force: true }),
  withdraw: (options) => withdraw({ ...options, version: 2, force: true }),
  mendRestored,
};

interface Units {
  readonly read: number;
  readonly write: number;
}

interface Forecast {
  readonly said: Units;
  readonly consumed: Units;
  /** What its passes wrote down of themselves as they began, by which the time left is told; and what each of them consumed. */
  readonly passes: readonly { readonly id: string; readonly said: Units; readonly consumed: Units }[];
}

/** What is said before a step, and what its passes consume from then on; also of one that was begun, and goes on. */
export async function forecastOf({ place }: Filled, step: PlannedStep): Promise<Forecast> {
  const { readUnits: read, writeUnits: write } = await plan({ ...place, step });
  const before = new Map((await works(place)).map(({ id, consumed }) => [id, consumed]));
  const after = new Map<string, WorkProgress>();
  const onProgress = (progress: Progress): void => {
    if (progress.step !== 'drain' && progress.work !== undefined) after.set(progress.work.id, progress.work);
  };
  await RUNS[step]({ ...place, drain: 0, onProgress });
  const consumedOf = (what: keyof Units): number =>
    [...after].reduce((sum, [id, { consumed }]) => sum + consumed[what] - (before.get(id)?.[what] ?? 0), 0);
  const passes = [...after.values()].map(({ id, forecast, consumed }) => ({ id, said: forecast!, consumed }));
  return { said: { read, write }, consumed: { read: consumedOf('read'), write: consumedOf('write') }, passes };
}

/** Stops a step once so many items are written. */
export async function stopAfter({ place }: Filled, step: PlannedStep, items: number): Promise<void> {
  const controller = new AbortController();
  const onProgress = (progress: Progress): void => {
    if (progress.step === 'sweep' && progress.written >= items) controller.abort(new Error('enough'));
  };
  await expect(RUNS[step]({ ...place, drain: 0, signal: controller.signal, onProgress })).rejects.toThrow('enough');
}

/** What a pass writes down of itself, and hears of others, is no part of a forecast: some units, whatever the table. */
const OF_THE_PASS = 12;

/** How far what was said is from what was consumed, as a share of it. */
function offBy({ said, consumed }: Pick<Forecast, 'said' | 'consumed'>): Units {
  const off = (what: keyof Units): number =>
    Math.max(0, Math.abs(said[what] - consumed[what]) - OF_THE_PASS) / Math.max(1, consumed[what]);
  return { read: off('read'), write: off('write') };
}

/** The steps in an order in which each has something to do, on one table; and a withdraw, on another. */
const LIVES: readonly (readonly PlannedStep[])[] = [
  ['withdraw'],
  ['backfill', 'verify', 'retire', 'drop', 'mendRestored'],
];

/** Those forecasts of the steps of these lives that are off by more than 15 per cent, in tables of a shape. */
export async function wrongForecasts(
  engine: LocalEngine,
  shape: Shape,
  lives: readonly (readonly PlannedStep[])[] = LIVES,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const life of lives) {
    const table = await filled(engine, shape);
    for (const step of life) {
      if (step === 'retire') await table.use();
      found.push(...wrongOf(step, await forecastOf(table, step)));
    }
  }
  return found;
}

/** Nothing, where a forecast is right within 15 per cent, and what its passes were told to come to. */
export function wrongOf(step: PlannedStep, { said, consumed, passes }: Forecast): readonly string[] {
  return [{ id: step, said, consumed }, ...passes].flatMap((each) => {
    const { read, write } = offBy(each);
    return read > 0.15 || write > 0.15 ? [JSON.stringify(each)] : [];
  });
}
