import { openStore, publish, type Repository } from 'ductile';
import { clientOver } from './client.js';
import type { Contender, Operation } from './contender.js';
import { customerId, Order, orderFields, ScheduledOrder, shop } from './orders.js';
import { StandIn } from './stand-in.js';

type Prepare = (orders: Repository<Order>) => Operation | Promise<Operation>;

function ductile(name: string, entityClass: typeof Order, prepare: Prepare): Contender {
  return {
    name: `Ductile ${name}`,
    async open() {
      const standIn = new StandIn();
      const options = { schema: shop, table: 'shop', client: clientOver(standIn) };
      await publish(options);
      const store = await openStore(options);
      const operation = await prepare(store.repository(entityClass));
      await operation();
      standIn.perform();
      return operation;
    },
  };
}

/** A save of an order that is loaded, each time with another change. */
const save: Prepare = async (orders) => {
  const order = await orders.insert(orders.create(orderFields(0)));
  return () => {
    order.weight += 1;
    return orders.save(order);
  };
};

export const saveOnePath = ductile('save', Order, save);
export const saveTwoPaths = ductile('save', ScheduledOrder, save);

export const insert = ductile('insert', Order, (orders) => {
  let i = 0;
  return () => orders.insert(orders.create(orderFields(++i)));
});

export const get = ductile('findByKeyPath', Order, async (orders) => {
  const { orderId } = await orders.insert(orders.create(orderFields(0)));
  return () => orders.findByKeyPath('/customer-:customerId/order-:orderId', { customerId, orderId });
});

export const query = ductile('listByKeyPath', Order, async (orders) => {
  for (let i = 0; i < 100; i++) await orders.insert(orders.create(orderFields(i)));
  return async () => (await orders.listByKeyPath('/customer-:customerId', { customerId }, { limit: 100 }).page()).items;
});
