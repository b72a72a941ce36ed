import { describe, expect, test } from '@jest/globals';
import { lossesOf } from '../../samples/orders/stage/check.js';
import { Ledger } from '../../samples/orders/stage/ledger.js';
import type { Change, SeenOrder } from '../../samples/orders/stage/protocol.js';

const key = { customerId: 'ALDER', orderId: '1001' };
const placed = { ...key, items: [], priority: 'low', createdAt: '2026-09-01T00:00:00.000Z' };

const changes: readonly Change[] = [
  { ...key, release: 'v1', sequence: 1, line: 'v1 placed it', values: placed, conflicts: 0 },
  { ...key, release: 'v3', sequence: 3, line: 'v3 priorityLevel', values: { priorityLevel: 3 }, conflicts: 1 },
  { ...key, release: 'v2', sequence: 2, line: 'v2 deliveryDate', values: { deliveryDate: '2027-01-05' }, conflicts: 0 },
  {
    ...key,
    release: 'v4',
    sequence: 4,
    line: 'v4 orderDate',
    values: { orderDate: '2027-01-02T00:00:00.000Z' },
    conflicts: 0,
  },
];

const history = ['v1 placed it', 'v2 deliveryDate', 'v3 priorityLevel', 'v4 orderDate'];
const asV1 = { ...placed, createdAt: '2027-01-02T00:00:00.000Z', history };
const asV4 = {
  ...key,
  items: [],
  priorityLevel: 3,
  orderDate: '2027-01-02T00:00:00.000Z',
  deliveryDate: '2027-01-05',
  history,
};

function ledgerOf(recorded: readonly Change[]): Ledger {
  const ledger = new Ledger();
  for (const change of recorded) ledger.record(change);
  return ledger;
}

const lossesAt = (release: 'v1' | 'v4', seen: readonly SeenOrder[], recorded = changes): readonly string[] =>
  lossesOf(release, seen, ledgerOf(recorded)).map(({ what }) => what);

describe('the check of the sample', () => {
  test('is content where every release reads what was acknowledged, in whatever order it heard of it', () => {
    expect(lossesAt('v1', [asV1])).toEqual([]);
    expect(lossesAt('v4', [asV4])).toEqual([]);
  });

  test('reads defaults where no release gave a value', () => {
    const once = changes.slice(0, 1);
    const untouched = { ...asV4, priorityLevel: 2, orderDate: placed.createdAt, deliveryDate: '2024-01-01' };
    expect(lossesAt('v4', [{ ...untouched, history: ['v1 placed it'] }], once)).toEqual([]);
  });

  test('tells of a field that is not the last that was acknowledged', () => {
    expect(lossesAt('v4', [{ ...asV4, priorityLevel: 2 }])).toEqual(['priorityLevel is 2 instead of 3']);
    expect(lossesAt('v1', [{ ...asV1, createdAt: placed.createdAt }])).toEqual([
      'createdAt is "2026-09-01T00:00:00.000Z" instead of "2027-01-02T00:00:00.000Z"',
    ]);
  });

  test('tells of a change that is missing from the history', () => {
    expect(lossesAt('v1', [{ ...asV1, history: history.slice(0, 3) }])).toEqual(['history has 3 entries instead of 4']);
  });

  test('tells of a change that went over another one', () => {
    const over = { ...key, release: 'v1' as const, sequence: 4, line: 'v1 items', values: { items: [] }, conflicts: 0 };
    const losses = lossesAt('v4', [asV4], [...changes, over]);
    expect(losses).toContain('“v1 items” is out of turn');
  });

  test('tells of an order that is gone, that nobody placed, or that is listed twice', () => {
    expect(lossesAt('v4', [])).toEqual(['the order is gone']);
    expect(lossesAt('v4', [asV4, { ...asV4, orderId: '7' }])).toEqual(['nobody placed this order']);
    expect(lossesAt('v4', [asV4, asV4])).toEqual(['1 orders were listed twice']);
  });

  test('tells of a field that the release does not have', () => {
    expect(lossesAt('v1', [{ ...asV1, deliveryDate: '2027-01-05' }])).toEqual([
      'deliveryDate is no field of this release',
    ]);
  });
});
