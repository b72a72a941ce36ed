import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type AttributeValue, QueryCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { TableNotFoundError } from '../../src/dynamo/errors.js';
import { openGateway } from '../../src/dynamo/gateway.js';
import type { LocalEngine } from '../../src/local/index.js';
import type { AttributeMap } from '../../src/values/attribute-value.js';
import { startEngine } from '../support/engine.js';
import { clientOf, newTable } from './wire.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const bytes = fc.uint8Array({ minLength: 1, maxLength: 8 });
const names = fc.oneof(
  fc.constantFrom('B', 'BS', 'M', '__proto__', 'constructor'),
  fc.string({ minLength: 1, maxLength: 6 }),
);

/** Attribute values of every kind, with names that look like kinds. */
const { value } = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string().map((S) => ({ S })),
    fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }).map((n) => ({ N: String(n) })),
    bytes.map((B) => ({ B })),
    fc.boolean().map((BOOL) => ({ BOOL })),
    fc.constant({ NULL: true as const }),
    fc.uniqueArray(bytes, { minLength: 1, maxLength: 3, selector: String }).map((BS) => ({ BS })),
    fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 3 }).map((SS) => ({ SS })),
    fc.array(tie('value'), { maxLength: 3 }).map((L) => ({ L })),
    fc.array(fc.tuple(names, tie('value')), { maxLength: 3 }).map((entries) => ({ M: Object.fromEntries(entries) })),
  ),
}));

it('gives of every row what the SDK gives', async () => {
  const gateway = await newTable(engine);
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(value, value, async (one, other) => {
      const key = { pk: `run ${++runs}`, sk: '/' };
      await gateway.write([{ kind: 'put', key, row: { one, other } as unknown as AttributeMap }], 'any');
      const { Items } = await engine.client.send(
        new QueryCommand({
          TableName: gateway.table,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: key.pk } },
        }),
      );
      expect((await gateway.query({ pk: key.pk })).rows).toEqual(Items);
    }),
    { numRuns: 200 },
  );
});

it('leaves errors, metadata and the rest of an answer as the SDK has them, on a client that caches its middleware too', async () => {
  const client = clientOf(engine, { cacheMiddleware: true });
  const seen: unknown[] = [];
  const gateway = await newTable(engine, { client });
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      seen.push(result.output.$metadata.httpStatusCode);
      return result;
    },
    { step: 'initialize' },
  );
  for (const sk of ['/a', '/b', '/c']) await gateway.write([{ kind: 'put', key: { pk: 'g', sk }, row: {} }], 'any');
  const pages = await Promise.all([
    gateway.query({ pk: 'g', limit: 2 }),
    gateway.query({ pk: 'none' }),
    gateway.scan({}),
  ]);
  expect(pages.map(({ rows }) => rows.length)).toEqual([2, 0, 3]);
  expect(pages[0].last).toEqual({ pk: 'g', sk: '/b' });
  expect(seen).toEqual(Array(6).fill(200));
  const nowhere = await openGateway({ client, table: 'there-is-none' });
  await expect(nowhere.query({ pk: 'g' })).rejects.toThrow(TableNotFoundError);
  client.destroy();
});
