import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openStore, type Store } from '../../src/index.js';
import { type LocalEngine, startLocalEngine } from '../../src/local/index.js';
import { Counter, counters, TABLE } from './counters.js';

const PROGRAM = fileURLToPath(new URL('counters.ts', import.meta.url));
const LOADER = fileURLToPath(new URL('../../.ci/typescript.mjs', import.meta.url));
const UPDATES = 50;

let engine: LocalEngine;
let store: Store;
const children: ChildProcess[] = [];

beforeEach(async () => {
  engine = await startLocalEngine();
  store = await openStore({
    schema: counters,
    table: TABLE,
    client: engine.client,
    createTable: true,
    publish: 'auto',
  });
  const all = store.repository(Counter);
  await all.insert(all.create({ id: 'a', shelf: 'x', count: 0 }));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await store.close();
  await engine.stop();
});

async function started(): Promise<ChildProcess> {
  const child = fork(PROGRAM, [engine.endpoint, String(UPDATES)], {
    execArgv: ['--disable-warning=ExperimentalWarning', `--import=${LOADER}`],
  });
  children.push(child);
  await said(child);
  return child;
}

/** The next thing that a process says; its end is an error. */
async function said(child: ChildProcess): Promise<unknown> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`a process ended with ${String(code)} before it said anything`);
  });
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [unknown];
  return message;
}

test('200 updates of one item with two rows all succeed, by four processes at once', async () => {
  const processes = await Promise.all([1, 2, 3, 4].map(started));
  const reports = processes.map(said);
  for (const child of processes) child.send('go');
  expect(await Promise.all(reports)).toEqual([[], [], [], []]);
  expect(await store.repository(Counter).findByKeyPath('/shelf-:shelf', { shelf: 'x' })).toMatchObject({ count: 200 });
});
