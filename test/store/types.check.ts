import type { Generated } from '../../src/decorators/generated.js';
import type { EntityClass } from '../../src/decorators/declared.js';
import type { keyPaths, SharedPrefixesOf } from '../../src/decorators/key-paths.js';
import { keyPath } from '../../src/keypaths/tagged.js';
import type { ItemList } from '../../src/store/item-list.js';
import type { Repository } from '../../src/store/repository.js';
import type { Store } from '../../src/store/store.js';
import { Invoice, Order } from './shop.js';

class Typed {
  customerId!: string;
  orderId!: Generated<string>;
  day!: Date;
  note?: string;

  declare readonly [keyPaths]?: ['/customer-:customerId/order-:orderId', '/day-:day/order-:orderId'];
}

class Bill {
  customerId!: string;
  day!: string;
  number!: number;

  declare readonly [keyPaths]?: ['/customer-:customerId/bill-:number', '/day-:day/bill-:number'];
}

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

/** Takes a value of exactly that type. */
const is = <Wanted>() => ({ the: <Given>(_given: Given, _same: Same<Given, Wanted>): void => undefined });

interface OrderKey {
  customerId: string;
  orderId: string;
}

/** Never run: the compiler is the test (test/types/checks.test.ts asks it). */
export async function compiles(
  plain: Repository<Order>,
  typed: Repository<Typed>,
  bills: Repository<Bill>,
  store: Store,
  prefix: '/day-:day' | '/customer-:customerId',
  key: OrderKey,
): Promise<void> {
  await plain.update(key, () => {});
  await typed.update(key, () => {});
  await plain.findByKeyPath('/customer-:customerId/order-:orderId', key);
  // @ts-expect-error no field of the class
  await plain.update({ customerId: 'a', number: 1 }, () => {});
  const found = await plain.findByKeyPath('/customer-:customerId/order-:orderId', { customerId: 'a', orderId: 'b' });
  is<Order | undefined>().the(found, true);
  // @ts-expect-error the wrong name
  await plain.findByKeyPath('/customer-:customerId/order-:orderId', { customer: 'a', orderId: 'b' });
  // @ts-expect-error the wrong type
  await plain.findByKeyPath('/customer-:customerId/order-:orderId', { customerId: 'a', orderId: 7 });
  // @ts-expect-error no field of the class
  await plain.findByKeyPath('/customer-:customr/order-:orderId', { customr: 'a', orderId: 'b' });
  await plain.findByKeyPath(keyPath`/customer-${'a'}/order-${'b'}`, { consistent: false });

  typed.listByKeyPath('/day-:day', { day: new Date() }, { direction: 'descending', limit: 1 });
  typed.listByKeyPath('/day-:day/order-', { day: new Date() }, { gte: 'a', lt: 'b' });
  typed.listByKeyPath('/customer-:customerId', { customerId: 'a' }, { between: ['a', 'b'] });
  typed.listByKeyPath('/customer-:customerId', { customerId: 'a' }, { beginsWith: 'a' });
  // @ts-expect-error the next parameter is a string
  typed.listByKeyPath('/customer-:customerId', { customerId: 'a' }, { gte: new Date() });
  // @ts-expect-error and so are both ends
  typed.listByKeyPath('/day-:day', { day: new Date() }, { between: ['a', 7] });
  // @ts-expect-error no parameter follows
  typed.listByKeyPath('/day-:day/order-:orderId', { day: new Date(), orderId: 'a' }, { lt: 'b' });
  plain.listByKeyPath('/customer-:customerId', { customerId: 'a' }, { gte: new Date() });
  bills.listByKeyPath('/customer-:customerId', { customerId: 'a' }, { gt: 7, lte: 9 });
  // @ts-expect-error only strings begin with something
  bills.listByKeyPath('/customer-:customerId', { customerId: 'a' }, { beginsWith: '7' });
  // @ts-expect-error no prefix of the class's key paths
  typed.listByKeyPath('/day-:day/orders-', { day: new Date() });
  // @ts-expect-error a prefix is not a whole key path
  await typed.findByKeyPath('/day-:day', { day: new Date() });
  // @ts-expect-error the primary key is not complete
  await typed.update({ customerId: 'a' }, () => {});
  await typed.update({ customerId: 'a', orderId: 'b' }, (each) => void (each.note = 'x'));
  // @ts-expect-error the callback returns something
  await typed.update({ customerId: 'a', orderId: 'b' }, (each) => ({ ...each }));

  typed.create({ customerId: 'a', day: new Date() });
  // @ts-expect-error an unknown property
  typed.create({ customerId: 'a', day: new Date(), dya: 1 });
  // @ts-expect-error a field is missing
  typed.create({ customerId: 'a' });

  const entity = typed.create({ customerId: 'a', day: new Date() });
  is<Typed>().the(typed.assign(entity, { day: undefined, note: null, orderId: 'x' }), true);
  typed.assign(entity, {});
  // @ts-expect-error a required field is not unset
  typed.assign(entity, { customerId: null });
  // @ts-expect-error the wrong type
  typed.assign(entity, { day: 'tomorrow' });
  // @ts-expect-error an unknown property
  typed.assign(entity, { noet: 'x' });
  const dto = { note: 'x', check: (): boolean => true };
  typed.assign(entity, dto);
  // @ts-expect-error an unknown property of a wider object
  typed.assign(entity, { ...dto, noet: 'x' });
  const wider = { note: 'x', noet: 'x' };
  // @ts-expect-error an unknown property of a wider object, by name
  typed.assign(entity, wider);
  plain.assign({} as Order, { items: [{ sku: 'a', quantity: 1, gift: true }] });
  // @ts-expect-error elements of arrays are whole
  plain.assign({} as Order, { items: [{ sku: 'a' }] });

  // @ts-expect-error another class
  await typed.save(new Invoice());

  const both = store.listByKeyPath('/customer-:customerId', { customerId: 'a' }, { types: [Order, Invoice] });
  is<ItemList<Order | Invoice>>().the(both, true);
  // @ts-expect-error the wrong name
  store.listByKeyPath('/customer-:customerId', { customer: 'a' }, { types: [Order, Invoice] });
  // @ts-expect-error no field of the classes
  store.listByKeyPath('/customer-:customr', { customr: 'a' }, { types: [Order, Invoice] });
  // @ts-expect-error the wrong type
  store.listByKeyPath('/customer-:customerId', { customerId: 7 }, { types: [Order, Invoice] });
  // @ts-expect-error a parameter is missing
  store.listByKeyPath('/customer-:customerId', {}, { types: [Order, Invoice] });

  store.listByKeyPath('/customer-:customerId', { customerId: 'a' }, { types: [Typed, Bill, Order], limit: 7 });
  // @ts-expect-error no prefix of both
  store.listByKeyPath('/customer-:customerId/bill-', { customerId: 'a' }, { types: [Typed, Bill] });
  // @ts-expect-error a Date in one class, a string in the other
  store.listByKeyPath('/day-:day', { day: new Date() }, { types: [Typed, Bill] });
  const chosen: readonly [EntityClass, ...EntityClass[]] = [Typed, Bill];
  store.listByKeyPath('/customer-:customerId', { customerId: 'a' }, { types: chosen });
  is<SharedPrefixesOf<[typeof Typed, typeof Order, typeof Bill]>>().the(prefix, true);
}
