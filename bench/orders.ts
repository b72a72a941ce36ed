import { arrayOf, defineSchema, Field, ItemType, KeyPath, ObjectType } from 'ductile';

@ObjectType('Address')
class Address {
  @Field('string') street!: string;
  @Field('string') city!: string;
  @Field('string') postcode!: string;
  @Field('string') country!: string;
}

@ObjectType('OrderItem')
class OrderItem {
  @Field('string') sku!: string;
  @Field('uint') quantity!: number;
  @Field('double') unitPrice!: number;
}

/** Twelve fields of most types, with an object and a list of objects; one key path. */
@ItemType('Order')
@KeyPath('/customer-:customerId/order-:orderId')
export class Order {
  @Field('uuid') customerId!: string;
  @Field('uuid') orderId!: string;
  @Field('string') status!: string;
  @Field('string') currency!: string;
  @Field('double') total!: number;
  @Field('uint') weight!: number;
  @Field('boolean') express!: boolean;
  @Field('timestampMilliseconds') placedAt!: Date;
  @Field('isoDate') deliveryDate!: string;
  @Field({ type: () => Address }) address!: Address;
  @Field({ type: arrayOf('string') }) tags!: string[];
  @Field({ type: arrayOf(() => OrderItem) }) items!: OrderItem[];
}

/** The same fields; two key paths. */
@ItemType('ScheduledOrder')
@KeyPath('/scheduled-:customerId/order-:orderId')
@KeyPath('/delivery-:deliveryDate/customer-:customerId/order-:orderId')
export class ScheduledOrder extends Order {}

export const shop = defineSchema({ name: 'shop', types: [Order, ScheduledOrder] });

export const customerId = '7f3c1b52-9a64-4f0e-8d2b-5e1c0a9d4b10';

/** What the customer's order number `i` says. */
export function orderFields(i: number) {
  return {
    customerId,
    orderId: `a1d4e6f8-2b3c-4d5e-8f90-${String(i).padStart(12, '0')}`,
    status: i % 3 === 0 ? 'open' : 'delivered',
    currency: 'EUR',
    total: 100.25 + i,
    weight: 1200 + i,
    express: i % 2 === 0,
    placedAt: new Date(1_760_000_000_000 + i * 60_000),
    deliveryDate: `2026-11-${String((i % 28) + 1).padStart(2, '0')}`,
    address: { street: 'Obere Königsstraße 12', city: 'Kassel', postcode: '34117', country: 'DE' },
    tags: ['web', 'returning', 'gift'],
    items: [
      { sku: `SKU-${i}-1`, quantity: 1, unitPrice: 19.99 },
      { sku: `SKU-${i}-2`, quantity: 2, unitPrice: 34.5 },
      { sku: `SKU-${i}-3`, quantity: 3, unitPrice: 3.75 },
    ],
  };
}
