import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ThrottledError, TransactionConflictError, WriteRejectedError } from '../../src/dynamo/errors.js';
import { DamagedKeyValueError } from '../../src/keypaths/errors.js';
import type { LocalEngine } from '../../src/local/index.js';
import {
  census,
  type DataJob,
  JobFailedError,
  type JobOptions,
  type JobReport,
  runJob,
  works,
} from '../../src/operator/index.js';
import { runJobIn } from '../../src/operator/job-run.js';
import { openSessionOver } from '../../src/operator/session.js';
import { ContentionError } from '../../src/protocol/errors.js';
import { StoreOptionError } from '../../src/store/errors.js';
import type { Repository } from '../../src/store/repository.js';
import { schemaFrom } from '../../src/schema/schema-from.js';
import { gatewayOver } from '../../src/table/gateway-over.js';
import type { Gateway } from '../../src/table/gateway.js';
import { headKey, workRow } from '../../src/work/rows.js';
import { startCuttableEngine } from '../support/engine.js';
import { field } from '../schema/declare-by-hand.js';
import { Bench } from '../store/bench.js';
import { allRows } from '../support/check-table.js';
import { Clock, overtaken } from '../work/pass.js';
import { watched } from './branch.js';
import { Book, Member, v1, v2 } from './library.js';

let engine: LocalEngine;
let bench: Bench;
let members: Repository<Member>;
beforeAll(async () => {
  engine = await startCuttableEngine();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  bench = await Bench.on(engine);
  members = (await bench.open(v1)).repository(Member);
});

const add = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await members.insert(members.create({ id: `m${i}`, note: `note ${i}` }));
};
const run = (
  each: DataJob<Member>['each'],
  more: Partial<JobOptions<Member>> = {},
  job: DataJob<Member> = { name: 'shout', type: Member, each },
): Promise<JobReport> => runJob({ schema: v1, table: bench.table, client: bench.client, segments: 2, job, ...more });
const noteOf = async (id: string): Promise<string | undefined> =>
  (await members.findByKeyPath('/member-:id', { id }))?.note;
const shout = (member: Member): void => {
  if (member.note !== undefined) member.note = member.note.toUpperCase();
};

describe('a data job', () => {
  it('is seen in the census, as what writes at the version, and not in a dry run', async () => {
    await add(1);
    const builds = async () => {
      const { versions } = await census({ table: bench.table, client: bench.client });
      return versions.flatMap((version) => version.builds.flatMap(({ build }) => build ?? []));
    };
    await run(shout, { dryRun: { sample: 1 } });
    expect(await builds()).toEqual([]);
    await run(shout);
    expect(await builds()).toEqual(['job shout']);
  });

  it('is called for every item of its type, and saves what it changed', async () => {
    await add(5);
    const store = await bench.open(v1);
    await store.repository(Book).insert(store.repository(Book).create({ isbn: 'm0' }));
    class Shout implements DataJob<Member> {
      readonly name = 'shout';
      readonly type = Member;
      async each(member: Member): Promise<'delete' | void> {
        if (member.id === 'm4') return 'delete';
        if (member.id !== 'm0') shout(member);
      }
    }
    expect(await run(shout, { job: Shout })).toEqual({
      endedBefore: false,
      elsewhere: false,
      killed: false,
      items: 5,
      changed: 3,
      deleted: 1,
      skipped: 0,
      own: { items: 5, changed: 3, deleted: 1, skipped: 0 },
      firstSkipped: [],
      finished: true,
    });
    expect(await Promise.all(['m0', 'm1', 'm4'].map(noteOf))).toEqual(['note 0', 'NOTE 1', undefined]);
    expect(await bench.wrong()).toEqual([]);
  });

  it('is not run again once it has ended, unless somebody says so, and is seen among the works', async () => {
    await add(2);
    let calls = 0;
    const count = (): void => void calls++;
    const first = await run(count);
    const nothing = { items: 0, changed: 0, deleted: 0, skipped: 0 };
    expect(await run(count)).toEqual({ ...first, own: nothing, endedBefore: true });
    expect(calls).toBe(2);
    expect(await works({ table: bench.table, client: bench.client })).toMatchObject([
      { id: 'job-shout', kind: 'job', state: 'finished' },
    ]);
    await run(count, { again: true });
    expect(calls).toBe(4);
  });

  it('goes on where it was stopped, and does each item at least once', async () => {
    await add(6);
    const done: string[] = [];
    const each = (member: Member): void => {
      if (done.length === 3) throw new Error('the process has ended');
      done.push(member.id);
      shout(member);
    };
    await expect(run(each, { concurrency: 1, segments: 1 })).rejects.toThrow(JobFailedError);
    const { items } = await run((member) => {
      done.push(member.id);
      shout(member);
    });
    expect(items).toBeGreaterThanOrEqual(6);
    expect(new Set(done).size).toBe(6);
  });

  it('repeats after a crash only what came after the last checkpoint', async () => {
    await add(9);
    const pages = gatewayOver(bench.gateway, { scan: (request) => bench.gateway.scan({ ...request, limit: 2 }) });
    const session = await openSessionOver(pages, v1);
    const done: string[] = [];
    const each = (member: Member): void => {
      if (done.length === 5) throw new Error('the process has ended');
      done.push(member.id);
      shout(member);
    };
    const options = { schema: v1, segments: 1, concurrency: 1 };
    await expect(runJobIn(session, { ...options, job: { name: 'j', type: Member, each } })).rejects.toThrow(
      JobFailedError,
    );
    const again = (member: Member): void => void done.push(member.id);
    const report = await runJobIn(session, { ...options, job: { name: 'j', type: Member, each: again } });
    expect(new Set(done).size).toBe(9);
    expect(done.length).toBeLessThanOrEqual(10);
    expect(report).toMatchObject({ finished: true });
  });

  it('loses nothing that another writer writes meanwhile [LOCK]', async () => {
    await add(1);
    const attempts: number[] = [];
    const report = await run(async (member, { attempt }) => {
      attempts.push(attempt);
      if (attempt === 1) await members.update({ id: 'm0' }, (other) => void (other.team = 'red'));
      shout(member);
    });
    expect(attempts).toEqual([1, 2]);
    expect(report).toMatchObject({ items: 1, changed: 1 });
    expect(await members.findByKeyPath('/member-:id', { id: 'm0' })).toMatchObject({ team: 'red', note: 'NOTE 0' });
  });

  it('is shared by several workers', async () => {
    await add(12);
    let calls = 0;
    const each = async (member: Member): Promise<void> => {
      calls++;
      shout(member);
    };
    const [one, other] = await Promise.all([run(each, { segments: 4 }), run(each, { segments: 4 })]);
    expect(calls).toBe(12);
    expect(one).toMatchObject({ items: 12, changed: 12 });
    expect(other).toEqual({ ...one, own: other.own });
    expect(one.own.items + other.own.items).toBe(12);
  });
});

describe('two jobs of one name', () => {
  const addBook = async (): Promise<void> => {
    const books = (await bench.open(v1)).repository(Book);
    await books.insert(books.create({ isbn: 'b0' }));
  };
  let calls = 0;
  const ofBooks = (more: Partial<JobOptions<Book>> = {}): Promise<JobReport> => {
    const job: DataJob<Book> = { name: 'shout', type: Book, each: () => void calls++ };
    return runJob({ schema: v1, table: bench.table, client: bench.client, job, ...more });
  };
  const taken = {
    code: 'WORK_TAKEN',
    message: expect.stringMatching(
      /job-shout .* recorded there for items of Member, and this one is .* of Book: nothing/,
    ),
    facts: { table: expect.any(String), work: 'job-shout', recorded: 'Member', wanted: 'Book' },
  };
  beforeEach(async () => {
    calls = 0;
    await add(2);
    await addBook();
  });

  it('are refused where they are for different types, before anything is done', async () => {
    await run(shout);
    const before = await allRows(bench.gateway);
    await expect(ofBooks()).rejects.toMatchObject(taken);
    await expect(ofBooks({ maxWcu: 5 })).rejects.toMatchObject(taken);
    await expect(ofBooks({ dryRun: { sample: 1 } })).rejects.toMatchObject(taken);
    expect(calls).toBe(0);
    expect(await allRows(bench.gateway)).toEqual(before);
  });

  it('are refused also with again, as long as the recorded one has not ended', async () => {
    await run(shout, { timeLimit: 0, segments: 4 });
    await expect(ofBooks({ again: true })).rejects.toMatchObject(taken);
    expect(calls).toBe(0);
  });

  it('are refused where both begin at once', async () => {
    const slow = overtaken(bench.gateway, () => run(shout));
    const job: DataJob<Book> = { name: 'shout', type: Book, each: () => void calls++ };
    await expect(runJobIn(await openSessionOver(slow, v1), { schema: v1, job })).rejects.toMatchObject(taken);
    expect(calls).toBe(0);
  });

  it('may follow each other with again, once the recorded one has ended', async () => {
    await run(shout);
    await ofBooks({ again: true, dryRun: { sample: 1 } });
    expect(calls).toBe(1);
    expect(await ofBooks({ again: true })).toMatchObject({ items: 1, endedBefore: false, finished: true });
    expect(calls).toBe(2);
    expect(await works({ table: bench.table, client: bench.client })).toMatchObject([{ about: 'Book' }]);
    await expect(run(shout)).rejects.toMatchObject({
      code: 'WORK_TAKEN',
      facts: { recorded: 'Book', wanted: 'Member' },
    });
  });

  it('are one job where versions call the type differently', async () => {
    class Reader {
      id!: string;
      note?: string;
    }
    const fields = [field('id', 'string'), field('note', 'string', { required: false })];
    const declared = {
      types: [{ name: 'Reader', class: Reader, keyPaths: ['/member-:id'], fields }],
      objects: [],
      enums: [],
    };
    const before = { ...declared, types: [{ ...declared.types[0]!, name: 'Member' }] };
    const renaming = {
      name: 'Two',
      from: 1,
      description: 'rename',
      steps: [{ op: 'renameType', from: 'Member', to: 'Reader' }],
    } as const;
    bench = await Bench.on(engine);
    const old = schemaFrom('readers', before, []);
    const now = schemaFrom('readers', declared, [renaming]);
    const place = { table: bench.table, client: bench.client };
    await bench.publish(old);
    await bench.publish(now);
    const job: DataJob<Reader> = { name: 'fix', type: Reader, each: () => undefined };
    await runJob({ ...place, schema: old, job });
    expect(await runJob({ ...place, schema: now, job })).toMatchObject({ endedBefore: true });
  });

  it('are told apart only where it is recorded what the first is for', async () => {
    await run(shout);
    const [head] = (await allRows(bench.gateway)).filter((row) => bench.gateway.keyOf(row).sk === 'job-shout');
    const content = JSON.parse((head!['$work'] as { readonly S: string }).S) as object;
    await bench.putRaw(headKey('job-shout'), workRow({ token: 't', content: { ...content, about: undefined } }));
    expect(await ofBooks()).toMatchObject({ endedBefore: true });
  });
});

describe('a job that is begun anew', () => {
  const counting = (calls: string[]): DataJob<Member> => ({
    name: 'shout',
    type: Member,
    each: (member) => void calls.push(member.id),
  });
  const sessionAt = async (ahead: number, gateway: Gateway = bench.gateway) => {
    const clock = new Clock();
    clock.ahead = ahead;
    return openSessionOver(clock.over(gateway), v1);
  };
  const options = { schema: v1, segments: 2, concurrency: 1 };

  it('leaves a worker of the run before with its own counts, and out of the new run', async () => {
    await add(9);
    const [mine, others, anew]: [string[], string[], string[]] = [[], [], []];
    const each = async (member: Member): Promise<void> => {
      mine.push(member.id);
      shout(member);
      if (mine.length !== 2) return;
      // This one sleeps for longer than its lease.
      await runJobIn(await sessionAt(20_000), { ...options, job: counting(others) });
      await runJobIn(await sessionAt(40_000), { ...options, job: counting(anew), again: true, timeLimit: 0 });
    };
    const session = await openSessionOver(bench.gateway, v1);
    const report = await runJobIn(session, { ...options, job: { name: 'shout', type: Member, each } });
    expect(others.length).toBeGreaterThan(0);
    expect(report).toMatchObject({ items: mine.length, finished: true, endedBefore: false, elsewhere: true });
    expect(report.changed).toBeGreaterThan(0);
    expect(new Set(mine).size).toBe(mine.length);
    const rest: string[] = [];
    expect(await run(counting(rest).each)).toMatchObject({ items: 9, finished: true, elsewhere: false });
    expect([...anew, ...rest].toSorted()).toEqual(Array.from({ length: 9 }, (_, i) => `m${i}`));
  });

  it('by two at once is begun anew once', async () => {
    await add(9);
    await run(shout);
    const calls: string[] = [];
    const again = { ...options, job: counting(calls), again: true };
    const session = await openSessionOver(bench.gateway, v1);
    const slow = await openSessionOver(
      overtaken(bench.gateway, () => runJobIn(session, again)),
      v1,
    );
    expect(await runJobIn(slow, again)).toMatchObject({ items: 9, endedBefore: true });
    expect(calls).toHaveLength(9);
  });
});

describe('an error about an item', () => {
  const picky = (member: Member): void => {
    if (member.id === 'm1') throw new Error('no such customer.');
    shout(member);
  };

  it('stops the job, and names the item and the cause', async () => {
    await add(3);
    const failure: unknown = await run(picky).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(JobFailedError);
    expect(failure).toMatchObject({
      message: expect.stringMatching(/job shout failed for the Member at \("\/member-m1", "\/"\): no such customer/),
      facts: { job: 'shout', type: 'Member', key: { pk: '/member-m1' } },
      cause: { message: 'no such customer.' },
    });
  });

  it('is passed over and counted where the operator says so', async () => {
    await add(3);
    expect(await run(picky, { onError: 'skip' })).toMatchObject({
      items: 3,
      changed: 2,
      skipped: 1,
      firstSkipped: [{ pk: '/member-m1' }],
    });
    expect(await noteOf('m1')).toBe('note 1');
  });

  it('may be that its new key is too long', async () => {
    members = (await bench.open(v2)).repository(Member);
    await add(3);
    const lengthen = (member: Member): void => {
      member.email = member.id === 'm1' ? 'x'.repeat(3_000) : `${member.id}@x`;
    };
    await expect(run(lengthen, { schema: v2 })).rejects.toMatchObject({
      code: 'JOB_FAILED',
      facts: { key: { pk: '/member-m1' } },
      cause: { code: 'KEY_TOO_LARGE' },
    });
    expect(await run(lengthen, { schema: v2, onError: 'skip' })).toMatchObject({
      skipped: 1,
      firstSkipped: [{ pk: '/member-m1' }],
    });
  });

  describe('is what its write alone may meet', () => {
    const skipping = async (error: Error): Promise<JobReport> => {
      await add(3);
      const gateway = gatewayOver(bench.gateway, {
        write: (actions, token, options) =>
          actions.some(({ key }) => key.pk === '/member-m1')
            ? Promise.reject(error)
            : bench.gateway.write(actions, token, options),
      });
      const job = { name: 'shout', type: Member, each: shout };
      return runJobIn(await openSessionOver(gateway, v1), { schema: v1, segments: 1, onError: 'skip', job });
    };

    it.each([
      ['too many other writers', new ContentionError('Member', 30)],
      ['transactions on its rows', new TransactionConflictError('held')],
      ['content that DynamoDB refuses', new WriteRejectedError('refused')],
      ['an attribute that is no part of a key', new DamagedKeyValueError('is stored as text')],
    ])('%s', async (_, error) => {
      expect(await skipping(error)).toMatchObject({ items: 3, skipped: 1, firstSkipped: [{ pk: '/member-m1' }] });
    });

    it('and not that the table takes no more', async () => {
      await expect(skipping(new ThrottledError('throttled'))).rejects.toThrow(ThrottledError);
    });
  });
});

describe('a dry run', () => {
  it('says what would change in a sample, and sends no write', async () => {
    await add(4);
    const writes: string[] = [];
    const client = watched(engine, (operation) => {
      if (!['DescribeTable', 'Query', 'Scan', 'GetItem'].includes(operation)) writes.push(operation);
    });
    const report = await run(
      async (member, { store, dryRun }) => {
        expect(dryRun).toBe(true);
        const other = store.repository(Member).create({ id: 'new' });
        if (member.id === 'm1') await store.repository(Member).insert(other);
        if (member.id === 'm2') return 'delete';
        shout(member);
        return undefined;
      },
      { client, dryRun: { sample: 10 } },
    );
    expect(writes).toEqual([]);
    expect(report).toMatchObject({ items: 4, changed: 2, deleted: 1, skipped: 1, finished: true });
    const sample = new Map(report.sample?.map((each) => [each.key.pk, each]));
    expect(sample.get('/member-m0')).toMatchObject({
      outcome: 'changed',
      fields: [{ field: 'note', before: 'note 0', after: 'NOTE 0' }],
    });
    expect(sample.get('/member-m1')).toMatchObject({ outcome: 'failed', error: { code: 'DRY_RUN_WRITE' } });
    expect(sample.get('/member-m2')).toMatchObject({ outcome: 'deleted', fields: [] });
    expect(await run(shout, { dryRun: { sample: 2 } })).toMatchObject({ sample: [{}, {}], endedBefore: false });
    expect(await noteOf('m0')).toBe('note 0');
  });

  it('says that a job has ended, which would do nothing unless it is begun anew', async () => {
    await add(2);
    await run(shout);
    const dryRun = { sample: 1 };
    expect(await run(shout, { dryRun })).toMatchObject({ items: 1, endedBefore: true });
    expect(await run(shout, { dryRun, again: true })).toMatchObject({ items: 1, endedBefore: false });
  });

  describe('of a type that is rare', () => {
    let clock: Clock;
    let read = 0;
    const dry = async (
      more: Partial<Omit<JobOptions<Book>, 'job' | 'table' | 'client'>> = {},
      each: DataJob<Book>['each'] = () => undefined,
    ) => {
      clock = new Clock();
      read = 0;
      const metered = clock.over(bench.gateway, {
        scan(request) {
          read += 10;
          return bench.gateway.scan({ ...request, limit: 5 });
        },
        load: () => ({ ...bench.gateway.load(), read }),
      });
      const job: DataJob<Book> = { name: 'rare', type: Book, each };
      return runJobIn(await openSessionOver(metered, v1), { schema: v1, job, dryRun: { sample: 20 }, ...more });
    };
    beforeEach(() => add(30));

    it('reads within maxRcu', async () => {
      expect(await dry({ maxRcu: 5, maxWcu: 1, concurrency: 2, segments: 3 })).toMatchObject({
        items: 0,
        finished: true,
      });
      expect(read).toBeGreaterThanOrEqual(60);
      expect(clock.ahead).toBeGreaterThanOrEqual(((read - 10) / 5) * 1_000 - 1_000);
      await dry();
      expect(clock.ahead).toBe(0);
    });

    it('ends with its time, and says that it has not finished', async () => {
      expect(await dry({ maxRcu: 5, timeLimit: 5_000 })).toMatchObject({ items: 0, sample: [], finished: false });
      expect(read).toBeLessThanOrEqual(40);
      expect(read).toBeGreaterThan(0);
      const books = (await bench.open(v1)).repository(Book);
      for (const isbn of ['b0', 'b1', 'b2', 'b3']) await books.insert(books.create({ isbn }));
      const slowly = (): void => void (clock.ahead += 1_000);
      expect(await dry({ timeLimit: 1_500 }, slowly)).toMatchObject({ items: 2, finished: false });
      expect(await dry({ timeLimit: 10_000 }, slowly)).toMatchObject({ items: 4, finished: true });
    });

    it('tells how far it has come', async () => {
      const books = (await bench.open(v1)).repository(Book);
      await books.insert(books.create({ isbn: 'b0' }));
      const told: unknown[] = [];
      await dry({ onProgress: (progress) => void told.push(progress) }, (book) => void (book.title = 'a title'));
      expect(told[0]).toEqual({ step: 'job', job: 'rare', items: 0, changed: 0 });
      expect(told.length).toBeGreaterThan(6);
      expect(told.at(-1)).toEqual({ step: 'job', job: 'rare', items: 1, changed: 1 });
    });

    it('ends with its signal, also while it waits', async () => {
      const stop = new AbortController();
      let told = 0;
      const onProgress = (): void => {
        if (++told === 2) stop.abort(new Error('enough'));
      };
      await expect(dry({ maxRcu: 5, signal: stop.signal, onProgress })).rejects.toThrow('enough');
      expect(read).toBe(20);
    });
  });
});

it('refuses what is no job', async () => {
  for (const job of [
    { name: 'a/b', type: Member, each: shout },
    { name: 'a', type: Member },
    { name: 'a', each: shout },
    7,
  ]) {
    await expect(run(shout, { job: job as never })).rejects.toThrow(StoreOptionError);
  }
  const { classes: _, ...snapshot } = v2;
  for (const bad of [{ dryRun: true }, { onError: 'ignore' }, { drain: 0 }, { schema: snapshot }]) {
    await expect(run(shout, bad as never)).rejects.toThrow(StoreOptionError);
  }
});
