import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { OptimisticLockError } from '../../src/protocol/errors.js';
import { ItemNotFoundError } from '../../src/store/errors.js';
import { openStoreOver } from '../../src/store/open-store.js';
import type { Repository } from '../../src/store/repository.js';
import type { Store } from '../../src/store/store.js';
import { schemaFrom } from '../../src/schema/schema-from.js';
import type { Gateway } from '../../src/table/gateway.js';
import { newTable } from '../dynamo/wire.js';
import { field } from '../schema/declare-by-hand.js';
import { gatewayOver } from '../../src/table/gateway-over.js';
import { startEngine } from '../support/engine.js';

class Session {
  user!: string;
  id!: string;
  token?: string;
  until?: Date;
}
class Note {
  user!: string;
  number!: number;
}

const BY_ID = '/user-:user/session-:id';
const BY_TOKEN = '/token-:token';
const schema = schemaFrom(
  'sessions',
  {
    types: [
      {
        name: 'Session',
        class: Session,
        keyPaths: [BY_ID, BY_TOKEN],
        fields: [
          field('user', 'string'),
          field('id', 'string'),
          field('token', 'string', { required: false }),
          field('until', 'timestampMilliseconds', { required: false }),
        ],
        expiry: { at: 'until' },
      },
      {
        name: 'Note',
        class: Note,
        keyPaths: ['/user-:user/note-:number'],
        fields: [field('user', 'string'), field('number', 'int')],
      },
    ],
    objects: [],
    enums: [],
  },
  [],
);

const HOUR = 3_600_000;
const start = Math.floor(Date.now() / 1000) * 1000;
const soon = new Date(start + HOUR);

let engine: LocalEngine;
let gateway: Gateway;
let store: Store;
let sessions: Repository<Session>;
/** How far the clock of this process is ahead of the engine's, in milliseconds. */
let ahead: number;

beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  ahead = 0;
  gateway = await newTable(engine);
  const clocked = gatewayOver(gateway, { serverTime: () => start + ahead });
  store = await openStoreOver(clocked, { schema, publish: 'auto' });
  sessions = store.repository(Session);
});
const add = (id: string, until?: Date): Promise<Session> =>
  sessions.insert(sessions.create({ user: 'ada', id, token: `t-${id}`, ...(until && { until }) }));
const expire = (): void => void (ahead = HOUR + 60_001);
const key = { user: 'ada', id: 'a' };

describe('an expired item is absent for every read, whatever DynamoDB has deleted', () => {
  it('a minute after its time, and not before', async () => {
    await add('a', soon);
    ahead = HOUR + 60_000;
    expect(await sessions.findByKeyPath(BY_ID, key)).toMatchObject({ until: soon });
    ahead++;
    expect(await sessions.findByKeyPath(BY_ID, key)).toBeUndefined();
  });

  it('for finds through every key path', async () => {
    await add('a', soon);
    await add('b');
    expire();
    expect(await sessions.findByKeyPath(BY_ID, key)).toBeUndefined();
    expect(await sessions.findByKeyPath(BY_TOKEN, { token: 't-a' })).toBeUndefined();
    expect(await sessions.findByKeyPath(BY_TOKEN, { token: 't-b' })).toBeDefined();
  });

  it('for lists, whose limit counts what they return, and whose cursors go on behind it', async () => {
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) await add(id, 'ace'.includes(id) ? soon : undefined);
    expire();
    const list = (limit?: number, cursor?: string) =>
      sessions.listByKeyPath(
        '/user-:user/session-',
        { user: 'ada' },
        { ...(limit && { limit }), ...(cursor !== undefined && { cursor }) },
      );
    const ids = (found: readonly Session[]): string => found.map(({ id }) => id).join('');
    expect(ids(await list().toArray())).toBe('bdf');
    expect(ids(await list(2).toArray())).toBe('bd');
    expect((await list(1).first())?.id).toBe('b');
    const first = await list(2).page();
    expect(ids(first.items)).toBe('bd');
    const rest = await list(2, first.cursor).page();
    expect([ids(rest.items), rest.cursor]).toEqual(['f', undefined]);
  });

  it('for lists of several types', async () => {
    await add('a', soon);
    const notes = store.repository(Note);
    await notes.insert(notes.create({ user: 'ada', number: 1 }));
    expire();
    const all = await store.listByKeyPath('/user-:user', { user: 'ada' }, { types: [Session, Note] }).toArray();
    expect(all).toEqual([expect.any(Note)]);
  });
});

describe('an expired item is absent for every write', () => {
  it('an update finds none, through any key path', async () => {
    await add('a', soon);
    expire();
    const touch = (session: Session): void => void (session.token = 'other');
    await expect(sessions.update(key, touch)).rejects.toThrow(ItemNotFoundError);
  });

  it('a delete by key or of an entity resolves to false', async () => {
    const loaded = await add('a', soon);
    const throughToken = await sessions.findByKeyPath(BY_TOKEN, { token: 't-a' });
    expire();
    expect(await sessions.delete(key)).toBe(false);
    expect(await sessions.delete(loaded)).toBe(false);
    expect(await sessions.delete(throughToken!)).toBe(false);
  });

  it('a save of what was loaded before is told that it is deleted, whichever row it was loaded through', async () => {
    const loaded = await add('a', soon);
    const throughToken = await sessions.findByKeyPath(BY_TOKEN, { token: 't-a' });
    expire();
    for (const session of [loaded, throughToken!]) {
      session.until = new Date(start + 5 * HOUR);
      const saved = sessions.save(session);
      await expect(saved).rejects.toThrow(OptimisticLockError);
      await expect(saved).rejects.toMatchObject({ facts: { what: 'deleted' } });
    }
  });

  it('a save of what somebody else has extended is told that it changed', async () => {
    const loaded = await add('a', soon);
    await sessions.update(key, (session) => void (session.until = new Date(start + 5 * HOUR)));
    expire();
    loaded.token = 'other';
    await expect(sessions.save(loaded)).rejects.toMatchObject({ facts: { what: 'changed' } });
    await expect(sessions.delete(loaded)).rejects.toMatchObject({ facts: { what: 'changed' } });
  });

  it('but the first attempt of a process that slept: what it saves is there again, with all its rows', async () => {
    const loaded = await add('a', soon);
    const awake = gatewayOver(gateway, { serverTime: () => start + HOUR + 60_001 });
    const others = (await openStoreOver(awake, { schema })).repository(Session);
    expect(await others.findByKeyPath(BY_ID, key)).toBeUndefined();
    loaded.until = new Date(start + 5 * HOUR);
    await sessions.save(loaded);
    expect(await others.findByKeyPath(BY_ID, key)).toMatchObject(key);
    expect(await others.findByKeyPath(BY_TOKEN, { token: 't-a' })).toMatchObject(key);
  });

  it('an insert takes its key and its other key paths', async () => {
    await add('a', soon);
    await add('b', soon);
    expire();
    await add('a');
    await sessions.insert(sessions.create({ user: 'bob', id: 'x', token: 't-b' }));
    expect(await sessions.findByKeyPath(BY_TOKEN, { token: 't-b' })).toMatchObject({ user: 'bob' });
    expect(await sessions.findByKeyPath(BY_ID, key)).toMatchObject({ token: 't-a' });
  });

  it('an item may be given a time that has passed: it was there', async () => {
    const past = await add('a', new Date(start - HOUR));
    expect(await sessions.findByKeyPath(BY_ID, key)).toBeUndefined();
    await expect(sessions.save(Object.assign(past, { token: 'other' }))).rejects.toThrow(OptimisticLockError);
    await add('a', soon);
    expect(await sessions.findByKeyPath(BY_ID, key)).toMatchObject({ until: soon });
  });
});
