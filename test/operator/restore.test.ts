import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTable } from '../../src/dynamo/table.js';
import type { LocalEngine } from '../../src/local/index.js';
import {
  backfill,
  doctor,
  mendRestored,
  type Progress,
  promote,
  retire,
  status,
  verify,
  works,
} from '../../src/operator/index.js';
import { mendRestoredIn } from '../../src/operator/restore.js';
import { openSessionOver } from '../../src/operator/session.js';
import { sweep } from '../../src/operator/sweep.js';
import { own } from '../../src/protocol/row.js';
import { RegistryBehindError, RegistryForkError } from '../../src/registry/errors.js';
import { Registry } from '../../src/registry/registry.js';
import type { AttributeMap, RowKey } from '../../src/values/attribute-value.js';
import { putRows } from '../support/copied-rows.js';
import { type Branch, openBranch } from './branch.js';
import { BY_EMAIL, BY_ID, Member, v2 } from './library.js';
import { openGateway } from '../../src/dynamo/gateway.js';
import type { Gateway } from '../../src/table/gateway.js';
import { openStore } from '../../src/index.js';
import { startEngine } from '../support/engine.js';
import { gatewayOver } from '../../src/table/gateway-over.js';

let engine: LocalEngine;
let branch: Branch;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  branch = await openBranch(engine, async ({ members }) => {
    for (const id of ['ada', 'bob', 'cid']) await members.insert(members.create({ id, email: `${id}@x`, team: 'red' }));
  });
});

type Rows = readonly AttributeMap[];
const isEntry = ({ pk }: AttributeMap): boolean => pk !== undefined && 'S' in pk && pk.S === '$ductile';

/** Every row of the table as it is now: of the registry too. */
async function backedUp(): Promise<Rows> {
  const { Items } = await engine.client.send(new ScanCommand({ TableName: branch.bench.table, ConsistentRead: true }));
  return Items as unknown as Rows;
}

let tables = 0;

/** A new table with these rows, and what operators need of it. */
async function restoredFrom(rows: Rows) {
  const table = `restored-${++tables}-${branch.bench.table}`;
  await createTable({ client: engine.client, table });
  const gateway = await openGateway({ client: engine.client, table });
  await putRows(engine.client, table, rows);
  const store = () => openStore({ schema: v2, table, client: engine.client, census: false });
  return { gateway, place: { schema: v2, table, client: engine.client }, store };
}

const stamps = async (gateway: Gateway) => {
  const { rows } = await gateway.scan({});
  return new Set(rows.flatMap((row) => (row[own.stamp] === undefined ? [] : [JSON.stringify(row[own.stamp])])));
};

describe('a table that was restored', () => {
  it('says so to a create while its fences are of before: nobody has raised them since its registry got a new id', async () => {
    const { gateway, place, store } = await restoredFrom(await backedUp());
    const died = new Error('the process died');
    const dying = gatewayOver(gateway, {
      write: (actions, token, options) =>
        actions.some(({ key }) => key.pk.startsWith('$fence#'))
          ? Promise.reject(died)
          : gateway.write(actions, token, options),
    });
    await expect(mendRestoredIn(await openSessionOver(dying, v2), {})).rejects.toBe(died);

    const restored = await store();
    const members = restored.repository(Member);
    const created = members.insert(members.create({ id: 'dan', email: 'dan@x', team: 'red' }));
    await expect(created).rejects.toThrow(RegistryForkError);
    await expect(created).rejects.toThrow('doctor --restored');

    await mendRestored(place);
    await members.insert(members.create({ id: 'eve', email: 'eve@x', team: 'red' }));
    await restored.close();
  });

  it('is one that applications may use, though its rows are newer than its registry [STAMP-MONOTONE]', async () => {
    const before = await backedUp();
    await backfill(branch.place);
    await verify(branch.place);
    await promote(branch.place);
    await branch.now.members.update({ id: 'bob' }, (bob) => {
      bob.email = 'robert@x';
    });
    // The registry was backed up first, and the items last.
    const after = await backedUp();
    const { gateway, place, store } = await restoredFrom([
      ...before.filter(isEntry),
      ...after.filter((r) => !isEntry(r)),
    ]);
    const { knowledge } = await Registry.open(gateway);
    const { knowledge: lost } = await Registry.open(branch.bench.gateway);

    const { registry, items, written, finished } = await mendRestored(place);
    expect({ items, written, finished }).toEqual({ items: 4, written: 4, finished: true });
    const { knowledge: mended } = await Registry.open(gateway);
    expect(mended.registryId).toBe(registry);
    expect(mended.shortId).not.toBe(knowledge.shortId);
    expect(mended.restored!.since).toBeGreaterThan(lost.epoch);
    expect(await stamps(gateway)).toEqual(
      new Set([JSON.stringify({ L: [{ N: String(mended.restored!.since) }, { S: mended.shortId }] })]),
    );
    expect(await verify({ ...place, all: true, repair: true })).toMatchObject({ complete: true });
    await backfill(place);
    expect(await verify(place)).toMatchObject({ complete: true, items: 4 });
    await promote(place);
    const members = (await store()).repository(Member);
    expect(await members.findByKeyPath(BY_EMAIL, { email: 'robert@x' })).toMatchObject({ id: 'bob' });
    await members.insert(members.create({ id: 'dan', email: 'dan@x', team: 'red' }));
    expect(await members.findByKeyPath(BY_EMAIL, { email: 'dan@x' })).toMatchObject({ id: 'dan' });
  });

  it('is refused to processes that knew it before: they write nothing [NO-SURPRISE]', async () => {
    const { bench, now, place } = branch;
    const before = await backedUp();
    await backfill(place);
    // Its layout counts as far as that of the restored item will.
    const ada = await now.members.findByKeyPath(BY_ID, { id: 'ada' });
    // It has heard of entries that the backup lacks.
    await now.members.insert(now.members.create({ id: 'dan' }));
    for (const row of await backedUp()) {
      await bench.gateway.write([{ kind: 'delete', key: bench.gateway.keyOf(row) }], '');
    }
    await putRows(engine.client, bench.table, before);
    await mendRestored(place);
    const mended = await backedUp();
    ada!.team = 'blue';
    await expect(now.members.insert(now.members.create({ id: 'eve' }))).rejects.toThrow(RegistryBehindError);
    await expect(now.members.save(ada!)).rejects.toThrow(RegistryForkError);
    await expect(now.members.findByKeyPath(BY_ID, { id: 'ada' })).rejects.toThrow(RegistryForkError);
    expect(await backedUp()).toEqual(mended);
  });

  it('is mended by who goes on, where the first was stopped anywhere', async () => {
    await backfill(branch.place);
    const rows = await backedUp();
    const { place, gateway } = await restoredFrom(rows);
    let ends: AbortSignal;
    for (let reports = 1; ; reports++) {
      const stop = new AbortController();
      ends = stop.signal;
      let told = 0;
      const onProgress = (): void => {
        if (++told === reports) stop.abort(new Error('stopped'));
      };
      const end = await mendRestored({ ...place, onProgress, signal: stop.signal }).catch((error: unknown) => error);
      if (!ends.aborted) {
        expect(end).toMatchObject({ finished: true });
        break;
      }
      expect(end).toMatchObject({ message: 'stopped' });
    }
    expect(await stamps(gateway)).toHaveProperty('size', 1);
    const { knowledge } = await Registry.open(gateway);
    // One that was stopped after it had begun was gone on with.
    expect(knowledge.restored!.former).toHaveLength(1);
    expect(knowledge.swept).toBe(knowledge.restored!.since);
  });

  it('is left with no record of how its highest stamp was found, where the first was killed when it had it', async () => {
    const { place, gateway } = await restoredFrom(await backedUp());
    const killed = gatewayOver(gateway, {
      write: (actions, ...more) =>
        actions.some(({ kind, key }) => kind === 'delete' && key.sk.startsWith('stamps-'))
          ? Promise.reject(new Error('killed'))
          : gateway.write(actions, ...more),
    });
    await expect(mendRestoredIn(await openSessionOver(killed, v2), {})).rejects.toThrow('killed');
    expect(await mendRestored(place)).toMatchObject({ finished: true });
    expect(await works(place)).toEqual([]);
  });

  it('is told of by the items that a process has met itself, while its highest stamp is looked for, too', async () => {
    await backfill(branch.place);
    const { gateway } = await restoredFrom(await backedUp());
    const killed = gatewayOver(gateway, {
      write: (actions, ...more) =>
        actions.some(({ key }) => key.pk === '$ductile')
          ? Promise.reject(new Error('killed'))
          : gateway.write(actions, ...more),
    });
    const told: { readonly items: number; readonly rows: number }[] = [];
    const onProgress = (progress: Progress): void => {
      if (progress.step !== 'sweep' || progress.work?.id.startsWith('stamps-') !== true) return;
      told.push({ items: progress.items, rows: progress.work.rows });
    };
    await expect(mendRestoredIn(await openSessionOver(killed, v2), { onProgress })).rejects.toThrow('killed');
    const all = told.at(-1)!;
    expect(all.items).toBe(4);
    expect(all.rows).toBeGreaterThan(4);
    told.length = 0;
    // The other has met them all: this one takes over what it found.
    await mendRestoredIn(await openSessionOver(gateway, v2), { onProgress });
    expect(told.at(-1)).toEqual({ items: 0, rows: all.rows });
  });

  it('is mended by several at once, with one new id', async () => {
    const { place, gateway } = await restoredFrom(await backedUp());
    const reports = await Promise.all([mendRestored(place), mendRestored(place), mendRestored(place)]);
    expect(new Set(reports.map(({ registry }) => registry)).size).toBe(1);
    const { knowledge } = await Registry.open(gateway);
    expect(knowledge.restored!.former).toHaveLength(1);
    expect((await status(place)).next.map(({ step }) => step)).toEqual(['backfill']);
  });

  it('may be restored again, and have a version retired', async () => {
    const { place } = await restoredFrom(await backedUp());
    const first = await mendRestored(place);
    const second = await mendRestored(place);
    expect(second.registry).not.toBe(first.registry);
    expect(await retire({ ...place, version: 1, force: true })).toMatchObject({ finished: true, written: 4 });
  });

  it('is brought to its registry also where somebody of the past has gone on writing to it', async () => {
    const { place, gateway } = await restoredFrom(await backedUp());
    const { shortId } = (await Registry.open(gateway)).knowledge;
    await mendRestored(place);
    const session = await openSessionOver(gateway, v2);
    const ada: RowKey = { pk: '/member-ada', sk: '/' };
    const { pk: _, sk: __, ...row } = (await gateway.get(ada))!;
    await gateway.write(
      [{ kind: 'put', key: ada, row: { ...row, $stamp: { L: [{ N: '999' }, { S: shortId }] } } }],
      'of-the-past',
    );
    const { swept } = session.registry.knowledge;
    const again = await sweep(session, { deadline: Infinity }, 'sweep-again', () => swept);
    expect(again).toMatchObject({ items: 4, written: 1 });
    expect((await gateway.get(ada))!['$stamp']).not.toEqual({ L: [{ N: '999' }, { S: shortId }] });
  });

  it('that lacks an item keeps its row on a key path, and says so to readers, until somebody judges it', async () => {
    await backfill(branch.place);
    await verify(branch.place);
    await promote(branch.place);
    const rows = (await backedUp()).filter((row) => !('S' in row['pk']! && row['pk'].S === '/member-ada'));
    const { place, store } = await restoredFrom(rows);
    await mendRestored(place);
    const { keyPaths } = await verify({ ...place, all: true, repair: true });
    expect(keyPaths.map(({ dangling }) => dangling)).toContain(1);
    const check = async () => (await doctor(place)).checks.find(({ check: of }) => of === 'stamps');
    expect(await check()).toMatchObject({
      verdict: 'warning',
      message: expect.stringContaining('verify --all --repair'),
    });
    const members = (await store()).repository(Member);
    const byEmail = () => members.findByKeyPath('/email-:email', { email: 'ada@x' } as never);
    await expect(byEmail()).rejects.toThrow(/its item is not there: `ductile verify --all --repair` tells its key/);
    await verify({ ...place, all: true, repair: true, orphans: 'delete' });
    expect(await byEmail()).toBeUndefined();
    expect(await check()).toMatchObject({ verdict: 'ok' });
  });

  it('says that a key path is to be filled first, where what is left over is on one that waits for it', async () => {
    const { members: written } = branch.now;
    await written.insert(written.create({ id: 'eve', email: 'eve@x' }));
    const rows = (await backedUp()).filter((row) => !('S' in row['pk']! && row['pk'].S === '/member-eve'));
    const { place, store } = await restoredFrom(rows);
    await mendRestored(place);
    const check = async () => (await doctor(place)).checks.find(({ check: of }) => of === 'stamps');
    expect(await check()).toMatchObject({ message: expect.stringContaining('run `ductile backfill run`, then') });
    const members = (await store()).repository(Member);
    const byEmail = () => members.findByKeyPath(BY_EMAIL, { email: 'eve@x' });
    await expect(byEmail()).rejects.toThrow(/its item is not there: `ductile backfill run` fills/);
    await backfill(place);
    await verify({ ...place, all: true, repair: true, orphans: 'delete' });
    await promote(place);
    expect(await byEmail()).toBeUndefined();
    expect(await check()).toMatchObject({ verdict: 'ok' });
  });

  it('says what to do as long as it was not brought to its registry', async () => {
    const { place, gateway, store } = await restoredFrom(await backedUp());
    const before = await gateway.scan({});
    await mendRestored(place);
    const ada = before.rows.find((row) => 'S' in row['pk']! && row['pk'].S === '/member-ada')!;
    const { pk: _, sk: __, ...row } = ada;
    await gateway.write([{ kind: 'put', key: gateway.keyOf(ada), row }], '');
    const members = (await store()).repository(Member);
    await expect(members.findByKeyPath(BY_ID, { id: 'ada' })).rejects.toThrow(/run `ductile doctor --restored` again/);
    await mendRestored(place);
    expect(await (await store()).repository(Member).findByKeyPath(BY_ID, { id: 'ada' })).toMatchObject({
      email: 'ada@x',
    });
  });
});
