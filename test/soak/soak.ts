import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openGateway } from '../../src/dynamo/gateway.js';
import { createTable, openStore, publish } from '../../src/index.js';
import type { LocalEngine } from '../../src/local/index.js';
import { Registry } from '../../src/registry/registry.js';
import { ARCHIVED, archived } from './archive.js';
import { Chance } from './chance.js';
import { checkRun } from './check.js';
import { Fleet } from './fleet.js';
import { type Life, readLives } from './journal.js';
import { releaseOf, VERSIONS } from './shop/release.js';
import { wrongViews } from './views.js';

export interface SoakReport {
  /** What must not be, with the name of what it contradicts. Empty: a sound run. */
  readonly wrong: readonly string[];
  readonly seed: number;
  /** Where the processes wrote down what they did: kept where something is wrong, and where SOAK_KEEP is set. */
  readonly folder: string;
  readonly seconds: number;
  readonly kills: number;
  readonly pauses: number;
  /** Processes that were started. */
  readonly lives: number;
  /** By what was told of them; `untold` are those whose process was killed. */
  readonly calls: Readonly<Record<'done' | 'failed' | 'unknown' | 'untold', number>>;
  readonly doneByVersion: readonly number[];
  /** Reads that were compared with what they had to be. */
  readonly checks: number;
  /** What deployments came to, in the order of time. */
  readonly reached: readonly string[];
}

/** How long after its time a deployment, or the end of a process, may come on a machine that is busy. */
const PATIENCE_MS = 90_000;
/** When versions 2, 3 and 4 are published, as parts of the run. */
const PUBLISHED_AT = [0.08, 0.22, 0.36];
/** A run in which a version wrote less shows nothing of it. */
const LEAST_DONE = 30;
const KILLS_OF_A_DEPLOYMENT = 2;

/**
 * Lets processes of four versions, compiled one release after another, work on one table for so many seconds, kills and
 * pauses them meanwhile, and checks what they were told against each other and against the table.
 */
export async function soak(engine: LocalEngine, seed: number, seconds: number): Promise<SoakReport> {
  const begin = Date.now();
  mkdirSync('.cache', { recursive: true });
  const folder = mkdtempSync(resolve('.cache', `soak-${engine.engine}-${seed}-`));
  const table = 'soak';
  await prepare(engine, table);
  const gateway = await openGateway({ client: engine.client, table });
  const fleet = new Fleet({ endpoint: engine.endpoint, table, folder }, seed);
  const wrong: string[] = [];
  const calm = new AbortController();
  const ends: Promise<void>[] = [];
  try {
    const deadline = Date.now() + seconds * 1000;
    const reach = async (part: number): Promise<void> => {
      const left = deadline - (1 - part) * seconds * 1000 - Date.now();
      await sleep(Math.max(left, 0), undefined, { signal: fleet.failed }).catch(() => undefined);
    };
    const start = (version: number): void => {
      for (const twin of ['a', 'b']) ends.push(fleet.run('application', `v${version}.${twin}`, version));
    };
    ends.push(fleet.run('observer', 'observer', 0));
    start(1);
    const disturbance = fleet.disturb(new Chance(seed), calm.signal);
    const deployments: Promise<void>[] = [];
    for (const version of VERSIONS.slice(1)) {
      await reach(PUBLISHED_AT[version - 2]!);
      deployments.push(fleet.run('deployment', `deployment${version}`, version, KILLS_OF_A_DEPLOYMENT));
      await within(fleet, `version ${version} is published`, published(gateway, version, fleet.failed), wrong);
      start(version);
    }
    await reach(1);
    await within(fleet, 'every key path is promoted', Promise.all(deployments), wrong);
    await within(fleet, 'every version has written', worked(folder, fleet.failed), wrong);
    calm.abort();
    await disturbance;
    fleet.end();
    await within(fleet, 'every process has ended', Promise.all(ends), wrong);
  } finally {
    calm.abort();
    fleet.killAll();
  }
  const lives = readLives(folder);
  wrong.push(...fleet.failures, ...(await checkRun(gateway, lives)));
  if (wrong.length === 0) wrong.push(...(await wrongViews(engine, table)));
  if (wrong.length === 0 && process.env['SOAK_KEEP'] === undefined) rmSync(folder, { recursive: true, force: true });
  return { wrong, seed, folder, seconds: (Date.now() - begin) / 1000, ...counted(fleet, lives) };
}

/** The table as it is when its first version has been in use for a while. */
async function prepare(engine: LocalEngine, table: string): Promise<void> {
  const { schema, entityClass } = await releaseOf(1);
  const place = { schema, table, client: engine.client };
  await createTable(place);
  await publish(place);
  const store = await openStore(place);
  const orders = store.repository(entityClass);
  for (let number = 0; number < ARCHIVED; number++) {
    const { date, ...facts } = archived(number);
    await orders.insert(orders.create({ ...facts, createdAt: new Date(date), note: '', priority: '' }));
  }
  await store.close();
}

async function published(
  gateway: Parameters<typeof Registry.open>[0],
  version: number,
  failed: AbortSignal,
): Promise<void> {
  const registry = await Registry.open(gateway);
  while (!failed.aborted && (await registry.refresh()).newestVersion < version) await sleep(50);
}

/** On a busy machine the last ones may have come late. */
async function worked(folder: string, failed: AbortSignal): Promise<void> {
  while (!failed.aborted && Math.min(...doneByVersion(readLives(folder))) < LEAST_DONE) await sleep(250);
}

/** Waits as long as a busy machine may need, and no longer where a process has failed already. */
async function within(fleet: Fleet, what: string, end: Promise<unknown>, wrong: string[]): Promise<void> {
  const limit = new AbortController();
  const late = sleep(PATIENCE_MS, 'late' as const, { signal: limit.signal }).catch(() => undefined);
  const failed = new Promise((resolve) => fleet.failed.addEventListener('abort', resolve, { once: true }));
  if (!fleet.failed.aborted && (await Promise.race([end, failed, late])) === 'late') {
    wrong.push(`[LIVENESS] after ${PATIENCE_MS / 1000} s more it is not so that ${what}`);
  }
  limit.abort();
}

/** How many writes were acknowledged, by the version that made them. */
const doneByVersion = (lives: readonly Life[]): readonly number[] =>
  VERSIONS.map(
    (version) =>
      lives
        .filter((life) => life.version === version)
        .flatMap(({ calls }) => calls.filter(({ told }) => told?.told === 'done')).length,
  );

function counted(fleet: Fleet, lives: readonly Life[]): Omit<SoakReport, 'wrong' | 'seed' | 'folder' | 'seconds'> {
  const calls = { done: 0, failed: 0, unknown: 0, untold: 0 };
  for (const { told } of lives.flatMap((life) => life.calls)) calls[told?.told ?? 'untold']++;
  const reached = lives
    .flatMap((life) => life.reached)
    .filter(({ what }) => /\d$/.test(what))
    .sort((a, b) => a.at - b.at);
  return {
    kills: fleet.kills,
    pauses: fleet.pauses,
    lives: fleet.lives,
    calls,
    doneByVersion: doneByVersion(lives),
    checks: lives.reduce((sum, life) => sum + life.checks, 0),
    reached: reached.map(({ what }) => what),
  };
}
