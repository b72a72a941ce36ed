import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openClient } from '../../src/cli/client.js';
import { hearOfTable } from '../../src/cli/table-heard.js';
import { isLoopback } from '../../src/dynamo/client.js';
import { openStore, type Repository } from '../../src/index.js';
import { backfill } from '../../src/operator/index.js';
import type { LocalEngine } from '../../src/local/index.js';
import { startEngine } from '../support/engine.js';
import { tableOfNotes } from '../cli/a-table.js';
import { notes } from '../cli/schemas/notes.js';
import type { NoteV1 } from '../cli/schemas/notes-v1.js';
import { folderWith, type TypedOptions, typed } from '../cli/terminal.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const BY_TEXT = { type: 'Note', keyPath: '/text-:text/note-:noteId' };

/** A line of words as one types them, in the folder of a table. */
async function begun(write?: (repository: Repository<NoteV1>) => Promise<unknown>) {
  const { table, folder, close, notes: repository } = await tableOfNotes(engine, notes);
  await write?.(repository);
  await close();
  const type = (line: string, options: TypedOptions = {}) => typed(line.split(' '), { folder, ...options });
  const said = async (line: string): Promise<string> => {
    const { exit, stdout, stderr } = await type(line);
    expect({ exit, stderr: stderr.replace(/^(Drain|Sweep|Digest|Verify|Job).*\n/gm, '') }).toEqual({
      exit: 0,
      stderr: '',
    });
    return stdout;
  };
  const json = async (line: string): Promise<unknown> => JSON.parse(await said(`${line} --json`));
  return { table, folder, type, said, json };
}

const rowsOf = async (table: string) => (await engine.client.send(new ScanCommand({ TableName: table }))).Items ?? [];

describe('a key path from publish to promote', () => {
  test('each command says what it did, and which one is next', async () => {
    const { table, said } = await begun();
    expect(await said('publish')).toBe(
      `Published version 2 of schema 'notes' to table ${table}.\nNext: ductile backfill run\n`,
    );
    expect(await said('backfill run')).toBe(
      'Filled, and strict now:\n  Note /text-:text/note-:noteId\n12 items looked at, 12 written.\nNext: ductile verify\n',
    );
    expect(await said('verify')).toBe(
      '12 items verified, all of them on their key paths.\n  Note /text-:text/note-:noteId: sound\nNext: ductile promote\n',
    );
    expect(await said('promote')).toBe('Promoted:\n  Note /text-:text/note-:noteId\n');
    expect(await said('publish')).toBe(`Nothing to publish: table ${table} has version 2 of schema 'notes'.\n`);
    expect(await said('backfill run')).toBe('Nothing to fill: no key path is in expand.\n');
    expect(await said('verify')).toBe('Nothing to verify: no key path is strict.\n');
    expect(await said('promote')).toBe('Nothing to promote: no key path is strict.\n');
  });

  test('and before it, what it will come to', async () => {
    const { type, said, json } = await begun();
    await said('publish');
    expect(await said('plan --max-wcu 10 --price-writes 500 --price-reads 0')).toMatch(
      /^About 12 items in \d+ rows, \d+ kB; 12 of them to write\.\nAbout 48 write units and \d+ read units: 0\.02 at these prices\.\nAt least 5 s within these limits, and the drain\.\nBy a sample of \d+ rows\.\nNext: ductile backfill run --max-wcu 10\n$/,
    );
    expect(await json('plan drop')).toMatchObject({ step: 'drop', items: 12, behind: 12 });
    expect(await said('backfill run --dry-run')).toMatch(/^Would fill, and make strict:\n.*\nAbout 12 items/);
    expect((await type('plan promote')).stderr).toBe(
      "ductile: STEP is one of backfill, verify, retire, drop, withdraw, mendRestored; 'promote' is not. [USAGE]\n",
    );
    expect((await type('plan --price-reads 1')).stderr).toMatch(/give --price-writes and --price-reads\. \[USAGE\]/);
    await said('backfill run');
    expect(await json('plan')).toMatchObject({ behind: 0, writeUnits: 0 });
    expect(await json('verify --dry-run')).toMatchObject({ keyPaths: [BY_TEXT], plan: { behind: 0 } });
  });

  test('the same as JSON, one document each', async () => {
    const { table, json } = await begun();
    expect(await json('publish')).toMatchObject({
      command: 'publish',
      table,
      published: [2],
      nextCommand: 'ductile backfill run',
    });
    expect(await json('backfill run')).toMatchObject({ keyPaths: [BY_TEXT], items: 12, written: 12, finished: true });
    expect(await json('verify')).toMatchObject({ complete: true, keyPaths: [{ ...BY_TEXT, missing: 0 }] });
    expect(await json('promote')).toEqual({ command: 'promote', keyPaths: [BY_TEXT] });
  });

  test('a dry run says the same of what would be, and writes nothing', async () => {
    const { table, said, type } = await begun();
    const writesNothing = async (line: string): Promise<string> => {
      const before = await rowsOf(table);
      const text = await said(`${line} --dry-run`);
      expect(await rowsOf(table)).toEqual(before);
      return text;
    };
    expect(await writesNothing('publish')).toBe(
      `Would publish version 2 of schema 'notes' to table ${table}.\nNext: ductile publish\n`,
    );
    expect((await type('promote --dry-run')).stderr).toContain('[NOT_PUBLISHED]');
    await said('publish');
    expect(await writesNothing('backfill run --max-wcu 9')).toMatch(
      /^Would fill, and make strict:\n {2}Note \/text-[^]*\nNext: ductile backfill run --max-wcu 9\n$/,
    );
    expect((await type('promote --dry-run')).stderr).toContain('is not filled yet');
    await said('backfill run');
    expect((await type('promote --dry-run')).stderr).toContain('was not verified since');
    expect(await writesNothing('verify')).toMatch(/^Would verify:\n {2}Note \/text-[^]*\nNext: ductile verify\n$/);
    await said('verify');
    expect(await writesNothing('promote')).toMatch(/^Would promote:\n {2}Note \/text-[^]*\nNext: ductile promote\n$/);
    expect((await type('retire 1 --dry-run')).stderr).toContain('[RETIRE_REFUSED]');
    expect(await writesNothing('retire 1 --force')).toMatch(
      /^Would let only versions from 2 on write\.\nAbout 12 items[^]*\nNext: ductile retire 1 --force\n$/,
    );
    expect(await writesNothing('retire 1 --undo')).toBe('Versions from 1 on may write already.\n');
    expect((await type('drop 1 --dry-run')).stderr).toMatch(/no version is retired.* \[DROP_REFUSED\]\n$/);
    expect(await writesNothing('withdraw 2 --max-wcu 9')).toMatch(
      /^Would withdraw version 2\.\nWould write every item anew without the rows of its key paths, .*:\nAbout 12 items[^]*\nNext: ductile withdraw 2 --max-wcu 9\n$/,
    );
    expect(await writesNothing('doctor --restored')).toMatch(/\nNext: ductile doctor --restored\n$/);
    expect(await writesNothing('snapshot --out new.json')).toMatch(/\nNext: ductile snapshot --out new.json\n$/);
  });
});

test('what verify finds is told with the first keys, ends with 3, as does the promote after it, and is mended', async () => {
  const { table, type, said } = await begun();
  await said('publish');
  await said('backfill run');
  const lost = (await rowsOf(table)).find((row) => '$owner' in row);
  await engine.client.send(new DeleteItemCommand({ TableName: table, Key: { pk: lost!['pk']!, sk: lost!['sk']! } }));
  const verified = await type('verify');
  expect(verified.exit).toBe(3);
  expect(verified.stdout).toMatch(/ {4}missing: 1 item without a row\n {6}\S.*\nNext: ductile verify --repair\n$/);
  expect(await said('status')).toMatch(/: have them mended\nNext: ductile verify --repair\n$/);
  const promoted = await type('promote --json');
  expect(promoted.exit).toBe(3);
  expect(promoted.stderr).toMatch(/^ductile: .* \[NOT_VERIFIED\]\n$/);
  expect(JSON.parse(promoted.stdout)).toMatchObject({ error: { code: 'NOT_VERIFIED' }, exit: 3 });
  expect(await said('verify --repair')).toMatch(/: sound, after 1 repair\nNext: ductile promote\n$/);
  await said('promote');
  expect(await said('verify --all')).toContain('12 items verified, all of them on their key paths.\n');
  expect(await type('verify --delete-orphans')).toMatchObject({ exit: 2 });
});

describe('a verify', () => {
  /** Takes rows away by hand: secondary ones, or items. */
  const lose = async (table: string, which: 'rows' | 'items', many = 1): Promise<void> => {
    const lost = (await rowsOf(table)).filter((row) => '$type' in row && '$owner' in row === (which === 'rows'));
    for (const { pk, sk } of lost.slice(0, many)) {
      await engine.client.send(new DeleteItemCommand({ TableName: table, Key: { pk: pk!, sk: sk! } }));
    }
  };
  const filled = async () => {
    const { table, said, type } = await begun();
    await said('publish');
    await said('backfill run');
    return { table, said, type };
  };

  test('of promoted key paths, too, has them repaired', async () => {
    const { table, said, type } = await filled();
    await said('verify');
    await said('promote');
    await lose(table, 'rows');
    const { exit, stdout } = await type('verify --all');
    expect(exit).toBe(3);
    expect(stdout).toMatch(/\nNext: ductile verify --all --repair\n$/);
    expect(await said('verify --all --repair')).toContain(': sound, after 1 repair\n');
  });

  test('that repaired all but rows whose item is gone says how these go, and with which caution', async () => {
    const { table, said, type } = await filled();
    await lose(table, 'items');
    const { exit, stdout } = await type('verify --repair');
    expect(exit).toBe(3);
    expect(stdout).toMatch(
      / dangling: 1 row that no item lists\n.*\nNext: ductile verify --repair --delete-orphans  # each row may be the last copy of an item: inspect them first\n$/,
    );
    expect(await said('verify --repair --delete-orphans')).toMatch(/, after 1 repair\nNext: ductile promote\n$/);
  });

  test('before the backfill ends with 3, as a promote does, and in a dry run, too', async () => {
    const { said, type } = await begun();
    await said('publish');
    for (const line of ['verify', 'verify --dry-run', 'verify --all --repair']) {
      expect(await type(line)).toMatchObject({
        exit: 3,
        stdout:
          'Nothing to verify yet: Note /text-:text/note-:noteId is still to be filled.\nNext: ductile backfill run\n',
      });
      expect(JSON.parse((await type(`${line} --json`)).stdout)).toMatchObject({ complete: false, unfilled: [BY_TEXT] });
    }
  });

  test('with --repair says in a dry run what a repair would do, and does nothing', async () => {
    const { table, said } = await filled();
    expect(await said('verify --dry-run')).not.toContain('A repair');
    expect(await said('verify --repair --dry-run')).toMatch(
      /^Would repair nothing:\n12 items verified, all of them .*\n.*: sound\nA repair costs .*\nNext: ductile verify --repair\n$/,
    );
    await lose(table, 'rows', 2);
    await lose(table, 'items');
    const before = await rowsOf(table);
    const dry = await said('verify --repair --dry-run');
    expect(dry).toMatch(
      /^Would write anew, or delete, .*\n11 items .*\n.*\n {4}missing: [12] items? without a row\n(?: {6}.*\n)+(?: {4}dangling: .*\n {6}.*\nWould leave 1 row whose items are gone, .*\n)?A repair costs/,
    );
    expect(await said('verify --repair --delete-orphans --dry-run')).toBe(
      dry.replace('Would leave', 'Would delete').replace('--repair\n', '--repair --delete-orphans\n'),
    );
    expect(await rowsOf(table)).toEqual(before);
  });
});

test('versions are seen, retired, brought back and dropped', async () => {
  const { said, type, json } = await begun();
  await said('publish');
  expect(await said('versions')).toMatch(
    /^version {2}state {6}last seen .*\n1 {8}active {5}20\d\d-.*\n2 {8}published {2}never\n$/,
  );
  expect(await type('retire 1')).toMatchObject({ exit: 3, stderr: expect.stringContaining('[RETIRE_REFUSED]') });
  expect(await said('retire 1 --force --yes')).toBe(
    'Versions from 2 on may write.\n12 items looked at, 12 written.\n' +
      'Next: ductile drop 1  # there is no way back from it, and no hurry\n',
  );
  expect(await json('retire 1')).toMatchObject({
    nextCommand: 'ductile drop 1',
    caution: 'there is no way back from it, and no hurry',
  });
  expect(await json('retire 1 --undo')).not.toHaveProperty('caution');
  await said('retire 1 --force --yes');
  expect(await said('retire 1 --undo')).toBe('Versions from 1 on may write.\n');
  await said('retire 1 --force --yes');
  expect(await type('drop 1 --dry-run')).toMatchObject({ exit: 3, stderr: expect.stringContaining('[DROP_REFUSED]') });
  expect(await said('drop 1 --force --dry-run')).toMatch(
    /^Would drop what only versions up to 1 could see\. There is no way back\.\nWhat goes: no type, no field and no key path\.\nAbout 0 rows and 0 bytes go\.\nAbout 12 items[^]*\nNext: ductile drop 1 --force\n$/,
  );
  expect(await type('drop 1 --force')).toMatchObject({
    exit: 3,
    stderr: expect.stringMatching(
      /^ductile: This is about the table \S+ of account \d+ in us-east-1, at http:\S+\. .* with --yes\. \[NOT_CONFIRMED\]\n$/,
    ),
  });
  expect(await said('drop 1 --force --yes')).toContain('Dropped, now or before: no type, no field and no key path.\n');
  expect(await said('drop 1 --dry-run')).toBe('What only versions up to 1 could see is dropped already.\n');
  expect(await said('status')).toContain('\n  1  dropped\n');
  expect(await said('versions')).toMatch(/\n1 {8}dropped {2}/);
});

test('a version is withdrawn', async () => {
  const { said, type } = await begun();
  await said('publish');
  for (const line of ['withdraw 7', 'withdraw 7 --dry-run']) {
    expect(await type(line)).toMatchObject({ exit: 3, stderr: expect.stringContaining('[WITHDRAW_REFUSED]') });
  }
  expect(await said('withdraw 2')).toContain('Version 1 is the newest now.\n');
});

test('a version that was seen is withdrawn by force only, in a dry run as well', async () => {
  const { table, said, type } = await begun();
  await said('publish');
  await (await openStore({ schema: notes, table, client: engine.client, build: 'reader' })).close();
  for (const line of ['withdraw 2', 'withdraw 2 --dry-run', 'withdraw 2 --unseen-for 2700']) {
    expect(await type(line)).toMatchObject({
      exit: 3,
      stderr: expect.stringMatching(/the build 'reader' was seen just now.* \[WITHDRAW_REFUSED\]\n$/),
    });
  }
  expect(await said('withdraw 2 --force --dry-run')).toMatch(/\nNext: ductile withdraw 2 --force\n$/);
  expect(await said('withdraw 2 --force')).toContain('Version 1 is the newest now.\n');
  expect(await said('withdraw 2 --dry-run')).toBe('Version 2 is withdrawn already.\n');
});

describe('publish', () => {
  test('changes settings, and says so, before and after', async () => {
    const { table, said, json } = await begun();
    await said('publish');
    const change = 'publish --registry-max-age 30 --create-guard age';
    expect(await said(`${change} --dry-run`)).toBe(
      'Would change registry-max-age from 1:00 to 30 s.\nWould change create-guard from fence to age.\n' +
        `Next: ductile ${change}\n`,
    );
    expect(await json(`${change} --dry-run`)).toMatchObject({
      published: [],
      settings: { registryMaxAge: 30_000, createGuard: 'age' },
    });
    expect(await said(change)).toMatch(
      /^Changed registry-max-age from 1:00 to 30 s\.\nChanged create-guard from fence to age\.\n/,
    );
    expect(await said(`${change} --dry-run`)).toBe(
      `Would publish nothing: table ${table} has version 2 of schema 'notes'.\n`,
    );
  });

  test('is refused in a dry run by what would refuse it', async () => {
    const { said, type } = await begun();
    await said('publish --create-guard age');
    expect(await type('withdraw 2 --time-limit 1')).toMatchObject({ exit: 5 });
    for (const line of ['publish --dry-run', 'publish']) {
      expect(await type(line)).toMatchObject({
        exit: 3,
        stderr: expect.stringMatching(
          /: `ductile withdraw 2`\. .* \[WITHDRAW_UNFINISHED\]\nNext: ductile withdraw 2\n$/,
        ),
      });
    }
  });

  test('creates a table only where it is missing and can be, and says so, before and after', async () => {
    const { said, type, json } = await begun();
    expect(await said('publish --table none-such --create-table --dry-run')).toBe(
      "Would create table none-such.\nWould publish versions 1, 2 of schema 'notes' to table none-such.\n" +
        'Next: ductile publish --table none-such --create-table\n',
    );
    expect(await type('publish --table none-such --dry-run')).toMatchObject({ exit: 4 });
    const table = `made-${randomUUID()}`;
    expect(await said(`publish --table ${table} --create-table`)).toMatch(
      new RegExp(`^Created table ${table}\\.\nPublished versions 1, 2 of `),
    );
    expect(await json(`publish --table ${table} --create-table`)).toMatchObject({ createTable: false });
    expect(await json(`publish --table ${table}-2 --create-table`)).toMatchObject({ createTable: true });
    expect(await type('publish --table no --create-table --dry-run')).toMatchObject({ exit: 4 });
  });
});

test('two items with one key are told to be changed, and not to be repaired', async () => {
  const { said, type } = await begun((repository) =>
    repository.insert(repository.create({ userId: 'bob', noteId: 'n4', text: 'text 4' })),
  );
  await said('publish');
  await said('backfill run');
  expect(await type('verify')).toMatchObject({
    exit: 3,
    stdout: expect.stringMatching(
      / open: 1 item whose key another item has\n.*\nChange or delete one of each two items that have one key, then verify again\.\n$/,
    ),
  });
  expect(await said('status')).toMatch(/\n  verify: .*: change or delete one of each two\n$/);
});

describe('the status', () => {
  test('says how the table stands, and what comes next', async () => {
    const { table, said, json } = await begun();
    await said('publish');
    expect(await said('status')).toBe(
      [
        `Schema 'notes' in table ${table} of account 000000000000 in us-east-1, at ${engine.endpoint}.`,
        'Epoch 4, creates guarded by fence (1:00).',
        'A drain that begins now takes 0 s.',
        'Versions:',
        '  1  active',
        '  2  published',
        'Key paths:',
        '  Note /text-:text/note-:noteId  expand',
        'To do:',
        '  backfill run: one key path is not filled yet',
        'Next: ductile backfill run\n',
      ].join('\n'),
    );
    expect(await json('status')).toMatchObject({
      command: 'status',
      table,
      keyPaths: [{ ...BY_TEXT, state: 'expand' }],
      next: [{ step: 'backfill', why: 'one key path is not filled yet' }],
      nextCommand: 'ductile backfill run',
    });
  });

  test('is watched until Ctrl-C, in a terminal in one place', async () => {
    const { said, type } = await begun();
    await said('publish');
    const backfilled = type('status --watch --every 0.1', { columns: 80, interruptAt: /Key paths:\n.* strict/ });
    await said('backfill run');
    const { exit, stdout, stderr } = await backfilled;
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toMatch(/ expand\n[^]*\u001B\[\d+A\u001B\[JSchema[^]* strict\n/);
    // The prompt of the shell is to stand on a line of its own.
    expect(stdout).toMatch(/\nNext: ductile verify\n\n$/);
  });

  test('is watched as JSON, one object a line', async () => {
    const { said, type } = await begun();
    await said('publish');
    const watched = type('status --watch --every 0.1 --json', { interruptAt: /"strict"/ });
    await said('backfill run');
    const { exit, stdout } = await watched;
    const all = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(exit).toBe(0);
    expect(all.length).toBeGreaterThan(1);
    expect(all[0]).toMatchObject({ command: 'status', nextCommand: 'ductile backfill run' });
    expect(all.at(-1)).toMatchObject({
      command: 'status',
      keyPaths: [{ state: 'strict' }],
      nextCommand: 'ductile verify',
    });
  });

  test('is shown in a terminal whose size nobody has set', async () => {
    const { said, type } = await begun();
    await said('publish');
    const watched = type('status --watch --every 0.1', { columns: 0, rows: 0, interruptAt: /Key paths:\n.* expand/ });
    expect(await watched).toMatchObject({ exit: 0, stderr: '' });
  });

  test.each([
    [40, 6],
    [80, 12],
  ])('is cut to a terminal of %i × %i: what a pass does, and what comes next, go last', async (columns, rows) => {
    const { table, said, type } = await begun();
    await said('publish');
    await backfill({ table, client: engine.client, timeLimit: 0 });
    const watched = type('status --watch --every 0.1', { columns, rows, interruptAt: /Next: ductile verify/ });
    await said('backfill run');
    const paintings = (await watched).stdout.split(/\u001B\[\d+A\u001B\[J/);
    expect(paintings[0]).toMatch(/^ {2}backfill-\d+: \d+ %, /m);
    for (const painted of paintings) {
      const lines = painted.trimEnd().split('\n');
      expect(lines.length).toBeLessThan(rows);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(columns);
      expect(painted).toMatch(/^Next: ductile /m);
    }
  });
});

test('a schema is printed, written and compared, without a table', async () => {
  const { folder, type, said } = await begun();
  expect(await said('snapshot --out notes.json')).toBe("Wrote version 2 of schema 'notes' to notes.json.\n");
  const written = readFileSync(join(folder, 'notes.json'), 'utf8');
  expect(await said('snapshot')).toBe(written);
  expect(JSON.parse(await said('snapshot --json'))).toEqual(JSON.parse(written));
  expect(JSON.parse(await said('snapshot --at 1'))).toMatchObject({ version: 1, versions: [{ version: 1 }] });
  expect(await type('snapshot --at 3')).toMatchObject({ exit: 2 });
  expect(await said('snapshot --check notes.json')).toBe("notes.json is version 2 of schema 'notes'.\n");
  expect(await said('publish --schema notes.json')).toContain('Published version 2');
  writeFileSync(join(folder, 'notes.json'), written.replaceAll('"noteId"', '"note"'));
  expect(await type('snapshot --check notes.json')).toMatchObject({
    exit: 3,
    stdout: expect.stringMatching(
      /is not version 2 .*:\n  - it is no snapshot of a schema, or was changed by hand\nNext: ductile snapshot --out notes\.json\n$/,
    ),
  });
  expect(await type('verify --schema notes.json')).toMatchObject({
    exit: 2,
    stderr: expect.stringMatching(/does not have the hash that it says.*\[SCHEMA_FILE\]\n$/),
  });
  expect(await type('snapshot --check none.json')).toMatchObject({ exit: 3 });
  // One of the version before.
  await said('snapshot --at 1 --out notes.json');
  expect((await type('snapshot --check notes.json')).stdout).toMatch(
    /^notes.json is not version 2 of schema 'notes' as it is now:\n {2}- version 2 is not in it\nNext: /,
  );
});

describe('a data job', () => {
  // Jest compiles what they export.
  const folder = folderWith({
    'schema.mjs': `export { notes } from '${import.meta.dirname}/../cli/schemas/notes.ts';`,
    'job.mjs': `export { Shout } from '${import.meta.dirname}/../cli/schemas/shout.ts';`,
    'slowly.mjs': `export { Slowly } from '${import.meta.dirname}/../cli/schemas/slowly.ts';`,
    'pick.mjs': `export { Pick } from '${import.meta.dirname}/../cli/schemas/pick.ts';`,
  });
  const schema = join(folder, 'schema.mjs');
  const job = `job run ${join(folder, 'job.mjs')} --schema ${schema}`;

  test('says in a dry run what would change, and does it', async () => {
    const { said, json } = await begun();
    await said('publish');
    const sampled = await said(`${job} --dry-run --sample 2`);
    expect(sampled).toContain('A sample of 2 items; nothing was written.\n');
    expect(sampled).toMatch(/: changed\n {4}text: 'text (\d+)' → 'TEXT \1'\n/);
    expect(sampled).toMatch(/\nNext: ductile job run \S+ --schema \S+\n$/);
    expect(await said(job)).toBe('12 items done: 12 changed, 0 deleted, 0 skipped.\n');
    expect(await said(`${job} --dry-run --sample 2`)).toMatch(
      /\nIt has ended before: without --again it would do nothing\.\nNext: ductile job run \S+ --schema \S+ --again\n$/,
    );
    expect(await json(`${job} --dry-run`)).toMatchObject({ endedBefore: true });
    expect(await said(`${job} --dry-run --again`)).toMatch(/: same\nNext: ductile job run \S+ --schema \S+ --again\n$/);
    expect(await said(job)).toBe(
      '12 items done: 12 changed, 0 deleted, 0 skipped.\n' +
        'It had ended before, and did nothing now: --again begins it anew.\n',
    );
    expect(await json(job)).toMatchObject({ items: 12, endedBefore: true });
    expect(await json(`${job} --again --job Shout`)).toMatchObject({
      items: 12,
      changed: 0,
      finished: true,
      endedBefore: false,
    });
  });

  test('whose time is over ends with 5, in a dry run, too', async () => {
    const { said, type } = await begun();
    await said('publish');
    const slowly = `job run ${join(folder, 'slowly.mjs')} --schema ${schema}`;
    const sampled = await type(`${slowly} --dry-run --time-limit 1`);
    expect(sampled.exit).toBe(5);
    expect(sampled.stdout).toMatch(
      /^A sample of [12] items?; nothing was written\.\nThe time limit came before the end\.\n/,
    );
    expect(sampled.stdout).not.toContain('Next:');
  });

  test('that fails for an item ends with 3, in a dry run, too', async () => {
    const { said, type } = await begun();
    await said('publish');
    const pick = `job run ${join(folder, 'pick.mjs')} --schema ${schema}`;
    const sampled = await type(`${pick} --dry-run --sample 12`);
    expect(sampled.stdout).toMatch(/: failed\n {4}This one\? No\.\n/);
    expect(sampled.exit).toBe(3);
    expect(await type(pick)).toMatchObject({
      exit: 3,
      stderr: expect.stringMatching(
        /^ductile: The job pick failed .*: This one\? No\. Mend the job .* \[JOB_FAILED\]$/m,
      ),
    });
    expect(await said('status')).toMatch(
      /\n {2}job run FILE: the job pick for items of Note has done \d of \d segments, and nobody works on it\n/,
    );
  });

  test('needs the classes of the schema, and a job in the file', async () => {
    const { said, type } = await begun();
    await said('publish');
    const bySnapshot = await type(`job run ${join(folder, 'job.mjs')}`);
    expect(bySnapshot).toMatchObject({ exit: 2, stderr: expect.stringContaining('with its classes') });
    const noJob = await type(`job run ${schema} --schema ${schema}`);
    expect(noJob).toMatchObject({ exit: 2, stderr: expect.stringContaining('exports no job') });
  });
});

describe('Ctrl-C', () => {
  test('in a drain ends the command with 130 and says how to go on', async () => {
    const { said, type } = await begun();
    await said('publish --create-guard age');
    const { exit, stdout, stderr } = await type('backfill run --max-wcu 5', { interruptAt: /Drain/ });
    expect({ exit, stdout }).toEqual({ exit: 130, stdout: '' });
    expect(stderr).toContain('Stopping where it is safe to; Ctrl-C again ends it at once.\n');
    expect(stderr).toContain('ductile: Interrupted. What was done stays, and is not done again. [INTERRUPTED]\n');
    expect(stderr).toContain('Go on: ductile backfill run --max-wcu 5\n');
    const asJson = await type('backfill run --json', { interruptAt: /Drain/ });
    expect(JSON.parse(asJson.stdout)).toEqual({
      error: { code: 'INTERRUPTED', message: expect.any(String), facts: { signal: 'SIGINT' } },
      exit: 130,
      nextCommand: 'ductile backfill run --json',
    });
  });

  test('in a sweep keeps what was done, and the same command ends it', async () => {
    const { said, type } = await begun();
    await said('publish');
    const { exit } = await type('backfill run --concurrency 1', { interruptAt: /Sweep/ });
    expect(exit).toBe(130);
    expect(await said('backfill run')).toContain('Filled, and strict now:\n');
  });

  test('is no interruption of what goes on until then', async () => {
    const { exit, stdout, stderr } = await typed(['local'], { interruptAt: /Serving/ });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toMatch(
      /^Serving DynamoDB at http:\/\/127\.0\.0\.1:\d+ .*\n\nFor commands:\nexport AWS_ENDPOINT_URL_DYNAMODB=http/,
    );
  });

  test('leaves a terminal on a line of its own', async () => {
    const { stdout } = await typed(['local'], { columns: 80, interruptAt: /DynamoDBClient/ });
    expect(stdout).toMatch(/\)\n\n$/);
  });

  test('a local engine says by which client it is known as local', async () => {
    const { stdout } = await typed(['local'], { interruptAt: /DynamoDBClient/ });
    expect(stdout).toMatch(
      /\nnew DynamoDBClient\(\{ endpoint: 'http:\/\/127\.0\.0\.1:\d+', region: 'us-east-1', credentials: \{ accessKeyId: 'local', secretAccessKey: 'local' \} \}\)\n$/,
    );
    const asJson = JSON.parse((await typed(['local', '--json'], { interruptAt: /}/ })).stdout) as {
      readonly command: string;
      readonly client: DynamoDBClientConfig;
    };
    expect(asJson.command).toBe('local');
    expect(await isLoopback(new DynamoDBClient(asJson.client))).toBe(true);
  });
});

test('a time limit ends a command with 5, and the next one is the same', async () => {
  const { said, type } = await begun();
  await said('publish --create-guard age');
  const { exit, stdout } = await type('backfill run --time-limit 1');
  expect(exit).toBe(5);
  expect(stdout).toBe(
    'The wait for processes that slept was not over when the time limit came.\nNext: ductile backfill run --time-limit 1\n',
  );
  // Whatever is told of what goes on.
  expect((await type('withdraw 2 --time-limit 1 --progress none')).stdout).toMatch(
    /^Version .*\nThe wait for processes /,
  );
});

test('what sweeps the table is paused, limited and resumed from elsewhere', async () => {
  const { table, said, type, json } = await begun();
  await said('publish');
  // Each call comes on a little, however short its time is.
  await backfill({ table, client: engine.client, timeLimit: 0 });
  expect(await said('backfill pause --dry-run')).toMatch(
    /^Would change to:\nbackfill-\d+: paused, .*\nNext: ductile backfill pause\n$/,
  );
  expect(await said('backfill limit --max-wcu 70 --dry-run')).toMatch(
    /^Would change to:\nbackfill-\d+: running, .*, at most 70 WCU\/s\nNext: ductile backfill limit --max-wcu 70\n$/,
  );
  expect(await said('backfill pause')).toMatch(/^backfill-\d+: paused, .*\nNext: ductile backfill resume\n$/);
  expect(await said('status')).toMatch(
    /  backfill resume: backfill-\d+ is paused\n  backfill run: .*\nNext: ductile backfill resume\n$/,
  );
  expect(await said('backfill limit --max-wcu 500')).toMatch(/at most 500 WCU\/s\nNext: ductile backfill resume\n$/);
  expect(await said('status')).toMatch(/Passes over the table:\n  backfill-\d+: paused, .*, at most 500 WCU\/s\n/);
  expect(await said('backfill limit --max-wcu none')).toMatch(/consumed\nNext: ductile backfill resume\n$/);
  const [{ id }] = ((await json('status')) as { works: [{ id: string }] }).works;
  expect(await json(`backfill pause --work ${id}`)).toMatchObject({
    nextCommand: `ductile backfill resume --work ${id}`,
  });
  expect(await json('backfill resume')).toMatchObject({ works: [{ state: 'running', kind: 'sweep' }] });
  for (const line of ['pause', 'resume --dry-run', 'limit --max-wcu 9']) {
    expect(await type(`backfill ${line} --work nope`)).toMatchObject({
      exit: 3,
      stderr: expect.stringMatching(/^ductile: There is no pass 'nope' over table .* \[NO_SUCH_WORK\]\n$/),
    });
  }
  await said('backfill run');
  expect(await said('backfill pause')).toBe('No pass over the table is under way.\n');
});

describe('a refusal names the command that mends it', () => {
  test.each([
    ['status --table none-such', '(`ductile publish --create-table`), or check the name'],
    ['retire 2', '`ductile withdraw 2`. (The table '],
    ['drop 1', '`ductile retire 1`. (The table '],
  ])('%s', async (line, mend) => {
    const { said, type } = await begun();
    await said('publish');
    const { stderr } = await type(line);
    expect(stderr).toContain(mend);
    expect(stderr).toMatch(/^[^\n]+\n$/);
  });
});

describe('a table that cannot be reached ends with 4, in one line', () => {
  test.each([
    ['--endpoint http://127.0.0.1:9', 'ENDPOINT'],
    ['--table none-such', 'TABLE_NOT_FOUND'],
    ['--table no', 'TABLE_NOT_FOUND'],
  ])('%s', async (where, code) => {
    const { type } = await begun();
    const { exit, stderr } = await type(`verify ${where}`);
    expect(exit).toBe(4);
    expect(stderr).toMatch(new RegExp(`^ductile: [^\\n]+ \\[${code}\\]\\n$`));
  });

  test('other keys are a matter of the arguments', async () => {
    const { type } = await begun();
    const { exit, stderr } = await type('verify --keys a,b');
    expect(exit).toBe(2);
    expect(stderr).toContain(' [TABLE_KEYS]\n');
  });
});

describe('an item', () => {
  test('is shown with its rows, and as each version sees it', async () => {
    const { table, folder, said, type, json } = await begun();
    await said('publish');
    await said('backfill run');
    const [row] = await rowsOf(table).then((rows) => rows.filter((each) => '$owner' in each));
    const inspected = async (...key: readonly string[]) => typed(['inspect', ...key], { folder });
    const { exit, stdout: shown } = await inspected(row!['pk']!.S!, row!['sk']!.S!.replace('\u0001', '\\u0001'));
    expect(exit).toBe(0);
    expect(shown).toMatch(
      /^Note \/user-.*\n {2}revision .*\nRows:\n {2}\/user-:userId\/note-:noteId: primary, sound, stamp \d+, \d+ bytes\n/,
    );
    expect(shown).toMatch(/\nVersions:\n {2}1:\n( {4}\w+ +'.*'\n){3} {2}2:\n( {4}\w+ +'.*'\n){3}$/);
    expect(await json('inspect /user-ann/note-n4')).toMatchObject({ type: 'Note', rows: [{}, { condition: 'sound' }] });
    await engine.client.send(new DeleteItemCommand({ TableName: table, Key: { pk: row!['pk']!, sk: row!['sk']! } }));
    const verified = await type('verify');
    const [, pk, sk] = /^ {6}(\S+) (\S+)$/m.exec(verified.stdout) ?? [];
    const missing = await inspected(pk!, sk!);
    expect(missing.exit).toBe(3);
    expect(missing.stdout).toMatch(/\/text-:text\/note-:noteId: strict, missing/);
  });

  test('that is not there ends with 3, and what is no key with 2', async () => {
    const { said, type } = await begun();
    await said('publish');
    expect(await type('inspect /user-ann/note-none')).toMatchObject({
      exit: 3,
      stderr: expect.stringContaining('[NO_SUCH_ROW]'),
    });
    expect(await type('inspect ann')).toMatchObject({ exit: 2 });
  });
});

test('how many rows a table has, and where it is, is heard as a command opens it', async () => {
  const { table } = await begun();
  const client = openClient({ endpoint: engine.endpoint }, {});
  const heard = hearOfTable(client);
  expect(heard).toEqual({});
  const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
  expect(heard).toMatchObject({ rows: Table!.ItemCount, endpoint: engine.endpoint, region: 'us-east-1' });
  expect(Table!.TableArn).toContain(`:${heard.account}:table/`);
  client.destroy();
});

describe('the doctor', () => {
  test('says what it looked at, and ends with 3 where something is wrong', async () => {
    const { table, said, type, json } = await begun();
    await said('publish');
    const healthy = await said('doctor');
    expect(healthy).toMatch(/^✓ {2}table .*\n✓ {2}regions .*\n✓ {2}ttl .*\n✓ {2}iam /);
    expect(healthy).toMatch(
      /\n! {2}work +backfill run: one key path is not filled yet\.\nNext: ductile backfill run\n$/,
    );
    expect(await json('doctor')).toMatchObject({ command: 'doctor', healthy: true });
    const fence = { pk: { S: '$fence#07' }, sk: { S: '/' } };
    await engine.client.send(new DeleteItemCommand({ TableName: table, Key: fence }));
    expect(await type('doctor')).toMatchObject({
      exit: 3,
      stdout: expect.stringMatching(/✖ {2}fences +1 of 64 stands [^]*\nNext: ductile doctor --repair\n$/),
    });
    const before = await rowsOf(table);
    expect(await said('doctor --repair --dry-run')).toMatch(
      /✖ {2}fences +1 of 64 [^]*\nWould raise 1 of 64 fences\.\nNext: ductile doctor --repair\n$/,
    );
    expect(await rowsOf(table)).toEqual(before);
    expect(await said('doctor --repair')).toMatch(/✓ {2}fences +1 of 64 was raised[^]*\nNext: ductile verify --all\n$/);
    expect(await said('doctor --repair --dry-run')).toMatch(/\nWould raise no fence\.\nNext: ductile backfill run\n$/);
  });

  test('says what to type for what waits', async () => {
    const { said, type } = await begun();
    await said('publish --create-guard age');
    expect(await type('doctor --restored --yes --time-limit 1')).toMatchObject({ exit: 5 });
    const { stdout } = await type('doctor');
    expect(stdout).toMatch(
      /\n! {2}work +doctor --restored: the table was restored, [^]*\nNext: ductile doctor --restored {2}# end all applications first\n$/,
    );
    const { stdout: json } = await type('doctor --json');
    expect(JSON.parse(json)).toMatchObject({ waiting: [{ step: 'mendRestored' }, { step: 'backfill' }] });
  });

  test('mends a table that was restored', async () => {
    const { said, type } = await begun();
    await said('publish');
    expect(await said('doctor --restored --dry-run')).toMatch(/^Would give the registry a new id, .*\nAbout 12 items/);
    expect(await said('doctor --restored --yes')).toMatch(
      /^The registry of the table is [0-9a-f-]{36} from now on\.\n12 items looked at, 12 written\.\nNext: ductile verify --all --repair\n$/,
    );
    expect(await type('verify --all --repair')).toMatchObject({
      exit: 3,
      stdout: expect.stringContaining('Nothing to verify yet: '),
    });
    expect(await said('backfill run')).toContain('12 items looked at, 0 written.');
    expect(await type('doctor --restored --repair')).toMatchObject({ exit: 2 });
  });
});
