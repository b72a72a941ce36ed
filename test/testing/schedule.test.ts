import { expect, it } from '@jest/globals';
import { Schedule } from '../../src/testing/schedule.js';
import type { Fleet } from '../../src/testing/index.js';
import { mixedFleet } from '../../src/testing/index.js';
import { Order as OrderV1 } from './history/v1/order.js';
import { Order, shop } from './shop.js';

const versions = { 1: { Order: OrderV1 }, 3: { Order } } as const;
const orderId = '00000000-0000-4000-8000-000000000001';
const key = { customerId: 'ann', orderId };
const placed = { ...key, items: [], priority: 'high', createdAt: new Date(0) };

type Shop = Fleet<typeof versions>;

async function started(seed: number): Promise<Shop> {
  const fleet = await mixedFleet(versions, { schema: shop, seed });
  const orders = fleet.at(1).repository('Order');
  await orders.insert(orders.create(placed));
  return fleet;
}

/** Appends a mark and reads, often enough for callers to meet. */
async function mark(fleet: Shop, name: string): Promise<void> {
  for (let i = 0; i < 3; i++) {
    const orders = fleet.any().repository('Order');
    await orders.update(key, (order) => void (order.note = `${order.note ?? ''}${name}${i}`));
    await orders.findByKeyPath('/customer-:customerId/order-:orderId', key);
  }
}

/** Everything that a run shows: its calls, and what came of it. */
async function runOf(seed: number): Promise<readonly string[]> {
  await using fleet = await started(seed);
  await fleet.together([
    () => mark(fleet, 'a'),
    () => mark(fleet, 'b'),
    () => fleet.publishNext(),
    () => fleet.backfill(),
  ]);
  await fleet.check();
  const { note } = (await fleet.any().repository('Order').findByKeyPath('/customer-:customerId/order-:orderId', key))!;
  expect(note).toHaveLength(12);
  return [note!, ...fleet.calls.map((call) => JSON.stringify(call))];
}

it('the same seed gives the same run; other seeds give others', async () => {
  const first = await runOf(1);
  expect(await runOf(1)).toEqual(first);
  const others = [await runOf(2), await runOf(3), await runOf(4)];
  expect(new Set([first, ...others].map((run) => run.join('\n'))).size).toBeGreaterThan(1);
});

it('retries with jitter do not change the order of requests', async () => {
  const random = Math.random;
  try {
    Math.random = () => 0;
    const first = await runOf(5);
    Math.random = () => 0.99;
    expect(await runOf(5)).toEqual(first);
  } finally {
    Math.random = random;
  }
});

it('functions that wait for each other go on', async () => {
  await using fleet = await started(7);
  const orders = fleet.at(1).repository('Order');
  const order = (await orders.findByKeyPath('/customer-:customerId/order-:orderId', key))!;
  let arrived = (): void => undefined;
  const first = new Promise<void>((resolve) => (arrived = resolve));
  const results = await fleet.together([
    async () => {
      await first;
      return (await orders.save(order)).note;
    },
    async () => {
      order.note = 'saved twice at once';
      await orders.save(order);
      arrived();
      return 2;
    },
  ]);
  expect(results).toEqual(['saved twice at once', 2]);
});

it('a test runs while the rest is published and backfilled, wherever the seed puts that', async () => {
  const moments = new Set<number>();
  for (const seed of [1, 2, 3, 4]) {
    await using fleet = await started(seed);
    const done = await fleet.run(async () => {
      await mark(fleet, 'x');
      return 'done';
    });
    expect(done).toBe('done');
    expect(fleet.running).toEqual([1, 3]);
    const now = fleet.at(3).repository('Order');
    expect(await now.findByKeyPath('/code-:code', { code: 'none' })).toBeUndefined();
    moments.add(fleet.calls.findIndex(({ outcome }) => outcome === 'version 3 runs'));
  }
  expect(moments.size).toBeGreaterThan(1);
});

it('a failure tells the seed and every call, and keeps its cause', async () => {
  await using fleet = await started(11);
  const failing = fleet.together([
    async () => {
      await fleet.at(1).repository('Order').delete(key);
      throw new RangeError('not what I expected');
    },
    () => fleet.publishNext(),
  ]);
  const error: Error & { code?: string; seed?: number } = await failing.then(
    () => new Error('it did not fail'),
    (reason: Error) => reason,
  );
  expect(error).toMatchObject({ code: 'FLEET_RUN', seed: 11, cause: new RangeError('not what I expected') });
  expect(error.message.split('\n')).toEqual([
    '(1) RangeError: not what I expected',
    'Seed 11: the same comes of { seed: 11 }. What was called:',
    '    1. publishNext → version 1 runs',
    `    2. version 1: Order.insert { customerId: 'ann', orderId: '${orderId}' } → done`,
    expect.stringMatching(/^ {4}3\. \(\d\) /),
    expect.stringMatching(/^ {4}4\. \(\d\) /),
  ]);
});

it('together and check wait for their turn', async () => {
  await using fleet = await started(13);
  const inside = fleet.together([() => fleet.check()]);
  await expect(inside).rejects.toThrow('check() looks at a table at rest');
  const nested = fleet.together([() => fleet.together([])]);
  await expect(nested).rejects.toThrow('runs functions together already');
});

it('is passed on to nothing that goes on after it has ended', async () => {
  const schedule = new Schedule(() => 0);
  let goOn = (): void => undefined;
  const after = new Promise<void>((resolve) => (goOn = resolve));
  let late: Promise<unknown> | undefined;
  const work = (): void => {
    expect(schedule.caller).toBe(1);
    late = after.then(() => schedule.caller);
  };
  await schedule.run([work]);
  goOn();
  expect(await late).toBeUndefined();
});
