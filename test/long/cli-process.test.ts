import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { status } from '../../src/operator/index.js';
import { startEngine } from '../support/engine.js';
import { tableOfNotes } from '../cli/a-table.js';
import { inShell, inTerminal, piped } from '../cli/processes.js';
import { notes } from '../cli/schemas/notes.js';
import { folderWith, schemaText } from '../cli/terminal.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const schemas = resolve(import.meta.dirname, '../cli/schemas');

/** A folder with a schema, and with a configuration that runs this first. */
const configured = (code: string): string =>
  folderWith({
    'ductile.config.mjs': `${code}\nexport default { schema: 'schema.json' };`,
    'schema.json': schemaText(notes),
  });

/** A folder for `ductile job run job.mjs` on a table of its own, whose job does that to each item. */
async function withJob(each: string): Promise<{ folder: string; job: string[] }> {
  const { folder, close } = await tableOfNotes(engine, notes);
  await close();
  await piped(['publish'], { folder });
  const file = join(schemas, 'notes.ts');
  const code = `import { Note } from '${file}';\nexport default { name: 'job', type: Note, ${each} };`;
  return { folder, job: ['job', 'run', join(folderWith({ 'job.mjs': code }), 'job.mjs'), '--schema', file] };
}

describe('what user code prints goes to standard error', () => {
  const loud =
    "console.log('a banner'); process.stdout.write('and more\\n'); setTimeout(() => console.log('late'), 1);";

  test.concurrent('of a configuration, so that a snapshot is the snapshot alone', async () => {
    const { exit, stdout, stderr } = await piped(['snapshot'], { folder: configured(loud) });
    expect({ exit, stdout, stderr }).toEqual({
      exit: 0,
      stdout: schemaText(notes),
      stderr: 'a banner\nand more\nlate\n',
    });
  });

  test.concurrent('of a job, so that --json is one document', async () => {
    const { folder, job } = await withJob("each() { console.log('an item'); }");
    const { exit, stdout, stderr } = await piped([...job, '--json'], { folder });
    expect(JSON.parse(stdout)).toMatchObject({ command: 'job run', items: 12 });
    expect({ exit, printed: stderr.match(/^an item$/gm)?.length }).toEqual({ exit: 0, printed: 12 });
  });
});

describe('a reader that leaves', () => {
  test.concurrent('changes nothing for a command that prints', async () => {
    const script = 'ductile snapshot | true; echo ${PIPESTATUS[0]}';
    expect(await inShell(script, { folder: configured('') })).toEqual({ exit: 0, stdout: '0\n', stderr: '' });
  });

  test.concurrent('changes nothing for a command that works on the table', async () => {
    const { folder, close } = await tableOfNotes(engine, notes);
    await close();
    await piped(['publish'], { folder });
    const { stdout } = await inShell('ductile backfill run --drain 0 2>&1 | true; echo ${PIPESTATUS[0]}', { folder });
    expect(stdout).toBe('0\n');
    expect((await piped(['verify'], { folder })).exit).toBe(0);
  });

  test.concurrent('ends what goes on until Ctrl-C, with 0', async () => {
    const folder = configured('');
    expect(await inShell('ductile local | true; echo ${PIPESTATUS[0]}', { folder })).toEqual({
      exit: 0,
      stdout: '0\n',
      stderr: '',
    });
  });
});

describe('a command ends when its work is done', () => {
  const KEPT = [
    ['a timer', 'setInterval(() => undefined, 1_000);'],
    ['a server', "(await import('node:http')).createServer().listen(0);"],
    ['a timer that prints', "setInterval(() => console.log('still here'), 10_000);"],
  ] as const;

  test.concurrent.each(KEPT)('whatever %s of a module keeps open', async (_, code) => {
    const { exit, stdout } = await piped(['snapshot'], { folder: configured(code) });
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: schemaText(notes) });
  });

  test.concurrent('also where it is refused', async () => {
    const { exit } = await piped(['snapshot', '--at', '7'], { folder: configured(KEPT[1][1]) });
    expect(exit).toBe(2);
  });
});

describe('on a terminal the name of the table is asked for', () => {
  const AT = /Type the table's name to go on: /;
  const made = async () => {
    const { folder, table, close } = await tableOfNotes(engine, notes);
    await close();
    await piped(['publish'], { folder });
    return { folder, table };
  };

  test.concurrent('and the right one goes on', async () => {
    const { folder, table } = await made();
    const { exit, stdout } = await inTerminal(['retire', '1', '--force'], { folder, answer: { at: AT, line: table } });
    expect(stdout).toMatch(/This is about the table \S+ of account \d+ in us-east-1, at http:/);
    expect(stdout).toContain('Versions from 2 on may write.');
    expect(exit).toBe(0);
  });

  test.concurrent('and another one, or Ctrl-C, does not', async () => {
    const { folder, table } = await made();
    const line = ['retire', '1', '--force'];
    const { exit, stdout } = await inTerminal(line, { folder, answer: { at: AT, line: 'shop' } });
    expect(stdout).toContain('[NOT_CONFIRMED]');
    expect(exit).toBe(3);
    expect(await inTerminal(line, { folder, interruptAt: AT })).toMatchObject({ exit: 130 });
    const { versions } = await status({ table, client: engine.client });
    expect(versions[0]).toEqual({ version: 1, state: 'active' });
  });
});

describe('a disk that is full', () => {
  test.concurrent('is told in one line, with 1', async () => {
    const { exit, stderr } = await inShell('ductile snapshot > /dev/full', { folder: configured('') });
    expect(stderr).toMatch(/^ductile: The result could not be written to standard output: ENOSPC[^\n]+ \[OUTPUT\]\n$/);
    expect(exit).toBe(1);
  });

  test.concurrent('takes nothing from the code of what went wrong', async () => {
    const script = 'ductile snapshot --at 7 --json > /dev/full 2> /dev/full';
    expect(await inShell(script, { folder: configured('') })).toMatchObject({ exit: 2 });
  });
});

describe('a promise that never settles is told in one line', () => {
  test.concurrent('of a configuration', async () => {
    const { exit, stdout, stderr } = await piped(['snapshot'], { folder: configured('await new Promise(() => {});') });
    expect(stderr).toMatch(
      /^ductile: The configuration \S+ductile.config.mjs cannot be loaded: it awaits a promise that never settles\. \[CONFIG\]\n$/,
    );
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
  });

  test.concurrent('of a job, which leaves no bar in a terminal', async () => {
    const { folder, job } = await withJob('each() { return new Promise(() => {}); }');
    const { exit, stdout } = await inTerminal(job, { folder });
    expect(stdout).toMatch(
      /\r\u001B\[2Kductile: `ductile job run [^\n]+ waits for a promise [^\n]+ \[UNSETTLED\]\r\n$/,
    );
    expect(exit).toBe(3);
  });
});

describe('an error that nobody caught is told in one line, with its place', () => {
  const FAULTS = [
    ['a forgotten await', 'each() { void Promise.reject(new Error("it broke")); }'],
    ['a throw in a callback', 'each() { setTimeout(() => { throw new Error("it broke"); }, 1); }'],
  ] as const;

  test.concurrent.each(FAULTS)('%s in a job, which gives its segment back', async (_, each) => {
    const { folder, job } = await withJob(each.replace('{', '{ if (globalThis.done) return; globalThis.done = true;'));
    const { exit, stdout, stderr } = await piped([...job, '--json'], { folder });
    expect(stderr).toMatch(
      /^ductile: An error that nobody caught: it broke \(at [^\n]+job\.mjs:2:\d+\)[^\n]+ \[UNCAUGHT\]\n$/m,
    );
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'UNCAUGHT' }, exit: 3 });
    expect(exit).toBe(3);
    const { works } = JSON.parse((await piped(['status', '--json'], { folder })).stdout) as {
      works: readonly { readonly segments: { readonly leased: number } }[];
    };
    expect(works.map(({ segments }) => segments.leased)).toEqual([0]);
  });

  test.concurrent('of a configuration, in the place of what was to be printed', async () => {
    const folder = configured(
      "void Promise.reject(new Error('it broke')); await new Promise((r) => setTimeout(r, 10));",
    );
    const { exit, stdout } = await piped(['snapshot', '--json'], { folder });
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'UNCAUGHT' }, exit: 3 });
    expect(exit).toBe(3);
  });

  test.concurrent('after the result was printed', async () => {
    const folder = configured("process.once('beforeExit', () => { throw 'late'; });");
    const { exit, stdout, stderr } = await piped(['snapshot'], { folder });
    expect(stdout).toBe(schemaText(notes));
    expect(stderr).toMatch(/^ductile: An error that nobody caught: late\. [^\n]+ \[UNCAUGHT\]\n$/);
    expect(exit).toBe(3);
  });
});

describe('ductile local', () => {
  test.concurrent('ends with 1 in one line, where its engine has ended', async () => {
    const folder = folderWith({});
    const script = `
      ductile local --db-path data > out & server=$!
      until grep -q SECRET out; do sleep 0.05; done
      kill -KILL $(pgrep -f "$PWD/data/dynoxide.db")
      wait $server`;
    const { exit, stderr } = await inShell(script, { folder, env: { DUCTILE_ENDPOINT: '' } });
    expect(stderr).toMatch(
      /ductile: The local engine at \S+ ended with signal SIGKILL\. [^\n]+ \[LOCAL_ENGINE_ENDED\]\n$/,
    );
    expect(exit).toBe(1);
  });

  test.concurrent('refuses a folder that cannot be made, with 2', async () => {
    const { exit, stderr } = await piped(['local', '--db-path', '/proc/ductile'], { folder: '.' });
    expect(stderr).toMatch(/^ductile: The data cannot be kept in the folder \/proc\/ductile: [^\n]+ \[USAGE\]\n$/);
    expect(exit).toBe(2);
  });

  test.concurrent('refuses what means nothing to an engine that is running already', async () => {
    const env = { DUCTILE_ENDPOINT: 'http://127.0.0.1:8000' };
    const { exit, stderr } = await piped(['local', '--port', '8001'], { folder: '.', env });
    expect(stderr).toMatch(/^ductile: DUCTILE_ENDPOINT names the engine at [^\n]+ unset it\. \[USAGE\]\n$/);
    expect(exit).toBe(2);
  });
});
