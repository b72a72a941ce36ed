import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { openStore } from '../../src/application/open-store.js';
import type { LocalEngine } from '../../src/local/index.js';
import { NotAnnouncedError } from '../../src/registry/errors.js';
import { Registry } from '../../src/registry/registry.js';
import { openGateway } from '../../src/dynamo/gateway.js';
import { publish } from '../../src/store/publish.js';
import type { Repository } from '../../src/store/repository.js';
import type { Store } from '../../src/store/store.js';
import { Faults, networkError } from '../dynamo/faults.js';
import { clientOf } from '../dynamo/wire.js';
import { startEngine } from '../support/engine.js';
import { Bench } from './bench.js';
import { Invoice, Order, shop } from './shop.js';

let engine: LocalEngine;
let faults: Faults;
let client: DynamoDBClient;
let bench: Bench;
let store: Store;
let invoices: Repository<Invoice>;

beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  bench = await Bench.on(engine);
  await publish({ schema: shop, table: bench.table, client: engine.client, createGuard: 'age' });
  faults = new Faults();
  client = clientOf(engine, { maxAttempts: 3 });
  client.config.requestHandler = faults.around(client.config.requestHandler as never) as never;
  store = await openStore({ schema: shop, table: bench.table, client, census: false });
  invoices = store.repository(Invoice);
  faults.sent.length = 0;
});
afterEach(async () => {
  await store.close();
  client.destroy();
});

const reset = (): Error => networkError('ECONNRESET');
const isActive = async (): Promise<boolean> => {
  const gateway = await openGateway({ client: engine.client, table: bench.table });
  return (await Registry.open(gateway)).knowledge.versions.get(shop.version)!.active;
};
const invoice = () => invoices.create({ customerId: 'ada', number: 1 });
const KEY = { customerId: 'ada', number: 1 };

describe('[ONCE] the entry that a version is in use', () => {
  test('is no doubt about the user’s write where its answer was lost: that goes on', async () => {
    for (let i = 0; i < 9; i++) faults.lose(reset());
    await invoices.insert(invoice());
    expect(await isActive()).toBe(true);
    expect(await bench.rows()).toHaveLength(1);
  });

  test('is no doubt where it was never there, and the next call writes it', async () => {
    for (let i = 0; i < 9; i++) faults.disconnect(reset());
    await invoices.insert(invoice());
    expect(await bench.rows()).toHaveLength(1);
  });

  test('leaves the user’s write unsent where nothing answers: a failure, and no doubt', async () => {
    for (let i = 0; i < 18; i++) faults.fail('InternalServerError', {}, 500);
    const failed: unknown = await invoices.insert(invoice()).catch((error: unknown) => error);
    expect(failed).toMatchObject({ name: 'InternalServerError' });
    expect(await bench.rows()).toHaveLength(0);
    faults.clear();
    await invoices.insert(invoice());
    expect(await bench.rows()).toHaveLength(1);
  });

  test('says so by an error of its own', async () => {
    const broken = new Faults().around(client.config.requestHandler as never);
    client.config.requestHandler = {
      handle: (request: { headers: Record<string, string> }, options: never) =>
        request.headers['x-amz-target']?.endsWith('PutItem')
          ? Promise.reject(reset())
          : (broken.handle(request as never, options) as Promise<never>),
    } as never;
    const failed = invoices.insert(invoice());
    await expect(failed).rejects.toThrow(NotAnnouncedError);
    await expect(failed).rejects.toThrow(/^Nothing was written/);
    expect(await isActive()).toBe(false);
  });
});

describe('[ONCE] delete by key says true where this call deleted the item', () => {
  const lost: readonly [string, () => unknown][] = [
    ['its answer was lost', () => faults.lose(reset())],
    ['it was answered with a 500 after all', () => faults.replace('{}', 500)],
    ['a proxy gave up waiting', () => faults.replace('', 504)],
    ['the answer was empty', () => faults.replace('')],
    ['the answer was another’s', () => faults.replace('<html>')],
  ];
  test.each(lost)('an item of one row, %s', async (_, fault) => {
    await invoices.insert(invoice());
    faults.pass();
    fault();
    expect(await invoices.delete(KEY)).toBe(true);
    expect(await invoices.delete(KEY)).toBe(false);
  });

  test.each([...lost, ['something below the SDK sent it twice', () => faults.double()] as const])(
    'an item of several rows, %s',
    async (_, fault) => {
      const orders = store.repository(Order);
      const made = {
        customerId: 'ada',
        items: [],
        orderDate: new Date(0),
        deliveryDate: new Date(0),
        priorityLevel: 1,
      };
      const { customerId, orderId } = await orders.insert(orders.create(made));
      faults.pass();
      fault();
      expect(await orders.delete({ customerId, orderId })).toBe(true);
      expect(await orders.delete({ customerId, orderId })).toBe(false);
    },
  );

  test('of one row that something below the SDK deletes twice nothing tells whose delete it was', async () => {
    await invoices.insert(invoice());
    faults.pass().double();
    expect(await invoices.delete(KEY)).toBe(false);
    expect(await bench.rows()).toHaveLength(0);
  });
});
