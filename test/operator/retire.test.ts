import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { backfill, retire as retireAll } from '../../src/operator/index.js';
import { retireIn } from '../../src/operator/retire.js';
import type { Session } from '../../src/operator/session.js';
import { lowerFloor, raiseFloor } from '../../src/registry/retire-decisions.js';
import { RetireRefusedError, VersionRetiredError } from '../../src/registry/errors.js';
import { isFloorSwept } from '../../src/registry/knowledge.js';
import type { Repository } from '../../src/store/repository.js';
import { gatewayOver } from '../../src/table/gateway-over.js';
import { startEngine } from '../support/engine.js';
import { openBranch, smoothly } from './branch.js';
import { BY_ID, BY_MAIL, ending, hurried, type NoteV1, Notes, sleeping, v1, v2, v3, withoutFences } from './notes.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const retire = (session: Session, version = 1) => retireIn(session, { version });

describe('a version that is retired', () => {
  it('writes no more, and reads what it did [FENCE]', async () => {
    const notes = await Notes.on(engine);
    const old = await notes.old();
    const loaded = (await old.findByKeyPath(BY_ID, { id: 'a' }))!;
    const now = await notes.at(v2);
    expect(await retire(await notes.operator())).toEqual({
      floor: 2,
      items: 3,
      written: 3,
      finished: true,
      ...smoothly,
    });

    loaded.title = 'changed';
    await expect(old.save(loaded)).rejects.toThrow(VersionRetiredError);
    await expect(old.insert(old.create({ id: 'd' }))).rejects.toThrow(VersionRetiredError);
    await expect(old.update({ id: 'b' }, (note) => void (note.title = 'B'))).rejects.toThrow(VersionRetiredError);
    await expect(old.delete({ id: 'b' })).rejects.toThrow(VersionRetiredError);
    await expect(notes.old()).rejects.toThrow(/Version 1 of schema 'notes' was retired: only versions from 2 on/);

    expect((await old.findByKeyPath(BY_MAIL, { mail: 'a@x', id: 'a' }))!.lines![0]!.price).toBe(1);
    await now.update({ id: 'a' }, (note) => void (note.title = 'new'));
    expect((await old.findByKeyPath(BY_MAIL, { mail: 'a@x', id: 'a' }))!.title).toBe('new');
    expect(await notes.wrong()).toEqual([]);
  });

  it('writes again after an undo, in the processes that are there too', async () => {
    const notes = await Notes.on(engine);
    const old = await notes.old();
    await notes.at(v2);
    await retire(await notes.operator());
    await expect(old.insert(old.create({ id: 'd' }))).rejects.toThrow(VersionRetiredError);
    expect(await retireIn(await notes.operator(), { version: 1, undo: true })).toEqual({
      floor: 1,
      items: 0,
      written: 0,
      ...smoothly,
      finished: true,
    });
    await old.insert(old.create({ id: 'd', mail: 'd@x' }));
    expect(await notes.wrong()).toEqual([]);
    // Raised anew, the floor asks for a sweep of its own.
    expect(await retire(await notes.operator())).toMatchObject({ floor: 2, items: 4, written: 4 });
  });

  it('is not the newest one, and is one that there is', async () => {
    const notes = await Notes.on(engine);
    await notes.at(v2);
    await expect(retire(await notes.operator(), 2)).rejects.toThrow(RetireRefusedError);
    await expect(retire(await notes.operator(), 7)).rejects.toThrow(/There is no version 7/);
    expect((await notes.registry()).knowledge.floor.version).toBe(1);
  });

  it('is retired with those before it, once', async () => {
    const notes = await Notes.on(engine);
    await notes.at(v3);
    expect(await retire(await notes.operator(v3), 2)).toEqual({
      floor: 3,
      items: 3,
      written: 3,
      finished: true,
      ...smoothly,
    });
    expect(await retire(await notes.operator(v3), 1)).toEqual({
      floor: 3,
      items: 0,
      written: 0,
      ...smoothly,
      finished: true,
      ...smoothly,
    });
    await expect(notes.at(v2)).rejects.toThrow(VersionRetiredError);
  });
});

describe('a process of the version that slept, with a request on its way [FENCE]', () => {
  it.each<[string, (old: Repository<NoteV1>) => Promise<unknown>]>([
    ['insert', (old) => old.insert(old.create({ id: 'd', mail: 'd@x' }))],
    ['insert without rows', (old) => old.insert(old.create({ id: 'd' }))],
    ['update', (old) => old.update({ id: 'a' }, (note) => void (note.title = 'late'))],
    ['update of an item without rows', (old) => old.update({ id: 'c' }, (note) => void (note.title = 'late'))],
    ['delete', (old) => old.delete({ id: 'a' })],
  ])('does not %s', async (_, write) => {
    const notes = await Notes.on(engine);
    await notes.at(v2);
    let before: readonly string[] = [];
    const old = await notes.old(
      sleeping(notes.gateway, async () => {
        await retire(await notes.operator());
        before = await notes.keys();
      }),
    );
    await expect(write(old)).rejects.toThrow(VersionRetiredError);
    expect(before).not.toEqual([]);
    expect(await notes.keys()).toEqual(before);
    expect(await notes.wrong()).toEqual([]);
  });
});

describe('a retire that is not alone', () => {
  it('is told that another operator took it back', async () => {
    const notes = await Notes.on(engine);
    await notes.at(v2);
    let undone = false;
    const gateway = gatewayOver(notes.gateway, {
      scan: async (request) => {
        if (!undone) {
          undone = true;
          await (await notes.registry()).append(lowerFloor(1));
        }
        return notes.gateway.scan(request);
      },
    });
    await expect(retire(await notes.operator(v2, gateway))).rejects.toThrow(/Another operator took back/);
    expect((await notes.registry()).knowledge.floor.version).toBe(1);
  });

  it('sweeps anew for a floor that was taken back and raised again', async () => {
    const notes = await Notes.on(engine);
    await notes.at(v2);
    const old = await notes.old();
    let scans = 0;
    const gateway = gatewayOver(notes.gateway, {
      scan: async (request) => {
        const page = await notes.gateway.scan(request);
        if (++scans === 1) {
          const registry = await notes.registry();
          await registry.append(lowerFloor(1));
          await old.insert(old.create({ id: 'between' }));
          await registry.append(raiseFloor(1));
        }
        return page;
      },
    });
    expect(await retire(await notes.operator(v2, gateway))).toMatchObject({ floor: 2, items: 4 });
    expect(isFloorSwept((await notes.registry()).knowledge)).toBe(true);
    expect(await notes.wrong()).toEqual([]);
  });

  it('shares the work with another', async () => {
    const notes = await Notes.on(engine);
    await notes.at(v2);
    const both = await Promise.all([retire(await notes.operator()), retire(await notes.operator())]);
    expect(both.map(({ floor }) => floor)).toEqual([2, 2]);
    expect(await notes.wrong()).toEqual([]);
  });

  it('keeps a version from being announced, or is what that comes before', async () => {
    const notes = await Notes.on(engine);
    await notes.at(v2);
    const unused = await notes.at(
      v2,
      sleeping(notes.gateway, async () => undefined),
    );
    await notes.at(v3);
    await retire(await notes.operator(v3), 2);
    await expect(unused.insert(unused.create({ id: 'd' }))).rejects.toThrow(VersionRetiredError);
    expect((await notes.registry()).knowledge.versions.get(2)!.active).toBe(false);
  });
});

it('names an item whose key another one has: one of them was written by hand', async () => {
  const { bench, place } = await openBranch(engine, async ({ members }) => {
    for (const id of ['ada', 'bob']) await members.insert(members.create({ id, email: `${id}@x` }));
  });
  await backfill(place);
  const key = { pk: '/member-ada', sk: '/' };
  const { pk: _, sk: __, ...row } = (await bench.gateway.get(key))!;
  await bench.putRaw(key, { ...row, email: { S: 'bob@x' } });
  const { finished, passedOver } = await retireAll({ ...place, version: 1, force: true });
  expect(finished).toBe(false);
  expect(passedOver).toMatchObject({ count: 1, first: [{ key, code: 'KEY_PATH_CONFLICT' }] });
  expect(passedOver.first[0]!.message).toMatch(/Member \("\/member-ada", "\/"\) .*`ductile inspect`/s);
});

it('goes on wherever it was stopped: before or after each of its requests', async () => {
  const notes = await Notes.on(engine);
  await notes.at(v2);
  for (const when of ['before', 'after'] as const) {
    // Stopped after a request is stopped before the next one, but for an answer that nobody heard.
    for (let nth = 2; ; nth += when === 'before' ? 2 : 3) {
      const gateway = hurried(withoutFences(ending(notes.gateway, nth, when)));
      const first = await notes
        .operator(v1, gateway)
        .then(retire)
        .then(
          () => 'done',
          () => 'stopped',
        );
      expect(await retire(await notes.operator(v1, hurried(withoutFences(notes.gateway))))).toMatchObject({ floor: 2 });
      const { knowledge } = await notes.registry();
      expect(isFloorSwept(knowledge)).toBe(true);
      expect(await notes.wrong()).toEqual([]);
      await retireIn(await notes.operator(v1, hurried(withoutFences(notes.gateway))), { version: 1, undo: true });
      if (first === 'done') break;
    }
  }
});
