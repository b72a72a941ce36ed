import type { TransactWriteItemsInput } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { backfill, type FindingKind, inspect, NotVerifiedError, promote, verify } from '../../src/operator/index.js';
import { readPrimary, readSecondary } from '../../src/protocol/row.js';
import { isDangling } from '../../src/operator/look.js';
import { repairDangling } from '../../src/operator/repair.js';
import { openSessionOver } from '../../src/operator/session.js';
import { gatewayOver } from '../../src/table/gateway-over.js';
import { pathsToVerify, verifyIn } from '../../src/operator/verify.js';
import { previewVerify } from '../../src/operator/verify-preview.js';
import { ContentionError } from '../../src/protocol/errors.js';
import { StoreOptionError } from '../../src/store/errors.js';
import type { AttributeMap, RowKey } from '../../src/values/attribute-value.js';
import { clientOf } from '../dynamo/wire.js';
import { startEngine } from '../support/engine.js';
import { type Branch, openBranch, remembered } from './branch.js';
import { type Meanwhile, verifyInDoubt } from './in-doubt.js';
import { BY_EMAIL, BY_TEAM, v2 } from './library.js';

let engine: LocalEngine;
let branch: Branch;
let putBack: () => Promise<void>;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const open = async (): Promise<void> => {
  branch = await openBranch(engine, async ({ members }) => {
    await members.insert(members.create({ id: 'ada', email: 'ada@x', team: 'red' }));
    await members.insert(members.create({ id: 'bob', email: 'bob@x', team: 'red' }));
  });
};
const remember = async (): Promise<void> => {
  putBack = await remembered(branch.bench);
};

const ada: RowKey = { pk: '/member-ada', sk: '/' };
const adaByEmail: RowKey = { pk: '/email-ada@x', sk: '/' };

/** Changes a row as no program of ours would. */
async function tamper(key: RowKey, change: (row: AttributeMap) => AttributeMap): Promise<void> {
  const { gateway } = branch.bench;
  const { pk: _, sk: __, ...row } = (await gateway.get(key))!;
  await branch.bench.putRaw(key, change(row));
}
const lose = (key: RowKey) => branch.bench.gateway.write([{ kind: 'delete', key }], 'by-hand');
const inDoubt = (meanwhile?: Meanwhile) => verifyInDoubt(branch.bench.gateway, v2, meanwhile);

/** Lets something happen once, ahead of a get. */
function once(isMeant: (key: RowKey) => boolean, happens: () => Promise<unknown>): (key: RowKey) => Promise<void> {
  let happened = false;
  return async (key) => {
    if (happened || !isMeant(key)) return;
    happened = true;
    await happens();
  };
}
const without =
  (name: string) =>
  (row: AttributeMap): AttributeMap =>
    Object.fromEntries(Object.entries(row).filter(([key]) => key !== name));

const damages: readonly {
  readonly what: string;
  readonly kind: FindingKind;
  readonly damage: () => Promise<void>;
  readonly key?: RowKey;
}[] = [
  {
    what: 'a row that is missing',
    kind: 'missing',
    damage: () => lose(adaByEmail).then(() => undefined),
  },
  {
    what: 'a row that the manifest does not list',
    kind: 'missing',
    damage: () => tamper(ada, withoutEntry),
  },
  {
    what: 'a copy with another field',
    kind: 'stale',
    damage: () => tamper(adaByEmail, (row) => ({ ...row, team: { S: 'blue' } })),
  },
  { what: 'a copy that lacks a field', kind: 'stale', damage: () => tamper(adaByEmail, without('team')) },
  {
    what: 'a copy of an older revision',
    kind: 'stale',
    damage: () => tamper(adaByEmail, (row) => ({ ...row, $rev: { S: 'AAAAAAAAAAAAAAAA' } })),
  },
  {
    what: 'a copy of another incarnation',
    kind: 'stale',
    damage: () => tamper(adaByEmail, (row) => ({ ...row, $inc: { S: 'AAAAAAAAAAAAAAAA' } })),
  },
  {
    what: 'a row of another item',
    kind: 'foreign',
    damage: () =>
      tamper(adaByEmail, (row) => ({ ...row, $owner: { L: [{ S: 'Member' }, { S: '/member-bob' }, { S: '/' }] } })),
  },
  {
    what: 'a row that names an owner of another type',
    kind: 'foreign',
    damage: () =>
      tamper(adaByEmail, (row) => ({ ...row, $owner: { L: [{ S: 'Book' }, { S: '/member-ada' }, { S: '/' }] } })),
  },
  {
    what: 'a row of no item',
    kind: 'dangling',
    key: { pk: '/email-zoe@x', sk: '/' },
    damage: async () => {
      const { pk: _, sk: __, ...row } = (await branch.bench.gateway.get(adaByEmail))!;
      await branch.bench.putRaw({ pk: '/email-zoe@x', sk: '/' }, row);
    },
  },
  {
    what: 'a manifest that lists another key',
    kind: 'manifest',
    damage: () =>
      tamper(ada, (row) => {
        const { M } = row['$paths'] as { readonly M: AttributeMap };
        return { ...row, $paths: { M: { ...M, '1': { L: [{ S: '/email-bob@x' }, { S: '/' }] } } } };
      }),
  },
];

const damagedPrimaries: readonly (readonly [string, string, (row: AttributeMap) => AttributeMap])[] = [
  ['without its revision', '$rev', without('$rev')],
  ['without its manifest', '$paths', without('$paths')],
  ['without its stamp', '$stamp', without('$stamp')],
  ['without a field of its key', 'its key on /member-:id', without('id')],
  ['with another key in its fields', 'its key on /member-:id', (row) => ({ ...row, id: { S: 'eve' } })],
  ['with a field of another type in a key', 'email', (row) => ({ ...row, email: { N: '7' } })],
];

const ofBob = { L: [{ S: 'Member' }, { S: '/member-bob' }, { S: '/' }] };

/** A pass takes none of them for the copy that it says it is. */
const disguisedPrimaries: typeof damagedPrimaries = [
  ['that says it is a copy', '$owner', (row) => ({ ...row, $owner: { S: 'damaged' } })],
  ['that says it is a copy of another item', '$owner', (row) => ({ ...row, $owner: ofBob, $path: { S: '1' } })],
  ['that says so, with another key in its fields', '$owner', (row) => ({ ...row, id: { S: 'eve' }, $owner: ofBob })],
];

describe('verify', () => {
  beforeAll(async () => {
    await open();
    await backfill(branch.place);
    await remember();
  });
  afterEach(() => putBack());

  it('finds nothing wrong in a sound table', async () => {
    expect(await verify(branch.place)).toMatchObject({ items: 3, complete: true });
  });

  it.each(damages)('finds $what, and nothing is promoted', async ({ kind, damage, key = ada }) => {
    await damage();
    const report = await verify(branch.place);
    expect(report.complete).toBe(false);
    const { [kind]: count, first } = report.keyPaths.find(({ keyPath }) => keyPath === BY_EMAIL)!;
    expect({ count, first: first[kind] }).toEqual({ count: 1, first: [key] });
    const refusal = await promote(branch.place).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(NotVerifiedError);
    // What is recorded as open is a conflict of two items, which a person has to resolve.
    expect((refusal as NotVerifiedError).facts).toMatchObject({ keyPath: BY_EMAIL, open: 0 });
    expect((refusal as NotVerifiedError).facts['missing']).toBeGreaterThanOrEqual(1);
  });

  it.each(damages)('repairs $what', async ({ damage }) => {
    const before = await branch.bench.gateway.get(ada);
    await damage();
    const report = await verify({ ...branch.place, repair: true });
    expect(report.complete).toBe(true);
    const { repaired } = report.keyPaths.find(({ keyPath }) => keyPath === BY_EMAIL)!;
    expect(repaired).toBeGreaterThanOrEqual(1);
    expect(await branch.bench.wrong()).toEqual([]);
    // No user wrote anything.
    expect((await branch.bench.gateway.get(ada))?.['$rev']).toEqual(before?.['$rev']);
    expect(await verify(branch.place)).toMatchObject({ complete: true });
  });

  it('does not count a row that its item lists again before it could be deleted', async () => {
    await damages.find(({ what }) => what === 'a row that the manifest does not list')!.damage();
    // Of the two that put it right the one that deletes the row comes second.
    const deletes = (input: object): boolean =>
      (input as TransactWriteItemsInput).TransactItems?.some(({ Delete }) => Delete !== undefined) === true;
    const slow = clientOf(engine);
    slow.middlewareStack.add(
      (next) => async (args) => {
        if (deletes(args.input)) await branch.old.members.update({ id: 'ada' }, (member) => void (member.note = 'new'));
        return next(args);
      },
      { step: 'initialize' },
    );
    const report = await verify({ ...branch.place, client: slow, repair: true });
    expect(report.keyPaths.find(({ keyPath }) => keyPath === BY_EMAIL)).toMatchObject({ dangling: 0 });
    expect(report.complete).toBe(true);
    expect(await branch.bench.wrong()).toEqual([]);
  });

  it('finds the rows of an item that was lost, and deletes them only where it is told to', async () => {
    await lose(ada);
    for (const repair of [false, true]) {
      const report = await verify({ ...branch.place, repair });
      expect(report.keyPaths.find(({ keyPath }) => keyPath === BY_EMAIL)).toMatchObject({
        dangling: 1,
        first: { dangling: [adaByEmail] },
        repaired: 0,
      });
      expect(await branch.bench.gateway.get(adaByEmail)).toBeDefined();
    }
    expect(await verify({ ...branch.place, repair: true, orphans: 'delete' })).toMatchObject({ complete: true });
    expect(await branch.bench.wrong()).toEqual([]);
  });

  it('leaves a conflict of two items to a person, also when it repairs', async () => {
    await tamper(ada, (row) => ({ ...row, email: { S: 'bob@x' } }));
    const report = await verify({ ...branch.place, repair: true });
    expect(report.complete).toBe(false);
    const byEmail: RowKey = { pk: '/email-bob@x', sk: '/' };
    expect((await branch.bench.gateway.get(byEmail))?.['$owner']).toMatchObject({ L: [{}, { S: '/member-bob' }, {}] });
  });

  it('does not delete a row that its owner begins to list while it looks', async () => {
    await tamper(ada, withoutEntry);
    const { gateway } = branch.bench;
    const session = await openSessionOver(gateway, v2);
    const seen = readPrimary((await gateway.get(ada))!, ada);
    const dangling = readSecondary((await gateway.get(adaByEmail))!, adaByEmail);
    const racing = gatewayOver(gateway, {
      async write(...write) {
        await session.writer.sweep(seen);
        return gateway.write(...write);
      },
    });
    expect(await repairDangling({ ...session, gateway: racing }, adaByEmail, dangling, undefined)).toBe(false);
    expect(await branch.bench.wrong()).toEqual([]);
  });

  it('is shared by several processes, each of which tells what all of them found', async () => {
    await lose(adaByEmail);
    const reports = await Promise.all([verify(branch.place), verify(branch.place), verify(branch.place)]);
    for (const { keyPaths } of reports) {
      expect(keyPaths.find(({ keyPath }) => keyPath === BY_EMAIL)).toMatchObject({ missing: 1 });
    }
  });

  it('closes an open entry whose key is free, and tells what that mended beside', async () => {
    await tamper(ada, (row) => withEntry(row, { S: 'open' }));
    await lose(adaByEmail);
    await lose({ pk: '/team-red', sk: '/member-ada' });
    const { complete, keyPaths } = await verify(branch.place);
    expect(complete).toBe(true);
    const repaired = keyPaths.map((report) => [report.keyPath, report.repaired]);
    expect(repaired).toEqual(
      expect.arrayContaining([
        [BY_EMAIL, 0],
        [BY_TEAM, 1],
      ]),
    );
    expect(await branch.bench.wrong()).toEqual([]);
  });

  it('writes nothing where an open entry stays open', async () => {
    await tamper(ada, (row) => ({ ...withEntry(row, { S: 'open' }), email: { S: 'bob@x' } }));
    await lose(adaByEmail);
    await lose({ pk: '/team-red', sk: '/member-ada' });
    const before = await branch.bench.rows();
    const { keyPaths } = await verify(branch.place);
    expect(keyPaths.find(({ keyPath }) => keyPath === BY_EMAIL)).toMatchObject({ open: 1, repaired: 0 });
    expect(keyPaths.find(({ keyPath }) => keyPath === BY_TEAM)).toMatchObject({ missing: 1, repaired: 0 });
    expect(await branch.bench.rows()).toEqual(before);
  });

  it('leads to the item: what it reports of it can be inspected', async () => {
    await lose(adaByEmail);
    const report = (await verify(branch.place)).keyPaths.find(({ keyPath }) => keyPath === BY_EMAIL)!;
    const { rows } = await inspect({ ...branch.place, key: report.first.missing![0]! });
    expect(rows.find(({ keyPath }) => keyPath === BY_EMAIL)).toMatchObject({ key: adaByEmail, condition: 'missing' });
  });

  it('says of a damaged item type whose it is, and takes no row of the item from it', async () => {
    await tamper(ada, (row) => ({ ...row, $type: { S: 'Membre' } }));
    const { complete, passedOver } = await verify({ ...branch.place, repair: true, orphans: 'delete' });
    expect(complete).toBe(false);
    expect(passedOver).toMatchObject({ count: 1, first: [{ key: ada, code: 'DAMAGED_ROW' }] });
    expect(await branch.bench.gateway.get(adaByEmail)).toBeDefined();
  });

  it('refuses to be told of orphans what only a repair does', async () => {
    await expect(verify({ ...branch.place, orphans: 'delete' })).rejects.toThrow(StoreOptionError);
  });

  it('deletes orphans also where a repair that does not was stopped half way', async () => {
    for (const key of [ada, { pk: '/member-bob', sk: '/' }]) await lose(key);
    const { gateway } = branch.bench;
    let scans = 0;
    const dying = gatewayOver(gateway, {
      scan: (request) => (++scans > 12 ? Promise.reject(new Error('killed')) : gateway.scan(request)),
    });
    const first = verifyIn(await openSessionOver(dying, v2), { repair: true, segments: 8, concurrency: 1 });
    await expect(first).rejects.toThrow('killed');
    expect(await verify({ ...branch.place, repair: true, orphans: 'delete' })).toMatchObject({ complete: true });
  });

  it('finds what the digests miss nothing of: each row of a sound table is sound by itself', async () => {
    expect(await inDoubt()).toMatchObject({ items: 3, complete: true });
  });

  it('does not count what an application writes while it looks', async () => {
    await lose(adaByEmail);
    let looks = 0;
    const get = async ({ pk }: RowKey): Promise<void> => {
      if (!/ada/.test(pk) || ++looks > 30) return;
      const email = `ada${looks}@x`;
      await branch.old.members.update({ id: 'ada' }, (member) => void (member.email = email));
    };
    expect(await inDoubt({ get })).toMatchObject({ complete: true });
    expect(looks).toBeGreaterThan(30);
    expect(await branch.bench.wrong()).toEqual([]);
  });

  it('does not count what is written between any two of its reads', async () => {
    const get = async ({ pk }: RowKey, nth: number): Promise<void> => {
      if (/ada/.test(pk)) await branch.old.members.update({ id: 'ada' }, (member) => void (member.note = `${nth}`));
    };
    expect(await inDoubt({ get })).toMatchObject({ complete: true });
  });

  it('does not call sound what moves to another key at each look', async () => {
    const get = async ({ pk }: RowKey, nth: number): Promise<void> => {
      if (/ada/.test(pk)) await branch.old.members.update({ id: 'ada' }, (member) => void (member.email = `a${nth}@x`));
    };
    await expect(inDoubt({ get })).rejects.toThrow(ContentionError);
  });

  it('counts what it saw only where the item stands still, also when it is deleted and created again', async () => {
    const { members } = branch.old;
    const get = async ({ pk }: RowKey, nth: number): Promise<void> => {
      if (!/ada/.test(pk) || nth > 12) return;
      await members.delete({ id: 'ada' });
      await members.insert(members.create({ id: 'ada', email: `ada${nth}@x` }));
    };
    expect(await inDoubt({ get })).toMatchObject({ complete: true });
  });

  it('does not count what background work mends while it looks: only the layout moves', async () => {
    await tamper(ada, withoutEntry);
    // Once it has met the item, and before it looks at its rows.
    const mends = once(
      ({ pk }) => pk === '/member-ada',
      () => branch.bench.moveLayouts(),
    );
    expect(await inDoubt({ get: mends })).toMatchObject({ complete: true });
  });

  it('finds no fault with an item that is gone when it looks again', async () => {
    await lose(adaByEmail);
    const deletes = once(
      ({ pk }) => pk === '/email-ada@x',
      () => branch.old.members.delete({ id: 'ada' }),
    );
    expect(await inDoubt({ get: deletes })).toMatchObject({ complete: true });
  });

  it('counts a row of nobody where it is still there as it was seen, and its owner does not list it', async () => {
    const { gateway } = branch.bench;
    const session = await openSessionOver(gateway, v2);
    const stray: RowKey = { pk: '/email-zoe@x', sk: '/' };
    const { pk: _, sk: __, ...row } = (await gateway.get(adaByEmail))!;
    const seen = readSecondary(row, stray);
    await branch.bench.putRaw(stray, row);
    expect(await isDangling(session, stray, seen)).toBe(true);
    await branch.bench.putRaw(stray, { ...row, $rev: { S: 'AAAAAAAAAAAAAAAA' } });
    expect(await isDangling(session, stray, seen)).toBe(false);
    await lose(stray);
    expect(await isDangling(session, stray, seen)).toBe(false);
    expect(await isDangling(session, adaByEmail, seen)).toBe(false);
    // Of an item of another type, which is not there.
    const other = { ...row, $owner: { L: [{ S: 'Book' }, { S: '/member-ada' }, { S: '/' }] } };
    await branch.bench.putRaw(adaByEmail, other);
    expect(await isDangling(session, adaByEmail, readSecondary(other, adaByEmail))).toBe(true);
  });

  it('does not take a row that another registry stamped for one of its own', async () => {
    const stamp = () => tamper(ada, (row) => ({ ...row, $stamp: { L: [{ N: '5' }, { S: 'deadbeef' }] } }));
    expect(await inDoubt({ between: stamp })).toMatchObject(passesOver('REGISTRY_FORK'));
    expect(await verify(branch.place)).toMatchObject(passesOver('REGISTRY_FORK'));
  });

  it('names a primary row that is damaged between its passes', async () => {
    expect(await inDoubt({ between: () => tamper(ada, without('id')) })).toMatchObject(passesOver('DAMAGED_ROW'));
  });

  it('passes over rows of other software, and names one that stands on a key of ours', async () => {
    await branch.bench.putRaw({ pk: 'other', sk: 'row' }, { any: { S: 'thing' } });
    expect(await verify(branch.place)).toMatchObject({ complete: true });
    await branch.bench.putRaw(adaByEmail, { any: { S: 'thing' } });
    const { complete, keyPaths, passedOver } = await verify({ ...branch.place, repair: true });
    expect(complete).toBe(false);
    expect(keyPaths.find(({ keyPath }) => keyPath === BY_EMAIL)).toMatchObject({
      foreign: 1,
      first: { foreign: [ada] },
    });
    expect(passedOver).toMatchObject({ count: 1, first: [{ key: ada, code: 'FOREIGN_ROW' }] });
    expect(await branch.bench.gateway.get(adaByEmail)).toMatchObject({ any: { S: 'thing' } });
    await lose(adaByEmail);
  });

  it.each(damagedPrimaries)('names a primary row %s, and nothing is promoted', async (_, place, damage) => {
    await tamper(ada, damage);
    const report = await verify(branch.place);
    expect(report).toMatchObject(passesOver('DAMAGED_ROW'));
    expect(report.passedOver.first[0]!.message).toContain(`${place} `);
    expect(report.keyPaths.find(({ keyPath }) => keyPath === BY_EMAIL)).toMatchObject({
      damaged: 1,
      first: { damaged: [ada] },
    });
    await expect(promote(branch.place)).rejects.toThrow(NotVerifiedError);
  });

  it.each([
    ...damages.map(({ what, damage }) => [what, damage] as const),
    ...[...damagedPrimaries, ...disguisedPrimaries].map(
      ([what, , damage]) => [`a primary row ${what}`, () => tamper(ada, damage)] as const,
    ),
    ...['$rev', '$path', '$owner', '$type', '$stamp', '$inc'].map(
      (name) => [`a copy without its ${name}`, () => tamper(adaByEmail, without(name))] as const,
    ),
  ])('finds the same as a preview of a repair: %s', async (_, damage) => {
    await damage();
    const session = await openSessionOver(branch.bench.gateway, v2);
    const preview = await previewVerify(session, pathsToVerify(session, {}), {});
    const { keyPaths, passedOver } = await verify(branch.place);
    const counts = (reports: typeof keyPaths) =>
      Object.fromEntries(reports.map(({ first: __, ...report }) => [`${report.type} ${report.keyPath}`, report]));
    expect(counts(preview.keyPaths)).toEqual(counts(keyPaths));
    expect(preview.passedOver).toEqual(passedOver);
  });

  it.each(disguisedPrimaries)('names a primary row %s, and no repair takes it away', async (_, __, damage) => {
    await tamper(ada, damage);
    const changed = await branch.bench.gateway.get(ada);
    const report = await verify({ ...branch.place, repair: true, orphans: 'delete' });
    expect(report).toMatchObject({ complete: false, ...passesOver('DAMAGED_ROW') });
    expect(await branch.bench.gateway.get(ada)).toEqual(changed);
  });
});

/** What a verify, or a pass, says that went on past one row of Ada's. */
const passesOver = (code: string) => ({
  passedOver: { count: 1, first: [{ key: ada, code, message: expect.stringContaining('') }] },
});

describe('backfill', () => {
  beforeAll(async () => {
    await open();
    await remember();
  });
  afterEach(() => putBack());

  it.each([...damagedPrimaries, ...disguisedPrimaries])(
    'names a primary row %s, and leaves it as it is',
    async (_, place, damage) => {
      await tamper(ada, damage);
      const changed = await branch.bench.gateway.get(ada);
      const report = await backfill(branch.place);
      expect(report).toMatchObject({ keyPaths: [], finished: false, ...passesOver('DAMAGED_ROW') });
      expect(report.passedOver.first[0]!.message).toContain(`("/member-ada", "/") of Member is damaged`);
      expect(report.passedOver.first[0]!.message).toContain(`${place} `);
      expect(await branch.bench.gateway.get(ada)).toEqual(changed);
      // It did not hide the rest.
      expect(await branch.bench.gateway.get({ pk: '/email-bob@x', sk: '/' })).toBeDefined();
    },
  );

  it('does not take a row that another registry stamped for one at the epoch', async () => {
    await tamper(ada, (row) => ({ ...row, $stamp: { L: [{ N: '5' }, { S: 'deadbeef' }] } }));
    expect(await backfill(branch.place)).toMatchObject({ finished: false, ...passesOver('REGISTRY_FORK') });
  });

  it('names a row of other software that stands on a key of ours', async () => {
    await branch.bench.putRaw(adaByEmail, { any: { S: 'thing' } });
    expect(await backfill(branch.place)).toMatchObject({ keyPaths: [], finished: false, ...passesOver('FOREIGN_ROW') });
    await lose(adaByEmail);
    // Mended, and nothing more is told of it.
    expect(await backfill(branch.place)).toMatchObject({ finished: true, passedOver: { count: 0, first: [] } });
  });
});

function withoutEntry(row: AttributeMap): AttributeMap {
  const { '1': _, ...listed } = (row['$paths'] as { readonly M: AttributeMap }).M;
  return { ...row, $paths: { M: listed } };
}

function withEntry(row: AttributeMap, entry: { readonly S: string }): AttributeMap {
  return { ...row, $paths: { M: { ...(row['$paths'] as { readonly M: AttributeMap }).M, '1': entry } } };
}

describe('verify of all key paths', () => {
  beforeAll(async () => {
    await open();
    await backfill(branch.place);
  });

  it('looks at promoted key paths, too, where it is told to', async () => {
    await verify(branch.place);
    await promote(branch.place);
    expect(await verify(branch.place)).toMatchObject({ items: 0, keyPaths: [] });
    await tamper(adaByEmail, (row) => ({ ...row, team: { S: 'blue' } }));
    const found = await verify({ ...branch.place, all: true });
    expect(found.keyPaths.find(({ keyPath }) => keyPath === BY_EMAIL)).toMatchObject({ stale: 1 });
    expect(await verify({ ...branch.place, all: true, repair: true })).toMatchObject({ complete: true });
    expect(await branch.bench.wrong()).toEqual([]);
  });
});
