import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { backfillIn } from '../../src/operator/backfill.js';
import { dropIn } from '../../src/operator/drop.js';
import { retireIn } from '../../src/operator/retire.js';
import { openSessionOver } from '../../src/operator/session.js';
import { verifyIn } from '../../src/operator/verify.js';
import { withdrawIn } from '../../src/operator/withdraw.js';
import { gatewayOver } from '../../src/table/gateway-over.js';
import { startEngine } from '../support/engine.js';
import { BY_MAIL, hurried, Notes, v2, v3 } from './notes.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

it('a verify finds no fault on a key path that is withdrawn while it looks', async () => {
  const notes = await Notes.on(engine);
  await notes.at(v2);
  await notes.at(v3);
  const now = await notes.at(v2);
  await now.update({ id: 'a' }, (note) => void (note.title = 'A'));
  await backfillIn(await notes.operator(v3), {});
  let scans = 0;
  const gateway = gatewayOver(notes.gateway, {
    async scan(request) {
      const withdrawn = { schema: v3, version: 3, force: true };
      if (++scans === 1) await withdrawIn(await notes.operator(v3, hurried(notes.gateway)), withdrawn);
      return notes.gateway.scan(request);
    },
  });
  for (const repair of [false, true]) {
    const session = await openSessionOver(gateway, v2, () => undefined);
    expect(await verifyIn(session, { segments: 1, repair })).toMatchObject({ keyPaths: [], complete: true });
  }
  expect(scans).toBeGreaterThan(1);
});

it('a row that nobody lists on a key path that is gone is found with all others, and deleted', async () => {
  const notes = await Notes.on(engine);
  await notes.at(v2);
  const { pk: _, sk: __, ...row } = (await notes.gateway.get({ pk: '/mail-a@x', sk: '/note-a' }))!;
  // An item that has it no more, and one that is not there.
  for (const [mail, owner] of [
    ['old', '/note-a'],
    ['zoe', '/note-zoe'],
  ] as const) {
    const stray = { ...row, $owner: { L: [{ S: 'Note' }, { S: owner }, { S: '/' }] } };
    const key = { pk: `/mail-${mail}@x`, sk: owner };
    await notes.gateway.write([{ kind: 'put', key, row: stray }], mail);
  }
  await retireIn(await notes.operator(), { version: 1, force: true });
  await dropIn(await notes.operator(), { version: 1, force: true });
  const all = async (choice: object) => (await verifyIn(await notes.operator(), { all: true, ...choice })).keyPaths;
  const name = { type: 'Note', keyPath: BY_MAIL };
  expect(await all({})).toMatchObject([{ ...name, dangling: 2, repaired: 0 }]);
  expect(await all({ repair: true })).toMatchObject([{ ...name, dangling: 1, repaired: 1 }]);
  expect(await all({ repair: true, orphans: 'delete' })).toMatchObject([{ ...name, dangling: 0, repaired: 1 }]);
  expect(await all({})).toEqual([]);
  expect((await notes.keys()).filter((key) => key.startsWith('/mail'))).toEqual([]);
});
