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
} from '../../src/operator/index.js';
import { schemaFrom } from '../../src/schema/schema-from.js';
import type { Schema } from '../../src/schema/schema.js';
import type { AttributeMap } from '../../src/values/attribute-value.js';
import type { WorkProgress } from '../../src/work/work.js';
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

export interface Units {
  readonly read: number;
  readonly write: number;
}

/** What is said before a step, and what its passes consume then. */
export async function forecastOf(
  { place }: Filled,
  step: PlannedStep,
): Promise<{ readonly said: Units; readonly consumed: Units }> {
  const { readUnits: read, writeUnits: write } = await plan({ ...place, step });
  const works = new Map<string, WorkProgress>();
  const onProgress = (progress: Progress): void => {
    if (progress.step !== 'drain' && progress.work !== undefined) works.set(progress.work.id, progress.work);
  };
  await RUNS[step]({ ...place, drain: 0, onProgress });
  const sum = (what: keyof Units): number => [...works.values()].reduce((all, { consumed }) => all + consumed[what], 0);
  return { said: { read, write }, consumed: { read: sum('read'), write: sum('write') } };
}

/** What a pass writes down of itself, and hears of others, is no part of a forecast: some units, whatever the table. */
const OF_THE_PASS = 12;

/** How far what was said is from what was consumed, as a share of it. */
export function offBy({ said, consumed }: Awaited<ReturnType<typeof forecastOf>>): Units {
  const off = (what: keyof Units): number =>
    Math.max(0, Math.abs(said[what] - consumed[what]) - OF_THE_PASS) / Math.max(1, consumed[what]);
  return { read: off('read'), write: off('write') };
}

/** The steps in an order in which each has something to do, on one table; and a withdraw, on another. */
export const LIVES: readonly (readonly PlannedStep[])[] = [
  ['withdraw'],
  ['backfill', 'verify', 'retire', 'drop', 'mendRestored'],
];

/** What each step of those lives is off by, in a table of a shape. */
export async function offsOf(
  engine: LocalEngine,
  shape: Shape,
): Promise<readonly (Units & { readonly step: string })[]> {
  const found: (Units & { readonly step: string })[] = [];
  for (const life of LIVES) {
    const table = await filled(engine, shape);
    for (const step of life) {
      if (step === 'retire') await table.use();
      const forecast = await forecastOf(table, step);
      found.push({ step: `${step} ${JSON.stringify(forecast)}`, ...offBy(forecast) });
    }
  }
  return found;
}
