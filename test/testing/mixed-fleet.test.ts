import { describe, expect, it } from '@jest/globals';
import { mixedFleet } from '../../src/testing/index.js';
import { Order as OrderV1 } from './history/v1/order.js';
import { Order, Voucher, shop } from './shop.js';

const BY_CUSTOMER = '/customer-:customerId/order-:orderId';
const orderId = '00000000-0000-4000-8000-000000000001';
const key = { customerId: 'ann', orderId };
const placed = {
  ...key,
  items: [{ sku: 'A', quantity: 1 }],
  priority: 'high',
  createdAt: new Date('2026-01-01T00:00:00Z'),
};

const fleetOf = (seed?: number) =>
  mixedFleet(
    { 1: { Order: OrderV1 }, 3: { Order, Voucher } },
    { schema: shop, ...(seed === undefined ? {} : { seed }) },
  );

describe('a fleet', () => {
  it('lets old and new releases work on one table', async () => {
    await using fleet = await fleetOf();
    expect(fleet.running).toEqual([1]);
    const old = fleet.at(1).repository('Order');
    const order = await old.insert(old.create(placed));
    expect(order).toBeInstanceOf(OrderV1);

    expect(await fleet.publishNext()).toBe(3);
    expect(await fleet.publishNext()).toBeUndefined();
    const now = fleet.at(3).repository('Order');
    await now.update(key, (each) => {
      each.code = 'X1';
      each.items[0]!.gift = true;
    });
    await fleet.backfill();
    await old.update(key, (each) => void (each.note = 'by version 1'));

    const found = await now.findByKeyPath('/code-:code', { code: 'X1' });
    expect(found).toMatchObject({ note: 'by version 1', priorityLevel: 2, items: [{ sku: 'A', gift: true }] });
    expect(await now.findByKeyPath('/code-:code', { code: 'none' })).toBeUndefined();
    expect((await old.findByKeyPath(BY_CUSTOMER, key))!.priority).toBe('high');
    await fleet.check();
  });

  it('uses the frozen classes, in nested objects and for generated values too', async () => {
    await using fleet = await fleetOf();
    const old = fleet.at(1).repository('Order');
    const { orderId: given, items } = old.create({ ...placed, orderId: undefined as never });
    expect(given).toMatch(/^[0-9a-f-]{36}$/);
    expect(items[0]!.constructor.name).toBe('OrderItem');
    expect(Object.keys(items[0]!)).toEqual(['sku', 'quantity']);
  });

  it('assigns as the frozen class of the version has it', async () => {
    await using fleet = await fleetOf();
    const old = fleet.at(1).repository('Order');
    await old.insert(old.create(placed));
    await old.update(
      key,
      (each) => void old.assign(each, { note: 'of version 1', items: [{ sku: 'B', quantity: 2 }] }),
    );
    expect(await old.findByKeyPath(BY_CUSTOMER, key)).toMatchObject({ note: 'of version 1', items: [{ sku: 'B' }] });
    const order = old.create(placed);
    expect(() => old.assign(order, { code: 'of a later version' } as never)).toThrow(/no field: code/);
    expect(() => old.assign({ ...order }, {})).toThrow(/a plain object/);
  });

  it('writes every call down', async () => {
    await using fleet = await fleetOf();
    const old = fleet.any().repository('Order');
    const order = old.create(placed);
    await old.insert(order);
    await expect(
      fleet
        .at(1)
        .repository('Order')
        .insert(old.create(placed as never) as OrderV1),
    ).rejects.toThrow();
    await old.update(key, () => {});
    await old.findByKeyPath(BY_CUSTOMER, { ...key, customerId: 'bob' });
    await old.listByKeyPath('/customer-:customerId', { customerId: 'ann' }).toArray();
    for await (const _ of old.listByKeyPath('/customer-:customerId', { customerId: 'ann' })) break;
    await old.delete(key);
    const shown = fleet.calls.map(({ version = 0, call, about, outcome }) => `${version} ${call} ${about} ${outcome}`);
    const inline = `{ customerId: 'ann', orderId: '${orderId}' }`;
    expect(shown).toEqual([
      '0 publishNext  version 1 runs',
      `1 Order.insert ${inline} done`,
      `1 Order.insert ${inline} ITEM_EXISTS`,
      `1 Order.update ${inline} done`,
      `1 Order.findByKeyPath ${BY_CUSTOMER} { customerId: 'bob', orderId: '${orderId}' } nothing`,
      "1 Order.listByKeyPath /customer-:customerId { customerId: 'ann' } 1 item",
      "1 Order.listByKeyPath /customer-:customerId { customerId: 'ann' } 1 item, left early",
      `1 Order.delete ${inline} done`,
    ]);
  });

  it('says what it does not have', async () => {
    const fleet = await fleetOf();
    expect(() => fleet.at(3)).toThrow('Version 3 does not run yet: publish it first (await fleet.publishNext())');
    expect(() => fleet.at(2 as 3)).toThrow('The fleet has no version 2. It was given 1, 3.');
    expect(() => fleet.at('1' as never)).toThrow("The fleet has no version '1'. It was given 1, 3.");
    expect(() => fleet.at(1).repository(OrderV1 as never)).toThrow(
      "The fleet was given no [class Order] at version 1; it has 'Order'.",
    );
    await expect(fleet.together([Promise.resolve(1)] as never)).rejects.toThrow('not a promise. Write () =>');
    await expect(fleet.together([undefined] as never)).rejects.toThrow('an array of functions');
    await expect(fleet.together((() => 1) as never)).rejects.toThrow('an array of functions');
    await expect(fleet.run(Promise.resolve(1) as never)).rejects.toThrow('Write () => before each call');
    expect(() => fleet.at(1).repository('Voucher' as 'Order')).toThrow("no 'Voucher' at version 1; it has 'Order'.");
    await fleet.stop();
    await fleet.stop();
    expect(() => fleet.any()).toThrow('The fleet is stopped.');
  });

  it('does not look at a table while a call is not over', async () => {
    await using fleet = await fleetOf();
    const old = fleet.at(1).repository('Order');
    const forgotten = old.insert(old.create(placed));
    await expect(fleet.check()).rejects.toThrow(
      /a call is not over: version 1: Order.insert .* → under way. Is an await missing/,
    );
    await forgotten;
    await fleet.check();
  });
});
