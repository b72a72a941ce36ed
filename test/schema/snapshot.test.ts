import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openStore, printSnapshot, publish, readSnapshot, SnapshotError, snapshotOf } from '../../src/index.js';
import type { LocalEngine } from '../../src/local/index.js';
import { backfill, status } from '../../src/operator/index.js';
import type { SchemaVersion } from '../../src/schema/model.js';
import { startEngine } from '../support/engine.js';
import { v1, v3 } from '../operator/library.js';

type Snapshot = ReturnType<typeof snapshotOf>;

const printed = (): Snapshot => JSON.parse(printSnapshot(snapshotOf(v3))) as Snapshot;

describe('a snapshot of a schema', () => {
  let engine: LocalEngine;
  beforeAll(async () => {
    engine = await startEngine();
  });
  afterAll(() => engine.stop());

  it('is all that publish and operators need: no classes', async () => {
    const place = { table: 'shop', client: engine.client };
    await publish({ schema: v1, ...place, createTable: true });
    const schema = readSnapshot(printed());
    expect(await publish({ schema, ...place })).toMatchObject({ published: [2, 3] });
    expect((await backfill({ schema, ...place })).finished).toBe(true);
    expect(await status({ ...place })).toMatchObject({ schema: 'library', versions: [{}, {}, {}] });
    // What it published is what the sources yield.
    await (await openStore({ schema: v3, ...place })).close();
  });

  it('has the same text for the same sources, and comes back from it as it was', () => {
    expect(printSnapshot(snapshotOf(v3))).toBe(printSnapshot(snapshotOf(v3)));
    expect(readSnapshot(printed())).toEqual(snapshotOf(v3));
  });

  it.each<[string, (snapshot: Snapshot) => unknown]>([
    ['no object', () => 'shop'],
    ['nothing', () => null],
    ['something else', () => ({ name: 'shop', version: 1 })],
    ['more than a snapshot', (snapshot) => ({ ...snapshot, comment: 'mine' })],
    ['another format', (snapshot) => ({ ...snapshot, format: 2 })],
    ['fewer versions than it says', (snapshot) => ({ ...snapshot, versions: snapshot.versions.slice(0, 2) })],
    ['a version that was changed', (snapshot) => ({ ...snapshot, versions: snapshot.versions.map(renamed) })],
    ['a migration that was taken away', (snapshot) => ({ ...snapshot, migrations: [] })],
    ['versions that are none', (snapshot) => ({ ...snapshot, versions: [1, 2, { version: 3 }] })],
  ])('is refused where it is %s', (_, change) => {
    expect(() => readSnapshot(change(printed()))).toThrow(SnapshotError);
  });
});

const renamed = (version: SchemaVersion): SchemaVersion =>
  JSON.parse(JSON.stringify(version).replaceAll('"email"', '"mail"')) as SchemaVersion;
