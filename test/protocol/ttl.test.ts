import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { ItemExistsError, KeyPathConflictError, OptimisticLockError } from '../../src/protocol/errors.js';
import { isExpired } from '../../src/protocol/expiry.js';
import type { PrimaryRow } from '../../src/protocol/row.js';
import { Registry } from '../../src/registry/registry.js';
import type { Condition } from '../../src/table/condition.js';
import { TooManyActionsError } from '../../src/table/errors.js';
import type { Action, Gateway } from '../../src/table/gateway.js';
import type { RowKey } from '../../src/values/attribute-value.js';
import { newTable } from '../dynamo/wire.js';
import { checkTable } from '../support/check-table.js';
import { startEngine } from '../support/engine.js';
import { interrupted, tampered } from './documents.js';
import {
  afterwards,
  aliasKey,
  justAfter,
  LATER,
  publishSessions,
  session,
  sessionKey,
  SessionProcess,
  SOON,
  ttlDeletes,
} from './sessions.js';

let engine: LocalEngine;
let gateway: Gateway;
/** By the table's own clock: what is `SOON` is there. */
let early: SessionProcess;
/** By a clock that is ahead: what is `SOON` has expired. */
let late: SessionProcess;

beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

async function open(): Promise<void> {
  gateway = await newTable(engine);
  await publishSessions(gateway, 1, session(2));
  early = await SessionProcess.start(gateway);
  late = await SessionProcess.start(afterwards(gateway));
}

/** What is wrong with the table: by the table's clock, every row must be there; by the other one, live items' must. */
async function wrong(by: Gateway = gateway): Promise<readonly string[]> {
  return checkTable(by, (await Registry.open(gateway)).knowledge);
}

describe('$exp', () => {
  beforeEach(open);

  it('[LAYOUT] is on every row of an item, in seconds, and follows its field', async () => {
    await early.insert('a', SOON, 'x', 'y');
    const rows = () =>
      Promise.all([sessionKey('a'), aliasKey('x'), aliasKey('y', 2)].map(async (key) => (await gateway.get(key))!));
    expect((await rows()).map((row) => row['$exp'])).toEqual(Array(3).fill({ N: String(SOON) }));
    await early.extend('a');
    expect((await rows()).map((row) => row['$exp'])).toEqual(Array(3).fill({ N: String(LATER) }));
    const unset = await early.save(await early.load('a'), { until: { NULL: true } });
    expect(unset.expiry).toBeUndefined();
    expect((await rows()).map((row) => row['$exp'])).toEqual(Array(3).fill(undefined));
    expect(await wrong()).toEqual([]);
  });

  it('counts a minute after it has passed', () => {
    expect(isExpired({ expiry: 1000 }, 1_060_000)).toBe(false);
    expect(isExpired({ expiry: 1000 }, 1_060_001)).toBe(true);
    expect(isExpired({}, Infinity)).toBe(false);
  });

  it('refuses a row whose $exp is no number of seconds [NO-SURPRISE]', async () => {
    const { raw } = await early.insert('a', SOON);
    await gateway.write([{ kind: 'put', key: sessionKey('a'), row: { ...raw, $exp: { S: 'soon' } } }], 'by-hand');
    await expect(early.load('a')).rejects.toMatchObject({ code: 'DAMAGED_ROW' });
  });

  it('[LAYOUT] is given by a sweep to items that were there before the rule, also where they have expired', async () => {
    gateway = await newTable(engine);
    await publishSessions(gateway, 1, session(2, false));
    const old = await SessionProcess.start(gateway, session(2, false));
    expect((await old.insert('a', SOON, 'x')).expiry).toBeUndefined();
    await publishSessions(gateway, 2, session(2));
    const sweeper = await SessionProcess.start(afterwards(gateway));
    expect((await sweeper.writer.sweep(await sweeper.load('a')))!.expiry).toBe(SOON);
    // A process of version 1 learns the rule with the epoch.
    expect((await old.extend('a')).expiry).toBe(LATER);
    expect(await wrong()).toEqual([]);
  });

  it('a sweep refuses an item whose time is none, with its key [NO-SURPRISE]', async () => {
    const { raw } = await early.insert('a', SOON);
    await gateway.write([{ kind: 'put', key: sessionKey('a'), row: { ...raw, until: { S: 'soon' } } }], 'by-hand');
    await expect(early.writer.sweep(await early.load('a'))).rejects.toMatchObject({
      code: 'DAMAGED_ROW',
      facts: { field: 'until', key: '("/session-a", "/")' },
    });
  });
});

describe('a create over an expired item of its key', () => {
  beforeEach(open);

  it('replaces it: a new incarnation, and nothing of the old one is left', async () => {
    const before = await early.insert('a', SOON, 'x', 'y');
    await expect(early.insert('a', LATER, 'x')).rejects.toThrow(ItemExistsError);
    const after = await late.insert('a', LATER, 'x', 'z');
    expect(after.incarnation).toBe(after.revision);
    expect(after.incarnation).not.toBe(before.incarnation);
    expect(after.ancestors).not.toContain(before.revision);
    expect(await gateway.get(aliasKey('y', 2))).toBeUndefined();
    expect(await wrong()).toEqual([]);
  });

  it('[COMPLETE] keeps the row of its key, also where the process met it as another item’s a moment ago', async () => {
    await early.insert('z', LATER);
    await publishSessions(gateway, 2, session(3));
    const soon = await SessionProcess.start(gateway, session(3));
    const later = await SessionProcess.start(afterwards(gateway), session(3));
    const c = await later.insert('c', LATER, undefined, undefined, 'x');
    expect((await later.insert('d', LATER, undefined, undefined, 'x')).manifest.get('3')).toBe('open');
    await soon.writer.delete(soon.type, c);
    await soon.insert('a', SOON, undefined, undefined, 'x');
    const a = await later.insert('a', LATER, undefined, undefined, 'x');
    expect(a.manifest.get('3')).toEqual(aliasKey('x', 3));
    expect(await wrong()).toEqual([]);
  });

  it('waits for the minute after its expiry', async () => {
    await early.insert('a', SOON);
    const soonAfter = await SessionProcess.start(justAfter(gateway));
    await expect(soonAfter.insert('a', LATER)).rejects.toThrow(ItemExistsError);
  });

  it('goes on where DynamoDB deletes it meanwhile', async () => {
    await early.insert('a', SOON, 'x', 'y');
    const slow = await SessionProcess.start(
      afterwards(secondWrite(gateway, () => ttlDeletes(gateway, sessionKey('a'), aliasKey('x')))),
    );
    await slow.insert('a', LATER, 'x');
    expect(await wrong(afterwards(gateway))).toEqual([]);
  });

  it('[STAMP-MONOTONE] refreshes first where it is stamped newer', async () => {
    await early.insert('a', SOON, 'x');
    await publishSessions(gateway, 2, session(3));
    const young = await SessionProcess.start(gateway, session(3));
    await young.writer.sweep(await young.load('a'));
    expect((await late.insert('a', LATER, 'x')).epoch).toBe(young.registry.knowledge.epoch);
  });

  it('[STAMP-MONOTONE] refreshes first where the owner of a row in its way is stamped newer', async () => {
    await early.insert('a', SOON, 'x');
    const seen = await late.insert('b', LATER, 'y');
    await publishSessions(gateway, 2, session(3));
    const young = await SessionProcess.start(gateway, session(3));
    const { epoch } = (await young.writer.sweep(await young.load('a')))!;
    // An update has no fence that would make it refresh.
    expect((await late.save(seen, { alias1: { S: 'x' } })).epoch).toBe(epoch);
    expect(await late.find('a')).toBeUndefined();
    expect(await wrong()).toEqual([]);
  });
});

describe('a row in the way whose owner has expired', () => {
  beforeEach(open);

  it('is taken over by a create, and the owner is deleted whole', async () => {
    await early.insert('a', SOON, 'x', 'y');
    await expect(early.insert('b', LATER, 'x')).rejects.toThrow(KeyPathConflictError);
    await late.insert('b', LATER, 'x');
    expect(await late.find('a')).toBeUndefined();
    expect(await gateway.get(aliasKey('y', 2))).toBeUndefined();
    expect(await wrong()).toEqual([]);
  });

  it('is taken over by an update', async () => {
    await early.insert('a', SOON, 'x', 'y');
    await early.insert('b', LATER, 'z');
    await expect(early.save(await early.load('b'), { alias1: { S: 'x' } })).rejects.toThrow(KeyPathConflictError);
    await late.save(await late.load('b'), { alias1: { S: 'x' } });
    expect(await late.find('a')).toBeUndefined();
    expect(await wrong()).toEqual([]);
  });

  it('is taken over by what closes an open entry, which a live owner would leave open', async () => {
    await publishSessions(gateway, 2, session(3));
    const young = await SessionProcess.start(gateway, session(3));
    const ahead = await SessionProcess.start(afterwards(gateway), session(3));
    await young.insert('a', SOON, 'x', undefined, 'three');
    expect((await young.insert('b', LATER, 'y', undefined, 'three')).manifest.get('3')).toBe('open');
    const close = async ({ writer }: SessionProcess) => writer.sweep(await young.load('b'), undefined, new Set(['3']));
    expect((await close(young))!.manifest.get('3')).toBe('open');
    expect((await close(ahead))!.manifest.get('3')).toEqual(aliasKey('three', 3));
    expect(await ahead.find('a')).toBeUndefined();
    expect(await wrong()).toEqual([]);
  });

  it('of several owners at once, and of what expired at its own key', async () => {
    await early.insert('a', SOON, 'x', 'p');
    await early.insert('b', SOON, 'q', 'y');
    await early.insert('c', SOON, 'r', 's');
    await late.insert('c', LATER, 'x', 'y');
    expect([await late.find('a'), await late.find('b')]).toEqual([undefined, undefined]);
    expect(await wrong()).toEqual([]);
  });

  it('is taken over where DynamoDB has deleted the owner, or other rows of it', async () => {
    await early.insert('a', SOON, 'x', 'y');
    await early.insert('b', SOON, 'p', 'q');
    await ttlDeletes(gateway, sessionKey('a'), aliasKey('q', 2));
    await late.insert('c', LATER, 'x');
    await late.insert('d', LATER, 'p');
    expect((await late.load('c')).manifest.get('1')).toEqual(aliasKey('x'));
    expect(await wrong(afterwards(gateway))).toEqual([]);
  });

  it('and that is on the way out of the item too is one action of the transaction', async () => {
    await early.insert('a', SOON, 'x', 'y');
    await early.insert('b', LATER, 'p');
    // The row of b is deleted by hand, and the expired item has taken its key.
    await ttlDeletes(gateway, aliasKey('p'));
    await early.save(await early.load('a'), { alias1: { S: 'p' } });
    await late.save(await late.load('b'), { alias1: { NULL: true }, alias2: { S: 'y' } });
    expect(await late.find('a')).toBeUndefined();
    expect(await gateway.get(aliasKey('p'))).toBeUndefined();
    expect(await wrong()).toEqual([]);
  });

  it('and has what was found to be no row of the item before: that goes too', async () => {
    await early.insert('a', SOON, 'x');
    const seen = await early.insert('b', LATER, 'p');
    await ttlDeletes(gateway, aliasKey('p'));
    await early.save(await early.load('a'), { alias1: { S: 'p' } });
    const slow = secondWrite(gateway, async () => early.save(await early.load('a'), { alias2: { S: 'y' } }));
    const process = await SessionProcess.start(afterwards(slow));
    await process.save(seen, { alias1: { NULL: true }, alias2: { S: 'y' } });
    expect(await gateway.get(aliasKey('p'))).toBeUndefined();
    expect(await wrong()).toEqual([]);
  });

  describe('where the owners have too many rows for one transaction', () => {
    const wide = session(36);
    const names = Array.from({ length: 36 }, (_, i) => `n${i}`);
    let ahead: SessionProcess;

    /** Each of the names is another expired session's, which has one name more. */
    async function openWide(first: number): Promise<void> {
      gateway = await newTable(engine);
      await publishSessions(gateway, 1, session(first));
      if (first < 36) await publishSessions(gateway, 2, wide);
      const now = await SessionProcess.start(gateway, wide);
      ahead = await SessionProcess.start(afterwards(gateway), wide);
      for (const [i, name] of names.entries()) {
        const next = (i + 1) % names.length;
        const aliases = names.map((_, path) => (path === i ? name : path === next ? `other${i}` : undefined));
        await now.insert(`s${i}`, SOON, ...aliases);
      }
    }

    it('is refused with a typed error', async () => {
      await openWide(36);
      await expect(ahead.insert('all', LATER, ...names)).rejects.toThrow(TooManyActionsError);
      await ahead.insert('some', LATER, ...names.slice(0, 30));
      expect(await wrong()).toEqual([]);
    });

    it('is left to its owner in expand, with an open entry', async () => {
      await openWide(0);
      const { manifest } = await ahead.insert('all', LATER, ...names);
      expect(new Set(manifest.values())).toEqual(new Set(['open']));
      expect(await ahead.find('s0')).toBeDefined();
      expect(await wrong()).toEqual([]);
    });
  });
});

describe('an item that has expired', () => {
  beforeEach(open);

  it('and lost its row to another is deleted by a sweep, and cannot be saved', async () => {
    await early.insert('a', SOON, 'x', 'y');
    await ttlDeletes(gateway, aliasKey('x'));
    await early.insert('b', LATER, 'x');
    await publishSessions(gateway, 2, session(3));
    await expect(late.save(await late.load('a'), { user: { S: 'u' } })).rejects.toThrow(OptimisticLockError);
    const sweeper = await SessionProcess.start(afterwards(gateway), session(3));
    expect(await sweeper.writer.sweep(await sweeper.load('a'))).toBeUndefined();
    expect(await gateway.get(aliasKey('y', 2))).toBeUndefined();
    expect(await wrong()).toEqual([]);
  });

  it('is swept like others, so that no sleeper can write it [STAMP-MONOTONE]', async () => {
    const seen = await early.insert('a', SOON, 'x');
    await publishSessions(gateway, 2, session(3));
    const sweeper = await SessionProcess.start(afterwards(gateway), session(3));
    const { epoch } = (await sweeper.writer.sweep(await sweeper.load('a')))!;
    expect((await early.save(seen, { user: { S: 'u' } })).epoch).toBe(epoch);
  });

  it('is not brought back where the write finds out from the answer [NO-RESURRECT]', async () => {
    const seen = await early.insert('a', SOON, 'x');
    await publishSessions(gateway, 2, session(3));
    const sweeper = await SessionProcess.start(afterwards(gateway), session(3));
    await sweeper.writer.sweep(seen);
    await expect(late.save(seen, { until: { N: String(LATER) } })).rejects.toMatchObject({
      code: 'OPTIMISTIC_LOCK',
      facts: { what: 'deleted' },
    });
  });
});

/* What two processes do to an expired item, by clocks that disagree: every order ends in a sound table. */
describe('races about what has expired [LAYOUT] [NO-LOSS]', () => {
  beforeAll(open);

  /** Of the n-th history, with items and aliases of its own. */
  type Race = (process: SessionProcess, n: number) => Promise<PrimaryRow>;
  const recreate: Race = (process, n) => process.insert(`a${n}`, LATER, `z${n}`, `y${n}`);
  const take: Race = (process, n) => process.insert(`b${n}`, LATER, `x${n}`);
  const extend: Race = (process, n) => process.extend(`a${n}`);
  const races = { recreate, take, extend };
  const start = (race: Race, over: Gateway): Promise<SessionProcess> =>
    SessionProcess.start(race === extend ? over : afterwards(over));

  const names = Object.keys(races) as (keyof typeof races)[];
  const pairs = names.flatMap((slow) => names.map((fast) => [slow, fast] as const));
  const deletions: readonly ((n: number) => readonly RowKey[])[] = [
    () => [],
    (n) => [sessionKey(`a${n}`)],
    (n) => [aliasKey(`x${n}`)],
    (n) => [sessionKey(`a${n}`), aliasKey(`x${n}`)],
  ];
  let n = 0;

  it.each(pairs)('%s, and %s before a write of it, whatever DynamoDB has deleted by then', async (slow, fast) => {
    const acknowledged: (readonly [id: string, revision: string])[] = [];
    const acknowledge = ({ key, revision }: PrimaryRow): void => void acknowledged.push([key.pk.slice(9), revision]);
    for (const deleted of deletions) {
      for (const nth of [1, 2]) {
        n++;
        await early.insert(`a${n}`, SOON, `x${n}`, `y${n}`);
        const other = await start(races[fast], gateway);
        const over = nthWrite(gateway, nth, async () => {
          await ttlDeletes(gateway, ...deleted(n));
          await races[fast](other, n).then(acknowledge, () => undefined);
        });
        await races[slow](await start(races[slow], over), n).then(acknowledge, () => undefined);
      }
    }
    expect(await wrong(afterwards(gateway))).toEqual([]);
    // What was acknowledged lives, so nobody takes it over.
    for (const [id, revision] of acknowledged) {
      const row = await late.find(id);
      expect(row && [row.revision, ...row.ancestors]).toContain(revision);
    }
  });
});

/**
 * The conditions that a take-over stores under, each with a history that is sound with it and is not without it.
 */
type Change = (action: Action) => Condition | 'none' | undefined;
type History = (under: (gateway: Gateway) => Gateway) => Promise<readonly string[] | void>;

function condition(name: string, change: Change, history: History): void {
  describe(name, () => {
    beforeEach(open);
    it('holds with the condition', async () => {
      expect([...((await history((g) => g)) ?? []), ...(await wrong(afterwards(gateway)))]).toEqual([]);
    });
    it('is violated without it', async () => {
      const told = (await history((g) => tampered(g, change))) ?? [];
      expect([...told, ...(await wrong(afterwards(gateway)))]).not.toEqual([]);
    });
  });
}

const without =
  (kind: Action['kind'], key: (pk: string) => boolean, attribute?: string): Change =>
  (action) => {
    if (action.kind !== kind || !key(action.key.pk) || action.condition === undefined) return undefined;
    const { condition: whole } = action;
    if (attribute === undefined) return 'none';
    if (whole.kind !== 'all') return undefined;
    return { kind: 'all', of: whole.of.filter((part) => !('attribute' in part && part.attribute === attribute)) };
  };
const of = (prefix: string) => (pk: string) => pk.startsWith(prefix);

/** A session whose entry on the second path is open, and what closes it: only the layout moves. */
async function withOpenEntry(): Promise<() => Promise<unknown>> {
  gateway = await newTable(engine);
  await publishSessions(gateway, 1, session(1));
  await publishSessions(gateway, 2, session(2));
  early = await SessionProcess.start(gateway);
  late = await SessionProcess.start(afterwards(gateway));
  const other = await early.insert('other', LATER, undefined, 'y');
  expect((await early.insert('a', SOON, 'x', 'y')).manifest.get('2')).toBe('open');
  return async () => {
    await early.writer.delete(session(2), other);
    await early.writer.sweep(await early.load('a'), undefined, new Set(['2']));
  };
}

condition(
  "a create over an expired item: the primary's $rev is the one seen [NO-LOSS]",
  without('put', of('/session-a'), '$rev'),
  async (under) => {
    await early.insert('a', SOON, 'x');
    const slow = secondWrite(gateway, () => early.extend('a'));
    await (await SessionProcess.start(afterwards(under(slow)))).insert('a', LATER, 'x').catch(() => undefined);
    return (await early.load('a')).ancestors[0] === '' ? ['a session that was extended is lost'] : [];
  },
);

condition(
  "a create over an expired item: the primary's $lay is the one seen [LAYOUT]",
  without('put', of('/session-a'), '$lay'),
  async (under) => {
    const close = await withOpenEntry();
    const slow = secondWrite(gateway, close);
    await (await SessionProcess.start(afterwards(under(slow)))).insert('a', LATER, 'x');
    // By the table's clock the old row of the second path is there, and nobody lists it.
    return wrong();
  },
);

condition(
  'a create over an expired item: a row of it is deleted where it is its own [LAYOUT]',
  without('delete', of('/alias1-x')),
  async (under) => {
    await early.insert('a', SOON, 'x');
    await ttlDeletes(gateway, aliasKey('x'));
    await early.insert('b', LATER, 'x');
    await (await SessionProcess.start(afterwards(under(gateway)))).insert('a', LATER, 'z');
  },
);

condition(
  'a create over an expired item is guarded as a create [COMPLETE]',
  (action) => (action.kind === 'check' && action.key.pk.startsWith('$fence#') ? 'none' : undefined),
  async (under) => {
    await early.insert('a', SOON, 'x');
    const sleeper = await SessionProcess.start(afterwards(under(gateway)));
    await publishSessions(gateway, 2, session(3));
    await sleeper.writer.insert(session(3), {
      id: { S: 'a' },
      until: { N: String(LATER) },
      alias3: { S: 'three' },
    });
    return (await gateway.get(aliasKey('three', 3))) === undefined ? ['a create without a row that is demanded'] : [];
  },
);

condition(
  "a take-over: the owner's $rev is the one seen [NO-LOSS]",
  without('delete', of('/session-a'), '$rev'),
  async (under) => {
    await early.insert('a', SOON, 'x');
    const slow = secondWrite(gateway, () => early.extend('a'));
    await (await SessionProcess.start(afterwards(under(slow)))).insert('b', LATER, 'x').catch(() => undefined);
    return (await early.find('a')) === undefined ? ['a session that was extended is deleted'] : [];
  },
);

condition(
  "a take-over: the owner's $lay is the one seen [LAYOUT]",
  without('delete', of('/session-a'), '$lay'),
  async (under) => {
    const close = await withOpenEntry();
    const slow = secondWrite(gateway, close);
    await (await SessionProcess.start(afterwards(under(slow)))).insert('b', LATER, 'x');
    return wrong();
  },
);

condition(
  "a take-over: the row is free, or that owner's [LAYOUT]", // Only of the attempt that knows the owner.
  (action) =>
    action.kind === 'put' && action.key.pk === '/alias1-x' && action.condition?.kind === 'any' && action.condition.of[2]
      ? 'none'
      : undefined,
  async (under) => {
    await early.insert('a', SOON, 'x');
    const slow = secondWrite(gateway, async () => {
      await ttlDeletes(gateway, aliasKey('x'));
      await early.insert('c', LATER, 'x');
    });
    await (await SessionProcess.start(afterwards(under(slow)))).insert('b', LATER, 'x').catch(() => undefined);
  },
);

condition(
  'a take-over: another row of the owner is deleted where it is its own [LAYOUT]',
  without('delete', of('/alias2-y')),
  async (under) => {
    await early.insert('a', SOON, 'x', 'y');
    await ttlDeletes(gateway, aliasKey('y', 2));
    await early.insert('c', LATER, undefined, 'y');
    await (await SessionProcess.start(afterwards(under(gateway)))).insert('b', LATER, 'x');
  },
);

condition(
  'a take-over of a row whose owner DynamoDB deleted: the row is the one that was seen [LAYOUT]',
  (action) =>
    action.kind === 'put' && action.key.pk === '/alias1-x' && action.condition?.kind === 'all' ? 'none' : undefined,
  async (under) => {
    await early.insert('a', SOON, 'x');
    await ttlDeletes(gateway, sessionKey('a'));
    const slow = secondWrite(gateway, async () => {
      await ttlDeletes(gateway, aliasKey('x'));
      await early.insert('c', LATER, 'x');
    });
    await (await SessionProcess.start(afterwards(under(slow)))).insert('b', LATER, 'x').catch(() => undefined);
  },
);

/** A gateway that runs `before` once, before its n-th write of a session. */
function nthWrite(over: Gateway, nth: number, before: () => Promise<unknown>): Gateway {
  let count = 0;
  return interrupted(
    over,
    (actions) => actions.some(({ key }) => key.pk.startsWith('/session-')) && ++count === nth,
    async () => void (await before()),
  );
}
const secondWrite = (over: Gateway, before: () => Promise<unknown>): Gateway => nthWrite(over, 2, before);
