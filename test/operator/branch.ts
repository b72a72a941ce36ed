import type { DynamoDBClient, ScanCommandInput } from '@aws-sdk/client-dynamodb';
import type { LocalEngine } from '../../src/local/index.js';
import type { OperatorOptions } from '../../src/operator/index.js';
import type { Repository } from '../../src/store/repository.js';
import type { Store } from '../../src/store/store.js';
import type { AttributeMap } from '../../src/values/attribute-value.js';
import { Bench } from '../store/bench.js';
import { clientOf } from '../dynamo/wire.js';
import { allRows } from '../support/check-table.js';
import { oncePer, putRows } from '../support/copied-rows.js';
import { Book, Member, v1, v2 } from './library.js';

/** What a report says of a pass during which no worker was killed, and which went on past no row. */
export const smoothly = { killed: false, passedOver: { count: 0, first: [] } } as const;

/** A library's table at work: version 1 writes, and version 2 was published after it. */
export interface Branch {
  readonly bench: Bench;
  readonly old: { readonly members: Repository<Member>; readonly books: Repository<Book> };
  readonly now: { readonly members: Repository<Member>; readonly books: Repository<Book> };
  /** What the operator functions take. */
  readonly place: OperatorOptions;
}

/** `before` runs while version 1 is all there is. */
export async function openBranch(
  engine: LocalEngine,
  before: (old: Branch['old']) => Promise<void> = async () => undefined,
): Promise<Branch> {
  const bench = await benchWith(engine, await written(engine));
  const old = repositories(await bench.open(v1));
  await before(old);
  return branchOf(bench, old);
}

/** The same in a table of its own, with everything that is in that one. */
export async function copyOf({ bench }: Branch, engine: LocalEngine): Promise<Branch> {
  const copy = await benchWith(engine, await allRows(bench.gateway));
  return branchOf(copy, repositories(await copy.open(v1)));
}

async function branchOf(bench: Bench, old: Branch['old']): Promise<Branch> {
  const now = repositories(await bench.open(v2));
  return { bench, old, now, place: { schema: v2, table: bench.table, client: bench.client } };
}

async function benchWith(engine: LocalEngine, rows: readonly AttributeMap[]): Promise<Bench> {
  const bench = await Bench.on(engine);
  await putRows(engine.client, bench.table, rows);
  return bench;
}

const repositories = (store: Store): Branch['old'] => ({
  members: store.repository(Member),
  books: store.repository(Book),
});

/** The first write makes version 1 active, so that the key paths of version 2 start in expand. */
const written = oncePer(async (engine: LocalEngine) => {
  const bench = await Bench.on(engine);
  const members = (await bench.open(v1, { census: false })).repository(Member);
  await members.insert(members.create({ id: 'first' }));
  return allRows(bench.gateway);
});

/** What every call that passes over the table asks first, of one row: see `losesResumes`. */
const isProbe = (input: object): boolean => (input as ScanCommandInput).ExclusiveStartKey?.['sk']?.S === '!';

/** What a pass that begins asks to tell what it will come to: see `sampledRows`. */
function isOfSample(input: object): boolean {
  const { TotalSegments, Limit } = input as ScanCommandInput;
  return TotalSegments === 8 && Limit === 256;
}

/**
 * A client of its own that calls `before` ahead of every request: (operation, which one of its kind, from 1). What is asked ahead
 * of a pass, about the engine and what the pass will come to, is none of them.
 *
 * @param withSample whether what is asked to tell what a pass will come to is
 */
export function watched(
  engine: LocalEngine,
  before: (operation: string, count: number) => void | Promise<void>,
  withSample = false,
): DynamoDBClient {
  const client = clientOf(engine);
  const counts = new Map<string, number>();
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const operation = String(context['commandName']).replace(/Command$/, '');
      if (isProbe(args.input) || (!withSample && isOfSample(args.input))) return next(args);
      const count = (counts.get(operation) ?? 0) + 1;
      counts.set(operation, count);
      await before(operation, count);
      return next(args);
    },
    { step: 'initialize' },
  );
  return client;
}

/**
 * Remembers the rows of all items; what it resolves to puts them back, and takes away what was added, and what passes over
 * the table have written down.
 */
export async function remembered(bench: Bench): Promise<() => Promise<void>> {
  const { gateway } = bench;
  const before = await bench.rows();
  return async () => {
    const ofPasses = await Promise.all(['$work', '$digest'].map((pk) => gateway.query({ pk })));
    const added = [...(await bench.rows()), ...ofPasses.flatMap(({ rows }) => rows)];
    for (const row of added) await gateway.write([{ kind: 'delete', key: gateway.keyOf(row) }], 'by-hand');
    for (const { pk, sk, ...row } of before) await bench.putRaw(gateway.keyOf({ pk: pk!, sk: sk! }), row);
  };
}

export async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
