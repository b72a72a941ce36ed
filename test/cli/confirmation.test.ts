import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { openStore } from '../../src/index.js';
import { retire } from '../../src/operator/index.js';
import { status } from '../../src/operator/index.js';
import { startEngine } from '../support/engine.js';
import { tableOfNotes } from './a-table.js';
import { Leaf, leaves, leavesV1 } from './schemas/leaves.js';
import { notes } from './schemas/notes.js';
import { folderWith, schemaText, typed } from './terminal.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

async function tableAt2() {
  const { table, folder, close } = await tableOfNotes(engine, notes, 3);
  await close();
  await typed(['publish'], { folder });
  return { table, folder };
}

const TABLE = String.raw`table \S+ of account \d+ in us-east-1, at http://127\.0\.0\.1:\d+`;

/** What cannot be taken back. */
const LINES = ['retire 1 --force', 'drop 1 --force', 'doctor --restored'];

describe('what cannot be taken back', () => {
  const ready = async (line: string) => {
    const made = await tableAt2();
    if (line.startsWith('drop')) await retire({ table: made.table, client: engine.client, version: 1, force: true });
    return made;
  };

  test.each(LINES)('%s asks on a terminal for the name of the table, and shows where it is', async (line) => {
    const { table, folder } = await ready(line);
    const before = await status({ table, client: engine.client });
    const asked: string[] = [];
    const ask = (answer: string) => (question: string) => (asked.push(question), Promise.resolve(answer));
    const refused = await typed(line.split(' '), { folder, columns: 80, ask: ask('shop') });
    expect(refused.stderr).toMatch(
      new RegExp(`This is about the ${TABLE}\\.\nductile: This is about the ${TABLE}\\. [^\n]+ \\[NOT_CONFIRMED\\]\n$`),
    );
    expect(refused.exit).toBe(3);
    expect((await status({ table, client: engine.client })).epoch).toBe(before.epoch);
    expect(await typed(line.split(' '), { folder, columns: 80, ask: ask(table) })).toMatchObject({ exit: 0 });
    expect(asked).toEqual(["Type the table's name to go on: ", "Type the table's name to go on: "]);
  });

  test.each(LINES)('%s is refused in a pipe without --yes, and done with it', async (line) => {
    const { table, folder } = await ready(line);
    const before = await status({ table, client: engine.client });
    const { exit, stdout, stderr } = await typed(line.split(' '), { folder });
    expect(stderr).toMatch(new RegExp(`^ductile: This is about the ${TABLE}\\. .* --yes\\. \\[NOT_CONFIRMED\\]\n$`));
    expect({ exit, stdout }).toEqual({ exit: 3, stdout: '' });
    expect((await status({ table, client: engine.client })).epoch).toBe(before.epoch);
    expect(await typed([...line.split(' '), '--yes'], { folder })).toMatchObject({ exit: 0 });
  });

  test('is not asked again where it was begun: what goes on with it was confirmed then', async () => {
    const { folder } = await tableAt2();
    await typed(['publish', '--create-guard', 'age'], { folder });
    const line = ['retire', '1', '--force', '--time-limit', '1'];
    expect(await typed([...line, '--yes'], { folder })).toMatchObject({ exit: 5 });
    expect(await typed(line, { folder })).toMatchObject({ exit: 5 });
  });
});

test('a drop lists the types, fields and key paths that go, with rows and bytes, before and after', async () => {
  const table = `leaves-${process.pid}`;
  const store = await openStore({ schema: leavesV1, table, client: engine.client, createTable: true, publish: 'auto' });
  const repository = store.repository(Leaf);
  for (let n = 0; n < 5; n++)
    await repository.insert(repository.create({ id: `${n}`, colour: 'green', shade: 'dark' }));
  await store.close();
  const folder = folderWith({
    'ductile.config.json': JSON.stringify({ schema: 'schema.json', table, endpoint: engine.endpoint }),
    'schema.json': schemaText(leaves),
  });
  for (const line of ['publish', 'retire 1 --force --yes']) {
    expect(await typed(line.split(' '), { folder })).toMatchObject({
      exit: 0,
      stderr: expect.not.stringContaining('ductile:'),
    });
  }
  const dry = await typed(['drop', '1', '--force', '--dry-run'], { folder });
  const goes =
    '  field Leaf.colour\n  key path Leaf /colour-:colour/leaf-:id\n  type Twig: its items stay as they are, and no version reads them\n';
  expect(dry.stdout).toContain(`What goes:\n${goes}About 5 rows and `);
  const { stdout } = await typed(['drop', '1', '--force', '--dry-run', '--json'], { folder });
  const about = JSON.parse(stdout) as { readonly freed: { readonly rows: number; readonly bytes: number } };
  expect(about).toMatchObject({ types: ['Twig'], fields: ['Leaf.colour'], freed: { rows: 5 } });
  const { stdout: done } = await typed(['drop', '1', '--force', '--yes', '--json'], { folder });
  const report = JSON.parse(done) as typeof about;
  expect(report).toMatchObject({ types: ['Twig'], fields: ['Leaf.colour'], freed: { rows: 5 }, written: 5 });
  expect(report.freed.bytes).toBeGreaterThan(0.5 * about.freed.bytes);
  expect(report.freed.bytes).toBeLessThan(1.5 * about.freed.bytes);
  const again = await typed(['drop', '1'], { folder });
  expect(again.stdout).toContain(`Dropped, now or before:\n${goes}`);
});
