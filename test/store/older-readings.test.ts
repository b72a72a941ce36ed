import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { keyPath, type Repository } from '../../src/index.js';
import type { LocalEngine } from '../../src/local/index.js';
import { backfill, inspect, promote, verify } from '../../src/operator/index.js';
import { dropIn } from '../../src/operator/drop.js';
import { retireIn } from '../../src/operator/retire.js';
import { openSessionOver } from '../../src/operator/session.js';
import { mendRestored } from '../../src/operator/index.js';
import { KeyPathConflictError } from '../../src/protocol/errors.js';
import { readPrimary } from '../../src/protocol/row.js';
import { Registry } from '../../src/registry/registry.js';
import { readTable } from '../../src/testing/table-rows.js';
import { printFault } from '../../src/testing/table-fault.js';
import { viewFaults } from '../../src/testing/view-faults.js';
import type { RowKey } from '../../src/values/attribute-value.js';
import { DamagedRowError } from '../../src/views/errors.js';
import { startEngine } from '../support/engine.js';
import { Bench } from './bench.js';
import { BY_ID, BY_SLOT, BY_STATE, Ticket, TicketV1, TicketV2, v1, v2, v3, withoutRefunds } from './tickets.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

let bench: Bench;
let old: Repository<TicketV1>;
let young: Repository<TicketV2>;
beforeEach(async () => {
  bench = await Bench.on(engine);
  old = (await bench.open(v1, { census: false })).repository(TicketV1);
  await old.insert(old.create({ id: 'a', state: 'closed' }));
  young = (await bench.open(v2, { census: false })).repository(TicketV2);
});

/** As `mixedFleet` asks: what is wrong with the items as versions see them. */
async function sights(): Promise<readonly string[]> {
  const { knowledge } = await Registry.open(bench.gateway);
  return viewFaults((await readTable(bench.gateway)).items, knowledge, new Map()).map(printFault);
}
afterEach(async () => {
  expect(await sights()).toEqual([]);
});

const place = () => ({ schema: v2, table: bench.table, client: bench.client });
const newest = async () => (await bench.open(v3, { census: false })).repository(Ticket);
const ids = (tickets: readonly { id: string }[]) => tickets.map(({ id }) => id);
const listed = async (tickets: Repository<TicketV1> | Repository<TicketV2> | Repository<Ticket>, state: string) =>
  ids(await (tickets as Repository<Ticket>).listByKeyPath('/state-:state', { state } as never).toArray());
const PATH_BY_STATE = '3';
const keyOf = (id: string): RowKey => ({ pk: `/ticket-${id}`, sk: '/' });
const manifestOf = async (id: string) =>
  [...readPrimary((await bench.gateway.get(keyOf(id)))!, keyOf(id)).manifest.keys()].sort();

describe('[KEY-VIEW] a value that a newer version added', () => {
  it('is listed and found by each version under what that version reads', async () => {
    await young.insert(young.create({ id: 'b', state: 'refunded' }));
    expect(await listed(old, 'closed')).toEqual(['a', 'b']);
    expect(await listed(young, 'closed')).toEqual(['a']);
    expect(await listed(young, 'refunded')).toEqual(['b']);
    expect(await old.findByKeyPath(BY_STATE, { state: 'closed', id: 'b' })).toEqual({ id: 'b', state: 'closed' });
    expect(await young.findByKeyPath(BY_STATE, { state: 'closed', id: 'b' })).toBeUndefined();
    expect(await young.findByKeyPath(BY_STATE, { state: 'refunded', id: 'b' })).toEqual({ id: 'b', state: 'refunded' });
    expect(await bench.wrong()).toEqual([]);
  });

  it('is followed through several versions: each reads by way of the others', async () => {
    const now = await newest();
    await now.insert(now.create({ id: 'c', state: 'disputed' }));
    expect(await listed(old, 'closed')).toEqual(['a', 'c']);
    expect(await listed(young, 'refunded')).toEqual(['c']);
    expect(await listed(now, 'disputed')).toEqual(['c']);
    for (const state of ['refunded', 'closed']) expect(await listed(now, state)).not.toContain('c');
    expect(await listed(young, 'closed')).toEqual(['a']);
    expect(await manifestOf('c')).toEqual(['3', '3~2', '3~3']);
    expect(await bench.wrong()).toEqual([]);
  });

  it('costs a row only where an item has it', async () => {
    expect(await manifestOf('a')).toEqual(['3']);
    await young.insert(young.create({ id: 'b', state: 'refunded' }));
    expect(await manifestOf('b')).toEqual(['3', '3~2']);
    await young.update({ id: 'b' }, (ticket) => void (ticket.state = 'open'));
    expect(await manifestOf('b')).toEqual(['3']);
    expect(await bench.rows()).toHaveLength(4);
    expect(await bench.wrong()).toEqual([]);
  });

  it('stays what it is where an older version saves the item, or changes it by a key of its own', async () => {
    await young.insert(young.create({ id: 'b', state: 'refunded' }));
    await old.update(keyPath`/state-${'closed'}/ticket-${'b'}`, (ticket) => void (ticket.desk = 'main'));
    expect(await young.findByKeyPath(BY_ID, { id: 'b' })).toEqual({ id: 'b', state: 'refunded', desk: 'main' });
    expect(await listed(old, 'closed')).toEqual(['a', 'b']);
    await old.update({ id: 'b' }, (ticket) => void (ticket.state = 'open'));
    expect(await listed(young, 'refunded')).toEqual([]);
    expect(await listed(old, 'open')).toEqual(['b']);
    await young.update({ id: 'b' }, (ticket) => void (ticket.state = 'refunded'));
    expect(await old.delete(keyPath`/state-${'closed'}/ticket-${'b'}`)).toBe(true);
    expect(await bench.rows()).toHaveLength(2);
    expect(await bench.wrong()).toEqual([]);
  });

  it('comes once in a list that has the rows of all readings, in pages and both directions', async () => {
    const now = await newest();
    for (const [i, state] of (['refunded', 'disputed', 'open', 'closed', 'disputed'] as const).entries()) {
      await now.insert(now.create({ id: `d${i}`, state, desk: 'main' }));
    }
    const readAs = async (tickets: Repository<TicketV1>, direction: 'ascending' | 'descending') => {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const options = { limit: 2, direction, ...(cursor === undefined ? {} : { cursor }) };
        const page = await tickets.listByKeyPath('/desk-:desk', { desk: 'main' }, options).page();
        seen.push(...page.items.map(({ id, state }) => `${state} ${id}`));
        expect(page.complete).toBe(true);
        cursor = page.cursor;
      } while (cursor !== undefined);
      return seen;
    };
    const one = ['closed d0', 'closed d1', 'closed d3', 'closed d4', 'open d2'];
    const two = ['closed d3', 'open d2', 'refunded d0', 'refunded d1', 'refunded d4'];
    const three = ['closed d3', 'disputed d1', 'disputed d4', 'open d2', 'refunded d0'];
    for (const [tickets, expected] of [
      [old, one],
      [young, two],
      [now, three],
    ] as const) {
      expect(await readAs(tickets as Repository<TicketV1>, 'ascending')).toEqual(expected);
      expect(await readAs(tickets as Repository<TicketV1>, 'descending')).toEqual([...expected].reverse());
    }
    expect(await young.listByKeyPath('/desk-:desk/state-', { desk: 'main' }, { gt: 'open' }).toArray()).toHaveLength(3);
    expect(
      await old.listByKeyPath('/desk-:desk/state-', { desk: 'main' }, { lte: 'closed', limit: 1 }).toArray(),
    ).toEqual([{ id: 'd0', state: 'closed', desk: 'main' }]);
  });

  it('is no excuse for a row whose key its attributes do not make', async () => {
    await young.insert(young.create({ id: 'b', state: 'refunded' }));
    const { pk: _, sk: __, ...row } = (await bench.gateway.get({ pk: '/state-closed', sk: '/ticket-b' }))!;
    await bench.putRaw({ pk: '/state-closed', sk: '/ticket-x' }, row);
    await expect(listed(old, 'closed')).rejects.toThrow(DamagedRowError);
    await expect(listed(young, 'closed')).rejects.toThrow(DamagedRowError);
    await expect(old.findByKeyPath(BY_STATE, { state: 'closed', id: 'x' })).rejects.toThrow(DamagedRowError);
  });
});

describe('items that meet where only older readers look', () => {
  const meet = async (): Promise<void> => {
    await old.insert(old.create({ id: 'b', state: 'closed', slot: 'main' }));
    await young.insert(young.create({ id: 'c', state: 'refunded', slot: 'main' }));
  };

  it('leave it open, in every state of the key path, and a list that may lack them is not complete', async () => {
    await meet();
    expect((await old.findByKeyPath(BY_SLOT, { slot: 'main', state: 'closed' }))?.id).toBe('b');
    expect((await young.findByKeyPath(BY_SLOT, { slot: 'main', state: 'refunded' }))?.id).toBe('c');
    const page = (tickets: Repository<TicketV1>, state: 'open' | 'closed') =>
      tickets.listByKeyPath('/slot-:slot/state-:state', { slot: 'main', state }).page();
    expect(await page(old, 'closed')).toMatchObject({ items: [{ id: 'b' }], complete: false });
    expect(await page(old, 'open')).toMatchObject({ items: [], complete: true });
    expect(await old.listByKeyPath('/slot-:slot', { slot: 'main' }).page()).toMatchObject({ complete: false });
    expect(await young.listByKeyPath('/slot-:slot', { slot: 'main' }).page()).toMatchObject({ complete: true });
    // A value that a writer chose is unique for all who read it.
    await expect(young.insert(young.create({ id: 'd', state: 'refunded', slot: 'main' }))).rejects.toThrow(
      KeyPathConflictError,
    );
    await old.delete({ id: 'b' });
    // One that did not meet the key as another item's a moment ago tries it.
    const other = (await bench.open(v2, { census: false })).repository(TicketV2);
    await other.update({ id: 'c' }, (ticket) => void (ticket.slot = 'other'));
    await other.update({ id: 'c' }, (ticket) => void (ticket.slot = 'main'));
    expect((await old.findByKeyPath(BY_SLOT, { slot: 'main', state: 'closed' }))?.id).toBe('c');
    expect(await bench.wrong()).toEqual([]);
  });

  it('keep the row that they have there when it becomes the one for older readers', async () => {
    await meet();
    await old.delete({ id: 'b' });
    await old.insert(old.create({ id: 'd', state: 'closed', slot: 'main' }));
    await young.delete({ id: 'c' });
    // The process of `young` met the key as another item's a moment ago.
    await young.update({ id: 'd' }, (ticket) => void (ticket.state = 'refunded'));
    expect((await old.findByKeyPath(BY_SLOT, { slot: 'main', state: 'closed' }))?.id).toBe('d');
    expect(await bench.wrong()).toEqual([]);
  });

  it('are no fault to verify, which closes what has become free', async () => {
    await meet();
    expect(await verify({ ...place(), all: true })).toMatchObject({ complete: true });
    await old.delete({ id: 'b' });
    expect(await verify({ ...place(), all: true })).toMatchObject({ complete: true });
    expect((await old.findByKeyPath(BY_SLOT, { slot: 'main', state: 'closed' }))?.id).toBe('c');
    expect(await bench.wrong()).toEqual([]);
  });
});

describe('operators', () => {
  const older: RowKey = { pk: '/state-closed', sk: '/ticket-b' };
  beforeEach(async () => {
    await young.insert(young.create({ id: 'b', state: 'refunded' }));
  });

  it('show the row, and who it is for', async () => {
    const { rows } = await inspect({ ...place(), key: '/state-closed/ticket-b' });
    expect(rows.map(({ keyPath: path, key, below, condition }) => [path, key?.pk, below, condition])).toEqual([
      [BY_ID, '/ticket-b', undefined, 'sound'],
      [BY_STATE, '/state-refunded', undefined, 'sound'],
      [BY_STATE, '/state-closed', 2, 'sound'],
    ]);
  });

  it('find it missing, stale or without an owner, and mend that', async () => {
    const row = (await bench.gateway.get(older))!;
    const { pk: _, sk: __, ...copy } = row;
    const found = async () => {
      const { keyPaths } = await verify({ ...place(), all: true });
      return keyPaths.find(({ keyPath: path }) => path === BY_STATE)!;
    };
    const mend = () => verify({ ...place(), all: true, repair: true, orphans: 'delete' });
    await bench.gateway.write([{ kind: 'delete', key: older }], 'by-hand');
    expect(await found()).toMatchObject({ missing: 1, first: { missing: [keyOf('b')] } });
    expect(await mend()).toMatchObject({ complete: true });
    await bench.putRaw(older, { ...copy, desk: { S: 'stale' } });
    expect(await found()).toMatchObject({ stale: 1 });
    expect(await mend()).toMatchObject({ complete: true });
    expect(await listed(old, 'closed')).toEqual(['a', 'b']);
    await bench.gateway.write([{ kind: 'delete', key: keyOf('b') }], 'by-hand');
    expect(await found()).toMatchObject({ dangling: 2 });
    expect(await mend()).toMatchObject({ complete: true });
    expect(await bench.gateway.get(older)).toBeUndefined();
    expect(await bench.wrong()).toEqual([]);
  });

  it('[KEY-VIEW] are told by the check of a fleet where an older version would not find the item', async () => {
    const { pk: _, sk: __, $paths, ...row } = (await bench.gateway.get(keyOf('b')))!;
    const { M } = $paths as { M: Record<string, unknown> };
    const { [`${PATH_BY_STATE}~2`]: ___, ...left } = M;
    await bench.putRaw(keyOf('b'), { ...row, $paths: { M: left as never } });
    expect(await sights()).toEqual([
      expect.stringMatching(
        /^\[KEY-VIEW\] Ticket .* is not where version 1 looks for it on the key path \/state-:state/,
      ),
    ]);
    expect(await bench.wrong()).toEqual(
      expect.arrayContaining([expect.stringMatching(/lists no row on path 3~2, which epoch \d+ demands/)]),
    );
    await bench.putRaw(keyOf('b'), { ...row, $paths: $paths! });
  });

  it('take it away once the versions that look there are dropped, and not before', async () => {
    const session = await openSessionOver(bench.gateway, v2, () => undefined);
    await retireIn(session, { version: 1 });
    expect(await bench.gateway.get(older)).toBeDefined();
    await dropIn(session, { version: 1 });
    expect(await bench.gateway.get(older)).toBeUndefined();
    expect(await manifestOf('b')).toEqual(['3']);
    expect(await listed(young, 'closed')).toEqual(['a']);
    expect(await listed(young, 'refunded')).toEqual(['b']);
    expect(await verify({ ...place(), all: true })).toMatchObject({ complete: true });
    expect(await bench.wrong()).toEqual([]);
  });

  it('bring it along where the table was restored', async () => {
    await mendRestored(place());
    const again = (await bench.open(v1, { census: false })).repository(TicketV1);
    expect(await listed(again, 'closed')).toEqual(['a', 'b']);
    expect(await verify({ ...place(), all: true })).toMatchObject({ complete: true });
    expect(await promote(place())).toEqual({ keyPaths: [] });
    expect(await bench.wrong()).toEqual([]);
  });
});

describe('[KEY-VIEW] a value that is removed, with its key path made anew', () => {
  it('is listed by newer versions under what they read, once the path is filled, and by older ones as it is', async () => {
    await young.insert(young.create({ id: 'b', state: 'refunded' }));
    const reduced = (await bench.open(withoutRefunds, { census: false })).repository(TicketV1);
    const at = { ...place(), schema: withoutRefunds };
    expect((await reduced.listByKeyPath('/state-:state', { state: 'closed' }).page()).complete).toBe(false);
    await backfill(at);
    expect(await verify(at)).toMatchObject({ complete: true });
    await promote(at);
    expect(await listed(reduced, 'closed')).toEqual(['a', 'b']);
    expect(await reduced.findByKeyPath(BY_STATE, { state: 'closed', id: 'b' })).toEqual({ id: 'b', state: 'closed' });
    await young.insert(young.create({ id: 'c', state: 'refunded' }));
    expect(await listed(reduced, 'closed')).toEqual(['a', 'b', 'c']);
    expect(await listed(young, 'refunded')).toEqual(['b', 'c']);
    expect(await listed(young, 'closed')).toEqual(['a']);
    expect(await listed(old, 'closed')).toEqual(['a', 'b', 'c']);
    expect(await bench.wrong()).toEqual([]);
  });
});
