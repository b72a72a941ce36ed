import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { backfill } from '../../src/operator/index.js';
import { startEngine } from '../support/engine.js';
import { tableOfNotes } from './a-table.js';
import { notes } from './schemas/notes.js';
import { notesV1 } from './schemas/notes-v1.js';
import { folderWith, schemaText, typed } from './terminal.js';

let engine: LocalEngine;
let table: string;
let folder: string;
/** A table of version 2, with a pass that nobody works on. */
beforeAll(async () => {
  engine = await startEngine();
  const made = await tableOfNotes(engine, notes, 3);
  await made.close();
  ({ table, folder } = made);
  await typed(['publish'], { folder });
  await backfill({ table, client: engine.client, timeLimit: 0 });
});
afterAll(() => engine.stop());

/** What reads, slows or stops. */
const LINES = [
  'status',
  'versions',
  'plan',
  'plan retire',
  'inspect /user-ann/note-n1',
  'doctor',
  'backfill pause',
  'backfill limit --max-wcu 5',
  'backfill resume',
  'backfill cancel --dry-run',
];

const at = (): string[] => ['--table', table, '--endpoint', engine.endpoint];

describe('what reads, slows or stops needs no sources', () => {
  test.each(LINES)('%s: with the table alone', async (line) => {
    const { exit, stderr } = await typed([...line.split(' '), ...at()], { folder: folderWith({}) });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  });

  test('nor are sources in the way that cannot be loaded, or are of another schema', async () => {
    const elsewhere = folderWith({
      'ductile.config.json': JSON.stringify({ schema: 'gone.ts', table, endpoint: engine.endpoint }),
      'other.json': schemaText({ ...notes, name: 'other' }),
    });
    for (const line of LINES.filter((each) => each !== 'doctor')) {
      for (const schema of [[], ['--schema', 'other.json']]) {
        expect([line, await typed([...line.split(' '), ...schema], { folder: elsewhere })]).toEqual([
          line,
          expect.objectContaining({ exit: 0, stderr: '' }),
        ]);
      }
    }
  });

  test('the doctor tells of those, and compares the others', async () => {
    const doctor = async (files: Record<string, string>, ...more: string[]) => {
      const config = JSON.stringify({ schema: 'schema.json', table, endpoint: engine.endpoint });
      return typed(['doctor', ...more], { folder: folderWith({ 'ductile.config.json': config, ...files }) });
    };
    expect(await doctor({})).toMatchObject({
      exit: 0,
      stdout: expect.stringMatching(/^! {2}schema +There is no schema file .*schema\.json\.$/m),
    });
    expect(await doctor({}, '--schema', 'schema.json')).toMatchObject({ exit: 2 });
    expect(await doctor({ 'schema.json': schemaText(notesV1) })).toMatchObject({
      exit: 0,
      stdout: expect.stringMatching(/^✓ {2}schema +Version 1 is published, with the same content\.$/m),
    });
  });

  test('and what acts goes by the table, too, with the older sources or none', async () => {
    for (const line of [
      'backfill run --dry-run',
      'verify --dry-run',
      'withdraw 2 --force --dry-run --schema v2.json',
    ]) {
      const elsewhere = folderWith({ 'v1.json': schemaText(notesV1), 'v2.json': schemaText(notes) });
      expect((await typed([...line.split(' '), ...at()], { folder: elsewhere })).exit).not.toBe(2);
    }
    const { exit, stderr } = await typed(['withdraw', '2', '--force', ...at()], { folder: folderWith({}) });
    expect(stderr).toMatch(/^ductile: No schema was named: give --schema FILE, .* \[USAGE\]\n$/);
    expect(exit).toBe(2);
  });

  test('sources ahead of the table are told to be published first', async () => {
    const made = await tableOfNotes(engine, notes, 1);
    await made.close();
    for (const line of ['status', 'versions', 'doctor']) {
      expect((await typed([line], { folder: made.folder })).exit).toBe(0);
    }
    const { exit, stderr } = await typed(['backfill', 'run'], { folder: made.folder });
    expect(stderr).toMatch(/^ductile: .* \[NOT_PUBLISHED\]\nNext: ductile publish\n$/);
    expect(exit).toBe(3);
  });
});
