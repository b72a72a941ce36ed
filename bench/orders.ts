import { field } from '../test/schema/declare-by-hand.js';
import { schemaFrom } from '../src/schema/schema-from.js';
class Address { street!: string; city!: string; postcode!: string; country!: string }
class OrderItem { sku!: string; quantity!: number; unitPrice!: number }
export class Order {
  customerId!: string; orderId!: string; status!: string; currency!: string; total!: number; weight!: number; express!: boolean;
  placedAt!: Date; deliveryDate!: string; address!: Address; tags!: string[]; items!: OrderItem[];
}
export class ScheduledOrder extends Order {}
const address = { name: 'Address', class: Address, fields: ['street','city','postcode','country'].map((n) => field(n, 'string')) };
const item = { name: 'OrderItem', class: OrderItem, fields: [field('sku','string'), field('quantity','uint'), field('unitPrice','double')] };
const fields = [
 field('customerId','uuid'), field('orderId','uuid'), field('status','string'), field('currency','string'), field('total','double'), field('weight','uint'), field('express','boolean'),
 field('placedAt','timestampMilliseconds'), field('deliveryDate','isoDate'), field('address',{kind:'object',class:Address}), field('tags',{kind:'array',of:{kind:'string'}}), field('items',{kind:'array',of:{kind:'object',class:OrderItem}}),
];
export const shop = schemaFrom('shop', {types:[
  { name: 'Order', class: Order, keyPaths: ['/customer-:customerId/order-:orderId'], fields },
  { name: 'ScheduledOrder', class: ScheduledOrder, keyPaths: ['/scheduled-:customerId/order-:orderId', '/delivery-:deliveryDate/customer-:customerId/order-:orderId'], fields },
], objects:[address, item], enums: []}, []);
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
