import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { census, type DataJob, JobFailedError, type JobReport, retire, runJob } from '../../src/operator/index.js';
import { OnlyReadsError } from '../../src/operator/errors.js';
import { RetireRefusedError } from '../../src/registry/errors.js';
import { StoreOptionError } from '../../src/store/errors.js';
import { startCuttableEngine } from '../support/engine.js';
import { type Branch, openBranch } from './branch.js';
import { Member, v1 } from './library.js';

let engine: LocalEngine;
let branch: Branch;
beforeAll(async () => {
  engine = await startCuttableEngine();
});
afterAll(() => engine.stop());

const ITEMS = 12;

beforeEach(async () => {
  branch = await openBranch(engine, async ({ members }) => {
    for (let i = 0; i < ITEMS; i++) await members.insert(members.create({ id: `m${i}`, note: `note ${i}` }));
  });
});

const run = (
  each: DataJob<Member>['each'],
  { again = false, ...job }: Partial<DataJob<Member>> & { readonly again?: boolean } = {},
): Promise<JobReport> => {
  const { table, client } = branch.bench;
  return runJob({ schema: v1, table, client, segments: 4, again, job: { name: 'export', type: Member, each, ...job } });
};

const isMine = ({ id }: Member): boolean => /^m\d+$/.test(id);

describe('two exports of one name in one process', () => {
  it('each say their own share beside what both came to', async () => {
    const got: [Set<string>, Set<string>] = [new Set(), new Set()];
    let meet = (): void => undefined;
    const both = new Promise<void>((resolve) => (meet = resolve));
    // Each waits in its first segment until the other has one, too.
    const export_ = (mine: 0 | 1) =>
      run(
        async (member) => {
          got[mine].add(member.id);
          if (got[0].size > 0 && got[1].size > 0) meet();
          await both;
        },
        { onlyReads: true },
      );
    const reports = await Promise.all([export_(0), export_(1)]);
    const all = new Set([...got[0], ...got[1]]);
    expect([...all].filter((id) => /^m\d+$/.test(id))).toHaveLength(ITEMS);
    for (const [i, { items, own, finished, elsewhere }] of reports.entries()) {
      expect({ items, finished, elsewhere }).toEqual({ items: all.size, finished: true, elsewhere: false });
      expect(own).toEqual({ items: got[i as 0 | 1].size, changed: 0, deleted: 0, skipped: 0 });
      // What one of them collected is not all, and its report shows it.
      expect(own.items).toBeGreaterThan(0);
      expect(own.items).toBeLessThan(items);
    }
  });

  it('one after the other: the second has done nothing of it', async () => {
    const first = await run(() => undefined);
    expect(first.own).toEqual({ items: first.items, changed: 0, deleted: 0, skipped: 0 });
    const second = await run(() => undefined);
    expect(second).toMatchObject({ items: first.items, endedBefore: true, own: { items: 0 } });
  });

  it('a call that goes on after one that failed tells what it did itself, and what both did', async () => {
    let left = 5;
    const failing = run((member) => {
      if (isMine(member) && --left === 0) throw new Error('no room');
      member.note = 'done';
    });
    await expect(failing).rejects.toThrow('no room');
    const { items, own, changed } = await run((member) => void (member.note = 'done'));
    expect(own.items).toBeLessThanOrEqual(items);
    expect(own.changed).toBeLessThanOrEqual(changed);
    expect(own.changed).toBeGreaterThan(0);
  });
});

describe('a job that only reads', () => {
  /** Nobody was seen: what is in the way of a retire is the job alone. */
  const unseen = async (): Promise<void> => {
    const { gateway } = branch.bench;
    for (const row of (await gateway.query({ pk: '$census' })).rows) {
      await gateway.write([{ kind: 'delete', key: gateway.keyOf(row) }], 'unseen');
    }
  };

  it('is not in the way of a retire of its version, where one that writes is', async () => {
    const retiring = () => retire({ table: branch.bench.table, client: branch.bench.client, version: 1 });
    await unseen();
    await run((member) => void (member.note = 'seen'), { name: 'mark' });
    await expect(retiring()).rejects.toThrow(RetireRefusedError);
    await unseen();
    const { items } = await run(() => undefined, { onlyReads: true });
    expect(items).toBeGreaterThanOrEqual(ITEMS);
    const { versions } = await census({ table: branch.bench.table, client: branch.bench.client });
    expect(versions.flatMap(({ builds }) => builds)).toEqual([]);
    await expect(retiring()).resolves.toMatchObject({ floor: 2, finished: true });
  });

  it.each<[string, DataJob<Member>['each']]>([
    ['changes an item', (member) => void (member.note = 'changed')],
    ['has an item deleted', () => 'delete'],
    [
      'writes through the store',
      async ({ id }, { store }) => {
        const members = store.repository(Member);
        await members.insert(members.create({ id: `copy-of-${id}` }));
      },
    ],
  ])('writes nothing where it %s, and says so', async (_, each) => {
    const error: unknown = await run(each, { onlyReads: true }).catch((thrown: unknown) => thrown);
    // What `each` itself is told becomes the cause of an error about the item.
    expect(error instanceof JobFailedError ? error.cause : error).toBeInstanceOf(OnlyReadsError);
    const { rows } = await branch.bench.gateway.scan({});
    const notes = rows.flatMap(({ note }) => (note !== undefined && 'S' in note ? [note.S] : []));
    expect(notes.filter((note) => note.startsWith('note '))).toHaveLength(ITEMS);
    expect(rows.filter((row) => branch.bench.gateway.keyOf(row).pk.startsWith('/member-copy'))).toEqual([]);
  });

  it('says so with true or false', async () => {
    await expect(run(() => undefined, { onlyReads: 'yes' as never })).rejects.toThrow(StoreOptionError);
  });
});
