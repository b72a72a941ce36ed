import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { ItemExistsError, KeyPathConflictError, OptimisticLockError } from '../../src/protocol/errors.js';
import type { readPrimary } from '../../src/protocol/row.js';
import { Registry } from '../../src/registry/registry.js';
import { RowTooLargeError } from '../../src/table/errors.js';
import type { Condition } from '../../src/table/condition.js';
import type { Action, Gateway } from '../../src/table/gateway.js';
import { newTable } from '../dynamo/wire.js';
import { checkTable } from '../support/check-table.js';
import { startEngine } from '../support/engine.js';
import {
  docKey,
  interrupted,
  makeStrict,
  Process,
  publishFirst,
  publishSecond,
  repeating,
  tagKey,
  tampered,
} from './documents.js';

/**
 * Every condition that the protocol stores under, each with a history that is sound with it and is not without it.
 * `change` is what a tampered gateway does to the actions of the process under test.
 */
type Change = (action: Action) => Condition | 'none' | undefined;
type History = (gateway: Gateway, under: (gateway: Gateway) => Gateway) => Promise<readonly string[] | void>;

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

function condition(name: string, change: Change, history: History): void {
  describe(name, () => {
    it('holds with the condition', async () => {
      expect(await violations(history, (gateway) => gateway)).toEqual([]);
    });
    it('is violated without it', async () => {
      expect(await violations(history, (gateway) => tampered(gateway, change))).not.toEqual([]);
    });
  });
}

async function violations(history: History, under: (gateway: Gateway) => Gateway): Promise<readonly string[]> {
  const gateway = await newTable(engine);
  const told = await history(gateway, under);
  const { knowledge } = await Registry.open(gateway);
  return [...(told ?? []), ...(await checkTable(gateway, knowledge))];
}

const putsDoc = (action: Action): boolean => action.kind === 'put' && action.key.pk.startsWith('/doc-');
const putsTag = (action: Action): boolean => action.kind === 'put' && action.key.pk.startsWith('/tag-');
const without =
  (matches: (action: Action) => boolean, attribute?: string): Change =>
  (action) =>
    !matches(action) || action.condition === undefined
      ? undefined
      : attribute === undefined
        ? 'none'
        : leftOut(action.condition, attribute);

/** The condition without what it says of one attribute. */
function leftOut(whole: Condition, attribute: string): Condition {
  if (whole.kind !== 'all' && whole.kind !== 'any') return whole;
  const of = whole.of.filter((part) => !('attribute' in part && part.attribute === attribute));
  return { kind: whole.kind, of };
}

condition('create: the primary row is absent [NO-RESURRECT]', without(putsDoc), async (gateway, under) => {
  await publishFirst(gateway);
  const first = await Process.start(gateway);
  const second = await Process.start(under(gateway));
  await first.insert('a');
  const { revision } = await first.load('a');
  await second.insert('a').catch(() => undefined);
  return (await first.load('a')).revision === revision ? [] : ['an insert replaced an item'];
});

condition("update: the primary's $rev is the one seen [NO-LOSS]", without(putsDoc, '$rev'), async (gateway, under) => {
  await publishFirst(gateway);
  const one = await Process.start(gateway);
  const two = await Process.start(under(gateway));
  await one.insert('a');
  const seen = await two.load('a');
  await one.save(await one.load('a'), { body: { S: 'acknowledged' } });
  await two.save(seen, { tag: { S: 'x' } }).catch(() => undefined);
  return (await one.load('a')).raw['body'] === undefined ? ['an acknowledged change is lost'] : [];
});

condition("update: the primary's $lay is the one seen [LAYOUT]", without(putsDoc, '$lay'), async (gateway, under) => {
  await publishFirst(gateway);
  const old = await Process.start(gateway);
  await old.insert('a', 'x');
  await publishSecond(gateway);
  const writer = await Process.start(under(gateway));
  const seen = await writer.load('a');
  // The sweep adds the row of tag x, which the writer's loaded row does not list.
  await (await Process.start(gateway)).writer.sweep(await writer.load('a'));
  await writer.save(seen, { tag: { S: 'y' } });
});

condition('update: a demanded row is absent or owned [LAYOUT]', without(putsTag), async (gateway, under) => {
  await publishFirst(gateway);
  await publishSecond(gateway);
  await (await Process.start(gateway)).insert('a', 'x');
  await (await Process.start(under(gateway))).insert('b', 'x');
});

condition(
  'delete: a manifest row is absent or owned [LAYOUT]',
  without((action) => action.kind === 'delete' && action.key.pk.startsWith('/tag-')),
  async (gateway, under) => {
    await publishFirst(gateway);
    await publishSecond(gateway);
    const one = await Process.start(gateway);
    await one.insert('a', 'x');
    // Somebody removes a's row by hand, b takes the key, and a's manifest is wrong from then on.
    await gateway.write([{ kind: 'delete', key: tagKey('x') }], 'by-hand');
    await one.insert('b', 'x');
    const other = await Process.start(under(gateway));
    await other.delete(await other.load('a'));
  },
);

condition(
  "delete: the primary's $rev is the one seen [NO-LOSS]",
  without((action) => action.kind === 'delete' && action.key.pk.startsWith('/doc-'), '$rev'),
  async (gateway, under) => {
    await publishFirst(gateway);
    const one = await Process.start(gateway);
    const two = await Process.start(under(gateway));
    await one.insert('a');
    const seen = await two.load('a');
    await one.save(seen, { body: { S: 'acknowledged' } });
    await two.delete(seen).catch(() => undefined);
    return (await gateway.get(docKey('a'))) === undefined ? ['an item that had changed was deleted'] : [];
  },
);

condition(
  "delete: the primary's $lay is the one seen [LAYOUT]",
  without((action) => action.kind === 'delete' && action.key.pk.startsWith('/doc-'), '$lay'),
  async (gateway, under) => {
    await publishFirst(gateway);
    const old = await Process.start(gateway);
    await old.insert('a', 'x');
    await publishSecond(gateway);
    const seen = await old.load('a');
    await (await Process.start(gateway)).writer.sweep(seen);
    await (await Process.start(under(gateway))).delete(seen);
  },
);

condition(
  'create: a fence stands at what the process knows [COMPLETE]',
  without((action) => action.kind === 'check' && action.key.pk.startsWith('$fence#')),
  async (gateway, under) => {
    await publishFirst(gateway);
    const sleeper = await Process.start(under(gateway));
    await publishSecond(gateway);
    await makeStrict(gateway);
    await sleeper.insert('a', 'x');
    return (await gateway.get(tagKey('x'))) === undefined ? ['an item was created without a row that is demanded'] : [];
  },
);

condition(
  'take-over: the row in the way is still the one that was found dangling [LAYOUT]',
  without((action) => putsTag(action) && action.condition?.kind === 'all'),
  async (gateway, under) => {
    await publishFirst(gateway);
    await publishSecond(gateway);
    const one = await Process.start(gateway);
    await leaveDangling(gateway, one);
    let attempts = 0;
    const slow = interrupted(
      gateway,
      (actions) => actions.some(putsTag) && ++attempts === 2,
      async () => {
        await one.insert('c', 'x'); // takes the row over first
      },
    );
    await (await Process.start(under(slow))).insert('b', 'x');
  },
);

condition(
  'take-over: its owner still does not list it [LAYOUT]',
  without((action) => action.kind === 'check' && action.key.pk.startsWith('/doc-')),
  async (gateway, under) => {
    await publishFirst(gateway);
    await publishSecond(gateway);
    const one = await Process.start(gateway);
    const row = await leaveDangling(gateway, one);
    let attempts = 0;
    const slow = interrupted(
      gateway,
      (actions) => actions.some(putsTag) && ++attempts === 2,
      async () => {
        // The primary comes back from a backup, as it was, with the row in its manifest.
        await gateway.write([{ kind: 'put', key: docKey('a'), row }], 'by-hand');
      },
    );
    await (await Process.start(under(slow))).insert('b', 'x');
  },
);

condition(
  'registry: an epoch is appended where there is none [STAMP-MONOTONE]',
  without((action) => action.key.pk === '$ductile' && action.key.sk.startsWith('entry#')),
  async (gateway, under) => {
    await publishFirst(gateway);
    const slow = await Registry.open(under(gateway));
    await publishSecond(gateway);
    await slow.append(({ versions }) =>
      versions.get(1)!.active ? { kind: 'settings', registryMaxAge: 1000 } : undefined,
    );
    const { knowledge } = await Registry.open(gateway);
    return knowledge.newestVersion === 2 ? [] : ['an entry of the log was overwritten'];
  },
);

condition(
  'registry: a fence is raised only upwards [COMPLETE]',
  without((action) => action.key.pk.startsWith('$fence#')),
  async (gateway, under) => {
    await publishFirst(gateway);
    const late = await Registry.open(under(gateway));
    const sleeper = await Process.start(gateway);
    await publishSecond(gateway);
    await makeStrict(gateway);
    await late.raiseFences();
    await sleeper.insert('a', 'x');
    return (await gateway.get(tagKey('x'))) === undefined ? ['an item was created without a row that is demanded'] : [];
  },
);

describe('what a writer does about rows in its way', () => {
  it('[LAYOUT] takes a dangling row over', async () => {
    const gateway = await newTable(engine);
    await publishFirst(gateway);
    await publishSecond(gateway);
    const one = await Process.start(gateway);
    await leaveDangling(gateway, one);
    await one.insert('b', 'x');
    expect(await checkTable(gateway, one.registry.knowledge)).toEqual([]);
    expect((await one.load('b')).manifest.get('1')).toEqual(tagKey('x'));
  });

  it('leaves an open entry in expand, which is closed once the key has become free', async () => {
    const gateway = await newTable(engine);
    await publishFirst(gateway);
    await publishSecond(gateway);
    const one = await Process.start(gateway);
    await one.insert('a', 'x');
    expect((await one.insert('b', 'x')).manifest.get('1')).toBe('open');
    expect((await one.close('b'))!.manifest.get('1')).toBe('open');
    await one.delete(await one.load('a'));
    expect((await one.close('b'))!.manifest.get('1')).toEqual(tagKey('x'));
    expect(await checkTable(gateway, one.registry.knowledge)).toEqual([]);
  });

  it('refuses a conflict in strict, but carries an entry that is open already while its key is unchanged', async () => {
    const gateway = await newTable(engine);
    await publishFirst(gateway);
    await publishSecond(gateway);
    const one = await Process.start(gateway);
    await one.insert('a', 'x');
    await one.insert('b', 'x');
    await one.insert('c', 'z');
    await makeStrict(gateway);
    await expect(one.insert('d', 'x')).rejects.toThrow(KeyPathConflictError);
    const carried = await one.save(await one.load('b'), { body: { S: 'any' } });
    expect(carried.manifest.get('1')).toBe('open');
    await expect(one.save(carried, { tag: { S: 'z' } })).rejects.toThrow(KeyPathConflictError);
    expect(await checkTable(gateway, one.registry.knowledge)).toEqual([]);
  });

  it('carries an open entry that background work left since the item was loaded: only the layout moved', async () => {
    const gateway = await newTable(engine);
    await publishFirst(gateway);
    const one = await Process.start(gateway);
    await one.insert('a', 'x');
    await one.insert('b', 'x');
    const seen = await one.load('b');
    await publishSecond(gateway);
    const sweeper = await Process.start(gateway);
    await sweeper.writer.sweep(await sweeper.load('a'));
    await sweeper.writer.sweep(await sweeper.load('b'));
    await makeStrict(gateway);
    const saved = await (await Process.start(gateway)).save(seen, { body: { S: 'any' } });
    expect(saved.manifest.get('1')).toBe('open');
  });

  it('says that an item exists before it says what else is in the way', async () => {
    const gateway = await newTable(engine);
    await publishFirst(gateway);
    await publishSecond(gateway);
    await makeStrict(gateway);
    const one = await Process.start(gateway);
    await one.insert('a', 'x');
    await one.insert('b', 'y');
    await expect(one.insert('a', 'y')).rejects.toThrow(ItemExistsError);
    const seen = await one.load('a');
    await one.save(seen, { body: { S: 'any' } });
    await expect(one.save(seen, { tag: { S: 'y' } })).rejects.toThrow(OptimisticLockError);
  });

  it('leaves an entry open in expand where the copy is too large for a row, and closes it when it fits', async () => {
    const gateway = await newTable(engine);
    await publishFirst(gateway);
    await publishSecond(gateway);
    const one = await Process.start(gateway);
    await one.insert('a', 'x');
    const sparse = await one.save(await one.load('a'), { tag: { NULL: true } });
    const tag = 't'.repeat(300);
    const large = { S: 'b'.repeat(400 * 1024 - 600) };
    // As one that was written before users' writes left room; its part does not grow by the save.
    const { pk: _, sk: __, ...row } = sparse.raw;
    const larger = { S: large.S + tag + 'tag' };
    await gateway.write([{ kind: 'put', key: sparse.key, row: { ...row, body: larger } }], 'by-hand');
    const saved = await one.save(await one.load('a'), { body: large, tag: { S: tag } });
    expect(saved.manifest.get('1')).toBe('open');
    expect(await gateway.get(tagKey(tag))).toBeUndefined();
    expect((await one.close('a'))!.manifest.get('1')).toBe('open');
    await one.save(await one.load('a'), { body: { S: 'small' } });
    const closed = (await one.close('a'))!;
    expect(closed.manifest.get('1')).toEqual(tagKey(tag));
    await makeStrict(gateway);
    await one.registry.refresh();
    // Nor may it grow to where Ductile could add nothing to it any more.
    await expect(one.save(closed, { body: large })).rejects.toThrow(RowTooLargeError);
    expect(await checkTable(gateway, one.registry.knowledge)).toEqual([]);
  });

  it('[LAYOUT] moves a row: nothing is left at the old key, and a write of one row alone is a plain one', async () => {
    const gateway = await newTable(engine);
    await publishFirst(gateway);
    await publishSecond(gateway);
    const one = await Process.start(gateway);
    await one.insert('a', 'x');
    const moved = await one.save(await one.load('a'), { tag: { S: 'y' } });
    expect(await gateway.get(tagKey('x'))).toBeUndefined();
    const sparse = await one.save(moved, { tag: { NULL: true } });
    expect(sparse.manifest.size).toBe(0);
    expect(await gateway.get(tagKey('y'))).toBeUndefined();
    expect(await checkTable(gateway, one.registry.knowledge)).toEqual([]);
  });

  it('[STAMP-MONOTONE] refreshes before it writes over a row that is stamped newer', async () => {
    const gateway = await newTable(engine);
    await publishFirst(gateway);
    const old = await Process.start(gateway);
    await old.insert('a', 'x');
    await publishSecond(gateway);
    const young = await Process.start(gateway);
    await young.save(await young.load('a'), { body: { S: 'new' } });
    const known = old.registry.knowledge.epoch;
    const saved = await old.save(await old.load('a'), { tag: { S: 'y' } });
    expect(saved.epoch).toBeGreaterThan(known);
    expect(await checkTable(gateway, young.registry.knowledge)).toEqual([]);
  });
});

it('[NO-SURPRISE] an insert over a row that is no such item says what is there', async () => {
  const gateway = await newTable(engine);
  await publishFirst(gateway);
  const one = await Process.start(gateway);
  const { raw } = await one.insert('a');
  await gateway.write([{ kind: 'put', key: docKey('a'), row: { ...raw, $type: { S: 'Zzz' } } }], 'by-hand');
  await expect(one.insert('a')).rejects.toMatchObject({ code: 'DAMAGED_ROW' });
  const foreign = { ...raw, $stamp: { L: [{ N: '1' }, { S: 'elsewhere' }] } };
  await gateway.write([{ kind: 'put', key: docKey('a'), row: foreign }], 'by-hand');
  await expect(one.insert('a')).rejects.toMatchObject({ code: 'REGISTRY_FORK' });
});

describe('a request that the SDK sends again because its reply was lost [ONCE]', () => {
  it('is known to have been applied, also where others have written since', async () => {
    const gateway = await newTable(engine);
    await publishFirst(gateway);
    const one = await Process.start(gateway);
    await one.insert('a');
    const sentTwice = await Process.start(
      repeating(gateway, async () => {
        await one.save(await one.load('a'), { tag: { S: 'by another' } });
      }),
    );
    const saved = await sentTwice.save(await one.load('a'), { body: { S: 'once' } });
    const now = await one.load('a');
    expect(now.raw).toMatchObject({ body: { S: 'once' }, tag: { S: 'by another' } });
    expect(now.ancestors[0]).toBe(saved.revision);
  });

  it('is known to have created the item', async () => {
    const gateway = await newTable(engine);
    await publishFirst(gateway);
    const one = await Process.start(gateway);
    const sentTwice = await Process.start(
      repeating(gateway, async () => {
        await one.save(await one.load('a'), { tag: { S: 'by another' } });
      }),
    );
    const { revision } = await sentTwice.insert('a');
    expect((await one.load('a')).incarnation).toBe(revision);
  });
});

/** A row of tag x whose owner `a` lost its primary by hand. Returns that primary row. */
async function leaveDangling(gateway: Gateway, process: Process): Promise<ReturnType<typeof readPrimary>['raw']> {
  const { raw } = await process.insert('a', 'x');
  await gateway.write([{ kind: 'delete', key: docKey('a') }], 'by-hand');
  return raw;
}
