import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type DynamoGateway, openGateway } from '../../src/dynamo/gateway.js';
import { createTable } from '../../src/dynamo/table.js';
import type { LocalEngine } from '../../src/local/index.js';
import { hashInRow, needs, partedTexts } from '../../src/registry/entry.js';
import { LibraryTooOldError, RegistryDamagedError } from '../../src/registry/errors.js';
import { partKey } from '../../src/registry/parts.js';
import type { PublishableSchema } from '../../src/registry/past.js';
import { publishInto } from '../../src/registry/publish.js';
import { Registry } from '../../src/registry/registry.js';
import type { SchemaVersion } from '../../src/schema/model.js';
import { OutcomeUnknownError } from '../../src/table/errors.js';
import { rowSize } from '../../src/table/row-size.js';
import { allRows, readTable } from '../../src/testing/table-rows.js';
import type { AttributeMap } from '../../src/values/attribute-value.js';
import { Faults, networkError } from '../dynamo/faults.js';
import { clientOf } from '../dynamo/wire.js';
import { startEngine } from '../support/engine.js';
import { schemaOf, versionData } from './fixtures.js';

let engine: LocalEngine;
let faults: Faults;
let client: DynamoDBClient;
let gateway: DynamoGateway;
let tables = 0;

beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  const table = `parts-${process.pid}-${++tables}`;
  await createTable({ client: engine.client, table });
  faults = new Faults();
  client = clientOf(engine, { maxAttempts: 1 });
  client.config.requestHandler = faults.around(client.config.requestHandler as never) as never;
  gateway = await openGateway({ client, table, pause: () => Promise.resolve() });
});
afterEach(() => client.destroy());

/** Types of 30 fields. `noise`: characters in each field's name that do not compress. */
function large(version: number, types: number, noise = 0): SchemaVersion {
  const letters = (of: string): string =>
    Array.from({ length: Math.ceil(noise / 86) }, (_, i) =>
      createHash('sha512').update(`${of} ${i}`).digest('base64url'),
    ).join('');
  const names = Array.from({ length: types }, (_, i) => `Type${i}`);
  const data = versionData(version, Object.fromEntries(names.map((name, i) => [name, [`/t${i}-:id`]])));
  const more = (i: number) =>
    Array.from({ length: 29 }, (_, f) => {
      const name = `field${f}of${i}`;
      return { storageName: `${name}${letters(name)}`, name, type: { kind: 'string' as const }, required: false };
    });
  const entries = Object.entries(data.types).map(([name, type], i) => [
    name,
    { ...type, fields: [...type.fields, ...more(i)] },
  ]);
  return { ...data, types: Object.fromEntries(entries) as SchemaVersion['types'] };
}

const big = schemaOf([large(1, 200)]);
/** What does not fit into one part either. */
const noisy = schemaOf([large(1, 40, 620)]);

const publish = async (schema: PublishableSchema, through = gateway) =>
  publishInto(await Registry.open(through), through, schema);
const other = () => openGateway({ client: engine.client, table: gateway.table });
const rows = async () => (await allRows(await other())).map((row) => ({ ...gateway.keyOf(row), row }));
const parts = async () => (await rows()).filter(({ sk }) => sk.startsWith('part#'));
const entryRowOf = async (epoch: number): Promise<AttributeMap> =>
  (await rows()).find(({ sk }) => sk === `entry#${String(epoch).padStart(12, '0')}`)!.row;

describe('a version that is too large for one row of the log', () => {
  test.each([
    ['200 types of 30 fields', big, 1],
    ['more than one part holds', noisy, 2],
  ])('is published, and read by every process as it was: %s', async (_, schema, least) => {
    expect(JSON.stringify(schema.versions[0]).length).toBeGreaterThan(400 * 1024);
    expect(await publish(schema)).toMatchObject({ published: [1], epoch: 2 });
    expect((await parts()).length).toBeGreaterThanOrEqual(least);
    for (const { row } of await rows()) expect(rowSize(row)).toBeLessThan(400 * 1024);
    const { knowledge } = await Registry.open(await other());
    expect(knowledge.versions.get(1)!.schema).toEqual(schema.versions[0]);
    expect((await readTable(await other())).epochs.at(-1)!.versions.get(1)!.schema).toEqual(schema.versions[0]);
    expect(await publish(schema)).toMatchObject({ published: [], epoch: 2 });
  });

  test('costs a refresh what any other head does', async () => {
    await publish(big);
    const registry = await Registry.open(gateway);
    faults.sent.length = 0;
    await registry.refresh();
    expect(faults.sent.map(({ operation }) => operation)).toEqual(['Query']);
    expect(rowSize(await entryRowOf(2))).toBeLessThan(1_024);
  });

  test('is for a library that knows entries whole one that it is too old for', async () => {
    await publish(big);
    const entry = (await entryRowOf(2))['$entry'] as { M: Record<string, { S: string }> };
    expect(Object.hasOwn(needs, entry.M['kind']!.S)).toBe(false);
    const { kind, ...rest } = entry.M;
    const newer = { $entry: { M: { ...rest, kind: { S: kind!.S.replace('/parts', '/pieces') } } } };
    await gateway.write([{ kind: 'put', key: { pk: '$ductile', sk: 'entry#000000000002' }, row: newer }], '');
    await expect(Registry.open(gateway)).rejects.toThrow(LibraryTooOldError);
  });
});

describe('[NO-SURPRISE] a publish that stops in the middle', () => {
  /** Each request of the publish in turn is the one after which its process is gone. */
  test('leaves a log that every process reads, and that the next publish completes', async () => {
    // Before that there is only the first entry.
    let last = 3;
    for (; ; last++) {
      const table = `parts-${process.pid}-${++tables}`;
      await createTable({ client: engine.client, table });
      const through = await openGateway({ client, table, pause: () => Promise.resolve() });
      await expect(publish(noisy, dying(through, last))).rejects.toThrow('killed');
      const { knowledge } = await Registry.open(through);
      const isThere = knowledge.versions.has(1);
      if (isThere) expect(knowledge.versions.get(1)!.schema).toEqual(noisy.versions[0]);
      expect(await publish(noisy, through)).toMatchObject({ published: isThere ? [] : [1], version: 1 });
      expect((await Registry.open(through)).knowledge.versions.get(1)!.schema).toEqual(noisy.versions[0]);
      // What comes after the entry are the fences, which need no part of it.
      if (isThere) break;
    }
    expect(last).toBeGreaterThan(5);
  });

  test('does not write again what is there', async () => {
    await publish(noisy, dying(gateway, 4)).catch(() => undefined);
    const before = (await parts()).length;
    expect(before).toBeGreaterThan(0);
    await publish(noisy);
    const all = await parts();
    expect(all.length).toBeGreaterThanOrEqual(before);
    expect(new Set(all.map(({ sk }) => sk.split('#')[1])).size).toBe(1);
  });

  test('two at once publish it once', async () => {
    const results = await Promise.all([publish(noisy), publish(noisy, await other())]);
    expect(results.flatMap(({ published }) => published)).toEqual([1]);
    expect((await Registry.open(gateway)).knowledge.epoch).toBe(2);
  });

  test('says that nothing was published where no attempt at a part was answered', async () => {
    const registry = await Registry.open(gateway);
    await registry.append(({ epoch }) => (epoch === 0 ? { ...opening } : undefined));
    for (let i = 0; i < 12; i++) faults.lose(networkError('ECONNRESET'));
    faults.sent.length = 0;
    const lost = registry.append(() => publishedNoisy);
    await expect(lost).rejects.toThrow(OutcomeUnknownError);
    await expect(lost).rejects.toThrow(/nothing was published; call again/);
    expect((await Registry.open(await other())).knowledge.epoch).toBe(1);
  });
});

describe('[NO-SURPRISE] parts that are not what they were', () => {
  const changes: readonly [string, (hash: string) => Promise<unknown>][] = [
    ['one is gone', (hash) => gateway.write([{ kind: 'delete', key: partKey(hash, 1) }], '')],
    [
      'one is cut',
      (hash) => gateway.write([{ kind: 'put', key: partKey(hash, 1), row: { $part: { B: new Uint8Array(9) } } }], ''),
    ],
    ['one is something else', (hash) => gateway.write([{ kind: 'put', key: partKey(hash, 1), row: {} }], '')],
  ];
  test.each(changes)('are damage: %s', async (_, change) => {
    await publish(noisy);
    const [text] = partedTexts(await entryRowOf(2));
    await change(text!.hash);
    await expect(Registry.open(gateway)).rejects.toThrow(RegistryDamagedError);
    await expect(Registry.open(gateway)).rejects.toMatchObject({ facts: { epoch: 2 } });
  });

  test('are not taken for the ones that a publish was to put', async () => {
    await publish(noisy, dying(gateway, 4)).catch(() => undefined);
    const { sk } = (await parts())[0]!;
    await gateway.write([{ kind: 'put', key: { pk: '$ductile', sk }, row: { $part: { B: new Uint8Array(9) } } }], '');
    await expect(publish(noisy)).rejects.toThrow(RegistryDamagedError);
  });

  test('are covered by the hash of their entry', async () => {
    await publish(noisy);
    const row = await entryRowOf(2);
    const { M } = row['$entry'] as { M: Record<string, unknown> };
    const schema = { M: { ...(M['schema'] as { M: object }).M, hash: { S: '0'.repeat(64) } } };
    const changed = { $entry: { M: { ...M, schema } } } as unknown as AttributeMap;
    expect(hashInRow(changed)).toBe(hashInRow(row));
    await gateway.write([{ kind: 'put', key: { pk: '$ductile', sk: 'entry#000000000002' }, row: changed }], '');
    await expect(Registry.open(gateway)).rejects.toThrow(RegistryDamagedError);
  });
});

const opening = {
  kind: 'opened',
  registry: '11112222-3333-4444-8555-666677778888',
  schemaName: 'shop',
  createGuard: 'fence',
  registryMaxAge: 60_000,
  format: 1,
} as const;
const publishedNoisy = {
  kind: 'published',
  version: 1,
  versionHash: noisy.hashes[0]!,
  schema: noisy.versions[0]!,
} as const;

/** A gateway of a process that is gone after so many requests: the last one still arrives. */
function dying(through: DynamoGateway, last: number): DynamoGateway {
  let sent = 0;
  return new Proxy(through, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (!['get', 'query', 'scan', 'write'].includes(String(name))) return value.bind(target) as unknown;
      return async (...args: unknown[]): Promise<unknown> => {
        if (sent > last) throw new Error('killed');
        const answer: unknown = await (value as (...a: unknown[]) => unknown).apply(target, args);
        if (sent++ >= last) throw new Error('killed');
        return answer;
      };
    },
  });
}
