import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { KeyPathConflictError } from '../../src/protocol/errors.js';
import { keyPath } from '../../src/keypaths/tagged.js';
import { backfill, promote, verify } from '../../src/operator/index.js';
import { readPrimary } from '../../src/protocol/row.js';
import { makeStrict } from '../../src/registry/decisions.js';
import { RegistryBehindError, RegistryForkError } from '../../src/registry/errors.js';
import { Registry } from '../../src/registry/registry.js';
import { KeyPathIncompleteError } from '../../src/store/errors.js';
import { openStoreOver } from '../../src/store/open-store.js';
import { userAttributes } from '../../src/protocol/row.js';
import type { AttributeMap } from '../../src/values/attribute-value.js';
import { gatewayOver } from '../../src/table/gateway-over.js';
import { startEngine } from '../support/engine.js';
import { Bench } from './bench.js';
import { BY_CODE, BY_CUSTOMER, BY_DELIVERY, Order, OrderV1, OrderV2, shop, shopV1, shopV2 } from './shop.js';

let engine: LocalEngine;
let bench: Bench;

beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  bench = await Bench.on(engine);
});

const orderId = '00000000-0000-4000-8000-000000000001';
const key = { customerId: 'ada', orderId };
const day = new Date('2026-12-24T00:00:00Z');

const v1Order = { ...key, items: [{ sku: 'A', quantity: 1 }], createdAt: new Date(1e12), priority: 'high' };
const newOrder = {
  ...key,
  items: [
    { sku: 'A', quantity: 1, gift: true },
    { sku: 'B', quantity: 2, gift: false },
  ],
  orderDate: new Date(1e12),
  deliveryDate: day,
  priorityLevel: 5,
  code: 'X1',
};

async function primary(): Promise<AttributeMap> {
  return (await bench.rows()).find((row) => !('$owner' in row))!;
}

describe('two versions over one table', () => {
  it('read what the other wrote, in their own shape', async () => {
    const old = (await bench.open(shopV1)).repository(OrderV1);
    await old.insert(old.create(v1Order));
    const now = (await bench.open(shop)).repository(Order);
    const seen = (await now.findByKeyPath(BY_CUSTOMER, key))!;
    expect(seen).toEqual(
      Object.assign(new Order(), {
        ...key,
        items: [{ sku: 'A', quantity: 1, gift: false }],
        orderDate: v1Order.createdAt,
        deliveryDate: new Date('2024-01-01T00:00:00Z'),
        priorityLevel: 2,
      }),
    );
    seen.priorityLevel = 4;
    await now.save(seen);
    expect(await old.findByKeyPath(BY_CUSTOMER, key)).toEqual(Object.assign(new OrderV1(), v1Order));
    expect(await bench.wrong()).toEqual([]);
  });

  it('[NO-LOSS] an old writer keeps what only newer versions know, in elements of arrays too', async () => {
    const old = (await bench.open(shopV1)).repository(OrderV1);
    const now = (await bench.open(shop)).repository(Order);
    await now.insert(now.create(newOrder));
    await old.update(key, (order) => {
      order.items.reverse();
      order.items[0]!.quantity = 7;
      order.items.push({ sku: 'C', quantity: 3 });
      order.priority = 'low';
    });
    const seen = (await now.findByKeyPath(BY_CUSTOMER, key))!;
    expect(seen).toEqual(
      Object.assign(new Order(), {
        ...newOrder,
        items: [
          { sku: 'B', quantity: 7, gift: false },
          { sku: 'A', quantity: 1, gift: true },
          { sku: 'C', quantity: 3, gift: false },
        ],
      }),
    );
    expect(await bench.wrong()).toEqual([]);
  });

  it('[GET-PUT] a save without a change changes nothing that any version sees', async () => {
    const old = (await bench.open(shopV1)).repository(OrderV1);
    await old.insert(old.create(v1Order));
    const before = userAttributes(await primary(), bench.gateway.keys);
    const now = (await bench.open(shop)).repository(Order);
    await now.save((await now.findByKeyPath(BY_CUSTOMER, key))!);
    const after = await primary();
    expect(userAttributes(after, bench.gateway.keys)).toEqual(before);
    expect(readPrimary(after, bench.gateway.keyOf(after)).manifest.size).toBe(1);
    expect(await bench.wrong()).toEqual([]);
  });

  it('an old process carries out key paths that were published after it started', async () => {
    const old = (await bench.open(shopV1)).repository(OrderV1);
    const order = await old.insert(old.create(v1Order));
    const now = (await bench.open(shop)).repository(Order);
    await now.update(key, (each) => {
      each.deliveryDate = day;
    });
    await old.update(key, (each) => {
      each.note = 'by version 1';
    });
    await old.insert(old.create({ ...v1Order, customerId: 'bob' }));
    expect(order.note).toBeUndefined();
    const listed = now.listByKeyPath('/delivery-:deliveryDate', { deliveryDate: day }, { incomplete: 'allow' });
    expect((await listed.toArray()).map(({ note }) => note)).toEqual(['by version 1']);
    expect(await bench.rows()).toHaveLength(4);
    expect(await bench.wrong()).toEqual([]);
  });

  it('an old store meets a row of a version that it never heard of, and goes on', async () => {
    const old = (await bench.open(shopV1)).repository(OrderV1);
    const now = (await bench.open(shop)).repository(Order);
    await now.insert(now.create(newOrder));
    const order = (await old.findByKeyPath(BY_CUSTOMER, key))!;
    expect(order).toEqual(
      Object.assign(new OrderV1(), {
        ...key,
        createdAt: newOrder.orderDate,
        priority: 'medium',
        items: [
          { sku: 'A', quantity: 1 },
          { sku: 'B', quantity: 2 },
        ],
      }),
    );
    order.items = [];
    await old.save(order);
    expect((await now.findByKeyPath(BY_CODE, { code: 'X1' }, { incomplete: 'allow' }))!.items).toEqual([]);
    expect(await old.delete(order)).toBe(true);
    expect(await bench.rows()).toEqual([]);
  });
});

describe('a key path that is not promoted', () => {
  it('gives hits, and throws at a miss unless that is allowed', async () => {
    const old = (await bench.open(shopV1)).repository(OrderV1);
    await old.insert(old.create(v1Order));
    const second = await bench.open(shopV2);
    const now = second.repository(OrderV2);
    const missing = { ...key, deliveryDate: day };
    await expect(now.findByKeyPath(BY_DELIVERY, missing)).rejects.toThrow(KeyPathIncompleteError);
    expect(await now.findByKeyPath(BY_DELIVERY, missing, { incomplete: 'allow' })).toBeUndefined();
    const reference = keyPath`/delivery-${day}/customer-${key.customerId}/order-${orderId}`;
    await expect(now.update(reference, () => undefined)).rejects.toThrow(KeyPathIncompleteError);
    await now.update(key, (order) => {
      order.deliveryDate = day;
    });
    expect((await now.findByKeyPath(BY_DELIVERY, missing))!.deliveryDate).toEqual(day);

    const list = now.listByKeyPath('/delivery-:deliveryDate', { deliveryDate: day });
    const seen: OrderV2[] = [];
    await expect(
      (async () => {
        for await (const order of list) seen.push(order);
      })(),
    ).rejects.toThrow(KeyPathIncompleteError);
    expect(seen).toHaveLength(1);
    expect((await list.page()).complete).toBe(false);
    const lenient = (await bench.open(shopV2, { incomplete: 'allow' })).repository(OrderV2);
    expect(await lenient.listByKeyPath('/delivery-:deliveryDate', { deliveryDate: day }).toArray()).toHaveLength(1);
    expect(await lenient.findByKeyPath(BY_DELIVERY, { ...missing, deliveryDate: new Date(0) })).toBeUndefined();
  });

  it('gives whole lists to a store that was open before it was promoted [COMPLETE]', async () => {
    const old = (await bench.open(shopV1)).repository(OrderV1);
    await old.insert(old.create(v1Order));
    const now = (await bench.open(shopV2)).repository(OrderV2);
    const place = { schema: shopV2, table: bench.table, client: bench.client };
    for (const step of [backfill, verify, promote]) await step(place);
    expect((await now.listByKeyPath('/delivery-:deliveryDate', { deliveryDate: day }).page()).complete).toBe(true);
  });

  it('is read again after a miss, where it becomes promoted while it is read [COMPLETE]', async () => {
    const old = (await bench.open(shopV1)).repository(OrderV1);
    await old.insert(old.create(v1Order));
    await bench.publish(shopV2);
    const place = { schema: shopV2, table: bench.table, client: bench.client };
    const reading = gatewayOver(bench.gateway, {
      get: async (rowKey, options) => {
        const row = await bench.gateway.get(rowKey, options);
        if (row !== undefined || !rowKey.pk.startsWith('/delivery-')) return row;
        const other = (await bench.open(shopV2)).repository(OrderV2);
        await other.update(key, (order) => void (order.deliveryDate = day));
        for (const step of [backfill, verify, promote]) await step(place);
        return undefined;
      },
    });
    const now = (await openStoreOver(reading, { schema: shopV2 })).repository(OrderV2);
    expect(await now.findByKeyPath(BY_DELIVERY, { ...key, deliveryDate: day })).toMatchObject(key);
  });

  it('leaves an open entry where another item has the key, and is strict once it is strict', async () => {
    const old = (await bench.open(shopV1)).repository(OrderV1);
    await old.insert(old.create(v1Order));
    const now = (await bench.open(shop)).repository(Order);
    await now.insert(now.create({ ...newOrder, customerId: 'first' }));
    const second = await now.insert(now.create({ ...newOrder, customerId: 'second', code: 'X1' }));
    const rows = await bench.rows();
    const row = rows.find((each) => !('$owner' in each) && (each['customerId'] as { S: string }).S === 'second')!;
    expect(row['$paths']).toMatchObject({ M: { 2: { S: 'open' } } });
    expect(await bench.wrong()).toEqual([]);

    const registry = await Registry.open(bench.gateway);
    await registry.append(makeStrict('Order', ['2']));
    await expect(now.insert(now.create({ ...newOrder, customerId: 'third' }))).rejects.toThrow(KeyPathConflictError);
    await now.delete({ customerId: 'first', orderId });
    second.note = 'carries the entry';
    await now.save(second);
    await verify({ schema: shop, table: bench.table, client: bench.client });
    expect((await now.findByKeyPath(BY_CODE, { code: 'X1' }))!.customerId).toBe('second');
    expect(await bench.wrong()).toEqual([]);
  });
});

describe('stamps that the registry does not have', () => {
  it('are an error that says what happened, not a guess', async () => {
    const now = (await bench.open(shop)).repository(Order);
    await now.insert(now.create({ ...newOrder, code: undefined as never }));
    const row = await primary();
    const at = bench.gateway.keyOf(row);
    const [, shortId] = (row['$stamp'] as { L: AttributeMap[string][] }).L;
    await bench.putRaw(at, { ...row, $stamp: { L: [{ N: '99' }, shortId!] } });
    await expect(now.findByKeyPath(BY_CUSTOMER, key)).rejects.toThrow(RegistryBehindError);
    await bench.putRaw(at, { ...row, $stamp: { L: [{ N: '1' }, { S: '00000000' }] } });
    await expect(now.findByKeyPath(BY_CUSTOMER, key)).rejects.toThrow(RegistryForkError);
  });
});
