import { DeleteItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { openStore } from '../../src/index.js';
import { backfill, verify } from '../../src/operator/index.js';
import { startEngine } from '../support/engine.js';
import { followed, followedAfter, MOST, STEPS, tableAt2 } from './follow.js';
import { Note, notes } from './schemas/notes.js';
import { typed } from './terminal.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const rowsOf = async (table: string) => (await engine.client.send(new ScanCommand({ TableName: table }))).Items ?? [];

/** A request in the middle of each; the long tests have them all. */
const MIDDLES: readonly (readonly [name: string, operation: string, count: number])[] = [
  ['backfill', 'TransactWriteItems', 3],
  ['verify', 'PutItem', 3],
  ['retire', 'PutItem', 2],
  ['drop', 'TransactWriteItems', 2],
  ['withdraw', 'Scan', 1],
  ['mendRestored', 'PutItem', 2],
];

describe('what comes next leads on to rest, wherever a step was stopped', () => {
  test.each(MIDDLES)('%s', async (name, operation, count) => {
    expect(await followedAfter(engine, name, { operation, count })).toContain('status');
  });

  test('each has its middle', () => {
    expect(MIDDLES.map(([name]) => name)).toEqual(Object.keys(STEPS));
  });
});

describe('what comes next leads on from damage', () => {
  const lose = async (table: string, which: 'items' | 'rows'): Promise<void> => {
    const lost = (await rowsOf(table)).find((row) => '$type' in row && '$owner' in row === (which === 'rows'))!;
    await engine.client.send(new DeleteItemCommand({ TableName: table, Key: { pk: lost['pk']!, sk: lost['sk']! } }));
  };

  test('a row that is missing', async () => {
    const { table, folder } = await tableAt2(engine);
    await backfill({ table, client: engine.client });
    await lose(table, 'rows');
    expect(await followed([], folder)).toEqual(['status', 'verify', 'verify', 'promote', 'status']);
  });

  test('an orphan: by what a repair has left, and with a caution', async () => {
    const { table, folder } = await tableAt2(engine);
    await backfill({ table, client: engine.client });
    await lose(table, 'items');
    await verify({ table, client: engine.client, repair: true });
    const orphans = 'ductile verify --repair --delete-orphans';
    for (const line of ['status', 'doctor', 'promote', 'promote --dry-run']) {
      const { stdout } = await typed([...line.split(' '), '--json'], { folder });
      expect([line, JSON.parse(stdout)]).toEqual([
        line,
        expect.objectContaining({ nextCommand: orphans, caution: expect.stringContaining('the last copy') }),
      ]);
    }
    expect(await followed([], folder)).toEqual(['status', 'verify', 'promote', 'status']);
  });

  test('a damaged item: to a person, whether a pass went on past it or a verify found it', async () => {
    const { table, folder } = await tableAt2(engine);
    const item = (await rowsOf(table)).find((row) => '$type' in row && !('$owner' in row))!;
    const put = (row: typeof item) => engine.client.send(new PutItemCommand({ TableName: table, Item: row }));
    const { $inc: _, ...damaged } = item;
    await put(damaged);
    expect(await followed([], folder)).toEqual(['status', 'backfill', 'status']);
    await put(item);
    await backfill({ table, client: engine.client });
    await put(damaged);
    expect(await followed([], folder)).toEqual(['status', 'verify', 'status']);
  });

  test('two items with one key: to a person, who is told so', async () => {
    const { table, folder } = await tableAt2(engine);
    const store = await openStore({ schema: notes, table, client: engine.client });
    const repository = store.repository(Note);
    await repository.insert(repository.create({ userId: 'bob', noteId: 'n4', text: 'text 4' }));
    await store.close();
    expect((await followed([], folder)).length).toBeLessThan(MOST);
    const { stdout } = await typed(['status', '--json'], { folder });
    expect(JSON.parse(stdout)).toMatchObject({ next: [{ step: 'verify', byHand: true }] });
    expect(JSON.parse(stdout)).not.toHaveProperty('nextCommand');
  });
});

test('a promote that is refused says what comes next', async () => {
  const { folder } = await tableAt2(engine);
  const { exit, stdout, stderr } = await typed(['promote'], { folder });
  expect({ exit, stdout }).toEqual({ exit: 3, stdout: '' });
  expect(stderr).toMatch(/^ductile: .* \[NOT_VERIFIED\]\nNext: ductile backfill run\n$/);
});
