import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { demand, type DemandedRow } from '../../src/protocol/demand.js';
import { isLeftUntried, type Taken } from '../../src/protocol/open-entries.js';
import type { PrimaryRow } from '../../src/protocol/row.js';
import { TakenKeys } from '../../src/protocol/taken-keys.js';
import type { DemandedPath, PathState } from '../../src/registry/knowledge.js';
import type { KeyPathModel } from '../../src/schema/model.js';
import type { AttributeMap, RowKey } from '../../src/values/attribute-value.js';
import type { LocalEngine } from '../../src/local/index.js';
import { KeyPathConflictError } from '../../src/protocol/errors.js';
import type { Action, Gateway, WriteOptions } from '../../src/table/gateway.js';
import { gatewayOver } from '../../src/table/gateway-over.js';
import { newTable } from '../dynamo/wire.js';
import { checkTable } from '../support/check-table.js';
import { startEngine } from '../support/engine.js';
import {
  attributes,
  byTag,
  interrupted,
  makeStrict,
  Process,
  publishFirst,
  publishSecond,
  tagKey,
} from './documents.js';

let engine: LocalEngine;
let gateway: Gateway;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  gateway = await newTable(engine);
  await publishFirst(gateway);
});

/** What a process sent, and by its clock. */
interface Watched {
  readonly process: Process;
  readonly sent: { readonly actions: readonly Action[]; readonly options: WriteOptions | undefined }[];
  /** Milliseconds that have gone by. */
  elapsed: number;
}

async function watched(over: Gateway = gateway): Promise<Watched> {
  const sent: Watched['sent'] = [];
  const process = await Process.start(
    gatewayOver(over, {
      elapsed: () => of.elapsed,
      write: (actions, token, options) => {
        sent.push({ actions, options });
        return over.write(actions, token, options);
      },
    }),
  );
  const of: Watched = { process, sent, elapsed: 0 };
  return of;
}

const tries = ({ sent }: Watched): number =>
  sent.filter(({ actions }) => actions.some(({ key }) => key.pk.startsWith('/tag-'))).length;

/** Doc a has the key x, and the entry of b there is open. */
async function meeting(): Promise<Process> {
  await publishSecond(gateway);
  const one = await Process.start(gateway);
  await one.insert('a', 'x');
  expect((await one.insert('b', 'x')).manifest.get('1')).toBe('open');
  return one;
}

const body = (text: string) => ({ body: { S: text } });

describe.each(['expand', 'strict'] as const)('in %s an open entry whose key is unchanged', (state) => {
  let one: Process;
  beforeEach(async () => {
    one = await meeting();
    if (state === 'strict') await makeStrict(gateway);
  });

  it('is carried by a write of one row, without a guard, by processes that never met the key', async () => {
    const other = await watched();
    const saved = await other.process.save(await one.load('b'), body('new'));
    expect(saved.manifest.get('1')).toBe('open');
    expect(other.sent).toHaveLength(1);
    expect(other.sent[0]!.actions.map(({ key }) => key.pk)).toEqual(['/doc-b']);
    expect(other.sent[0]!.options?.guard).toBeUndefined();
    expect(await checkTable(gateway, other.process.registry.knowledge)).toEqual([]);
  });

  it('is carried by layout writes too', async () => {
    const other = await watched();
    expect((await other.process.writer.sweep(await one.load('b')))!.manifest.get('1')).toBe('open');
    expect(tries(other)).toBe(0);
  });

  it('is carried where the key has become free: verify alone tries', async () => {
    await one.delete(await one.load('a'));
    const other = await watched();
    expect((await other.process.save(await one.load('b'), body('new'))).manifest.get('1')).toBe('open');
    expect(tries(other)).toBe(0);
    expect((await other.process.close('b'))!.manifest.get('1')).toEqual(tagKey('x'));
    expect(await checkTable(gateway, other.process.registry.knowledge)).toEqual([]);
  });

  it('is tried for once its key changes', async () => {
    const other = await watched();
    const saved = await other.process.save(await one.load('b'), { tag: { S: 'y' } });
    expect(saved.manifest.get('1')).toEqual(tagKey('y'));
  });

  it('is closed although users write the item meanwhile, as often as it takes', async () => {
    await one.delete(await one.load('a'));
    const user = await Process.start(gateway);
    let writes = 0;
    const raced = gatewayOver(gateway, {
      write: async (...write) => {
        if (writes++ < 30) await user.save(await user.load('b'), body(`write ${writes}`));
        return gateway.write(...write);
      },
    });
    expect((await (await Process.start(raced)).close('b'))!.manifest.get('1')).toEqual(tagKey('x'));
    expect(await one.load('b')).toMatchObject({ raw: { body: { S: 'write 30' } } });
    expect(await checkTable(gateway, user.registry.knowledge)).toEqual([]);
  });

  it('stays open for now where users write the item faster, and that is no error', async () => {
    await one.delete(await one.load('a'));
    const user = await Process.start(gateway);
    const raced = gatewayOver(gateway, {
      write: async (...write) => {
        await user.save(await user.load('b'), body('new'));
        return gateway.write(...write);
      },
    });
    const { process, sent } = await watched(raced);
    expect((await process.close('b'))!.manifest.get('1')).toBe('open');
    expect(sent).toHaveLength(100);
  });

  it('is left alone by verify once its key is taken, or another one', async () => {
    await one.delete(await one.load('a'));
    const user = await Process.start(gateway);
    const taken = interrupted(
      gateway,
      () => true,
      async () => void (await user.insert('c', 'x')),
    );
    expect((await (await Process.start(taken)).close('b'))!.manifest.get('1')).toBe('open');
    await user.delete(await user.load('c'));
    const moved = interrupted(
      gateway,
      () => true,
      async () => void (await user.save(await user.load('b'), { tag: { S: 'y' } })),
    );
    const after = await watched(moved);
    expect((await after.process.close('b'))!.manifest.get('1')).toEqual(tagKey('y'));
    expect(after.sent).toHaveLength(1);
    expect(await checkTable(gateway, user.registry.knowledge)).toEqual([]);
  });
});

it('a sweep leaves an item as a user brought it to the epoch meanwhile', async () => {
  const old = await Process.start(gateway);
  const seen = await old.insert('a', 'x');
  await publishSecond(gateway);
  const user = await Process.start(gateway);
  const raced = interrupted(
    gateway,
    () => true,
    async () => void (await user.save(seen, body('new'))),
  );
  const { process, sent } = await watched(raced);
  expect(await process.writer.sweep(seen)).toMatchObject({ layout: 0, raw: body('new') });
  expect(sent).toHaveLength(1);
});

describe('an entry is opened without a try', () => {
  it('in expand, where the process met the key as another item’s: for a minute, by inserts, saves and sweeps', async () => {
    const old = await Process.start(gateway);
    for (const id of ['b', 'c', 'd', 'e']) await old.insert(id, 'x');
    await publishSecond(gateway);
    const one = await watched();
    await one.process.insert('a', 'x');
    one.sent.length = 0;
    const open = async (write: Promise<{ manifest: ReadonlyMap<string, unknown> } | undefined>): Promise<void> =>
      expect((await write)!.manifest.get('1')).toBe('open');
    await open(one.process.save(await old.load('b'), body('new')));
    expect(tries(one)).toBe(1);
    await open(one.process.save(await old.load('c'), body('new')));
    await open(one.process.writer.sweep(await old.load('d')));
    await open(one.process.insert('f', 'x'));
    expect(tries(one)).toBe(1);
    one.elapsed = 59_999;
    await open(one.process.insert('g', 'x'));
    expect(tries(one)).toBe(1);
    one.elapsed = 60_000;
    await open(one.process.insert('h', 'x'));
    expect(tries(one)).toBe(2);
    expect(await checkTable(gateway, one.process.registry.knowledge)).toEqual([]);
  });

  it('and is guarded as one that is opened after a try', async () => {
    await publishSecond(gateway);
    const one = await watched();
    await one.process.insert('a', 'x');
    await one.process.insert('b', 'x');
    const sleeper = await one.process.insert('c', 'y');
    one.sent.length = 0;
    await one.process.save(sleeper, { tag: { S: 'x' } });
    const [{ actions }] = one.sent as [Watched['sent'][number]];
    expect(actions.filter(({ kind }) => kind === 'check').map(({ key }) => key.pk)).toEqual([
      expect.stringMatching(/^\$fence#/),
    ]);
  });

  it('never in strict: another item may have given the key up', async () => {
    await publishSecond(gateway);
    const one = await watched();
    await one.process.insert('a', 'x');
    await one.process.insert('b', 'x');
    await makeStrict(gateway);
    const other = await Process.start(gateway);
    await other.delete(await other.load('a'));
    await one.process.registry.refresh();
    expect((await one.process.insert('c', 'x')).manifest.get('1')).toEqual(tagKey('x'));
    await expect(one.process.insert('d', 'x')).rejects.toThrow(KeyPathConflictError);
  });

  it('never in the place of a row that the item has', async () => {
    await publishSecond(gateway);
    const one = await watched();
    const a = await one.process.insert('a', 'x');
    await one.process.insert('b', 'x');
    expect((await one.process.save(a, body('new'))).manifest.get('1')).toEqual(tagKey('x'));
    expect(await checkTable(gateway, one.process.registry.knowledge)).toEqual([]);
  });

  it('not once the process itself has freed the key', async () => {
    await publishSecond(gateway);
    const one = await watched();
    await one.process.insert('a', 'x');
    await one.process.insert('b', 'x');
    await one.process.delete(await one.process.load('a'));
    expect((await one.process.insert('c', 'x')).manifest.get('1')).toEqual(tagKey('x'));
  });

  it('by a write that met other transactions, while another write of the process learned of the key', async () => {
    await publishSecond(gateway);
    await (await Process.start(gateway)).insert('a', 'x');
    let waiting = 0;
    const conflicting = gatewayOver(gateway, {
      write: async (actions, token, options) => {
        if (actions[0]!.key.pk !== '/doc-c' || waiting++ > 0) return gateway.write(actions, token, options);
        expect(options!.outdated!()).toBe(false);
        await one.insert('b', 'x');
        expect(options!.outdated!()).toBe(true);
        return { kind: 'refused', refusals: [], doubtful: false };
      },
    });
    const one = await Process.start(conflicting);
    expect((await one.insert('c', 'x')).manifest.get('1')).toBe('open');
    expect(waiting).toBe(2);
    expect(await checkTable(gateway, one.registry.knowledge)).toEqual([]);
  });
});

describe('an item that had the default of older readers', () => {
  const path: KeyPathModel = {
    ...byTag,
    parameters: [{ field: 'tag', encoding: { kind: 'string' }, default: 'none' }],
  };
  const demanded = (state: PathState): DemandedPath => ({ path, state, since: 2, olderDefaults: ['tag'] });
  const row = (state: PathState, tag?: string): DemandedRow => demand([demanded(state)], attributes('b', tag))[0]!;
  const before = (raw: AttributeMap, listed: RowKey | 'open' = 'open') =>
    ({ manifest: new Map([['1', listed]]), raw }) as unknown as PrimaryRow;
  const met: Taken = { has: () => true };
  const unmet: Taken = { has: () => false };
  const states = ['expand', 'strict', 'promoted'] as const;

  it.each(states)('tries for the row in %s once it gets a value, also one that is equal to the default', (state) => {
    expect(row(state, 'none').key).toEqual(row(state).key);
    expect(isLeftUntried(row(state, 'none'), before(attributes('b')), met)).toBe(false);
  });

  it.each(states)('is carried in %s while it has none', (state) => {
    expect(isLeftUntried(row(state), before(attributes('b')), met)).toBe(true);
    expect(isLeftUntried(row(state), before(attributes('b', 'none')), met)).toBe(true);
  });

  it('is carried on a promoted path only where the process has met the key', () => {
    const carried = states.map((state) => isLeftUntried(row(state), before(attributes('b')), unmet));
    expect(carried).toEqual([true, true, false]);
    expect(isLeftUntried(row('promoted', 'none'), before(attributes('b', 'none')), met)).toBe(false);
  });

  it.each(states)('keeps the row that it has, in %s', (state) => {
    expect(isLeftUntried(row(state), before(attributes('b'), tagKey('none')), met)).toBe(false);
    expect(isLeftUntried(row(state), before(attributes('b', 'x'), tagKey('x')), met)).toBe(true);
    expect(isLeftUntried(row(state), undefined, unmet)).toBe(false);
  });
});

it('keys that were met are remembered for a minute, and only so many', () => {
  let elapsed = 0;
  const taken = new TakenKeys(() => elapsed);
  for (let n = 0; n <= 1_000; n++) taken.add(tagKey(`t${n}`));
  expect([taken.has(tagKey('t0')), taken.has(tagKey('t1')), taken.has(tagKey('t1000'))]).toEqual([false, true, true]);
  taken.forget(tagKey('t1'));
  expect(taken.has(tagKey('t1'))).toBe(false);
  elapsed = 59_999;
  expect(taken.has(tagKey('t2'))).toBe(true);
  taken.add(tagKey('t3'));
  elapsed = 60_000;
  expect([taken.has(tagKey('t2')), taken.has(tagKey('t3'))]).toEqual([false, true]);
});
