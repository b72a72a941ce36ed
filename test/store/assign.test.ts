import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Transform } from 'class-transformer';
import type { LocalEngine } from '../../src/local/index.js';
import {
  arrayOf,
  type Computed,
  defineSchema,
  Field,
  type Generated,
  ItemType,
  KeyPath,
  mapOf,
  Migration,
  type Migrator,
  ObjectType,
  type Repository,
  setOf,
} from '../../src/index.js';
import { startEngine } from '../support/engine.js';
import { Bench } from './bench.js';

@ObjectType('Geo')
class Geo {
  @Field('double') lat!: number;
  @Field({ type: 'double', required: false }) height?: number;
}

@ObjectType('Address')
class Address {
  @Field('string') @Transform(({ value }) => String(value).trim(), { toClassOnly: true }) city!: string;
  @Field({ type: 'string', required: false }) zip?: string;
  @Field({ type: Geo, required: false }) geo?: Geo;
}

@ItemType('Order')
@KeyPath('/order-:id')
class Order {
  @Field('string') id!: string;
  @Field('string') status!: string;
  @Field({ type: 'string', required: false }) note?: string;
  @Field({ type: 'timestampSeconds', readDefault: '2024-01-01', required: false }) day!: Generated<Date>;
  @Field({ type: Address, required: false }) address?: Address;
  @Field({ type: arrayOf(Address), required: false }) stops?: Address[];
  @Field({ type: mapOf('int'), required: false }) stock?: Record<string, number>;
  @Field({ type: setOf('string'), required: false }) tags?: Set<string>;

  get title(): Computed<string> {
    return `${this.id} (${this.status})`;
  }
}

const schema = defineSchema({ name: 'assigned', types: [Order] });
const untyped = (value: unknown): never => value as never;

/** As a validation pipe makes bodies: every property of the class is there, those that were not sent are undefined. */
class UpdateOrder {
  status?: string | undefined = undefined;
  note?: string | null | undefined = undefined;
  address?: { city?: string; zip?: string | null } | undefined = undefined;

  static of(body: Partial<UpdateOrder>): UpdateOrder {
    return Object.assign(new UpdateOrder(), body);
  }

  validate(): void {}
}

let engine: LocalEngine;
let bench: Bench;
let orders: Repository<Order>;
let order: Order;
let ids = 0;

beforeAll(async () => {
  engine = await startEngine();
  bench = await Bench.on(engine);
  orders = (await bench.open(schema)).repository(Order);
});
afterAll(() => engine.stop());
beforeEach(async () => {
  const address = { city: 'Rome', zip: '00100', geo: { lat: 1, height: 2 } };
  const stops = [{ city: 'Pisa', zip: '1' }];
  order = await orders.insert(
    orders.create({ id: `order-${++ids}`, status: 'open', note: 'first', address, stops, stock: { a: 1 } }),
  );
});
const stored = (): Promise<Order | undefined> => orders.findByKeyPath('/order-:id', { id: order.id });

describe('assign', () => {
  it('skips what is undefined, where Object.assign unsets it', async () => {
    const dto = UpdateOrder.of({ status: 'paid' });
    expect(orders.assign(order, dto)).toBe(order);
    await orders.save(order);
    expect(await stored()).toMatchObject({ status: 'paid', note: 'first', address: { city: 'Rome' } });
    await orders.save(Object.assign(order, dto));
    expect((await stored())!.note).toBeUndefined();
  });

  it('unsets what is null, and a field with a read default then reads as that', async () => {
    orders.assign(order, { note: null, address: null, day: new Date('2026-12-01') });
    expect('note' in order).toBe(false);
    await orders.save(order);
    const found = (await stored())!;
    expect(Object.keys(found).sort()).toEqual(['day', 'id', 'status', 'stock', 'stops']);
    expect(found.day).toEqual(new Date('2026-12-01'));
    await orders.save(orders.assign(order, untyped({ day: null })));
    expect((await stored())!.day).toEqual(new Date('2024-01-01'));
  });

  it('of null for a required field is refused when it is saved', async () => {
    orders.assign(order, untyped({ status: null }));
    await expect(orders.save(order)).rejects.toMatchObject({ code: 'VALIDATION', problems: [{ path: 'status' }] });
  });

  it('changes a nested object property by property, and it stays the same object', async () => {
    const { address } = order;
    orders.assign(order, { address: { city: ' Bari ', zip: null, geo: { height: 3 } } });
    expect(order.address).toBe(address);
    await orders.save(order);
    expect((await stored())!.address).toEqual(
      Object.assign(new Address(), { city: 'Bari', geo: Object.assign(new Geo(), { lat: 1, height: 3 }) }),
    );
  });

  it('makes a nested object that is not there, and takes an instance as it is', async () => {
    delete order.address;
    orders.assign(order, untyped({ address: { city: 'Bari', zip: null } }));
    expect(order.address).toEqual(Object.assign(new Address(), { city: 'Bari' }));
    expect(order.address).toBeInstanceOf(Address);
    const given = Object.assign(new Address(), { city: 'Como' });
    orders.assign(order, { address: given });
    expect(order.address).toBe(given);
    await orders.save(order);
    expect((await stored())!.address).toEqual(given);
  });

  it('replaces arrays, maps and sets whole, with instances in them', async () => {
    const tags = new Set(['x']);
    orders.assign(order, { stops: [{ city: 'Asti' }], stock: { b: 2 }, tags });
    expect(order.stops![0]).toBeInstanceOf(Address);
    await orders.save(order);
    expect(await stored()).toMatchObject({ stops: [{ city: 'Asti' }], stock: { b: 2 }, tags });
    expect((await stored())!.stops![0]!.zip).toBeUndefined();
  });

  it('refuses what is no field, also in nested objects, and changes nothing then', () => {
    const before = structuredClone({ ...order });
    const body = JSON.parse(
      '{"status":"paid","note":null,"address":{"city":"Bari","planet":1},"__proto__":{"admin":true}}',
    );
    expect(() => orders.assign(order, untyped(body))).toThrow(
      expect.objectContaining({
        code: 'UNKNOWN_PROPERTY',
        facts: { type: 'Order', properties: ['__proto__', 'address.planet'] },
        message: expect.stringMatching(
          /^assign\(\) of Order was given what is no field: __proto__, address.planet\. Order has .*; Address has city, geo, zip\./,
        ),
      }),
    );
    expect(() => orders.assign(order, untyped({ title: 'x' }))).toThrow(/no field: title/);
    expect({ ...order }).toEqual(before);
  });

  it.each([
    ['a frozen object', (address: Address) => Object.freeze(address)],
    ['a property that is read-only', (a: Address) => Object.defineProperty(a, 'city', { writable: false })],
    ['an own getter', (a: Address) => Object.defineProperty(a, 'city', { get: () => 'Rome', configurable: true })],
  ])('refuses to change %s, and changes nothing then', (_, made) => {
    order.address = made(Object.assign(new Address(), { city: 'Rome' }));
    const before = structuredClone({ ...order });
    expect(() => orders.assign(order, { note: 'new', address: { city: 'Bari' } })).toThrow(
      expect.objectContaining({
        code: 'VALIDATION',
        problems: [{ code: 'readonly', path: 'address.city', message: expect.stringContaining('cannot be assigned') }],
      }),
    );
    expect({ ...order }).toEqual(before);
  });

  it('refuses to unset what cannot be deleted', () => {
    order.address = Object.freeze(Object.assign(new Address(), { city: 'Rome', zip: '1' }));
    expect(() => orders.assign(order, untyped({ address: { zip: null } }))).toThrow(/zip cannot be assigned/);
    expect(order.address.zip).toBe('1');
  });

  it('takes entities of the repository, and instances that are yet to be inserted', async () => {
    const made = orders.assign(new Order(), { id: `order-${++ids}`, status: 'new' });
    await orders.insert(made);
    expect(await orders.findByKeyPath('/order-:id', { id: made.id })).toMatchObject({ status: 'new' });
    for (const [wrong, words] of [
      [{ ...order }, /a plain object/],
      [new Proxy(order, {}), /a Proxy/],
      [undefined, /assign\(\) was given undefined/],
    ] as const) {
      expect(() => orders.assign(untyped(wrong), { note: 'x' })).toThrow(words);
    }
    for (const wrong of [null, [], 'x', new Date(0)]) {
      expect(() => orders.assign(order, untyped(wrong))).toThrow(/in the place of properties/);
    }
  });

  it('ends where data and entity lie in themselves', () => {
    const values: { address: { city: string; geo?: unknown } } = { address: { city: 'Bari' } };
    values.address.geo = values.address;
    expect(() => orders.assign(order, untyped(values))).toThrow(/address\.geo\.city/);
  });
});

it('[NO-LOSS] assign for a nested object keeps what only newer versions know of it', async () => {
  @ObjectType('Address')
  class NewAddress extends Address {
    @Field({ type: 'string', required: false }) doorCode?: string;
  }
  @ItemType('Order')
  @KeyPath('/order-:id')
  class NewOrder extends Order {
    @Field({ type: NewAddress, required: false }) declare address?: NewAddress;
    @Field({ type: arrayOf(NewAddress), required: false }) declare stops?: NewAddress[];
  }
  @Migration({ from: 1, description: 'Door codes' })
  class AddDoorCode {
    change(m: Migrator): void {
      m.changeType('Address', (t) => t.addField('doorCode'));
    }
  }
  const newer = (
    await bench.open(defineSchema({ name: 'assigned', types: [NewOrder], migrations: [AddDoorCode] }))
  ).repository(NewOrder);
  const { id } = order;
  await newer.update({ id }, (each) => void (each.address!.doorCode = '42'));
  await orders.update({ id }, (each) => void orders.assign(each, { address: { city: 'Bari' } }));
  expect((await newer.findByKeyPath('/order-:id', { id }))!.address).toMatchObject({ city: 'Bari', doorCode: '42' });
});
