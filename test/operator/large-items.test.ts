import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { backfill, doctor, plan } from '../../src/operator/index.js';
import { RowTooLargeError } from '../../src/table/errors.js';
import { rowSize } from '../../src/table/row-size.js';
import type { RowKey } from '../../src/values/attribute-value.js';
import { startEngine } from '../support/engine.js';
import { openBranch } from './branch.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const big: RowKey = { pk: '/member-big', sk: '/' };
const KB = 1024;

it('an item without room is told by plan and doctor, passed over with its name, and filled when it is smaller', async () => {
  const { bench, place, old } = await openBranch(engine, async ({ members }) => {
    await members.insert(members.create({ id: 'big', email: 'big@x' }));
    await members.insert(members.create({ id: 'small', email: 'small@x' }));
  });
  const { gateway } = bench;
  const { pk, sk, ...row } = (await gateway.get(big))!;
  const note = 'n'.repeat(400 * KB - rowSize({ pk: pk!, sk: sk!, ...row, note: { S: '' } }) - 4);
  await bench.putRaw(big, { ...row, note: { S: note } });

  const told = { count: 1, first: [{ key: big, code: 'ROW_TOO_LARGE' }] };
  expect((await plan(place)).passedOver).toMatchObject(told);
  const { checks } = await doctor(place);
  expect(checks.find(({ check }) => check === 'rows')).toMatchObject({
    verdict: 'warning',
    message: expect.stringContaining('/member-big'),
  });
  expect(await backfill(place)).toMatchObject({ finished: false, passedOver: told });
  expect(await gateway.get({ pk: '/email-small@x', sk: '/' })).toBeDefined();

  // It may shrink, and stay as large as it was, but not grow.
  const loaded = (await old.members.findByKeyPath('/member-:id', { id: 'big' }))!;
  loaded.note = `${note}!`;
  await expect(old.members.save(loaded)).rejects.toThrow(RowTooLargeError);
  await old.members.update({ id: 'big' }, (member) => void (member.note = 'short'));
  expect(await backfill(place)).toMatchObject({ finished: true, passedOver: { count: 0 } });
  expect(await bench.wrong()).toEqual([]);
});

it('a user stores what leaves room for the key paths of later versions, and no more', async () => {
  const { bench, old, place } = await openBranch(engine);
  const note = (bytes: number) => 'n'.repeat(bytes);
  const member = (size: number) => old.members.create({ id: 'big', email: 'big@x', note: note(size) });
  await expect(old.members.insert(member(395 * KB))).rejects.toThrow(/leaves 8192 of them free/);
  await old.members.insert(member(391 * KB));
  expect(await backfill(place)).toMatchObject({ finished: true });
  expect(await bench.wrong()).toEqual([]);
});
