import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DeleteItemCommand, DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, ScanCommand as DocumentScan } from '@aws-sdk/lib-dynamodb';
import { type Fleet, mixedFleet } from '../../src/testing/index.js';
import { Order as OrderV1 } from './history/v1/order.js';
import { Order, shop } from './shop.js';

const versions = { 1: { Order: OrderV1 }, 3: { Order } } as const;
const orderId = '00000000-0000-4000-8000-000000000001';
const key = { customerId: 'ann', orderId };

type Row = NonNullable<Awaited<ReturnType<typeof rowsOf>>>[number];

let fleet: Fleet<typeof versions>;
let sound: readonly Row[];
beforeAll(async () => {
  fleet = await mixedFleet(versions, { schema: shop, seed: 1 });
  const old = fleet.at(1).repository('Order');
  await old.insert(old.create({ ...key, items: [], priority: 'high', createdAt: new Date(0) }));
  await fleet.publishNext();
  await fleet.backfill();
  await fleet
    .at(3)
    .repository('Order')
    .update(key, (order) => void (order.code = 'X1'));
  sound = await rowsOf(fleet);
  expect(sound).toHaveLength(3);
});
afterEach(async () => {
  for (const row of await rowsOf(fleet)) await remove(row);
  for (const row of sound) await put(row);
  await fleet.check();
});
afterAll(() => fleet.stop());

async function rowsOf({ client, table }: Fleet<typeof versions>) {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: table, ConsistentRead: true }));
  return Items.filter((row) => !row['pk']!.S!.startsWith('$'));
}

const primary = async (): Promise<Row> => (await rowsOf(fleet)).find((row) => '$anc' in row)!;
const copyOn = async (path: string): Promise<Row> => (await rowsOf(fleet)).find((row) => row['$path']?.S === path)!;

/** Writes a row past Ductile. */
async function put(row: Row): Promise<void> {
  await fleet.client.send(new PutItemCommand({ TableName: fleet.table, Item: row }));
}

async function remove(row: Row): Promise<void> {
  const { pk, sk } = row;
  await fleet.client.send(new DeleteItemCommand({ TableName: fleet.table, Key: { pk: pk!, sk: sk! } }));
}

async function faults(): Promise<readonly string[]> {
  const error: unknown = await fleet.check().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code: 'INVARIANT', seed: 1 });
  return (error as { faults: readonly string[] }).faults;
}

const manifestOf = (row: Row) => ({ ...row['$paths']!.M });

describe('check catches', () => {
  it('[LAYOUT] a row that is missing', async () => {
    await remove(await copyOn('1'));
    expect(await faults()).toEqual([
      expect.stringMatching(/^\[LAYOUT\] Order .* lists a row on path 1 that is not there$/),
    ]);
  });

  it('[LAYOUT] a copy that is stale', async () => {
    await put({ ...(await copyOn('2')), note: { S: 'another' } });
    expect(await faults()).toEqual([expect.stringMatching(/^\[LAYOUT\] Order .* has a stale row on path 2: note$/)]);
  });

  it('[LAYOUT] a row that no item lists', async () => {
    await remove(await primary());
    expect(await faults()).toEqual([
      expect.stringContaining('is a row that no item lists'),
      expect.stringContaining('is a row that no item lists'),
    ]);
  });

  it('[LAYOUT] a row of another owner', async () => {
    const { $owner, ...copy } = await copyOn('2');
    await put({ ...copy, $owner: { L: [...$owner!.L!.slice(0, 2), { S: '/order-other' }] } });
    expect(await faults()).toEqual([
      expect.stringContaining('lists a row on path 2 that is not there'),
      expect.stringContaining('is a row that no item lists'),
    ]);
  });

  it('[LAYOUT] [COMPLETE] a demanded row that the item does not list', async () => {
    const row = await primary();
    const { 2: _, ...rest } = manifestOf(row);
    await put({ ...row, $paths: { M: rest } });
    await remove(await copyOn('2'));
    expect(await faults()).toEqual([
      expect.stringMatching(/^\[LAYOUT\] .* lists no row on path 2, which epoch \d+ demands$/),
      expect.stringMatching(/^\[COMPLETE\] .* is not found through the key path \/code-:code, which is promoted$/),
    ]);
  });

  it('[COMPLETE] an open entry on a promoted key path', async () => {
    const row = await primary();
    await put({ ...row, $paths: { M: { ...manifestOf(row), 2: { S: 'open' } } } });
    await remove(await copyOn('2'));
    expect(await faults()).toEqual([expect.stringMatching(/^\[COMPLETE\]/)]);
  });

  it('[LAYOUT] [KEY-VIEW] a row that is listed under another key', async () => {
    const row = await primary();
    const copy = await copyOn('2');
    await put({ ...row, code: { S: 'X2' } });
    await put({ ...copy, code: { S: 'X2' } });
    await put({ ...(await copyOn('1')), code: { S: 'X2' } });
    expect(await faults()).toEqual([
      expect.stringContaining('lists its row on path 2 under another key than its fields make'),
      expect.stringMatching(/^\[KEY-VIEW\] .* is not where version 3 looks for it on the key path \/code-:code$/),
    ]);
  });

  it('[LAYOUT] a row that is not demanded', async () => {
    const row = await primary();
    await put({ ...row, $paths: { M: { ...manifestOf(row), 9: { S: 'open' } } } });
    expect(await faults()).toEqual([expect.stringMatching(/lists a row on path 9 that epoch \d+ does not demand$/)]);
  });

  it('[STAMP-MONOTONE] a stamp above the registry, or of another one', async () => {
    const row = await primary();
    const [epoch, registry] = row['$stamp']!.L!;
    await put({ ...row, $stamp: { L: [{ N: '999' }, registry!] } });
    expect(await faults()).toEqual([expect.stringMatching(/^\[STAMP-MONOTONE\] .* is stamped 999/)]);
    await put({ ...row, $stamp: { L: [epoch!, { S: 'ffffffff' }] } });
    expect(await faults()).toEqual([expect.stringMatching(/^\[STAMP-MONOTONE\] .* by another registry \(ffffffff\)$/)]);
  });

  it('[NO-SURPRISE] a row that Ductile did not write, and one whose own attributes are damaged', async () => {
    await put({ pk: { S: '/customer-bob' }, sk: { S: '/order-1' }, total: { N: '1' } });
    expect(await faults()).toEqual([expect.stringContaining('is a row that Ductile did not write')]);
    await put({ ...(await primary()), $rev: { N: '1' } });
    expect(await faults()).toContainEqual(expect.stringMatching(/^\[NO-SURPRISE\] .* cannot be understood:.*\$rev/));
  });

  it('[NO-SURPRISE] an item that one of the versions cannot read', async () => {
    for (const row of await rowsOf(fleet)) await put({ ...row, priority: { N: '3' } });
    expect(await faults()).toEqual([
      expect.stringMatching(/^\[NO-SURPRISE\] Order .* cannot be read by version 1: .*priority/),
      expect.stringMatching(/^\[NO-SURPRISE\] Order .* cannot be read by version 2: .*priority/),
    ]);
  });

  it('[NO-SURPRISE] an item whose key is not what its fields make', async () => {
    for (const row of await rowsOf(fleet)) await put({ ...row, customerId: { S: 'bob' } });
    expect(await faults()).toContainEqual(expect.stringMatching(/^\[NO-SURPRISE\] .* is damaged: .*key/));
  });

  it("a service of the user's that writes plain objects over what Ductile keeps", async () => {
    const { client, store } = fleet.at(1);
    const document = DynamoDBDocumentClient.from(client);
    const { Items = [] } = await document.send(new DocumentScan({ TableName: store.table }));
    const item = Items.find((row) => row['$type'] === 'Order' && !('$owner' in row))!;
    // A “migration” by hand: it counts priorities itself, and writes the item as it knows it.
    const { pk, sk, customerId, items } = item;
    await document.send(
      new PutCommand({ TableName: store.table, Item: { pk, sk, customerId, orderId, items, priorityLevel: 3 } }),
    );
    expect(await faults()).toEqual([
      expect.stringContaining('is a row that no item lists'),
      expect.stringContaining('is a row that no item lists'),
      expect.stringContaining('is a row that Ductile did not write'),
    ]);
  });

  it("a service of the user's that changes one row of several", async () => {
    const row = await primary();
    await put({ ...row, priorityLevel: { N: '3' } });
    expect(await faults()).toEqual([
      expect.stringMatching(/has a stale row on path 1: priorityLevel$/),
      expect.stringMatching(/has a stale row on path 2: priorityLevel$/),
    ]);
  });
});

it('an engine of its own is not needed: fleets share one and have tables of their own', async () => {
  await using other = await mixedFleet(versions, { schema: shop });
  expect(other.table).not.toBe(fleet.table);
  expect(other.client).toBe(fleet.client);
  expect(other.client).toBeInstanceOf(DynamoDBClient);
});
