import { readFileSync } from 'node:fs';
import type { NewItem, NewOrder } from './protocol.js';

/** An order as a file has it: Northwind's form, where `priority` may be added. */
interface FiledOrder {
  readonly orderId: string;
  readonly customerId: string;
  readonly orderDate: string;
  readonly priority?: NewOrder['priority'];
  readonly items: readonly NewItem[];
}

/**
 * The orders of a file in Northwind's form: `{ "orders": [{ orderId, customerId, orderDate, items: [{ productId,
 * productName, unitPrice, quantity, discount }] }] }`. What else it says is passed over.
 */
export function readOrders(file: string | URL): readonly NewOrder[] {
  const { orders } = JSON.parse(readFileSync(file, 'utf8')) as { orders?: readonly FiledOrder[] };
  if (!Array.isArray(orders) || orders.length === 0) throw new Error(`${String(file)} has no list of "orders"`);
  return (orders as readonly FiledOrder[]).map(({ orderId, customerId, orderDate, priority, items }) => ({
    orderId,
    customerId,
    date: orderDate,
    priority: priority ?? 'medium',
    items: items.map(({ productId, productName, unitPrice, quantity, discount }) => ({
      productId,
      productName,
      unitPrice,
      quantity,
      discount,
    })),
    history: [],
  }));
}
