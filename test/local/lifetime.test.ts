import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findEngine } from '../../src/local/find-engine.js';
import type { EngineProgram } from '../../src/local/find-engine.js';
import { remaining, running } from '../support/running.js';
import { compileLocal } from './compiled.js';

let scratch: string;
beforeAll(() => {
  mkdirSync('.cache', { recursive: true });
  scratch = mkdtempSync(resolve('.cache', 'lifetime-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

let count = 0;
/** A name that stands in the command line of the parent's engine and nowhere else. */
const marked = (): string => join(scratch, `data-${++count}-end`);

interface Parent {
  readonly process: ChildProcess;
  /** Resolves once the parent says that its engine answers; rejects with what it printed where it ends before. */
  readonly ready: Promise<void>;
  /** How the parent ended, and what it printed. */
  readonly end: Promise<{ code: number | null; signal: string | null; output: string }>;
}

/** Runs a program that starts an engine, uses its client, does what the test says, and then says `ready`. */
function parent(entry: string, marker: string, then: string, env: Record<string, string> = {}): Parent {
  const program = `
    (async () => {
      const { startLocalEngine } = await ${entry.includes('commonjs') ? 'require' : 'import'}(${JSON.stringify(entry)});
      const { ListTablesCommand } = await import('@aws-sdk/client-dynamodb');
      const local = await startLocalEngine(
        process.env.DUCTILE_ENGINE === 'memory' ? {} : { folder: process.argv[2] });
      await local.client.send(new ListTablesCommand({}));
      ${then}
      console.log('ready');
    })();`;
  const file = join(scratch, `parent-${count}.cjs`);
  writeFileSync(file, program);
  const started = spawn(process.execPath, [file, marker], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, DUCTILE_ENDPOINT: '', ...env },
  });
  let output = '';
  const ready = new Promise<void>((resolveReady, reject) => {
    started.once('close', () => reject(new Error(`The parent ended before it was ready: ${output}`)));
    for (const stream of [started.stdout, started.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (output.includes('ready')) resolveReady();
      });
    }
  });
  // Not every test waits for it.
  ready.catch(() => undefined);
  const end = new Promise<Awaited<Parent['end']>>((resolveEnd) => {
    started.once('exit', (code, signal) => resolveEnd({ code, signal, output }));
  });
  return { process: started, ready, end };
}

/** A module after which the pipes of children have no `unref`. */
function withoutUnref(): string {
  const file = join(scratch, 'without-unref.cjs');
  writeFileSync(
    file,
    `const processes = require('node:child_process');
    const { spawn } = processes;
    processes.spawn = (...args) => {
      const child = spawn(...args);
      for (const pipe of child.stdio) pipe.unref = undefined;
      return child;
    };
    require('node:module').syncBuiltinESMExports();`,
  );
  return file;
}

describe.each(['es6', 'commonjs'] as const)('compiled as %s, an engine', (module) => {
  let entry: string;
  beforeAll(() => {
    entry = compileLocal(join(scratch, module), module);
  });

  test('keeps its parent no longer than the parent has work, and ends with it', async () => {
    const marker = marked();
    const { end } = parent(entry, marker, '');
    expect(await end).toMatchObject({ code: 0, signal: null, output: expect.stringContaining('ready') });
    expect(await remaining({ commandLine: marker })).toEqual([]);
  });

  test('starts and stops where the pipes of a child are no sockets, as in Bun', async () => {
    const marker = marked();
    const { end } = parent(entry, marker, 'await local.stop();', { NODE_OPTIONS: `--require=${withoutUnref()}` });
    expect(await end).toMatchObject({ code: 0, signal: null, output: expect.stringContaining('ready') });
    expect(await remaining({ commandLine: marker })).toEqual([]);
  });

  test('keeps its parent no longer than the parent has work, where it is the one that is built in', async () => {
    const { end } = parent(entry, marked(), '', { DUCTILE_ENGINE: 'memory' });
    expect(await end).toMatchObject({ code: 0, signal: null, output: expect.stringContaining('ready') });
  });

  test.each([
    ['process.exit', 'process.exit(3)', 3],
    ['an exception that nobody catches', 'throw new Error("ouch")', 1],
    ['a call to stop, as the only work left', 'await local.stop(); process.exitCode = 5;', 5],
  ])('ends with its parent after %s', async (_, then, code) => {
    const marker = marked();
    const { end } = parent(entry, marker, then);
    expect(await end).toMatchObject({ code, signal: null });
    expect(await remaining({ commandLine: marker })).toEqual([]);
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
    'leaves %s to its parent, and ends',
    async (signal) => {
      const marker = marked();
      const { process: child, ready, end } = parent(entry, marker, 'setInterval(() => {}, 1000);');
      await ready;
      expect(running({ commandLine: marker }).length).toBeGreaterThan(1);
      child.kill(signal);
      expect(await end).toMatchObject({ code: null, signal });
      expect(await remaining({ commandLine: marker })).toEqual([]);
    },
  );
});

describe('an engine', () => {
  let entry: string;
  beforeAll(() => {
    entry = compileLocal(join(scratch, 'once'), 'es6');
  });

  test('ends with a parent that is killed while it starts', async () => {
    const marker = marked();
    const { process: child, end } = parent(entry, marker, '');
    while (running({ commandLine: marker }).length < 2) await sleep(1);
    child.kill('SIGKILL');
    await end;
    expect(await remaining({ commandLine: marker })).toEqual([]);
  });

  test('still serves a parent that shuts down in order after Ctrl-C', async () => {
    const marker = marked();
    const {
      process: child,
      ready,
      end,
    } = parent(
      entry,
      marker,
      `const work = setInterval(() => {}, 1000);
       process.on('SIGINT', async () => {
         await new Promise((resolve) => setTimeout(resolve, 50));
         await local.client.send(new ListTablesCommand({}));
         console.log('in order');
         clearInterval(work);
       });`,
    );
    await ready;
    // A terminal sends Ctrl-C to the whole group.
    process.kill(-child.pid!, 'SIGINT');
    expect(await end).toMatchObject({ code: 0, output: expect.stringContaining('in order') });
    expect(await remaining({ commandLine: marker })).toEqual([]);
  });

  test('ends also where a wrapper script started it', async () => {
    const marker = marked();
    const wrapper = join(scratch, 'wrapper.sh');
    writeFileSync(wrapper, `#!/bin/sh\n"${(findEngine(process.env) as EngineProgram).command}" "$@"\nexit $?\n`);
    chmodSync(wrapper, 0o755);
    const {
      process: child,
      ready,
      end,
    } = parent(entry, marker, 'setInterval(() => {}, 1000);', {
      DYNOXIDE_BIN: wrapper,
    });
    await ready;
    expect(running({ commandLine: marker }).length).toBeGreaterThan(3);
    child.kill('SIGKILL');
    await end;
    expect(await remaining({ commandLine: marker })).toEqual([]);
  });
});
