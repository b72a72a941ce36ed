import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { dropIn } from '../../src/operator/drop.js';
import { retireIn } from '../../src/operator/retire.js';
import type { Session } from '../../src/operator/session.js';
import { readPrimary } from '../../src/protocol/row.js';
import { DropRefusedError, RetireRefusedError, VersionRetiredError } from '../../src/registry/errors.js';
import { isDropSwept } from '../../src/registry/knowledge.js';
import { beginDrop, takeAway } from '../../src/registry/retire-decisions.js';
import { gatewayOver } from '../../src/table/gateway-over.js';
import { startEngine } from '../support/engine.js';
import { all, smoothly } from './branch.js';
import { BY_ID, BY_MAIL, BY_OWN_MAIL, ending, hurried, Notes, v1, v2, v3, withoutFences } from './notes.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const drop = (session: Session, version = 1) => dropIn(session, { version });

/** Version 1 is retired, and nothing dropped yet. */
async function retired(): Promise<Notes> {
  const notes = await Notes.on(engine);
  await notes.at(v2);
  await retireIn(await notes.operator(), { version: 1 });
  return notes;
}

const rowOf = async (notes: Notes, id: string) => (await notes.gateway.get({ pk: `/note-${id}`, sk: '/' }))!;

describe('a drop', () => {
  it('takes away rows and attributes that no remaining version can see, and nothing else', async () => {
    const notes = await retired();
    const now = await notes.at(v2);
    const seen = await now.findByKeyPath(BY_ID, { id: 'a' });
    const before = await rowOf(notes, 'a');
    expect(await notes.keys()).toContain('/mail-a@x/note-a');

    const report = await drop(await notes.operator());
    const keyPaths = [BY_MAIL, BY_OWN_MAIL].map((keyPath) => ({ type: 'Note', keyPath }));
    // What no remaining version has at all stays as it is.
    const goes = { types: ['Coupon'], fields: ['Note.mail', 'Line.price'], keyPaths };
    const freed = { rows: 4, bytes: expect.any(Number) };
    expect(report).toEqual({ ...goes, items: 3, written: 3, freed, finished: true, ...smoothly });
    expect(await notes.keys()).toEqual(['/note-a', '/note-b', '/note-c']);
    const after = await rowOf(notes, 'a');
    expect(after).toMatchObject({
      title: { S: 'A' },
      lines: { L: [{ M: { text: { S: 'one' } } }, { M: { text: { S: 'two' } } }] },
      $rev: before['$rev']!,
    });
    expect(after).not.toHaveProperty('mail');
    expect(JSON.stringify(after)).not.toContain('price');
    const key = { pk: '/note-a', sk: '/' };
    expect(readPrimary(after, key).layout).toBe(readPrimary(before, key).layout + 1);
    expect(await now.findByKeyPath(BY_ID, { id: 'a' })).toEqual(seen);
    expect(await notes.wrong()).toEqual([]);
  });

  it('leaves an entity that was loaded before as it was for its user', async () => {
    const notes = await retired();
    const now = await notes.at(v2);
    const loaded = (await now.findByKeyPath(BY_ID, { id: 'a' }))!;
    await drop(await notes.operator());
    loaded.title = 'later';
    loaded.lines!.reverse();
    await now.save(loaded);
    // Not even what its elements held when they were loaded comes back.
    expect(JSON.stringify(await rowOf(notes, 'a'))).not.toMatch(/price|mail/);
    expect((await now.findByKeyPath(BY_ID, { id: 'a' }))!.lines).toEqual(loaded.lines);
    expect(await notes.wrong()).toEqual([]);
  });

  it('is done by users’ writes as well', async () => {
    const notes = await retired();
    const now = await notes.at(v2);
    const registry = await notes.registry();
    await registry.append(beginDrop(1));
    await now.update({ id: 'a' }, (note) => void (note.title = 'not yet'));
    expect(await rowOf(notes, 'a')).toHaveProperty('mail');
    await registry.append(takeAway(registry.knowledge.epoch));
    await now.insert(now.create({ id: 'learns by a fence' }));
    await now.update({ id: 'a' }, (note) => void (note.title = 'now'));
    expect(await rowOf(notes, 'a')).not.toHaveProperty('mail');
    expect(await notes.keys()).not.toContain('/mail-a@x/note-a');
    expect(await notes.wrong()).toEqual([]);
    expect(await drop(await notes.operator())).toMatchObject({ items: 4, written: 2 });
  });

  it('leaves items of a type that no remaining version has', async () => {
    const notes = await Notes.on(engine);
    const key = { pk: '/coupon-x', sk: '/' };
    const { knowledge } = await notes.registry();
    const [first] = (await notes.gateway.scan({})).rows.filter((row) => '$type' in row && !('$owner' in row));
    const { $rev, $inc, $anc, $stamp } = first!;
    const row = {
      $type: { S: 'Coupon' },
      $rev: $rev!,
      $inc: $inc!,
      $anc: $anc!,
      $stamp: $stamp!,
      $paths: { M: {} },
      code: { S: 'x' },
    };
    await notes.gateway.write([{ kind: 'put', key, row }], 'by-hand');
    expect(knowledge.demanded.has('Coupon')).toBe(true);
    await notes.at(v2);
    await retireIn(await notes.operator(), { version: 1 });
    await drop(await notes.operator());
    expect(await notes.gateway.get(key)).toMatchObject({ code: { S: 'x' } });
    expect(await notes.wrong()).toEqual([]);
  });

  it('goes on with the next versions', async () => {
    const notes = await retired();
    await drop(await notes.operator());
    await notes.at(v3);
    expect(await retireIn(await notes.operator(v3), { version: 2 })).toMatchObject({ floor: 3 });
    expect(await drop(await notes.operator(v3), 2)).toMatchObject({ items: 3, written: 3 });
    expect(await drop(await notes.operator(v3), 2)).toMatchObject({ items: 0, written: 0 });
    expect(await notes.wrong()).toEqual([]);
  });

  it('is of what is retired, and there is no way back from it', async () => {
    const notes = await Notes.on(engine);
    await notes.at(v2);
    await expect(drop(await notes.operator())).rejects.toThrow(DropRefusedError);
    await retireIn(await notes.operator(), { version: 1 });
    await expect(drop(await notes.operator(), 2)).rejects.toThrow(DropRefusedError);
    await drop(await notes.operator());
    const undo = retireIn(await notes.operator(), { version: 1, undo: true });
    await expect(undo).rejects.toThrow(RetireRefusedError);
  });
});

describe('a reader at a version that is dropped', () => {
  it('is refused as soon as it knows, whatever it reads', async () => {
    const notes = await retired();
    const old = await notes.olderReader();
    await drop(await notes.operator());
    // The item tells by its stamp.
    await expect(old.findByKeyPath(BY_ID, { id: 'a' })).rejects.toThrow(VersionRetiredError);
    await expect(old.findByKeyPath(BY_ID, { id: 'nobody' })).rejects.toThrow(/is dropped from table/);
    await expect(old.listByKeyPath('/mail-:mail', { mail: 'a@x' }).toArray()).rejects.toThrow(VersionRetiredError);
  });

  it('is not told that there is nothing, when what it knows is old [COMPLETE]', async () => {
    const notes = await retired();
    let ahead = 0;
    const gateway = gatewayOver(notes.gateway, { newestDate: () => notes.gateway.newestDate() + ahead });
    const old = await notes.olderReader(gateway);
    const lister = await notes.olderReader(gateway);
    const found = await old.findByKeyPath(BY_MAIL, { mail: 'a@x', id: 'a' });
    expect(found).toMatchObject({ id: 'a' });
    await drop(await notes.operator());
    ahead = 62_001;
    await expect(old.findByKeyPath(BY_MAIL, { mail: 'a@x', id: 'a' })).rejects.toThrow(VersionRetiredError);
    await expect(all(lister.listByKeyPath('/mail-:mail', { mail: 'a@x' }))).rejects.toThrow(VersionRetiredError);
  });

  it('misses no row until then, whoever writes its item [COMPLETE]', async () => {
    const notes = await retired();
    const now = await notes.at(v2);
    await (await notes.registry()).append(beginDrop(1));
    const later = await notes.at(v2);
    await later.update({ id: 'a' }, (note) => void (note.title = 'known'));
    await now.update({ id: 'b' }, (note) => void (note.title = 'unknown'));
    expect(await notes.keys()).toEqual(expect.arrayContaining(['/mail-a@x/note-a', '/mail-b@x/note-b']));
    expect(await notes.wrong()).toEqual([]);
  });
});

it('a list of a newer version passes over rows that are going, in the group of its own', async () => {
  const notes = await retired();
  const registry = await notes.registry();
  await registry.append(beginDrop(1));
  await registry.append(takeAway(registry.knowledge.epoch));
  expect(await notes.keys()).toContain('/note-a/mail-a@x');
  const now = await notes.at(v2);
  expect(await now.listByKeyPath('/note-:id', { id: 'a' }).toArray()).toHaveLength(1);
});

it('a drop goes on wherever it was stopped: before or after each of its requests', async () => {
  for (const when of ['before', 'after'] as const) {
    const notes = await retired();
    let nth = 2;
    for (; ; nth++) {
      const gateway = hurried(withoutFences(ending(notes.gateway, nth, when)));
      const end = await notes
        .operator(v1, gateway)
        .then(drop)
        .then(
          () => 'done',
          () => 'stopped',
        );
      expect(await notes.wrong()).toEqual([]);
      if (end === 'done') break;
    }
    // However little each run came on, all of them together were enough.
    expect(isDropSwept((await notes.registry()).knowledge)).toBe(true);
    expect(await notes.keys()).toEqual(['/note-a', '/note-b', '/note-c']);
    expect(nth).toBeGreaterThan(4);
  }
});
