import { describe, expect, test } from '@jest/globals';
import { comparisons } from '../../bench/comparisons.js';
import { customerId, Order, orderFields, ScheduledOrder } from '../../bench/orders.js';
import * as bare from '../../bench/document-client.js';
import * as ductile from '../../bench/ductile.js';
import { runRounds } from '../../bench/rounds.js';

/** What an application without Ductile reads: its own keys, and a time as a number. */
const bareItem = (i: number): object => {
  const { placedAt, ...fields } = orderFields(i);
  return { ...fields, pk: `CUSTOMER#${customerId}`, sk: `ORDER#${fields.orderId}`, placedAt: placedAt.getTime() };
};

const hundred = <T>(make: (i: number) => T): T[] => Array.from({ length: 100 }, (_, i) => make(i));

describe('the benchmark', () => {
  test('has every row of its table after one tiny round', async () => {
    const results = await runRounds(comparisons, { rounds: 1, warmUp: 0, scale: 0.01 });
    expect(results.map(({ operation, baseline }) => `${operation}: ${baseline}`)).toEqual([
      'put: DocumentClient Put',
      'get: DocumentClient Get',
      'query of 100: DocumentClient Query',
      'put, two key paths: DocumentClient TransactWrite of two',
      'insert: DocumentClient TransactWrite, put and check',
      'insert: DocumentClient Put',
    ]);
    for (const { ratio, quartiles } of results) expect([ratio, ...quartiles].every((n) => n > 0)).toBe(true);
  });

  test('measures reads that give the right entities, from canned answers', async () => {
    const order = await (await ductile.get.open())();
    expect(order).toBeInstanceOf(Order);
    expect(order).toEqual(orderFields(0));
    expect(await (await ductile.query.open())()).toEqual(hundred(orderFields));
    expect(await (await bare.get.open())()).toEqual(bareItem(0));
    expect(await (await bare.query.open())()).toEqual(hundred(bareItem));
  });

  test('measures saves that store a change each', async () => {
    for (const [contender, entityClass] of [
      [ductile.saveOnePath, Order],
      [ductile.saveTwoPaths, ScheduledOrder],
    ] as const) {
      const save = await contender.open();
      const before = { ...((await save()) as Order) };
      const after = await save();
      expect(after).toBeInstanceOf(entityClass);
      expect({ ...(after as Order) }).toEqual({ ...before, weight: before.weight + 1 });
    }
  });
});
