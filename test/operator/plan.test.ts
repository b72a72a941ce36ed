import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ScanCommandInput } from '@aws-sdk/client-dynamodb';
import type { LocalEngine } from '../../src/local/index.js';
import { backfill, plan, type Progress, verify } from '../../src/operator/index.js';
import { planFor } from '../../src/operator/plan-figures.js';
import { schemaFrom } from '../../src/schema/schema-from.js';
import type { AttributeMap } from '../../src/values/attribute-value.js';
import { putRows } from '../support/copied-rows.js';
import { startEngine } from '../support/engine.js';
import { Bench } from '../store/bench.js';
import { clientOf } from '../dynamo/wire.js';
import { field } from '../schema/declare-by-hand.js';
import { openBranch } from './branch.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

describe('a plan', () => {
  it('says before a backfill what it comes to', async () => {
    const { place } = await openBranch(engine, async ({ members }) => {
      const long = 'x'.repeat(1_500);
      for (let i = 0; i < 60; i++) {
        await members.insert(
          members.create({ id: `m${i}`, email: `m${i}@x`, team: 'red', ...(i % 2 === 0 ? {} : { note: long }) }),
        );
      }
    });
    const before = await plan(place);
    let told: Progress | undefined;
    const { written } = await backfill({ ...place, onProgress: (progress) => (told = progress) });
    expect(before).toMatchObject({ behind: written, sampled: expect.any(Number) });
    expect(before).not.toHaveProperty('cost');
    const consumed = told?.step === 'sweep' ? told.work!.consumed.write : 0;
    // The record of the pass is a part of what was consumed.
    expect(before.writeUnits / consumed).toBeGreaterThan(0.8);
    expect(before.writeUnits / consumed).toBeLessThan(1.25);
    expect(await plan(place)).toMatchObject({ behind: 0, writeUnits: 0 });
    expect(await plan({ ...place, step: 'retire' })).toMatchObject({ behind: written, step: 'retire' });
  });

  it('says before a verify what it reads, and what it writes down', async () => {
    const { place } = await openBranch(engine, async ({ members }) => {
      for (let i = 0; i < 40; i++) await members.insert(members.create({ id: `m${i}`, email: `${i}@x`, team: 'red' }));
    });
    await backfill(place);
    const before = await plan({ ...place, step: 'verify' });
    let told: Progress | undefined;
    await verify({ ...place, onProgress: (progress) => (told = progress) });
    const { read, write } = told?.step === 'digest' ? told.work!.consumed : { read: 0, write: 0 };
    expect(before).toMatchObject({ behind: 0 });
    expect(before.readUnits / read).toBeGreaterThan(0.5);
    expect(before.readUnits / read).toBeLessThan(1.25);
    // Three key paths, in one piece on this engine; there are no books.
    expect(before.writeUnits).toBe(3);
    expect(write).toBe(2);
  });

  it('takes the whole table for what its sample is, and counts in money and time', () => {
    const types = [
      { items: 600, rows: 1_200, behind: 300, writeUnits: 1_500, madeBytes: 0 },
      { items: 400, rows: 800, behind: 200, writeUnits: 500, madeBytes: 0 },
    ];
    const sample = { rows: 2_000, bytes: 1_000_000, ownRows: 0, foreignRows: 0, types, digested: 0 };
    const table = { rows: 2_000_000_000, bytes: 1e12 };
    const limits = { maxWcu: 10_000, maxRcu: 1_000, prices: { perMillionWrites: 0.625, perMillionReads: 0.125 } };
    expect(planFor(table, sample, limits)).toEqual({
      step: 'backfill',
      items: 1_000_000_000,
      rows: 2_000_000_000,
      bytes: 1e12,
      behind: 500_000_000,
      readUnits: 244_140_625,
      writeUnits: 2_000_000_000,
      cost: 1250 + 30.517578125,
      // What is read is the longer of the two.
      duration: 244_140_625,
      passedOver: { count: 0, first: [] },
      sampled: 2_000,
    });
  });

  it('asks a local engine for few segments, each page of which may cost it as much as the table is large', async () => {
    const { place } = await openBranch(engine);
    const client = clientOf(engine);
    const scans: ScanCommandInput[] = [];
    client.middlewareStack.add(
      (next, context) => (args) => {
        if (context['commandName'] === 'ScanCommand') scans.push(args.input as ScanCommandInput);
        return next(args);
      },
      { step: 'initialize' },
    );
    await plan({ ...place, client });
    expect(scans.map(({ Limit, TotalSegments }) => [Limit, TotalSegments])).toEqual(Array(8).fill([256, 8]));
  });

  it('has nothing to say about an empty table', () => {
    const nothing = { rows: 0, bytes: 0, ownRows: 0, foreignRows: 0, types: [], digested: 0 };
    expect(planFor({ rows: 0, bytes: 0 }, nothing, { maxWcu: 5 })).toMatchObject({
      items: 0,
      writeUnits: 0,
      duration: 0,
    });
  });

  it('takes rows that are larger than DynamoDB says, hours ago, as large as they are', () => {
    const sample = { rows: 100, bytes: 80_000, ownRows: 0, foreignRows: 100, types: [], digested: 0 };
    expect(planFor({ rows: 1_000, bytes: 0 }, sample, {})).toMatchObject({ bytes: 800_000, readUnits: 196 });
    expect(planFor({ rows: 1_000, bytes: 900_000 }, sample, {})).toMatchObject({ bytes: 900_000 });
  });

  it('does not count its own rows, of which a larger table has no more, nor those of other programs', () => {
    const types = [{ items: 100, rows: 200, behind: 100, writeUnits: 400, madeBytes: 0 }];
    const sample = { rows: 350, bytes: 0, ownRows: 50, foreignRows: 100, types, digested: 0 };
    expect(planFor({ rows: 6_050, bytes: 0 }, sample, {})).toMatchObject({
      items: 2_000,
      behind: 2_000,
      writeUnits: 8_000,
    });
  });

  it('is refused prices and steps that are none', async () => {
    const { place } = await openBranch(engine);
    await expect(plan({ ...place, prices: { perMillionWrites: -1, perMillionReads: 0 } })).rejects.toThrow(/prices is/);
    await expect(plan({ ...place, step: 'sweep' as 'retire' })).rejects.toThrow(/step is one of/);
  });
});

class Doc {
  doc!: string;
  tenant!: string;
  day?: string;
}

/**
 * A table of so many documents. They are copies of one that was inserted: its words are replaced, in keys and attributes
 * alike.
 */
async function openFile(count: number, keyPaths: readonly string[], dayOf: (i: number) => string | undefined) {
  const fields = [field('doc', 'string'), field('tenant', 'string'), field('day', 'string', { required: false })];
  const types = [{ name: 'Doc', class: Doc, keyPaths, fields }];
  const schema = schemaFrom('file', { types, objects: [], enums: [] }, []);
  const bench = await Bench.on(engine);
  const docs = (await bench.open(schema)).repository(Doc);
  const rowsOf = async (words: Partial<Doc>): Promise<string> => {
    const doc = await docs.insert(docs.create({ doc: 'DOC', tenant: 'TENANT', ...words }));
    const rows = await bench.rows();
    await docs.delete(doc);
    return JSON.stringify(rows);
  };
  const [dated, undated] = [await rowsOf({ day: 'DAY' }), await rowsOf({})];
  const copies = Array.from({ length: count }, (_, i) => {
    const day = dayOf(i);
    const text = day === undefined ? undated : dated.replaceAll('DAY', day);
    return JSON.parse(text.replaceAll('DOC', `${i}`).replaceAll('TENANT', `${i % 5}`)) as AttributeMap[];
  });
  await putRows(bench.client, bench.table, copies.flat());
  return { schema, table: bench.table, client: bench.client };
}

describe('a plan of a table most of whose rows have one of few partition keys', () => {
  const BY_TENANT = '/tenant-:tenant/doc-:doc';
  const BY_DOC = '/doc-:doc';
  const BY_DAY = '/day-:day/doc-:doc';

  it.each([
    ['because items are of few tenants', [BY_TENANT, BY_DOC], () => undefined, 4],
    ['because all have their other row on one day', [BY_DOC, BY_DAY], () => 'none', 4],
    ['for both reasons', [BY_TENANT, BY_DAY], () => 'none', 4],
    [
      'while few items have a row elsewhere',
      [BY_TENANT, BY_DAY],
      (i: number) => (i % 4 === 0 ? `${i}` : undefined),
      7 / 4,
    ],
  ])('%s', async (_, keyPaths, dayOf, unitsOfItem) => {
    const place = await openFile(1_500, keyPaths, dayOf);
    const { items, behind, writeUnits } = await plan({ ...place, step: 'retire' });
    for (const ratio of [items / 1_500, behind / 1_500, writeUnits / (1_500 * unitsOfItem)]) {
      expect(Math.abs(ratio - 1)).toBeLessThan(0.25);
    }
  });
});
