import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { backfill, inspect, NoSuchRowError } from '../../src/operator/index.js';
import type { RowKey } from '../../src/values/attribute-value.js';
import { startEngine } from '../support/engine.js';
import { type Branch, openBranch } from './branch.js';

let engine: LocalEngine;
let branch: Branch;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  branch = await openBranch(engine, async ({ members }) => {
    await members.insert(members.create({ id: 'ada', email: 'ada@x', team: 'red' }));
  });
});

const ada: RowKey = { pk: '/member-ada', sk: '/' };
const adaByEmail: RowKey = { pk: '/email-ada@x', sk: '/' };
const see = (key: string | RowKey) => inspect({ ...branch.place, key });
const conditions = async () =>
  (await see(ada)).rows.map(({ keyPath, state, condition }) => [keyPath, state, condition]);

describe('an item', () => {
  it('is shown with its rows, and as each version sees it', async () => {
    expect(await see('/member-ada')).toMatchObject({
      type: 'Member',
      key: ada,
      item: { layout: 0, ancestors: [], expired: false },
      rows: expect.arrayContaining([
        expect.objectContaining({ key: ada, keyPath: '/member-:id', state: 'primary', condition: 'sound' }),
      ]),
      versions: [
        { version: 1, entity: { id: 'ada', email: 'ada@x', team: 'red' } },
        { version: 2, entity: { id: 'ada', email: 'ada@x', team: 'red' } },
      ],
    });
  });

  it('lacks rows before the backfill, and has them after it', async () => {
    const states = async () => (await conditions()).map(([, state, condition]) => `${state} ${condition}`);
    expect(await states()).toEqual(['primary sound', 'expand unfilled', 'expand unfilled']);
    await backfill(branch.place);
    expect(await states()).toEqual(['primary sound', 'strict sound', 'strict sound']);
    const { item, rows } = await see(ada);
    expect(item?.layout).toBe(1);
    expect(new Set(rows.map(({ stamp }) => stamp?.epoch)).size).toBe(1);
  });

  it('is found by any of its rows, and by any of its key paths', async () => {
    await backfill(branch.place);
    const found = await see(ada);
    expect(await see(adaByEmail)).toEqual(found);
    expect(await see('/email-ada@x')).toEqual(found);
  });

  it('says what is wrong with its rows', async () => {
    await backfill(branch.place);
    const { gateway } = branch.bench;
    await gateway.write([{ kind: 'delete', key: adaByEmail }], 'by-hand');
    expect(await conditions()).toContainEqual([expect.stringContaining('email'), 'strict', 'missing']);
    await expect(see(adaByEmail)).rejects.toThrow(NoSuchRowError);
  });

  it('is shown though a version cannot read it', async () => {
    const { gateway } = branch.bench;
    const { pk: _, sk: __, ...row } = (await gateway.get(ada))!;
    await branch.bench.putRaw(ada, { ...row, team: { N: '5' } });
    const { versions, rows } = await see(ada);
    expect(rows.at(-1)).toMatchObject({ keyPath: expect.stringContaining('team'), condition: 'damaged' });
    expect(versions).toMatchObject([1, 2].map((version) => ({ version, error: expect.stringContaining('team') })));
  });
});

describe('an own row of an item that says it is a copy', () => {
  it('is shown as what it is, and as damaged', async () => {
    const { gateway } = branch.bench;
    const { pk: _, sk: __, ...row } = (await gateway.get(ada))!;
    await branch.bench.putRaw(ada, { ...row, $owner: { S: 'somebody' } });
    const report = await see('/member-ada');
    expect(report).toMatchObject({ type: 'Member', key: ada, sound: false, damage: expect.stringContaining('$owner') });
    expect(report.rows).toMatchObject([{ key: ada, state: 'primary', condition: 'damaged' }]);
    expect(report.versions).toMatchObject([1, 2].map((version) => ({ version, entity: { id: 'ada' } })));
  });
});

describe('a row without its item', () => {
  it('is shown as dangling', async () => {
    await backfill(branch.place);
    await branch.bench.gateway.write([{ kind: 'delete', key: ada }], 'by-hand');
    expect(await see('/email-ada@x')).toMatchObject({ key: ada, rows: [{ key: adaByEmail, condition: 'dangling' }] });
    expect(await see(adaByEmail)).not.toHaveProperty('item');
  });

  it('is shown beside the rows of an item that does not list it', async () => {
    await backfill(branch.place);
    const { pk: _, sk: __, ...row } = (await branch.bench.gateway.get(adaByEmail))!;
    const other: RowKey = { pk: '/email-eve@x', sk: '/' };
    await branch.bench.putRaw(other, row);
    const { rows } = await see(other);
    expect(rows.at(-1)).toMatchObject({ key: other, condition: 'dangling' });
    expect(rows).toHaveLength((await see(ada)).rows.length + 1);
  });
});

describe('what is not there', () => {
  it('is said, with the key that was tried', async () => {
    await expect(see('/member-eve')).rejects.toThrow(/no row .* at \("\/member-eve", "\/"\)/);
    await expect(see('/nothing-7')).rejects.toThrow(/No key path of any published version looks like/);
    await expect(see('$registry')).rejects.toThrow(/key is a key path with its values/);
    await expect(see({ pk: '$registry', sk: 'x' })).rejects.toThrow(NoSuchRowError);
  });
});
