import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { backfill, type Progress, promote, verify, type VerifyOptions, works } from '../../src/operator/index.js';
import { endVerifies } from '../../src/operator/pass.js';
import { openSessionOver } from '../../src/operator/session.js';
import { promoteIn } from '../../src/operator/promote.js';
import { verifyIn } from '../../src/operator/verify.js';
import { recordVerify } from '../../src/registry/decisions.js';
import { Registry } from '../../src/registry/registry.js';
import type { Gateway } from '../../src/table/gateway.js';
import type { AttributeMap, RowKey } from '../../src/values/attribute-value.js';
import { startCuttableEngine } from '../support/engine.js';
import { gatewayOver } from '../../src/table/gateway-over.js';
import { runWork } from '../../src/work/run-work.js';
import { endWork, limitWork, pauseWork, resumeWork } from '../../src/work/works.js';
import { killedAt } from '../work/pass.js';
import { type Branch, copyOf, openBranch, watched } from './branch.js';
import { BY_EMAIL, BY_TITLE, v2, v3 } from './library.js';
import { hurried, withoutFences } from './notes.js';

/** More than a page of each segment has. */
const MEMBERS = 300;

/** Rows. */
const PAGE = 250;

let engine: LocalEngine;
let filled: Branch;
let branch: Branch;
beforeAll(async () => {
  engine = await startCuttableEngine();
  filled = await openBranch(engine, async ({ members }) => {
    const ids = Array.from({ length: MEMBERS }, (_, i) => `m${i}`);
    await Promise.all(ids.map((id) => members.insert(members.create({ id, email: `${id}@x`, team: 'red' }))));
  });
  await backfill(filled.place);
});
afterAll(() => engine.stop());
beforeEach(async () => {
  branch = await copyOf(filled, engine);
});

const rowByEmail = (id: string): RowKey => ({ pk: `/email-${id}@x`, sk: '/' });
const item = (id: string): RowKey => ({ pk: `/member-${id}`, sk: '/' });
const lose = (id: string) => branch.bench.gateway.write([{ kind: 'delete', key: rowByEmail(id) }], 'by-hand');
const missing = async (options: Partial<VerifyOptions> = {}) => {
  const { keyPaths } = await verify({ ...branch.place, ...options });
  return keyPaths.find(({ keyPath }) => keyPath === BY_EMAIL)!.first.missing ?? [];
};

/** Counts the requests of a verify by operation; `at` is called ahead of each. */
function counting(at: (operation: string, count: number) => void | Promise<void> = () => undefined) {
  const counts: Record<string, number> = {};
  const client = watched(engine, async (operation, count) => {
    counts[operation] = count;
    await at(operation, count);
  });
  // Pages as DynamoDB has them of larger rows.
  client.middlewareStack.add(
    (next, context) => (args) => {
      const scan = args.input as { readonly Limit?: number };
      const isScan = context['commandName'] === 'ScanCommand';
      return next(isScan ? { ...args, input: { ...args.input, Limit: scan.Limit ?? PAGE } } : args);
    },
    { step: 'initialize' },
  );
  return { client, counts };
}

const digestRows = async (): Promise<readonly AttributeMap[]> =>
  (await branch.bench.gateway.query({ pk: '$digest' })).rows;
const dropDigestRows = async (): Promise<void> => {
  const { gateway } = branch.bench;
  for (const row of await digestRows()) await gateway.write([{ kind: 'delete', key: gateway.keyOf(row) }], 'by-hand');
};

describe('a verify', () => {
  it('of a table at rest reads each row once, and no row by itself', async () => {
    const { client, counts } = counting();
    expect(await verify({ ...branch.place, client, segments: 1 })).toMatchObject({
      items: MEMBERS + 1,
      complete: true,
    });
    // Pages of 250 rows: the items with two rows each, those of the registry, the fences and the works.
    expect(counts['Scan']).toBe(4);
    // The record of the fences, for the drain.
    expect(counts['GetItem']).toBe(1);
  });

  it('looks at what was written while it read, and at nothing else', async () => {
    const written = ['m7', 'm80', 'm211'];
    const { client, counts } = counting(async (operation, count) => {
      if (operation !== 'Scan' || count !== 2) return;
      for (const id of written) await branch.old.members.update({ id }, (member) => void (member.note = 'new'));
    });
    expect(await verify({ ...branch.place, client, segments: 1 })).toMatchObject({ complete: true });
    expect(counts['Scan']).toBe(8);
    // For each the item, and its rows, which are looked at from both sides.
    expect(counts['GetItem']! + (counts['TransactGetItems'] ?? 0)).toBeLessThan(written.length * 12);
    expect(await branch.bench.wrong()).toEqual([]);
  });

  it('finds what is wrong beside what is written', async () => {
    await lose('m9');
    const { client } = counting(async (operation, count) => {
      if (operation === 'Scan' && count < 4)
        await branch.old.members.update({ id: `m${count}` }, (m) => void (m.note = 'n'));
    });
    expect(await missing({ client })).toEqual([item('m9')]);
  });

  it('finds what an item lacks that it could not read at first, and that somebody mended meanwhile', async () => {
    await lose('m5');
    const { gateway } = branch.bench;
    let met = 0;
    const mended = gatewayOver(gateway, {
      scan: async (request) => {
        const page = await gateway.scan(request);
        const isUnreadable = (row: AttributeMap): boolean => gateway.keyOf(row).pk === item('m5').pk && met++ === 0;
        return { ...page, rows: page.rows.map((row) => (isUnreadable(row) ? { ...row, $rev: { N: '1' } } : row)) };
      },
    });
    const { keyPaths, complete } = await verifyIn(await openSessionOver(mended, branch.place.schema), {});
    expect(keyPaths.find(({ keyPath }) => keyPath === BY_EMAIL)!.first.missing).toEqual([item('m5')]);
    expect([complete, met]).toEqual([false, 2]);
  });

  it('makes its digests anew where somebody took them away', async () => {
    await lose('m9');
    const abort = new AbortController();
    const stopped = verify({
      ...branch.place,
      signal: abort.signal,
      onProgress: (progress) => {
        if (progress.step === 'verify') abort.abort(new Error('stopped'));
      },
    });
    await expect(stopped).rejects.toThrow('stopped');
    expect(await digestRows()).not.toEqual([]);
    await dropDigestRows();
    expect(await missing()).toEqual([item('m9')]);
  });

  it('looks anew at what digests that were made anew leave in doubt', async () => {
    await lose('m9');
    // Of two passes over eight segments, in the second.
    const { client } = counting((operation, count) => {
      if (operation === 'Scan' && count === 14) throw new Error('killed');
    });
    await expect(verify({ ...branch.place, client, segments: 8, concurrency: 1 })).rejects.toThrow('killed');
    // As one leaves it that was killed when it took all of it away.
    await dropDigestRows();
    const digests = (await works(branch.place)).find(({ id }) => id.endsWith('-digests'))!;
    await endWork(branch.bench.gateway, digests.id);
    const lost = Array.from({ length: 40 }, (_, i) => `m${i + 10}`);
    for (const id of lost) await lose(id);
    const { keyPaths } = await verify(branch.place);
    expect(keyPaths.find(({ keyPath }) => keyPath === BY_EMAIL)!.missing).toBe(41);
  });

  it('that is late does not replace what a later one found', async () => {
    await verify(branch.place);
    const registry = await Registry.open(branch.bench.gateway);
    const emailOf = () => registry.knowledge.demanded.get('Member')!.find(({ path }) => path.template === BY_EMAIL)!;
    const late = emailOf().verified!;
    await lose('m9');
    await verify(branch.place);
    await registry.refresh();
    const { verified, path } = emailOf();
    expect(verified).toMatchObject({ missing: 1 });
    await registry.append(recordVerify('Member', [path.id], late));
    const sameEpoch = { ...verified!, missing: 0, begun: new Date(Date.parse(verified!.begun) - 1_000).toISOString() };
    await registry.append(recordVerify('Member', [path.id], sameEpoch));
    expect(emailOf().verified).toEqual(verified);
    await expect(promote(branch.place)).rejects.toThrow('found 1 faulty');
  });

  it.each(['at work', 'paused'] as const)('is not ended by another of a newer epoch while it is %s', async (how) => {
    await lose('m9');
    const { gateway } = branch.bench;
    let looking = false;
    const stopped = counting((operation, count) => {
      if (operation === 'Scan' && count === 14) throw new Error('killed');
    });
    await expect(verify({ ...branch.place, client: stopped.client, segments: 8, concurrency: 1 })).rejects.toThrow(
      'killed',
    );
    const look = (await works(branch.place)).find(({ id }) => id.includes('-look-'))!;
    if (how === 'paused') await pauseWork(gateway, look.id);
    else {
      // Somebody who never comes to its end.
      const plan = {
        id: look.id,
        kind: 'verify' as const,
        segments: 8,
        checkpoint: 'page' as const,
        open: () => ({ row: () => ((looking = true), new Promise<void>(() => undefined)), result: () => undefined }),
      };
      const { shortId } = (await Registry.open(gateway)).knowledge;
      void runWork(gateway, shortId, plan, { concurrency: 1 }).catch(() => undefined);
      while (!looking) await new Promise((resolve) => setImmediate(resolve));
    }
    const session = await openSessionOver(gateway, v2);
    await endVerifies(session, Infinity);
    expect((await works(branch.place)).map(({ id }) => id)).toContain(look.id);
    if (how === 'paused') await resumeWork(gateway, look.id);
  });

  it('keeps in its second pass to the limits of its first, and what was said of them', async () => {
    await lose('m9');
    const { gateway } = branch.bench;
    const told = new Map<string, number | undefined>();
    let scans = 0;
    const hurrying = gatewayOver(gateway, {
      // It looks how the work stands after each page.
      elapsed: () => gateway.elapsed() * 1_000,
      async scan(request) {
        if (++scans === 1) {
          for (const { id } of await works(branch.place)) await limitWork(gateway, id, { maxRcu: 3_000 });
        }
        return gateway.scan(request);
      },
    });
    await verifyIn(await openSessionOver(hurrying, v2), {
      drain: 0,
      segments: 1,
      maxRcu: 4_000,
      onProgress: (progress) => {
        if ('work' in progress) told.set(progress.step, progress.work?.maxRcu);
      },
    });
    expect(told.get('verify')).toBe(3_000);
  });

  it('is not complete where a later one found what it did not', async () => {
    const { gateway } = branch.bench;
    let first = true;
    const slow = gatewayOver(gateway, {
      async write(...write) {
        // Ahead of its record.
        if (first && write[0].some(({ key }) => key.pk === '$ductile')) {
          first = false;
          await lose('m9');
          const later = gatewayOver(gateway, { serverTime: () => gateway.serverTime() + 2_000 });
          await verifyIn(await openSessionOver(later, v2), { drain: 0 });
        }
        return gateway.write(...write);
      },
    });
    const report = await verifyIn(await openSessionOver(slow, v2), { drain: 0, repair: true });
    expect(report).toMatchObject({ finished: true, complete: false });
    await expect(promote(branch.place)).rejects.toThrow('found 1 faulty');
  });

  it('is promoted also where its records cannot be taken away', async () => {
    await verify(branch.place);
    const keeping = gatewayOver(branch.bench.gateway, {
      write: (actions, ...more) =>
        actions.some(({ kind }) => kind === 'delete')
          ? Promise.reject(new Error('not allowed'))
          : branch.bench.gateway.write(actions, ...more),
    });
    const { keyPaths } = await promoteIn(await openSessionOver(keeping, v2));
    expect(keyPaths).toContainEqual({ type: 'Member', keyPath: BY_EMAIL });
    expect(await works(branch.place)).not.toEqual([]);
  });

  it('leaves nothing behind, once its key paths are promoted', async () => {
    await lose('m9');
    await verify({ ...branch.place, repair: true });
    expect(await works(branch.place)).not.toEqual([]);
    await promote(branch.place);
    expect(await works(branch.place)).toEqual([]);
    expect(await digestRows()).toEqual([]);
  });

  it('that ended tells nothing of a later one, with nothing to record', async () => {
    await verify(branch.place);
    await promote(branch.place);
    expect(await missing({ all: true })).toEqual([]);
    await lose('m9');
    expect(await missing({ all: true })).toEqual([item('m9')]);
    expect(await missing({ all: true, repair: true })).toEqual([]);
    expect(await missing({ all: true })).toEqual([]);
  });

  it('goes on although an entry was appended that is not about its key paths', async () => {
    const stopped = counting((operation, count) => {
      if (operation === 'Scan' && count === 5) throw new Error('killed');
    });
    await expect(verify({ ...branch.place, client: stopped.client, segments: 8 })).rejects.toThrow('killed');
    const registry = await Registry.open(branch.bench.gateway);
    await registry.append(() => ({ kind: 'settings', registryMaxAge: 59_000 }));
    const told: Progress[] = [];
    const onProgress = (progress: Progress): void => void told.push(progress);
    expect(await verify({ ...branch.place, onProgress })).toMatchObject({ items: MEMBERS + 1, complete: true });
    // It took part in what was there already.
    const first = told.find(({ step }) => step === 'digest');
    expect(first).toMatchObject({ work: { segments: { all: 8, finished: expect.any(Number) } } });
    expect(first?.step === 'digest' && first.work!.segments.finished).toBeGreaterThan(0);
    expect((await promote(branch.place)).keyPaths).toContainEqual({ type: 'Member', keyPath: BY_EMAIL });
  });

  it('begins anew where what it had summed up in the middle of a segment was taken away', async () => {
    const { gateway } = branch.bench;
    const lost = Array.from({ length: 60 }, (_, i) => `m${i * 5}`);
    for (const id of lost) await lose(id);
    let ahead = 0;
    const slow = gatewayOver(gateway, {
      scan: (request) => ((ahead += 1_000), gateway.scan(request)),
      elapsed: () => ahead,
    });
    const stopped = await verifyIn(await openSessionOver(slow, v2), { segments: 1, timeLimit: 1_500 });
    expect(stopped.finished).toBe(false);
    expect(await digestRows()).not.toEqual([]);
    await dropDigestRows();
    const { keyPaths } = await verify(branch.place);
    expect(keyPaths.find(({ keyPath }) => keyPath === BY_EMAIL)!.missing).toBe(60);
  });

  it('goes on in the middle of a segment with what it had summed up there', async () => {
    const { gateway } = branch.bench;
    let ahead = 0;
    const slow = gatewayOver(gateway, {
      scan: (request) => ((ahead += 1_000), gateway.scan({ ...request, limit: request.limit ?? PAGE })),
      elapsed: () => ahead,
    });
    const session = await openSessionOver(slow, v2);
    const steps = new Set<string>();
    const onProgress = ({ step }: Progress): void => void steps.add(step);
    let calls = 0;
    for (let finished = false; !finished; calls++) {
      ({ finished } = await verifyIn(session, { segments: 1, timeLimit: 1_500, onProgress }));
    }
    expect(calls).toBeGreaterThan(2);
    // All that was wanted and met in one call and in another.
    expect(steps).toEqual(new Set(['digest']));
  });

  describe('where another key path was published later', () => {
    beforeEach(async () => {
      await branch.bench.publish(v3);
    });

    it('takes only rows of its own key paths and their types into account', async () => {
      await verify(branch.place);
      await promote(branch.place);
      await branch.now.books.insert(branch.now.books.create({ isbn: '1', title: 'one', shelf: 'a' }));
      await backfill(branch.place);
      const { client, counts } = counting();
      const { items, complete, keyPaths } = await verify({ ...branch.place, client, segments: 1 });
      expect({ items, complete, keyPaths: keyPaths.map(({ keyPath }) => keyPath) }).toEqual({
        items: 1,
        complete: true,
        keyPaths: [BY_TITLE],
      });
      expect(counts['Scan']).toBe(4);
    });

    it('leaves a verify alone that is under way, of what was strict before', async () => {
      const { client } = counting(async (operation, count) => {
        if (operation !== 'Scan' || count !== 2) return;
        await backfill(branch.place);
        expect((await verify(branch.place)).keyPaths).toHaveLength(4);
      });
      expect((await verify({ ...branch.place, client, segments: 1 })).keyPaths).toHaveLength(3);
    });
  });

  it('with nothing to record is shared, too, while it is under way', async () => {
    await verify(branch.place);
    await promote(branch.place);
    const { client, counts } = counting(async (operation, count) => {
      if (operation === 'Scan' && count === 2) await verify({ ...branch.place, all: true, timeLimit: 100 });
    });
    const report = await verify({ ...branch.place, client, all: true, segments: 1 });
    expect(report).toMatchObject({ items: MEMBERS + 1, complete: true });
    expect(counts['Scan']).toBe(4);
  });

  it('begins anew once somebody has mended a row that it could not read', async () => {
    await lose('m9');
    await branch.bench.putRaw(rowByEmail('m9'), { any: { S: 'thing' } });
    expect(await verify(branch.place)).toMatchObject({ complete: false });
    await lose('m9');
    await lose('m100');
    expect((await missing()).map(({ pk }) => pk).sort()).toEqual(['/member-m100', '/member-m9']);
  });

  it('takes away what an earlier one has written down', async () => {
    await lose('m9');
    await verify(branch.place);
    const before = new Set((await works(branch.place)).map(({ id }) => id));
    expect(before.size).toBe(2);
    await verify({ ...branch.place, repair: true });
    expect((await works(branch.place)).some(({ id }) => before.has(id))).toBe(false);
    const places = (await digestRows()).map((row) => branch.bench.gateway.keyOf(row).sk.split('/')[0]);
    for (const place of places) expect(before.has(place!)).toBe(false);
  });
});

describe('a verify that is killed', () => {
  it('is gone on with, before or after whichever of its requests that was', async () => {
    const small = await openBranch(engine, async ({ members }) => {
      for (const id of ['m1', 'm2', 'm9']) await members.insert(members.create({ id, email: `${id}@x` }));
    });
    await backfill(small.place);
    const { gateway } = small.bench;
    await gateway.write([{ kind: 'delete', key: rowByEmail('m9') }], 'by-hand');
    const sessionOver = (through: Gateway) => openSessionOver(hurried(withoutFences(through)), v2);
    let killed = 0;
    for (const [begin, when] of [
      [2, 'before'],
      [3, 'after'],
    ] as const) {
      for (let nth = begin; ; nth += 3) {
        const ended = verifyIn(await sessionOver(killedAt(gateway, nth, when)), { segments: 2 });
        const report = await ended.catch((error: unknown) => error);
        if (!(report instanceof Error)) break;
        killed++;
        const { items, complete, keyPaths } = await verifyIn(await sessionOver(gateway), {});
        const { missing, first } = keyPaths.find(({ keyPath }) => keyPath === BY_EMAIL)!;
        expect({ when, nth, items, complete, missing, first }).toMatchObject({
          items: 4,
          complete: false,
          missing: 1,
          first: { missing: [item('m9')] },
        });
      }
    }
    expect(killed).toBeGreaterThan(20);
  });
});
