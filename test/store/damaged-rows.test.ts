import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import type { Repository } from '../../src/store/repository.js';
import type { AttributeMap, AttributeValue } from '../../src/values/attribute-value.js';
import { startEngine } from '../support/engine.js';
import { Bench } from './bench.js';
import { Thing, twoPaths } from './two-paths.js';

let engine: LocalEngine;
let bench: Bench;
let things: Repository<Thing>;
let rows: Readonly<Record<'primary' | 'secondary', AttributeMap>>;
beforeAll(async () => {
  engine = await startEngine();
  bench = await Bench.on(engine);
  things = (await bench.open(twoPaths)).repository(Thing);
  await things.insert(things.create({ shelf: 's', id: '1', name: 'n' }));
  const all = await bench.rows();
  rows = { primary: all.find((row) => !('$owner' in row))!, secondary: all.find((row) => '$owner' in row)! };
});
afterAll(() => engine.stop());

const S = (text: string): AttributeValue => ({ S: text });

/** What somebody does to a row by hand; null takes the attribute away. */
const damages: readonly [what: string, row: 'primary' | 'secondary', change: Record<string, AttributeValue | null>][] =
  [
    ...(['primary', 'secondary'] as const).flatMap((row): (typeof damages)[number][] => [
      ['no type', row, { $type: null }],
      ['a type that nobody knows', row, { $type: S('Nonsense') }],
      ['a type that is no text', row, { $type: { N: '1' } }],
      ['the fields of another key', row, { id: S('2'), name: S('m') }],
      ['no stamp', row, { $stamp: null }],
      ['a stamp below the first epoch', row, { $stamp: { L: [{ N: '0' }, S('00000000')] } }],
      ['a stamp that is yet to come', row, { $stamp: { L: [{ N: '99' }, S('00000000')] } }],
      ['no revision', row, { $rev: null }],
      ['no incarnation', row, { $inc: null }],
      ['half an owner', row, { $owner: { L: [S('Thing')] } }],
      ['another owner', row, { $owner: { L: [S('Other'), S('x'), S('y')] } }],
      ['a field of another type', row, { name: { N: '5' } }],
      ['a required field gone', row, { name: null }],
    ]),
    ['no ancestors', 'primary', { $anc: null }],
    ['no manifest', 'primary', { $paths: null }],
    ['another path', 'secondary', { $path: S('7') }],
    ['no path', 'secondary', { $path: null }],
    ['no owner', 'secondary', { $owner: null }],
  ];

describe('a row that was damaged by hand is reported with its key, never returned and never passed over', () => {
  it.each(damages)('%s on a %s row', async (_, kind, change) => {
    const key = bench.gateway.keyOf(rows[kind]);
    const damaged = Object.entries({ ...rows[kind], ...change }).filter((entry) => entry[1] !== null);
    await bench.putRaw(key, Object.fromEntries(damaged) as AttributeMap);
    const told = { code: expect.stringMatching(/^(DAMAGED_ROW|FOREIGN_ROW|REGISTRY_BEHIND|REGISTRY_FORK)$/) };
    if (kind === 'primary') {
      await expect(things.findByKeyPath('/shelf-:shelf/id-:id', { shelf: 's', id: '1' })).rejects.toMatchObject(told);
      await expect(things.listByKeyPath('/shelf-:shelf/id-', { shelf: 's' }).toArray()).rejects.toMatchObject(told);
    } else {
      const values = { shelf: 's', name: 'n' };
      await expect(things.findByKeyPath('/shelf-:shelf/name-:name', values)).rejects.toMatchObject(told);
      await expect(things.listByKeyPath('/shelf-:shelf/name-', { shelf: 's' }).toArray()).rejects.toMatchObject(told);
    }
    await bench.putRaw(key, rows[kind]);
  });
});

it('a row that says it is of another type is not deleted by its key', async () => {
  const key = bench.gateway.keyOf(rows.primary);
  await bench.putRaw(key, { ...rows.primary, $type: S('Nonsense') });
  await expect(things.delete({ shelf: 's', id: '1' })).rejects.toMatchObject({ code: 'DAMAGED_ROW' });
  await bench.putRaw(key, rows.primary);
  expect(await things.delete({ shelf: 's', id: '1' })).toBe(true);
});
