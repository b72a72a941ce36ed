import { isDeepStrictEqual, inspect } from 'node:util';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect } from '@jest/globals';
import * as fc from 'fast-check';
import type { Deviation } from './deviations.js';
import { clientEngine, memoryEngine } from './engines.js';
import type { Answer, Engine } from './engines.js';
import { sequences, TABLE } from './steps.js';
import type { Sequence, Step } from './steps.js';
import type { Keys } from './values.js';

/** What sequences came to, over all of them. */
interface Tally {
  /** How many sequences ended with an explained difference. */
  cut: number;
}

/** The sequences of every run, so that an engine's next unknown quirk fails who looks for it, and not who changes something else. */
const SEED = Number(process.env['FC_SEED'] ?? 20_261_123);

/**
 * Compares MemoryDynamo with the engine of a client over random sequences: always the same ones, unless `FC_SEED` says
 * others. A failure prints the seed and the shrunken sequence.
 */
export async function compareMany(
  numRuns: number,
  client: DynamoDBClient,
  deviations: readonly Deviation[],
): Promise<void> {
  const tally: Tally = { cut: 0 };
  const other = clientEngine(client);
  await fc.assert(
    fc.asyncProperty(sequences, (sequence) => compare(sequence, other, deviations, tally)),
    { numRuns, seed: SEED },
  );
  // Else what is known to differ hides what is not.
  expect(tally.cut).toBeLessThan(numRuns / 2);
}

let run = 0;

/**
 * Carries out a sequence on MemoryDynamo and on another engine, request by request, and throws at the first answer that
 * differs and that no deviation explains. Where one does, what is stored may differ from then on, and the sequence ends.
 */
async function compare(
  { keys, steps }: Sequence,
  other: Engine,
  deviations: readonly Deviation[],
  tally: Tally,
): Promise<void> {
  const memory = memoryEngine();
  await other.execute('DeleteTable', { TableName: TABLE });
  run++;
  const everything: Step = { operation: 'Scan', input: { TableName: TABLE, TotalSegments: 1 }, pages: true };
  for (const step of [createTable(keys), ...steps.map(withOwnToken), everything]) {
    const ours = await answersOf(memory, step);
    const theirs = await answersOf(other, step);
    for (let page = 0; page < Math.max(ours.length, theirs.length); page++) {
      const [one, two] = [ours[page], theirs[page]];
      if (one !== undefined && two !== undefined && same(step, one, two, deviations)) continue;
      const [last, otherLast] = [one ?? ours.at(-1)!, two ?? theirs.at(-1)!];
      const deviation = deviations.find(({ explains }) => explains?.(step, last, otherLast));
      if (deviation === undefined) throw new Error(difference(step, last, otherLast));
      tally.cut++;
      return;
    }
  }
}

const createTable = ({ hash, range }: Keys): Step => ({
  operation: 'CreateTable',
  input: {
    TableName: TABLE,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: hash },
      ...(range === undefined ? [] : [{ AttributeName: 'sk', AttributeType: range }]),
    ],
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      ...(range === undefined ? [] : [{ AttributeName: 'sk', KeyType: 'RANGE' }]),
    ],
  },
});

/** Engines remember tokens beyond the life of a table. */
function withOwnToken(step: Step): Step {
  const token = step.input['ClientRequestToken'];
  if (token === undefined) return step;
  return { ...step, input: { ...step.input, ClientRequestToken: `${process.pid}-${run}-${token as string}` } };
}

/** More than the rows of any sequence: where a query has so many pages, it goes round in circles. */
const MOST_PAGES = 60;

/** The answer, or that of each page, segment after segment. */
async function answersOf(engine: Engine, { operation, input, pages }: Step): Promise<readonly Answer[]> {
  if (pages === undefined) return [await engine.execute(operation, input)];
  const { TotalSegments: of = 1, ...rest } = input as { TotalSegments?: number };
  const answers: Answer[] = [];
  for (let Segment = 0; Segment < of; Segment++) {
    const segment = of === 1 ? {} : { Segment, TotalSegments: of };
    let ExclusiveStartKey: unknown;
    do {
      const answer = await engine.execute(operation, { ...rest, ...segment, ExclusiveStartKey });
      answers.push(answer);
      ExclusiveStartKey = 'output' in answer ? answer.output['LastEvaluatedKey'] : undefined;
    } while (ExclusiveStartKey !== undefined && answers.length < MOST_PAGES);
  }
  return operation === 'Scan' ? [wholeScan(answers)] : answers;
}

/** Engines scan partitions in orders of their own: only the rows of one partition come in an order that can be compared. */
function wholeScan(pages: readonly Answer[]): Answer {
  const failed = pages.find((page) => 'error' in page);
  if (failed !== undefined) return failed;
  const outputs = pages.map((page) => (page as { output: Record<string, unknown> }).output);
  const rows = outputs.flatMap(({ Items }) => Items as readonly Record<string, unknown>[]);
  const partitions: Record<string, unknown[]> = {};
  for (const row of rows) (partitions[inspect(row['pk'])] ??= []).push(row);
  const scanned = outputs.reduce((sum, { ScannedCount }) => sum + (ScannedCount as number), 0);
  return { output: { partitions, scanned } };
}

function same(step: Step, ours: Answer, theirs: Answer, deviations: readonly Deviation[]): boolean {
  if (step.operation === 'CreateTable') return 'output' in ours && 'output' in theirs;
  let [one, two] = [contentOf(ours), contentOf(theirs)];
  if (isDeepStrictEqual(normal(one), normal(two))) return true;
  for (const { overlooks } of deviations) {
    if (overlooks !== undefined) [one, two] = [overlooks(step, one), overlooks(step, two)];
  }
  return isDeepStrictEqual(normal(one), normal(two));
}

/** Messages are in the words of each engine. */
function contentOf(answer: Answer): Readonly<Record<string, unknown>> {
  if ('output' in answer) return answer.output;
  const { error, Item, reasons } = answer;
  return { error, Item, reasons };
}

const UNORDERED: ReadonlySet<string> = new Set(['SS', 'NS', 'BS']);

/** Sets, and the rows of a batch, come in any order; what is undefined is not there. */
function normal(value: unknown, name?: string): unknown {
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value)) {
    const elements = value.map((element) => normal(element));
    return UNORDERED.has(name ?? '') ? elements.sort() : elements;
  }
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    members.map(([member, of]) => [
      member,
      member === 'Responses' && !Array.isArray(of) ? inBatchOrder(of) : normal(of, member),
    ]),
  );
}

const inBatchOrder = (responses: object): unknown =>
  Object.fromEntries(
    Object.entries(responses).map(([table, rows]) => [
      table,
      (rows as readonly unknown[]).map((row) => JSON.stringify(sorted(normal(row)))).sort(),
    ]),
  );

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}

function difference(step: Step, ours: Answer, theirs: Answer): string {
  const print = (value: unknown): string => inspect(value, { depth: 12, breakLength: 140 });
  return `${step.operation} ${print(step.input)}\nMemoryDynamo: ${print(ours)}\nthe other:    ${print(theirs)}`;
}
