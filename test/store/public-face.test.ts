import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import {
  arrayOf,
  defineSchema,
  Field,
  type Generated,
  ItemType,
  KeyPath,
  type keyPaths,
  Migration,
  type Migrator,
  ObjectType,
  openStore,
  publish,
  type SchemaMigration,
} from '../../src/index.js';
import type { LocalEngine } from '../../src/local/index.js';
import { startEngine } from '../support/engine.js';

@ObjectType('OrderItem')
class OrderItem {
  @Field('string') sku!: string;
  @Field('int') quantity!: number;
}

@ItemType('Order')
@KeyPath('/customer-:customerId/order-:orderId')
@KeyPath('/delivery-:deliveryDate/customer-:customerId/order-:orderId')
class Order {
  @Field('uuid') customerId!: string;
  @Field({ type: 'uuid', initialValue: 'uuid' }) orderId!: Generated<string>;
  @Field({ type: arrayOf(() => OrderItem) }) items!: OrderItem[];
  @Field('timestampSeconds') orderDate!: Date;
  /** The day (without time) the order will be delivered */
  @Field({ type: 'timestampSeconds', readDefault: '2024-01-01' }) deliveryDate!: Date;

  declare readonly [keyPaths]?: [
    '/customer-:customerId/order-:orderId',
    '/delivery-:deliveryDate/customer-:customerId/order-:orderId',
  ];
}

@Migration({ from: 1, description: 'Add delivery date tracking' })
class AddDeliveryDate implements SchemaMigration {
  change(m: Migrator): void {
    m.changeType('Order', (t) => {
      t.addField('deliveryDate');
      t.addKeyPath('/delivery-:deliveryDate/customer-:customerId/order-:orderId');
    });
  }
}

const shop = defineSchema({ name: 'shop', types: [Order], migrations: [AddDeliveryDate] });

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

it('reads as the documentation shows it', async () => {
  const { client } = engine;
  const { published } = await publish({ schema: shop, table: 'shop', client, createTable: true });
  expect(published).toEqual([1, 2]);
  const store = await openStore({ schema: shop, table: 'shop', client });
  const orders = store.repository(Order);

  const customerId = randomUUID();
  const deliveryDate = new Date('2026-12-24');
  const items = [{ sku: 'A-1', quantity: 2 }];
  const order = orders.create({ customerId, items, orderDate: new Date(0), deliveryDate });
  await orders.insert(order);
  await orders.save(order);
  const { orderId } = order;
  await orders.update({ customerId, orderId }, (o) => {
    o.items.push({ sku: 'B', quantity: 1 });
  });
  const found = await orders.findByKeyPath('/customer-:customerId/order-:orderId', { customerId, orderId });
  expect(found!.items).toEqual([
    { sku: 'A-1', quantity: 2 },
    { sku: 'B', quantity: 1 },
  ]);
  expect(found!.items[1]).toBeInstanceOf(OrderItem);
  // As people wrote them, whatever the order in which the table keeps them.
  expect(Object.keys(found!)).toEqual(['customerId', 'orderId', 'items', 'orderDate', 'deliveryDate']);
  expect(Object.keys(found!.items[0]!)).toEqual(['sku', 'quantity']);
  for await (const each of orders.listByKeyPath('/delivery-:deliveryDate', { deliveryDate }))
    expect(each).toEqual(found);
  const page = await orders
    .listByKeyPath('/customer-:customerId/order-', { customerId }, { limit: 20, direction: 'descending' })
    .page();
  expect(page).toEqual({ items: [found], complete: true });
  expect(await orders.delete({ customerId, orderId })).toBe(true);
  await store.close();
});
