import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { backfill, promote, verify } from '../../src/operator/index.js';
import type { OperatorOptions } from '../../src/operator/index.js';
import { lookAtItem } from '../../src/operator/look.js';
import { pathsIn } from '../../src/operator/paths.js';
import { openSessionOver } from '../../src/operator/session.js';
import { readPrimary } from '../../src/protocol/row.js';
import { schemaFrom } from '../../src/schema/schema-from.js';
import type { Repository } from '../../src/store/repository.js';
import type { RowKey } from '../../src/values/attribute-value.js';
import { startEngine } from '../support/engine.js';
import { change, field, migration } from '../schema/declare-by-hand.js';
import { Bench } from '../store/bench.js';
import { verifyInDoubt } from './in-doubt.js';

/* Sessions that expire, which version 2 also finds by their token. */

class Session {
  id!: string;
  token?: string;
  until?: Date;
}
const BY_ID = '/session-:id';
const BY_TOKEN = '/token-:token';
const release = (since: number, ...keyPaths: string[]) => ({
  types: [
    {
      name: 'Session',
      class: Session,
      keyPaths,
      fields: [
        field('id', 'string'),
        field('token', 'string', { required: false }),
        field('until', 'timestampSeconds', { required: false }),
      ],
      ...(since <= keyPaths.length ? { expiry: { at: 'until', since } } : {}),
    },
  ],
  objects: [],
  enums: [],
});
/** Version 1 has one key path, version 2 two. */
const firstOf = (since: number) => schemaFrom('sessions', release(since, BY_ID), []);
const secondOf = (since: number) =>
  schemaFrom('sessions', release(since, BY_ID, BY_TOKEN), [
    migration(1, change('Session', { op: 'addKeyPath', template: BY_TOKEN })),
  ]);
const v1 = firstOf(1);
const v2 = secondOf(1);

const MINUTE = 60_000;
const EXPIRED = -10 * MINUTE;
/** DynamoDB may delete its rows, and for a minute it still counts as there. */
const EXPIRING = -MINUTE / 6;

let engine: LocalEngine;
let bench: Bench;
let place: OperatorOptions;
let old: Repository<Session>;
let now: Repository<Session>;

beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  bench = await Bench.on(engine);
  place = { schema: v2, table: bench.table, client: bench.client };
  old = (await bench.open(v1)).repository(Session);
  await add(old, 'first');
});

async function add(sessions: Repository<Session>, id: string, from?: number, token = `t-${id}`): Promise<void> {
  const until = from === undefined ? {} : { until: new Date(Date.now() + from) };
  await sessions.insert(sessions.create({ id, token, ...until }));
}
async function publishSecond(): Promise<void> {
  now = (await bench.open(v2, { incomplete: 'allow' })).repository(Session);
}
const sessionKey = (id: string): RowKey => ({ pk: `/session-${id}`, sk: '/' });
const tokenKey = (token: string): RowKey => ({ pk: `/token-${token}`, sk: '/' });
async function ttlDeletes(...keys: readonly RowKey[]): Promise<void> {
  for (const key of keys) await bench.gateway.write([{ kind: 'delete', key }], 'ttl');
}

it('[STAMP-MONOTONE] a backfill brings expired items to the epoch like others', async () => {
  await add(old, 'a', EXPIRED);
  await publishSecond();
  expect(await backfill(place)).toMatchObject({ items: 2, written: 2 });
  expect(await bench.gateway.get(tokenKey('t-a'))).toHaveProperty('$exp');
  expect(await bench.wrong()).toEqual([]);
});

it('[COMPLETE] what DynamoDB deleted of expired items is no fault, and the key path is promoted', async () => {
  await add(old, 'a', EXPIRED);
  await add(old, 'b', EXPIRED);
  await add(old, 'c', EXPIRING);
  await add(old, 'd', EXPIRING);
  await publishSecond();
  await backfill(place);
  await ttlDeletes(tokenKey('t-a'), sessionKey('b'), tokenKey('t-c'), sessionKey('d'));
  // The key of one is another's by now.
  await add(now, 'e', undefined, 't-a');
  expect(await verifyInDoubt(bench.gateway, v2)).toMatchObject({ complete: true });
  expect(await verify(place)).toMatchObject({ complete: true });
  expect(await promote(place)).toMatchObject({ keyPaths: [{ keyPath: BY_TOKEN }] });
  expect(await bench.wrong()).toEqual([]);
});

it.each([
  ['a row of an item that expires later', 'missing', () => tokenKey('t-later')],
  ['a row of an item that never expires', 'missing', () => tokenKey('t-first')],
  ['an item that expires later', 'dangling', () => sessionKey('later')],
])('[COMPLETE] that %s is not there is a fault', async (_, kind, key) => {
  await add(old, 'later', 10 * MINUTE);
  await publishSecond();
  await backfill(place);
  await ttlDeletes(key());
  expect(await verify(place)).toMatchObject({ complete: false, keyPaths: [{ [kind]: 1 }] });
});

it('a copy that expires at another time than its item is a fault [LAYOUT]', async () => {
  await add(old, 'later', 10 * MINUTE);
  await publishSecond();
  await backfill(place);
  const { pk: _, sk: __, ...copy } = (await bench.gateway.get(tokenKey('t-later')))!;
  await bench.putRaw(tokenKey('t-later'), { ...copy, $exp: { N: String(Math.floor(Date.now() / 1000) + 60) } });
  expect(await verify(place)).toMatchObject({ complete: false, keyPaths: [{ stale: 1 }] });
});

it('an expired item whose entry is open is deleted: nobody can carry the entry on', async () => {
  await publishSecond();
  await add(now, 'a', undefined, 'same');
  await add(now, 'b', EXPIRED, 'same');
  expect((await bench.gateway.get(sessionKey('b')))!['$paths']).toEqual({ M: { '1': { S: 'open' } } });
  await backfill(place);
  expect(await verify(place)).toMatchObject({ complete: true });
  expect(await bench.gateway.get(sessionKey('b'))).toBeUndefined();
  expect(await bench.gateway.get(sessionKey('a'))).toBeDefined();
});

it('[COMPLETE] what is wrong with an expired item is no fault: it counts as not there', async () => {
  await add(old, 'a', EXPIRED);
  await publishSecond();
  await backfill(place);
  const { pk: _, sk: __, ...row } = (await bench.gateway.get(sessionKey('a')))!;
  await bench.putRaw(sessionKey('a'), { ...row, $paths: { M: {} } });
  await ttlDeletes(tokenKey('t-a'));
  expect(await verifyInDoubt(bench.gateway, v2)).toMatchObject({ complete: true });
  expect(await verify(place)).toMatchObject({ complete: true });
});

it('looked at by itself, an expired item has no fault, and one that is about to expire may lack a row', async () => {
  await add(old, 'a', EXPIRED);
  await add(old, 'c', EXPIRING);
  await publishSecond();
  await backfill(place);
  const { pk: _, sk: __, ...row } = (await bench.gateway.get(sessionKey('a')))!;
  await bench.putRaw(sessionKey('a'), { ...row, $paths: { M: {} } });
  await ttlDeletes(tokenKey('t-a'), tokenKey('t-c'));
  const session = await openSessionOver(bench.gateway, v2);
  const paths = pathsIn(session.registry.knowledge, 'strict').get('Session')!;
  const findings = async (id: string) => {
    const item = (await bench.gateway.get(sessionKey(id)))!;
    return (await lookAtItem(session, paths, readPrimary(item, sessionKey(id)))).findings;
  };
  expect([await findings('a'), await findings('c')]).toEqual([[], []]);
  await ttlDeletes(tokenKey('t-first'));
  expect(await findings('first')).toMatchObject([{ kind: 'missing' }]);
});

it('an open entry of an expired item that cannot be closed counts: somebody may carry it on', async () => {
  await publishSecond();
  await add(now, 'a', EXPIRED, 't'.repeat(3000));
  await backfill(place);
  expect(await verify(place)).toMatchObject({ complete: false, keyPaths: [{ open: 1 }] });
});

it('a process of an older version writes the expiry that the newest version asks for', async () => {
  bench = await Bench.on(engine);
  const sessions = (await bench.open(firstOf(2))).repository(Session);
  await add(sessions, 'a', 10 * MINUTE);
  expect(await bench.gateway.get(sessionKey('a'))).not.toHaveProperty('$exp');
  await bench.publish(secondOf(2));
  await backfill({ schema: secondOf(2), table: bench.table, client: bench.client });
  expect(await bench.gateway.get(sessionKey('a'))).toHaveProperty('$exp');
  await add(sessions, 'b', 10 * MINUTE);
  expect(await bench.gateway.get(tokenKey('t-b'))).toHaveProperty('$exp');
  expect(await bench.wrong()).toEqual([]);
});
