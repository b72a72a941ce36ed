import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { backfill, NotVerifiedError, type OperatorOptions, promote, verify, works } from '../../src/operator/index.js';
import { recordVerify } from '../../src/registry/decisions.js';
import { Registry } from '../../src/registry/registry.js';
import { startCuttableEngine } from '../support/engine.js';
import { type Branch, openBranch, watched } from './branch.js';
import { Book, BY_EMAIL, BY_SHELF, BY_TITLE, v3 } from './library.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startCuttableEngine();
});
afterAll(() => engine.stop());

const members =
  (count: number) =>
  async ({ members: repository }: Branch['old']): Promise<void> => {
    for (let i = 0; i < count; i++)
      await repository.insert(repository.create({ id: `m${i}`, email: `m${i}@x`, team: 'red' }));
  };

const states = async ({ bench }: Branch): Promise<Readonly<Record<string, string>>> => {
  const { demanded } = (await Registry.open(bench.gateway)).knowledge;
  const secondary = [...demanded.values()].flat().filter(({ path }) => path.id !== '0');
  return Object.fromEntries(secondary.map(({ path, state }) => [path.template, state]));
};

describe('a backfill that is not alone', () => {
  it('stops between two items with the reason given, and the next one does the rest', async () => {
    const branch = await openBranch(engine, members(20));
    const stop = new AbortController();
    const client = watched(engine, (operation, count) => {
      if (operation === 'TransactWriteItems' && count === 8) stop.abort(new Error('enough'));
    });
    await expect(backfill({ ...branch.place, client, signal: stop.signal })).rejects.toThrow('enough');
    expect(await states(branch)).toMatchObject({ [BY_EMAIL]: 'expand' });
    expect(await branch.bench.wrong()).toEqual([]);

    const behind = (await branch.bench.rows()).filter((row) => !('$owner' in row) && !('$lay' in row));
    expect(behind.length).toBeGreaterThan(0);
    const { items, written } = await backfill(branch.place);
    // What both of them did.
    expect([items, written >= behind.length]).toEqual([21, true]);
    expect(await states(branch)).toMatchObject({ [BY_EMAIL]: 'strict' });
  });

  it('stops during a drain, with the reason given', async () => {
    const { place } = await openBranch(engine);
    const stop = new AbortController();
    const onProgress = (): void => stop.abort(new Error('enough'));
    await expect(backfill({ ...place, drain: 60_000, signal: stop.signal, onProgress })).rejects.toThrow('enough');
    expect(await works(place)).toEqual([]);
    await expect(backfill({ ...place, drain: 0 })).resolves.toMatchObject({ finished: true });
  });

  it('shares the work with another that runs at once', async () => {
    const branch = await openBranch(engine, members(40));
    // However late one of them comes, the other passes over nothing before it has found the work that both are to do.
    const joined: Promise<void>[] = [];
    const place = (): OperatorOptions => {
      let join = (): void => undefined;
      joined.push(new Promise((resolve) => (join = resolve)));
      let hasRecorded = false;
      const client = watched(engine, async (operation) => {
        if (hasRecorded) join();
        if (operation === 'PutItem') hasRecorded = true;
        if (operation === 'Scan') await Promise.all(joined);
      });
      return { ...branch.place, client };
    };
    const both = await Promise.all([backfill(place()), backfill(place())]);
    // One that looks again after the other has ended the work finds no record of what was done.
    expect(Math.max(...both.map(({ items }) => items))).toBe(41);
    expect(both.map(({ finished }) => finished)).toEqual([true, true]);
    expect(await branch.bench.wrong()).toEqual([]);
    const rows = (await branch.bench.rows()).filter((row) => !('$owner' in row));
    expect(rows.map((row) => row['$lay'])).toEqual(rows.map(() => ({ N: '1' })));
    expect(await verify(branch.place)).toMatchObject({ complete: true });
    await Promise.all([promote(branch.place), promote(branch.place)]);
    expect(await states(branch)).toMatchObject({ [BY_EMAIL]: 'promoted', [BY_SHELF]: 'promoted' });
  });

  it.each([
    ['that is published during its sweep', 'TransactWriteItems'],
    ['that it hears of by the rows that it meets', 'Scan'],
  ])('does not take a key path for filled %s', async (_, moment) => {
    const branch = await openBranch(engine, async ({ members: repository, books }) => {
      await repository.insert(repository.create({ id: 'ada' }));
      for (const isbn of ['1', '2', '3']) await books.insert(books.create({ isbn, shelf: 'A', title: 'Emma' }));
    });
    const client = watched(engine, async (operation, count) => {
      if (operation !== moment || count !== 1) return;
      await branch.bench.publish(v3);
      // A writer at the new epoch is first at what the sweep is about.
      const books = (await branch.bench.open(v3)).repository(Book);
      for (const isbn of ['1', '2', '3']) await books.update({ isbn }, (book) => void (book.title = 'Persuasion'));
    });
    const report = await backfill({ ...branch.place, client });
    expect(report.keyPaths.map(({ keyPath }) => keyPath)).not.toContain(BY_TITLE);
    expect(await states(branch)).toMatchObject({ [BY_SHELF]: 'strict', [BY_TITLE]: 'expand' });
    expect(await branch.bench.wrong()).toEqual([]);
    expect(await verify(branch.place)).toMatchObject({ complete: true });

    expect((await backfill(branch.place)).keyPaths).toEqual([{ type: 'Book', keyPath: BY_TITLE }]);
    // What was verified is promoted; what is strict since then has to be verified itself.
    await expect(promote(branch.place)).rejects.toThrow(NotVerifiedError);
    await verify(branch.place);
    expect((await promote(branch.place)).keyPaths).toHaveLength(4);
    expect(await branch.bench.wrong()).toEqual([]);
  });

  it('is brought to its end before one of a key path that was published after it began [COMPLETE]', async () => {
    const branch = await openBranch(engine, async ({ books }) => {
      for (let i = 0; i < 30; i++) await books.insert(books.create({ isbn: `${i}`, shelf: 'A', title: `title ${i}` }));
    });
    const dying = watched(engine, (operation, count) => {
      if (operation === 'Scan' && count === 5) throw new Error('killed');
    });
    await expect(backfill({ ...branch.place, client: dying, segments: 8 })).rejects.toThrow('killed');
    // Items of the segments that it has finished are not on this one.
    await branch.bench.publish(v3);
    expect((await backfill(branch.place)).keyPaths).toHaveLength(4);
    expect(await verify(branch.place)).toMatchObject({ items: 31, complete: true });
    expect(await branch.bench.wrong()).toEqual([]);
  });

  it('passes an item that is deleted, or created again, before its turn [NO-RESURRECT]', async () => {
    const branch = await openBranch(engine, members(4));
    const { old } = branch;
    const client = watched(engine, async (operation, count) => {
      if (operation !== 'TransactWriteItems' || count !== 1) return;
      for (const id of ['m0', 'm1', 'm2', 'm3', 'first']) await old.members.delete({ id });
      await old.members.insert(old.members.create({ id: 'm1', email: 'new@x' }));
    });
    await backfill({ ...branch.place, client });
    const rows = await branch.bench.rows();
    expect(rows.map(({ pk }) => pk)).toEqual(expect.arrayContaining([{ S: '/member-m1' }, { S: '/email-new@x' }]));
    expect(rows).toHaveLength(2);
    expect(await branch.bench.wrong()).toEqual([]);
  });

  it('wins against an older process that writes an item all the time', async () => {
    const branch = await openBranch(engine, members(1));
    const { old, bench } = branch;
    // The process does not learn of version 2 until the sweep has won: its updates need no fence.
    let before = 0;
    const client = watched(engine, async (operation, count) => {
      if (operation !== 'TransactWriteItems' || count > 6) return;
      before++;
      await old.members.update({ id: 'm0' }, (member) => void (member.note = String(count)));
    });
    await backfill({ ...branch.place, client });
    expect(before).toBe(6);
    expect((await old.members.findByKeyPath('/member-:id', { id: 'm0' }))?.note).toBe('6');
    expect(await bench.wrong()).toEqual([]);
  });
});

describe('a promote that is not alone', () => {
  it('heeds the record of a verify that another process appends first', async () => {
    const branch = await openBranch(engine, members(1));
    await backfill(branch.place);
    await verify(branch.place);
    const other = await Registry.open(branch.bench.gateway);
    const record = { epoch: other.knowledge.epoch, begun: '2026-01-01T00:00:00.000Z', items: 2, missing: 1, open: 0 };
    const client = watched(engine, async (operation, count) => {
      if (operation === 'PutItem' && count === 1) await other.append(recordVerify('Member', ['1'], record));
    });
    await expect(promote({ ...branch.place, client })).rejects.toThrow(NotVerifiedError);
    expect(await states(branch)).toMatchObject({ [BY_EMAIL]: 'strict' });
  });
});
