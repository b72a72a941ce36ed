import type { Repository } from '../../src/store/repository.js';
import type { Fleet, FleetProcess } from '../../src/testing/index.js';
import { mixedFleet } from '../../src/testing/index.js';
import { Order as OrderV1 } from './history/v1/order.js';
import { Order, shop, Voucher } from './shop.js';

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

/** Takes a value of exactly that type. */
const is = <Wanted>() => ({ the: <Given>(_given: Given, _same: Same<Given, Wanted>): void => undefined });

/** Never run: the compiler is the test (test/types/checks.test.ts asks it). */
export async function compiles(): Promise<void> {
  const fleet = await mixedFleet({ 1: { Order: OrderV1 }, 3: { Order, Voucher } }, { schema: shop, seed: 7 });
  const key = { customerId: 'ann', orderId: 'b' };

  is<Repository<OrderV1>>().the(fleet.at(1).repository('Order'), true);
  is<Repository<Order>>().the(fleet.at(3).repository('Order'), true);
  is<Repository<Voucher>>().the(fleet.at(3).repository('Voucher'), true);
  is<1>().the(fleet.at(1).version, true);
  // @ts-expect-error the fleet has no version 2
  fleet.at(2);
  // @ts-expect-error version 1 has no vouchers
  fleet.at(1).repository('Voucher');
  // @ts-expect-error no such name
  fleet.at(3).repository('order');
  const old = fleet.at(1).repository('Order');
  // @ts-expect-error a field of the other version
  await old.update(key, (order) => void (order.priorityLevel = 1));

  // What all versions have.
  const any = fleet.any();
  is<1 | 3>().the(any.version, true);
  const orders = any.repository('Order');
  await orders.update(key, (order) => void (order.note = `${order.note} and ${order.items.length}`));
  orders.create({ customerId: 'ann', items: [] }); // the note may be left out, as in each version
  // @ts-expect-error version 3 has no such field
  await orders.update(key, (order) => void (order.priority = 'high'));
  // @ts-expect-error version 1 has none
  any.repository('Voucher');
  const found = await orders.findByKeyPath('/customer-:customerId/order-:orderId', key);
  is<string | undefined>().the(found?.note, true);
  await orders.listByKeyPath('/customer-:customerId', { customerId: 'ann' }).toArray();
  // @ts-expect-error a key path of version 3 alone
  await orders.findByKeyPath('/code-:code', { code: 'X' });
  // @ts-expect-error the primary key is not complete
  await orders.delete({ customerId: 'ann' });
  if (any.version === 3) await fleet.at(any.version).repository('Voucher').delete({ number: 1 });

  const results = await fleet.together([async () => 'text', () => 7, () => fleet.publishNext()]);
  is<[string, number, 1 | 3 | undefined]>().the(results, true);
  is<string>().the(await fleet.run(async () => 'text'), true);
  is<string>().the(fleet.pick(['a', 'b']), true);
  // @ts-expect-error nothing to choose from
  fleet.pick([]);

  // A helper of the user's may name the types.
  const named: Fleet<{ 1: { Order: typeof OrderV1 }; 3: { Order: typeof Order; Voucher: typeof Voucher } }> = fleet;
  const process: FleetProcess<1, { Order: typeof OrderV1 }> = named.at(1);
  await process.store.close();

  // @ts-expect-error the schema is missing
  await mixedFleet({ 3: { Order } }, { seed: 7 });
  // @ts-expect-error no class
  await mixedFleet({ 3: { Order: 'Order' } }, { schema: shop });
}
