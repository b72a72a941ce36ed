import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { KeyTooLargeError } from '../../src/keypaths/errors.js';
import type { LocalEngine } from '../../src/local/index.js';
import type { DemandedRow } from '../../src/protocol/demand.js';
import { ForeignRowError, KeyPathConflictError } from '../../src/protocol/errors.js';
import { mayStayOpen } from '../../src/protocol/plan.js';
import { type PrimaryRow, readPrimary } from '../../src/protocol/row.js';
import { RegistryBehindError } from '../../src/registry/errors.js';
import { fenceCheck } from '../../src/registry/fences.js';
import { RowTooLargeError } from '../../src/table/errors.js';
import type { Gateway } from '../../src/table/gateway.js';
import type { AttributeMap } from '../../src/values/attribute-value.js';
import { DamagedRowError } from '../../src/views/errors.js';
import { newTable } from '../dynamo/wire.js';
import { checkTable } from '../support/check-table.js';
import { gatewayOver } from '../../src/table/gateway-over.js';
import { startEngine } from '../support/engine.js';
import { docKey, interrupted, makeStrict, Process, publishFirst, publishSecond, tagKey } from './documents.js';
import { afterwards, aliasKey, LATER, publishSessions, session, sessionKey, SessionProcess, SOON } from './sessions.js';

let engine: LocalEngine;
let gateway: Gateway;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  gateway = await newTable(engine);
});

/** Version 2 is in expand, and was when the process learned last. */
async function second(): Promise<Process> {
  await publishFirst(gateway);
  await publishSecond(gateway);
  return Process.start(gateway);
}

describe('an item that was swept', () => {
  /** Of version 1, written twice, swept to version 2 once. */
  async function swept(): Promise<{ before: PrimaryRow; after: PrimaryRow; one: Process }> {
    await publishFirst(gateway);
    const old = await Process.start(gateway);
    await old.insert('a', 'x');
    const before = await old.save(await old.load('a'), { body: { S: 'any' } });
    await publishSecond(gateway);
    const one = await Process.start(gateway);
    const after = await one.writer.sweep(before);
    return { before, after: after!, one };
  }

  it('is the same to its user, with a count of layout writes that the next write begins anew', async () => {
    const { before, after, one } = await swept();
    const { revision, incarnation, ancestors } = before;
    expect(after).toMatchObject({ revision, incarnation, ancestors, layout: 1, epoch: 4 });
    expect(await one.load('a')).toMatchObject({ revision, incarnation, ancestors, layout: 1 });
    const saved = await one.save(after, { body: { S: 'other' } });
    expect(saved).toMatchObject({ incarnation, ancestors: [revision, ...ancestors.slice(0, 3)], layout: 0 });
    expect(saved.raw).not.toHaveProperty('$lay');
  });

  it('[STAMP-MONOTONE] is not written or deleted as it was before another sweep', async () => {
    const { after, one } = await swept();
    await makeStrict(gateway);
    const other = await Process.start(gateway);
    expect(await other.writer.sweep(after)).toMatchObject({ layout: 2, epoch: 5 });
    expect(await one.save(after, { body: { S: 'other' } })).toMatchObject({ epoch: 5 });
  });

  it('[STAMP-MONOTONE] is not swept by a process that knows less, which learns first', async () => {
    const { after, one } = await swept();
    await makeStrict(gateway);
    const other = await Process.start(gateway);
    const newer = (await other.writer.sweep(after))!;
    expect(await one.writer.sweep(newer)).toMatchObject({ epoch: 5 });
  });

  it('[STAMP-MONOTONE] is not deleted by a process that knows less, which learns first', async () => {
    const { after, one } = await swept();
    await makeStrict(gateway);
    const newer = (await (await Process.start(gateway)).writer.sweep(after))!;
    expect(await one.delete(newer)).toBe(true);
    expect(one.registry.knowledge.epoch).toBe(5);
  });
});

describe('a row in the way', () => {
  it('[LAYOUT] is not deleted with what an item no longer needs, where it is another item’s', async () => {
    const one = await second();
    await one.insert('a', 'x');
    // Somebody removes a's row by hand, b takes the key, and a's manifest is wrong from then on.
    await gateway.write([{ kind: 'delete', key: tagKey('x') }], 'by-hand');
    await one.insert('b', 'x');
    await one.save(await one.load('a'), { tag: { S: 'y' } });
    expect(await gateway.get(tagKey('x'))).toMatchObject({
      $owner: { L: [{ S: 'Doc' }, { S: '/doc-b' }, { S: '/' }] },
    });
    expect(await checkTable(gateway, one.registry.knowledge)).toEqual([]);
  });

  it('[LAYOUT] is taken over with another one of the same owner', async () => {
    await publishSessions(gateway, 1, session(2));
    const one = await SessionProcess.start(gateway);
    await one.insert('a', LATER, 'x', 'y');
    await gateway.write([{ kind: 'delete', key: sessionKey('a') }], 'by-hand');
    const { manifest } = await one.insert('b', LATER, 'x', 'y');
    expect([...manifest.values()]).toEqual([aliasKey('x', 1), aliasKey('y', 2)]);
    expect(await checkTable(gateway, one.registry.knowledge)).toEqual([]);
  });

  it('[LAYOUT] is dangling where its owner lists another row, or an open entry', async () => {
    const one = await second();
    await one.insert('a', 'x');
    const row = (await gateway.get(tagKey('x')))!;
    await one.save(await one.load('a'), { tag: { S: 'y' } });
    await gateway.write([{ kind: 'put', key: tagKey('x'), row }], 'by-hand');
    expect((await one.insert('b', 'x')).manifest.get('1')).toEqual(tagKey('x'));
    // An entry of c is open, and a row that says it is c's stands at the key after b has left it.
    await one.insert('c', 'x');
    await one.save(await one.load('b'), { tag: { NULL: true } });
    const owner = { L: [{ S: 'Doc' }, { S: '/doc-c' }, { S: '/' }] };
    await gateway.write([{ kind: 'put', key: tagKey('x'), row: { ...row, $owner: owner } }], 'by-hand');
    expect((await one.insert('d', 'x')).manifest.get('1')).toEqual(tagKey('x'));
  });

  it('[LAYOUT] is not taken over once its owner lists it after all', async () => {
    const one = await second();
    const { raw } = await one.insert('a', 'x');
    const open = { ...raw, $paths: { M: { 1: { S: 'open' } } } };
    await gateway.write([{ kind: 'put', key: docKey('a'), row: open }], 'by-hand');
    let attempts = 0;
    const slow = interrupted(
      gateway,
      (actions) => actions.some(({ key }) => key.pk === '/doc-b') && ++attempts === 2,
      async () => void (await one.close('a')),
    );
    expect((await (await Process.start(slow)).insert('b', 'x')).manifest.get('1')).toBe('open');
    expect(await checkTable(gateway, one.registry.knowledge)).toEqual([]);
  });

  it('is no longer in the way where somebody removed it meanwhile', async () => {
    const one = await second();
    await one.insert('a', 'x');
    await gateway.write([{ kind: 'delete', key: docKey('a') }], 'by-hand');
    let attempts = 0;
    const slow = interrupted(
      gateway,
      (actions) => actions.some(({ key }) => key.pk === '/doc-b') && ++attempts === 2,
      async () => void (await gateway.write([{ kind: 'delete', key: tagKey('x') }], 'by-hand')),
    );
    expect((await (await Process.start(slow)).insert('b', 'x')).manifest.get('1')).toEqual(tagKey('x'));
  });

  it('is taken over from an expired item that does not list it, with another that it lists', async () => {
    await publishSessions(gateway, 1, session(2));
    const one = await SessionProcess.start(gateway);
    const { raw } = await one.insert('a', SOON, 'x', 'y');
    const { $paths, ...rest } = raw;
    const listed = { M: { 1: ($paths as { M: AttributeMap }).M['1']! } };
    await gateway.write([{ kind: 'put', key: sessionKey('a'), row: { ...rest, $paths: listed } }], 'by-hand');
    const later = await SessionProcess.start(afterwards(gateway));
    const { manifest } = await later.insert('b', LATER, 'x', 'y');
    expect([...manifest.values()]).toEqual([aliasKey('x', 1), aliasKey('y', 2)]);
    expect(await one.find('a')).toBeUndefined();
  });

  it('[LAYOUT] is a conflict in strict for an item that had its key, and lost it', async () => {
    const one = await second();
    await one.insert('a', 'x');
    await gateway.write([{ kind: 'delete', key: tagKey('x') }], 'by-hand');
    await one.insert('b', 'x');
    await makeStrict(gateway);
    await one.registry.refresh();
    await expect(one.save(await one.load('a'), { body: { S: 'any' } })).rejects.toThrow(KeyPathConflictError);
  });

  it('[NO-SURPRISE] of another program is named', async () => {
    const one = await second();
    await gateway.write([{ kind: 'put', key: tagKey('x'), row: { any: { S: 'thing' } } }], 'by-hand');
    await expect(one.insert('a', 'x')).rejects.toThrow(ForeignRowError);
  });

  it('that may be left open no longer, because the key path becomes strict meanwhile, is a conflict', async () => {
    const one = await second();
    await one.insert('a', 'x');
    let attempts = 0;
    const slow = interrupted(
      gateway,
      (actions) => actions.some(({ key }) => key.pk === '/doc-b') && ++attempts === 2,
      () => makeStrict(gateway),
    );
    await expect((await Process.start(slow)).insert('b', 'x')).rejects.toThrow(KeyPathConflictError);
  });
});

describe('an open entry', () => {
  it('is not carried once the key path is promoted: readers rely on it', () => {
    const path = { id: '1', template: '/tag-:tag', parameters: [] };
    const row = { path, state: 'promoted', key: tagKey('x'), byOlderDefault: false } as unknown as DemandedRow;
    const before = { manifest: new Map([['1', 'open']]), raw: {} } as unknown as PrimaryRow;
    expect(mayStayOpen(row, before)).toBe(false);
  });

  it('stands for a key that is too large, in expand; later that is an error', async () => {
    const one = await second();
    const tag = 't'.repeat(3000);
    const row = await one.insert('a', tag);
    expect(row.manifest.get('1')).toBe('open');
    await makeStrict(gateway);
    await one.registry.refresh();
    await expect(one.insert('b', tag)).rejects.toThrow(KeyTooLargeError);
    await expect(one.insert(tag)).rejects.toThrow(KeyTooLargeError);
    expect(await gateway.get(docKey('b'))).toBeUndefined();
  });

  it('stands for the copy that is too large by itself: the others are stored', async () => {
    await publishSessions(gateway, 1, session(0));
    await publishSessions(gateway, 2, session(2));
    const [large, other] = [aliasKey('x'), aliasKey('y', 2)];
    const small = gatewayOver(gateway, {
      write: async (actions, ...rest) => {
        if (!actions.some(({ key }) => key.pk === large.pk)) return gateway.write(actions, ...rest);
        throw new RowTooLargeError('It is too large.', { ...large });
      },
    });
    const row = await (await SessionProcess.start(small)).insert('a', LATER, 'x', 'y');
    expect(row.manifest).toEqual(
      new Map<string, unknown>([
        ['1', 'open'],
        ['2', other],
      ]),
    );
    expect(await gateway.get(other)).toBeDefined();
  });
});

describe('[NO-SURPRISE] a row that cannot be understood', () => {
  it('is refused where an item should be: a copy, a stamp that no epoch has', async () => {
    const one = await second();
    await one.insert('a', 'x');
    const copy = (await gateway.get(tagKey('x')))!;
    expect(() => readPrimary(copy, tagKey('x'))).toThrow(ForeignRowError);
    const { raw } = await one.load('a');
    const stamped = { ...raw, $stamp: { L: [{ N: '0' }, { S: '5b7e5a3c' }] } };
    expect(() => readPrimary(stamped, docKey('a'))).toThrow(DamagedRowError);
  });

  it('is not swept: of a type that the registry does not have', async () => {
    const one = await second();
    const row = await one.insert('a', 'x');
    await expect(one.writer.sweep({ ...row, type: 'Zzz' })).rejects.toThrow(DamagedRowError);
  });
});

it('[NO-SURPRISE] a fence above the newest entry ends a create: the registry was put back', async () => {
  await publishFirst(gateway);
  const one = await Process.start(gateway);
  const { key } = fenceCheck(docKey('a'), { epoch: 1, shortId: '' });
  await gateway.write([{ kind: 'put', key, row: { $epoch: { N: '99' } } }], 'by-hand');
  await expect(one.insert('a')).rejects.toThrow(RegistryBehindError);
});
