import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DescribeTableCommand, GetItemCommand } from '@aws-sdk/client-dynamodb';
import {
  defineSchema,
  Field,
  type Generated,
  ItemExistsError,
  ItemType,
  KeyPath,
  keyPath,
  type KeyPathReference,
  Migration,
  type Migrator,
  NotPublishedError,
  openStore,
  type PrimaryKeyOf,
  publish,
  type SchemaMigration,
  StoreOptionError,
  ValidationError,
} from '../../src/index.js';
import type { LocalEngine } from '../../src/local/index.js';
import { withdraw } from '../../src/operator/index.js';
import { drainTime } from '../../src/operator/drain.js';
import { nothingKnown } from '../../src/registry/fold.js';
import { clientOf } from '../dynamo/wire.js';
import { startEngine } from '../support/engine.js';

/* What the pages claim and no other test holds. */

const page = (name: string): string => readFileSync(join(import.meta.dirname, '../..', name), 'utf8');

@ItemType('Order')
@KeyPath('/customer-:customerId/order-:number')
class OrderV1 {
  @Field('string') customerId!: string;
  @Field('uint') number!: number;
}

@ItemType('Order')
@KeyPath('/customer-:customerId/order-:number')
class Order {
  @Field('string') customerId!: string;
  @Field('uint') number!: number;
  @Field({ type: 'string', readDefault: 'EUR' }) currency!: string;
  @Field({ type: 'string', readDefault: 'new', required: false }) status!: Generated<string>;
}

@Migration({ from: 1, description: 'Currencies and states' })
class AddCurrency implements SchemaMigration {
  change(m: Migrator): void {
    m.changeType('Order', (t) => {
      t.addField('currency');
      t.addField('status');
    });
  }
}

const release1 = defineSchema({ name: 'shop', types: [OrderV1] });
const release2 = defineSchema({ name: 'shop', types: [Order], migrations: [AddCurrency] });

@ItemType('Parcel')
@KeyPath('/parcel-:number', '/city-:city/parcel-:number')
class Parcel {
  @Field('uint') number!: number;
  @Field('string') city!: string;
  @Field({ required: false }) note?: string;
}
const parcels = defineSchema({ name: 'parcels', types: [Parcel] });

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

let tables = 0;
const newTable = () => ({ table: `claims-${tables++}`, client: engine.client });

describe('data-api.md', () => {
  test('lists every option of openStore, and no other', async () => {
    const wrong = { ...newTable(), schema: release1, fliter: 1 };
    const error: unknown = await openStore(wrong).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StoreOptionError);
    const known = /those are (.*)\.$/.exec((error as Error).message)![1]!.split(', ');
    const text = page('docs/data-api.md');
    const table = text.slice(text.indexOf('| Option | Meaning |'), text.indexOf('`store.close()` ends the store'));
    const listed = [...table.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell]) =>
      [...cell!.matchAll(/`(\w+)/g)].map(([, name]) => name),
    );
    expect(listed.toSorted()).toEqual(known.toSorted());
  });

  test('has a required field with a readDefault given, and an optional one read as its default', async () => {
    await using store = await openStore({ ...newTable(), schema: release2, createTable: true, publish: 'auto' });
    const orders = store.repository(Order);
    const lacking = orders.create({ customerId: 'ada', number: 1 } as never);
    await expect(orders.insert(lacking)).rejects.toThrow(ValidationError);
    const order = await orders.insert(orders.create({ customerId: 'ada', number: 1, currency: 'USD' }));
    expect(order.status).toBe('new');
  });
});

describe('costs.md', () => {
  test('has the requests of each call', async () => {
    const client = clientOf(engine);
    let sent = 0;
    client.middlewareStack.add((next) => (args) => (sent++, next(args)), { step: 'initialize', name: 'count' });
    const place = { table: newTable().table, client, schema: parcels, census: false } as const;
    await using store = await openStore({ ...place, createTable: true, publish: 'auto' });
    const repository = store.repository(Parcel);
    let number = 0;
    const insert = () => repository.insert(repository.create({ number: ++number, city: 'Rome' }));
    const change = (parcel: Parcel): void => void (parcel.note = 'fragile');
    const loaded = async (by: 'number' | 'city') => {
      const { city } = await insert();
      if (by === 'number') return (await repository.findByKeyPath('/parcel-:number', { number }))!;
      return (await repository.findByKeyPath('/city-:city/parcel-:number', { city, number }))!;
    };
    const requestsOf = async (call: () => Promise<unknown>): Promise<number> => {
      const before = sent;
      await call();
      return sent - before;
    };
    const saveAndDelete = async (by: 'number' | 'city') => {
      const [saved, deleted] = [await loaded(by), await loaded(by)];
      change(saved);
      return [await requestsOf(() => repository.save(saved)), await requestsOf(() => repository.delete(deleted))];
    };
    const updateAndDelete = async (key: () => PrimaryKeyOf<Parcel> | KeyPathReference) => {
      await insert();
      return [
        await requestsOf(() => repository.update(key(), change)),
        await requestsOf(() => repository.delete(key())),
      ];
    };
    await insert();

    const measured = {
      '`insert`': [await requestsOf(insert)],
      '`save`, `delete` of an entity that was loaded by its primary key path': await saveAndDelete('number'),
      '`save`, `delete` of an entity that was loaded through a secondary key path': await saveAndDelete('city'),
      '`save` of an entity that was not changed': [
        await loaded('number').then((parcel) => requestsOf(() => repository.save(parcel))),
        await loaded('city').then((parcel) => requestsOf(() => repository.save(parcel))),
      ],
      '`findByKeyPath`': [await requestsOf(() => repository.findByKeyPath('/parcel-:number', { number }))],
      'a page of `listByKeyPath`': [
        await requestsOf(() => repository.listByKeyPath('/city-:city', { city: 'Rome' }).page()),
      ],
      '`update`, `delete` by the primary key': await updateAndDelete(() => ({ number })),
      '`update`, `delete` by a secondary key path': await updateAndDelete(
        () => keyPath`/city-${'Rome'}/parcel-${number}`,
      ),
    };
    const text = page('docs/costs.md');
    const table = text.slice(text.indexOf('| call | requests |'), text.indexOf('An item with an [open entry]'));
    const rows = [...table.matchAll(/^\| (.*?) \| (\d+) \|/gm)].map(([, call, requests]) => [call, Number(requests)]);
    const told = Object.entries(measured).map(([call, counts]) => [call, ...new Set(counts)]);
    expect(rows).toEqual(told);
    client.destroy();
  });
});

describe('errors.md, of what is written after an error', () => {
  test('a refused insert leaves the item as it was, and its version in use', async () => {
    const table = newTable();
    await using old = await openStore({
      ...table,
      schema: release1,
      createTable: true,
      publish: 'auto',
      census: false,
    });
    const before = old.repository(OrderV1);
    await before.insert(before.create({ customerId: 'ada', number: 1 }));
    await publish({ ...table, schema: release2 });
    const Key = { pk: { S: '/customer-ada' }, sk: { S: '/order-a1' } };
    const row = () => engine.client.send(new GetItemCommand({ TableName: table.table, Key, ConsistentRead: true }));
    const { Item } = await row();
    expect(Item).toBeDefined();
    await using store = await openStore({ ...table, schema: release2, census: false });
    const orders = store.repository(Order);
    const again = orders.create({ customerId: 'ada', number: 1, currency: 'CHF' });
    await expect(orders.insert(again)).rejects.toThrow(ItemExistsError);
    expect((await row()).Item).toEqual(Item);
    await expect(withdraw({ ...table, schema: release2, version: 2 })).rejects.toThrow(/has begun to write/);
  });

  test('openStore leaves the table that it created for a version that is not published', async () => {
    const table = newTable();
    const opened = openStore({ ...table, schema: release1, createTable: true });
    await expect(opened).rejects.toThrow(NotPublishedError);
    const { Table } = await engine.client.send(new DescribeTableCommand({ TableName: table.table }));
    expect(Table?.TableName).toBe(table.table);
  });
});

test.each(['README.md', 'docs/getting-started.md', 'samples/lambda-backfill/README.md'])(
  '%s says how long a drain lasts on a table as it is at first',
  (name) => {
    const atFirst = [{ createGuard: 'age', registryMaxAge: nothingKnown.registryMaxAge, since: 0 } as const];
    expect(page(name)).toContain(`${drainTime(atFirst, false, 'writers') / 60_000} minutes`);
  },
);
