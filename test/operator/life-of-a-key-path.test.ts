import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { backfill, NotVerifiedError, type Progress, promote, verify } from '../../src/operator/index.js';
import { KeyPathConflictError } from '../../src/protocol/errors.js';
import { NotPublishedError } from '../../src/registry/errors.js';
import { Registry } from '../../src/registry/registry.js';
import { createTable } from '../../src/dynamo/table.js';
import { openStore } from '../../src/application/open-store.js';
import { publish } from '../../src/store/publish.js';
import { KeyPathIncompleteError } from '../../src/store/errors.js';
import { startEngine } from '../support/engine.js';
import { Bench } from '../store/bench.js';
import { all, openBranch, smoothly } from './branch.js';
import { Book, BY_EMAIL, BY_SHELF, BY_TEAM, Member, v1, v2, v3 } from './library.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const ids = (members: readonly Member[]): readonly string[] => members.map(({ id }) => id);

describe('the life of a key path', () => {
  it('goes from expand over strict to promoted while the older version writes on [COMPLETE]', async () => {
    const { bench, old, now, place } = await openBranch(engine, async ({ members }) => {
      await members.insert(members.create({ id: 'ada', email: 'ada@x', team: 'red' }));
      await members.insert(members.create({ id: 'bob', team: 'red' }));
    });

    // Expand: what is found is so, and what is not found is not known.
    await now.members.insert(now.members.create({ id: 'cyd', email: 'cyd@x', team: 'red' }));
    expect((await now.members.findByKeyPath(BY_EMAIL, { email: 'cyd@x' }))?.id).toBe('cyd');
    await expect(now.members.findByKeyPath(BY_EMAIL, { email: 'ada@x' })).rejects.toThrow(KeyPathIncompleteError);
    const early = await now.members.listByKeyPath('/team-:team', { team: 'red' }).page();
    expect({ ids: ids(early.items), complete: early.complete }).toEqual({ ids: ['cyd'], complete: false });

    expect(await backfill(place)).toEqual({
      keyPaths: [
        { type: 'Member', keyPath: BY_EMAIL },
        { type: 'Member', keyPath: BY_TEAM },
        { type: 'Book', keyPath: BY_SHELF },
      ].sort(byType),
      items: 4,
      ...smoothly,
      written: 3,
      finished: true,
    });
    await old.members.insert(old.members.create({ id: 'dan', team: 'red' }));

    // Strict: every item has its row, but nobody has proved it yet.
    expect((await now.members.findByKeyPath(BY_EMAIL, { email: 'ada@x' }))?.id).toBe('ada');
    await expect(now.members.findByKeyPath(BY_EMAIL, { email: 'none' })).rejects.toThrow(KeyPathIncompleteError);
    await expect(promote(place)).rejects.toThrow(NotVerifiedError);

    const report = await verify(place);
    expect(report).toMatchObject({ items: 5, complete: true });
    expect(report.keyPaths).toHaveLength(3);
    await expect(now.members.findByKeyPath(BY_EMAIL, { email: 'none' })).rejects.toThrow(KeyPathIncompleteError);

    // Promoted: a miss is an answer, and the store that was open all the time knows it.
    expect((await promote(place)).keyPaths).toHaveLength(3);
    expect(await now.members.findByKeyPath(BY_EMAIL, { email: 'none' })).toBeUndefined();
    expect(ids(await all(now.members.listByKeyPath('/team-:team', { team: 'red' })))).toEqual([
      'ada',
      'bob',
      'cyd',
      'dan',
    ]);
    expect(await bench.wrong()).toEqual([]);
  });

  it('has nothing to do where there is nothing to do, and says so', async () => {
    const { place } = await openBranch(engine);
    await backfill(place);
    expect(await backfill(place)).toEqual({ keyPaths: [], items: 0, written: 0, finished: true, ...smoothly });
    await verify(place);
    await verify(place);
    await promote(place);
    expect(await promote(place)).toEqual({ keyPaths: [] });
    expect(await verify(place)).toEqual({
      items: 0,
      keyPaths: [],
      passedOver: smoothly.passedOver,
      complete: true,
      finished: true,
    });
  });

  it('writes no item twice, whatever was appended to the registry in between', async () => {
    const { bench, now, place } = await openBranch(engine, async ({ members }) => {
      for (let i = 0; i < 5; i++) await members.insert(members.create({ id: `m${i}` }));
    });
    await now.members.insert(now.members.create({ id: 'new' })); // appends *active* for version 2
    await (await Registry.open(bench.gateway)).append(() => ({ kind: 'settings', registryMaxAge: 30_000 }));
    expect(await backfill(place)).toMatchObject({ items: 7, written: 6 });
  });

  it('sweeps no items of types that have nothing to fill', async () => {
    const { bench, old, place } = await openBranch(engine, async ({ members, books }) => {
      await members.insert(members.create({ id: 'ada' }));
      await books.insert(books.create({ isbn: '1', title: 'Emma' }));
    });
    await backfill(place);
    await old.books.insert(old.books.create({ isbn: '2', title: 'Emma' }));
    await bench.publish(v3);
    expect(await backfill({ ...place, schema: v3 })).toMatchObject({ items: 2, written: 2 });
    expect(await verify({ ...place, schema: v3 })).toMatchObject({ complete: true });
    expect(await bench.wrong()).toEqual([]);
  });

  it('is not promoted before the backfill: the promote says which path is not filled yet, and what to run', async () => {
    const { now, place } = await openBranch(engine);
    const refusal = await promote(place).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(NotVerifiedError);
    const { message, facts } = refusal as NotVerifiedError;
    expect([BY_EMAIL, BY_SHELF]).toContain(facts.keyPath);
    for (const keyPath of [BY_EMAIL, BY_TEAM])
      expect(message).toContain(`The key path ${keyPath} of Member is not filled`);
    expect(message).toContain(`The key path ${BY_SHELF} of Book is not filled yet`);
    expect(facts['keyPaths']).toHaveLength(3);
    expect(message).toMatch(/ Run backfill, verify, then promote again\.$/);
    await expect(now.members.findByKeyPath(BY_EMAIL, { email: 'x' })).rejects.toThrow(KeyPathIncompleteError);
  });

  it('is promoted while a path that was published later is still in expand', async () => {
    const { bench, place } = await openBranch(engine);
    await backfill(place);
    await verify(place);
    await bench.publish(v3);
    expect((await promote(place)).keyPaths).toHaveLength(3);
    await expect(promote(place)).rejects.toThrow(/\/title-:title\/book-:isbn of Book is not filled yet/);
  });

  it('is not promoted after a verify that found open entries, until their conflict is resolved', async () => {
    const { bench, old, now, place } = await openBranch(engine, async ({ members }) => {
      await members.insert(members.create({ id: 'ada', email: 'same@x' }));
      await members.insert(members.create({ id: 'bob', email: 'same@x' }));
    });
    await backfill(place);
    const report = await verify(place);
    expect(report.complete).toBe(false);
    const byEmail = report.keyPaths.find(({ keyPath }) => keyPath === BY_EMAIL)!;
    expect(byEmail).toMatchObject({
      type: 'Member',
      open: 1,
      missing: 0,
      first: { open: [{ pk: expect.stringMatching(/^\/member-(ada|bob)$/), sk: '/' }] },
    });
    const refusal = await promote(place).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(NotVerifiedError);
    expect((refusal as NotVerifiedError).message).toContain(`${BY_EMAIL} of Member found 1 open`);
    // None was promoted: the clean ones wait for the other.
    await expect(now.members.findByKeyPath(BY_TEAM, { team: 'red', id: 'x' })).rejects.toThrow(KeyPathIncompleteError);
    expect((await now.books.listByKeyPath('/shelf-:shelf', { shelf: 'A' }).page()).complete).toBe(false);

    // In strict the older version is stopped too, from opening another.
    const cyd = old.members.create({ id: 'cyd', email: 'same@x' });
    await expect(old.members.insert(cyd)).rejects.toThrow(KeyPathConflictError);

    const holder = (await now.members.findByKeyPath(BY_EMAIL, { email: 'same@x' }))!.id;
    await old.members.update({ id: holder }, (member) => void (member.email = 'other@x'));
    await expect(promote(place)).rejects.toThrow(NotVerifiedError);
    expect(await verify(place)).toMatchObject({ complete: true });
    await promote(place);
    expect((await now.members.findByKeyPath(BY_EMAIL, { email: 'same@x' }))!.id).not.toBe(holder);
    expect(await bench.wrong()).toEqual([]);
  });

  it('is not promoted where several are in the way: all of them are told, with what mends each', async () => {
    const { bench, place } = await openBranch(engine, async ({ members }) => {
      await members.insert(members.create({ id: 'ada', email: 'same@x', team: 'red' }));
      await members.insert(members.create({ id: 'bob', email: 'same@x' }));
    });
    await backfill(place);
    const refusal = async () => {
      const error: unknown = await promote(place).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(NotVerifiedError);
      return error as NotVerifiedError;
    };
    const unverified = await refusal();
    expect(unverified.facts['keyPaths']).toHaveLength(3);
    expect(unverified.message).toMatch(
      /(The key path \S+ of \w+ was not verified [^.]+\. ){3}Run verify, then promote again\.$/,
    );

    const [lost] = (await bench.rows()).map((row) => bench.gateway.keyOf(row)).filter(({ pk }) => pk === '/team-red');
    await bench.gateway.write([{ kind: 'delete', key: lost! }], 'by-hand');
    await verify(place);
    const { message, facts } = await refusal();
    expect(message).toBe(
      `The last verify of the key path ${BY_EMAIL} of Member found 1 open (another item has the key). ` +
        `The last verify of the key path ${BY_TEAM} of Member found 1 faulty (the item and its row do not agree). ` +
        'Where it is open, change or delete one of the two items that have one key. Run verify with repair: true ' +
        '(`ductile verify --repair`), which mends what is faulty, then promote again.',
    );
    const byEmail = { type: 'Member', keyPath: BY_EMAIL, missing: 0, open: 1 };
    const byTeam = { type: 'Member', keyPath: BY_TEAM, missing: 1, open: 0 };
    expect(facts).toEqual({ ...byEmail, keyPaths: [byEmail, byTeam] });

    await verify({ ...place, repair: true });
    expect((await refusal()).message).toMatch(/that have one key\. Run verify, then promote again\.$/);
  });

  it('tells its progress', async () => {
    const { place } = await openBranch(engine, async ({ members }) => {
      for (let i = 0; i < 100; i++) await members.insert(members.create({ id: `m${i}` }));
    });
    const told: Progress[] = [];
    const onProgress = (progress: Progress): void => void told.push(progress);
    await backfill({ ...place, onProgress });
    await verify({ ...place, onProgress });
    const lastOf = (step: Progress['step']) => told.findLast((progress) => progress.step === step);
    expect(lastOf('sweep')).toMatchObject({ items: 101, written: 101, work: { state: 'finished' } });
    expect(lastOf('digest')).toMatchObject({ items: 101, work: { state: 'finished' } });
    expect(told.filter(({ step }) => step === 'sweep').length).toBeGreaterThan(2);
  });

  it('works on a table with key attributes of its own', async () => {
    const keys = { pk: 'Hash', sk: 'Range' };
    const place = { table: `custom-${process.pid}`, client: engine.client, keys };
    await createTable(place);
    await publish({ schema: v1, ...place });
    const old = (await openStore({ schema: v1, ...place })).repository(Member);
    await old.insert(old.create({ id: 'ada', team: 'red' }));
    await publish({ schema: v2, ...place });
    await backfill({ schema: v2, ...place });
    await verify({ schema: v2, ...place });
    await promote({ schema: v2, ...place });
    const now = (await openStore({ schema: v2, ...place })).repository(Member);
    expect(ids(await all(now.listByKeyPath('/team-:team', { team: 'red' })))).toEqual(['ada']);
  });

  it('is refused for a schema that the table does not know', async () => {
    const bench = await Bench.on(engine);
    await bench.publish(v1);
    for (const operate of [backfill, verify, promote]) {
      await expect(operate({ schema: v2, table: bench.table, client: bench.client })).rejects.toThrow(
        NotPublishedError,
      );
    }
    // An operator may be of any version: what is to be done stands in the registry.
    const place = { schema: v1, table: bench.table, client: bench.client };
    const old = (await bench.open(v1)).repository(Book);
    await old.insert(old.create({ isbn: '1', shelf: 'A' }));
    await bench.publish(v2);
    expect(await backfill(place)).toMatchObject({ written: 1 });
    expect(await old.findByKeyPath('/book-:isbn', { isbn: '1' })).toMatchObject({ shelf: 'A' });
  });
});

function byType(a: { readonly type: string }, b: { readonly type: string }): number {
  return a.type < b.type ? -1 : a.type > b.type ? 1 : 0;
}
