import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { commands } from '../../src/cli/commands/index.js';
import { type LocalEngine, startLocalEngine } from '../../src/local/index.js';
import { tableOfNotes } from '../cli/a-table.js';
import { inTerminal, piped, type ProcessOptions } from '../cli/processes.js';
import { notes } from '../cli/schemas/notes.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startLocalEngine();
});
afterAll(() => engine.stop());

const schemas = resolve(import.meta.dirname, '../cli/schemas');
const JOB = `job run ${join(schemas, 'shout.ts')} --schema ${join(schemas, 'notes.ts')}`;
const SLOW_JOB = `job run ${join(schemas, 'slow.ts')} --schema ${join(schemas, 'notes.ts')}`;

/** Every command, in an order in which a table can meet them, and what it ends with. */
const LIFE: readonly (readonly [string, number])[] = [
  ['publish --dry-run', 0],
  ['publish', 0],
  ['snapshot --out notes.json --dry-run', 0],
  ['snapshot --out notes.json', 0],
  ['snapshot --check notes.json', 0],
  ['status', 0],
  ['plan', 0],
  ['plan retire --max-wcu 10 --price-writes 0.6 --price-reads 0.1', 0],
  ['backfill run --dry-run', 0],
  ['backfill run', 0],
  ['backfill pause', 0],
  ['backfill resume', 0],
  ['backfill limit --max-wcu 100', 0],
  ['verify --dry-run', 0],
  ['verify', 0],
  ['promote', 0],
  ['verify --all --repair', 0],
  ['versions', 0],
  ['inspect /user-ann/note-n3', 0],
  ['doctor', 0],
  [JOB, 0],
  ['retire 1', 3],
  ['retire 1 --force --dry-run', 0],
  ['retire 1 --force --yes', 0],
  ['drop 1 --force --dry-run', 0],
  ['drop 1 --force --yes', 0],
  ['withdraw 2', 3],
];

const tableOf = async (): Promise<string> => {
  const { folder, close } = await tableOfNotes(engine, notes);
  await close();
  return folder;
};

describe('every command, as a user types it', () => {
  test.concurrent('in a pipe, text and JSON: the result alone on standard output, no control characters', async () => {
    const [folder, other] = await Promise.all([tableOf(), tableOf()]);
    for (const [line, code] of LIFE) {
      const [human, json] = await Promise.all([
        piped(line.split(' '), { folder }),
        piped([...line.split(' '), '--json', '--progress', 'json'], { folder: other }),
      ]);
      expect([line, human.exit, json.exit]).toEqual([line, code, code]);
      expect(human.stdout + human.stderr).not.toContain('\u001B');
      expect(JSON.parse(json.stdout)).toBeInstanceOf(Object);
      if (code === 0) for (const object of json.stderr.trim().split('\n').filter(Boolean)) JSON.parse(object);
      else expect(human.stderr).toMatch(/^ductile: [^\n]+ \[[A-Z_]+\]\n$/);
    }
  });

  test.concurrent('in a terminal: the same text, and no progress left over', async () => {
    const folder = await tableOf();
    for (const [line, code] of LIFE) {
      const { exit, stdout } = await inTerminal(line.split(' '), { folder, env: { NO_COLOR: '1' } });
      expect([line, exit]).toEqual([line, code]);
      expect(stdout).not.toMatch(/\u001B\[\d+m/);
      // What is drawn last stands on a line that was cleared before.
      expect(stdout.split('\r\u001B[2K').at(-1)).not.toMatch(/^(Sweep|Digest|Verify|Drain|Job)\b.*·/m);
    }
  });

  test('is among these', () => {
    const tried = LIFE.map(([line]) => line);
    const untried = commands.map(({ name }) => name).filter((name) => !tried.some((line) => line.startsWith(name)));
    // A pass that nobody works on is cancelled in test/cli/passes.test.ts.
    expect(untried).toEqual(['backfill cancel', 'local']);
  });
});

describe('Ctrl-C in the middle of its work', () => {
  const AT_ONCE = '--drain 0';
  const STRICT = [`backfill run ${AT_ONCE}`];
  /** What comes before a command, and what shows that it is in the middle. */
  const LINES: readonly (readonly [string, RegExp, ...string[]])[] = [
    ['backfill run', /Drain/],
    ['verify', /Drain/, ...STRICT],
    ['retire 1 --force --yes', /Drain/],
    ['drop 1 --force --yes', /Drain/, `retire 1 --force --yes ${AT_ONCE}`],
    ['withdraw 2', /Drain/],
    ['doctor --restored --yes', /Drain/],
    [SLOW_JOB, /Job slow/],
  ];

  test.concurrent.each(LINES)('ends %s with 130 in a pipe and in a terminal, with 143 on SIGTERM', async (...given) => {
    const [line, middle, ...before] = given;
    const folder = await tableOf();
    await piped(['publish', '--create-guard', 'age'], { folder });
    for (const each of before) expect([each, (await piped(each.split(' '), { folder })).exit]).toEqual([each, 0]);
    const ended = async (run: typeof piped, options: Partial<ProcessOptions>) => {
      const { exit, stdout, stderr } = await run(line.split(' '), { folder, interruptAt: middle, ...options });
      expect(stdout + stderr).toContain(`Go on: ductile ${line}`);
      return exit;
    };
    expect(await ended(piped, {})).toBe(130);
    expect(await ended(piped, { signal: 'SIGTERM' })).toBe(143);
    expect(await ended(inTerminal, {})).toBe(130);
  });

  test.concurrent('ends local and status --watch with 0', async () => {
    const folder = await tableOf();
    await piped(['publish'], { folder });
    for (const run of [piped, inTerminal]) {
      expect(await run(['local'], { folder, interruptAt: /SECRET/ })).toMatchObject({ exit: 0 });
      expect(await run(['status', '--watch'], { folder, interruptAt: /active/ })).toMatchObject({ exit: 0 });
    }
  });
});
