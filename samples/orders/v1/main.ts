import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { openStore } from 'ductile';
import { oneOf } from '../stage/chance.js';
import { serve } from '../stage/serve.js';
import { Order } from './order.js';
import { shop } from './schema.js';

// Endpoint, region and credentials come from the environment, as they do in production.
const store = await openStore({ schema: shop, table: 'shop', client: new DynamoDBClient() });
const orders = store.repository(Order);

serve('v1', {
  place: ({ customerId, orderId, items, priority, date, history }) =>
    orders.insert(orders.create({ customerId, orderId, items, priority, createdAt: new Date(date), history })),

  update: ({ customerId, orderId }, change) => orders.update({ customerId, orderId }, change),

  ofCustomer: (customerId) => orders.listByKeyPath('/customer-:customerId/order-', { customerId }),

  ofCustomerByDate: (customerId) => orders.listByKeyPath('/customer-:customerId/created-', { customerId }),

  changes: {
    priority(order) {
      order.priority = oneOf(['low', 'medium', 'high']);
    },
    items(order) {
      oneOf(order.items).quantity += 1;
    },
  },
});
