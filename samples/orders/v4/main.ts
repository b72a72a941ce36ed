import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { openStore } from 'ductile';
import { oneOf, someDay } from '../stage/chance.js';
import { serve } from '../stage/serve.js';
import { Order } from './order.js';
import { shop } from './schema.js';

const store = await openStore({ schema: shop, table: 'shop', client: new DynamoDBClient() });
const orders = store.repository(Order);

serve('v4', {
  place: ({ customerId, orderId, items, date, history }) =>
    orders.insert(
      orders.create({
        customerId,
        orderId,
        items,
        priorityLevel: oneOf([1, 2, 3]),
        orderDate: new Date(date),
        deliveryDate: someDay(),
        history,
      }),
    ),

  update: ({ customerId, orderId }, change) => orders.update({ customerId, orderId }, change),

  ofCustomer: (customerId) => orders.listByKeyPath('/customer-:customerId/order-', { customerId }),

  ofCustomerByDate: (customerId) => orders.listByKeyPath('/customer-:customerId/created-', { customerId }),

  deliveries: (deliveryDate) =>
    orders.listByKeyPath('/delivery-:deliveryDate', { deliveryDate }, { limit: 1000 }).page(),

  changes: {
    orderDate(order) {
      order.orderDate = new Date(someDay());
    },
    priorityLevel(order) {
      order.priorityLevel = oneOf([1, 2, 3]);
    },
  },
});
