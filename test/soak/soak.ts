import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DynamoGateway, openGateway } from '../../src/dynamo/gateway.js';
import { createTable, openStore, publish } from '../../src/index.js';
import type { LocalEngine } from '../../src/local/index.js';
import type { PrimaryRow } from '../../src/protocol/row.js';
import { Registry } from '../../src/registry/registry.js';
import { ARCHIVED, archived } from './archive.js';
import { Chance } from './chance.js';
import { checkRun } from './check.js';
import { Fleet } from './fleet.js';
import { allItems } from './items.js';
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
const PATIENCE_MS = 150_000;
/** When versions 2, 3 and 4 are published, as parts of the run. */
const PUBLISHED_AT = [0.08, 0.22, 0.36];
/** When version 1 is retired. */
const RETIRED_AT = 0.8;
/** How long at least those that slept through it are given to try and write. */
const AFTER_RETIREMENT_MS = 3_000;
/** A run in which a version wrote less shows nothing of it. */
const LEAST_DONE = 30;
const KILLS_OF_AN_OPERATOR = 2;

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
  const run = new Run(gateway, new Fleet({ endpoint: engine.endpoint, table, folder }, seed), folder, seconds);
  await run.go(new Chance(seed));

  const lives = readLives(folder);
  const wrong = [...run.late, ...run.fleet.failures, ...(await checkRun(gateway, lives, run.atRetirement))];
  if (wrong.length === 0) wrong.push(...(await wrongViews(engine, table)));
  if (wrong.length === 0 && process.env['SOAK_KEEP'] === undefined) rmSync(folder, { recursive: true, force: true });
  return { wrong, seed, folder, seconds: (Date.now() - begin) / 1000, ...counted(run.fleet, lives) };
}

/** The course of a run, from the first version to the retirement of it. */
class Run {
  /** What did not happen in time. */
  readonly late: string[] = [];
  /** The items as they were when version 1 had been retired. */
  atRetirement: readonly PrimaryRow[] | undefined;
  readonly #begin = Date.now();
  readonly #applications: Promise<void>[] = [];

  constructor(
    private readonly gateway: DynamoGateway,
    readonly fleet: Fleet,
    private readonly folder: string,
    private readonly seconds: number,
  ) {}

  async go(chance: Chance): Promise<void> {
    const calm = new AbortController();
    const observer = this.fleet.run('observer', 'observer', 0);
    const disturbance = this.fleet.disturb(chance, calm.signal);
    try {
      this.#start(1);
      await this.#release();
      await this.#retire();
      await this.#reach(1);
      calm.abort();
      await disturbance;
      this.fleet.end();
      await this.#within('every process has ended', Promise.all([observer, ...this.#applications]));
    } finally {
      calm.abort();
      this.fleet.killAll();
    }
  }

  async #release(): Promise<void> {
    let deployment = Promise.resolve();
    for (const version of VERSIONS.slice(1)) {
      await this.#reach(PUBLISHED_AT[version - 2]!);
      await this.#within(`version ${version - 1} is promoted`, deployment);
      deployment = this.fleet.run('deployment', `deployment${version}`, version, KILLS_OF_AN_OPERATOR);
      await this.#within(`version ${version} is published`, this.#published(version));
      this.#start(version);
    }
    await this.#reach(RETIRED_AT);
    await this.#within('the last version is promoted', deployment);
    await this.#within('every version has written', this.#written());
  }

  async #retire(): Promise<void> {
    const wake = this.fleet.sleep('v1.b'); // and learns of it when it writes again
    const retirement = this.fleet.run('retirement', 'retirement', 1, KILLS_OF_AN_OPERATOR);
    await this.#within('version 1 is retired', retirement);
    if (!this.fleet.failed.aborted) this.atRetirement = await allItems(this.gateway);
    wake();
    await sleep(AFTER_RETIREMENT_MS);
  }

  #start(version: number): void {
    for (const twin of ['a', 'b']) {
      this.#applications.push(this.fleet.run('application', `v${version}.${twin}`, version));
    }
  }

  /** Waits for a part of the time to be over. */
  async #reach(part: number): Promise<void> {
    const left = this.#begin + part * this.seconds * 1000 - Date.now();
    await sleep(Math.max(left, 0), undefined, { signal: this.fleet.failed }).catch(() => undefined);
  }

  async #published(version: number): Promise<void> {
    const registry = await Registry.open(this.gateway);
    while (!this.fleet.failed.aborted && (await registry.refresh()).newestVersion < version) await sleep(50);
  }

  /** On a busy machine the last ones may have come late. */
  async #written(): Promise<void> {
    while (!this.fleet.failed.aborted && Math.min(...doneByVersion(readLives(this.folder))) < LEAST_DONE) {
      await sleep(250);
    }
  }

  /** Waits as long as a busy machine may need, and no longer where a process has failed already. */
  async #within(what: string, end: Promise<unknown>): Promise<void> {
    const { failed } = this.fleet;
    if (failed.aborted) return;
    const limit = new AbortController();
    const late = sleep(PATIENCE_MS, 'late' as const, { signal: limit.signal }).catch(() => undefined);
    const failure = new Promise((resolve) => failed.addEventListener('abort', resolve, { once: true }));
    if ((await Promise.race([end, failure, late])) === 'late') {
      this.late.push(`[LIVENESS] after ${PATIENCE_MS / 1000} s it is not so that ${what}`);
    }
    limit.abort();
  }
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
