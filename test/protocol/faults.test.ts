import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { openGateway } from '../../src/dynamo/gateway.js';
import type { LocalEngine } from '../../src/local/index.js';
import type { Gateway } from '../../src/table/gateway.js';
import { Faults } from '../dynamo/faults.js';
import { clientOf, newTable } from '../dynamo/wire.js';
import { checkTable } from '../support/check-table.js';
import { startEngine } from '../support/engine.js';
import { Process, publishFirst, publishSecond, tagKey } from './documents.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

/** What happens to the next request that a client sends. */
type Fault = (client: DynamoDBClient) => void;

const answered =
  (set: (faults: Faults) => void): Fault =>
  (client) => {
    const faults = new Faults();
    set(faults);
    client.config.requestHandler = faults.around(client.config.requestHandler as never) as never;
  };

/** The connection breaks once, before the request arrives or after it was carried out. */
const broken =
  (when: 'before' | 'after'): Fault =>
  (client) => {
    const inner = client.config.requestHandler as { handle(...args: unknown[]): Promise<unknown> };
    let done = false;
    const handle = async (...args: unknown[]): Promise<unknown> => {
      const first = !done;
      done = true;
      const response = first && when === 'before' ? undefined : await inner.handle(...args);
      if (first) throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET', name: 'TimeoutError' });
      return response;
    };
    client.config.requestHandler = { handle } as never;
  };

const faults: readonly [string, Fault][] = [
  ['a conflict with another transaction', answered((f) => f.cancel({ Code: 'TransactionConflict' }, { Code: 'None' }))],
  ['a throttle', answered((f) => f.fail('ThrottlingException'))],
  ['an error of the server', answered((f) => f.fail('InternalServerError', {}, 500))],
  ['a request that does not arrive', broken('before')],
  ['a reply that does not arrive', broken('after')],
];

describe.each(faults)('[LAYOUT] [ONCE] the rows of an item are together after %s', (_, fault) => {
  it.each(['insert', 'save', 'delete'] as const)('%s', async (operation) => {
    const gateway = await newTable(engine);
    await publishFirst(gateway);
    await publishSecond(gateway);
    const sound = await Process.start(gateway);
    if (operation !== 'insert') await sound.insert('a', 'x');
    const one = await faulty(gateway, fault);
    if (operation === 'insert') await one.insert('a', 'x');
    if (operation === 'save') await one.save(await sound.load('a'), { tag: { S: 'y' } });
    if (operation === 'delete') expect(await one.delete(await sound.load('a'))).toBe(true);
    expect(await checkTable(gateway, sound.registry.knowledge)).toEqual([]);
    const tags = await Promise.all(['x', 'y'].map(async (tag) => (await gateway.get(tagKey(tag))) !== undefined));
    expect(tags).toEqual({ insert: [true, false], save: [false, true], delete: [false, false] }[operation]);
  });
});

/** A process whose client meets the fault at the first request of its next write. */
async function faulty({ table }: Gateway, fault: Fault): Promise<Process> {
  const client = clientOf(engine, { maxAttempts: 3 });
  const process = await Process.start(await openGateway({ client, table }));
  fault(client);
  return process;
}
