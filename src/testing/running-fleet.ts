import { types } from 'node:util';
import { randomUUID } from 'node:crypto';
import { DeleteTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { openGateway } from '../dynamo/gateway.js';
import { createTable } from '../dynamo/table.js';
import type { LocalEngine } from '../local/index.js';
import { backfillIn } from '../operator/backfill.js';
import { promoteIn } from '../operator/promote.js';
import { openSessionOver } from '../operator/session.js';
import { verifyIn } from '../operator/verify.js';
import { publishInto } from '../registry/publish.js';
import { Registry } from '../registry/registry.js';
import { CallLog, type FleetCall, inLine } from './call-log.js';
import { chance, type Pick } from './chance.js';
import { borrowEngine, giveEngineBack } from './engine.js';
import { FleetRunError, FleetUseError, InvariantError } from './errors.js';
import type { FleetVersions } from './fleet-types.js';
import type { Fleet } from './fleet.js';
import { type AnyFleetProcess, Launcher, type Release } from './launcher.js';
import { Schedule } from './schedule.js';
import { tableFaults } from './table-faults.js';
import { printFault } from './table-fault.js';
import { isError } from '../fields/kinds.js';

/** The steps beside a test wait for less than 2 to this many turns. */
const LONGEST_WAIT = 6;

/** A fleet, without the types of its classes. */
export class RunningFleet implements Omit<Fleet<FleetVersions>, 'at' | 'any'> {
  readonly #processes = new Map<number, AnyFleetProcess>();
  readonly #pick: Pick;
  readonly #schedule: Schedule;
  readonly #log: CallLog;
  readonly #launcher: Launcher;
  #published = 0;
  #stopped: Promise<void> | undefined;

  private constructor(
    readonly seed: number,
    readonly table: string,
    private readonly releases: readonly Release[],
    private readonly engine: LocalEngine,
  ) {
    this.#pick = chance(seed);
    this.#schedule = new Schedule(this.#pick);
    this.#log = new CallLog(() => this.#schedule.caller);
    this.#launcher = new Launcher(engine.endpoint, table, this.#schedule, this.#log);
  }

  static async start(releases: readonly Release[], seed: number): Promise<RunningFleet> {
    const engine = await borrowEngine();
    const table = `fleet-${randomUUID()}`;
    const fleet = new RunningFleet(seed, table, releases, engine);
    try {
      await createTable({ client: engine.client, table });
      await fleet.publishNext();
      return fleet;
    } catch (error) {
      await fleet.stop();
      throw error;
    }
  }

  get client(): DynamoDBClient {
    return this.engine.client;
  }

  get running(): readonly number[] {
    return [...this.#processes.keys()];
  }

  get calls(): readonly FleetCall[] {
    return [...this.#log.calls];
  }

  at(version: number): AnyFleetProcess {
    this.#assertRuns();
    const process = this.#processes.get(version);
    if (process !== undefined) return process;
    const listed = this.releases.map((release) => release.version);
    throw new FleetUseError(
      listed.includes(version)
        ? `Version ${version} does not run yet: publish it first (await fleet.publishNext()). Those that run: ${this.running.join(', ')}.`
        : `The fleet has no version ${inLine(version)}. It was given ${listed.join(', ')}.`,
      { version },
    );
  }

  any(): AnyFleetProcess {
    this.#assertRuns();
    return this.pick([...this.#processes.values()] as [AnyFleetProcess, ...AnyFleetProcess[]]);
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    if (choices.length === 0) throw new FleetUseError('fleet.pick was given nothing to choose from.');
    return choices[this.#pick(choices.length)]!;
  }

  async publishNext(): Promise<number | undefined> {
    this.#assertRuns();
    const release = this.releases[this.#published];
    if (release === undefined) return undefined;
    this.#published++;
    const { version } = release;
    const call = { call: 'publishNext', about: '' };
    return this.#log.record(
      call,
      async () => {
        const deployer = await this.#launcher.gateway();
        await publishInto(await Registry.open(deployer), deployer, release.schema);
        this.#processes.set(version, await this.#launcher.application(release));
        return version;
      },
      () => `version ${version} runs`,
    );
  }

  async backfill(): Promise<void> {
    this.#assertRuns();
    const { schema } = this.releases[this.#processes.size - 1]!;
    await this.#log.record(
      { call: 'backfill', about: '' },
      async () => {
        const session = await openSessionOver(await this.#launcher.gateway(), schema);
        await backfillIn(session, {});
        const { keyPaths } = await verifyIn(session, {});
        // A version that is published meanwhile waits for the next backfill.
        return keyPaths.length === 0 ? [] : (await promoteIn(session)).keyPaths;
      },
      (promoted) => (promoted.length === 0 ? 'nothing to do' : `promoted ${promoted.map(printPath).join(', ')}`),
    );
  }

  async together<const Works extends readonly (() => unknown)[]>(
    works: Works,
  ): Promise<{ -readonly [I in keyof Works]: Awaited<ReturnType<Works[I]>> }> {
    this.#assertRuns();
    assertFunctions(works);
    if (this.#schedule.running) {
      throw new FleetUseError(
        'The fleet runs functions together already: give them all to one call of together() or run().',
      );
    }
    const results = await this.#schedule.run(works);
    const failures = results.flatMap((result, i) =>
      result.status === 'rejected' ? [{ caller: i + 1, error: result.reason as unknown }] : [],
    );
    if (failures.length > 0) throw this.#failed(failures);
    const values = results.map((result) => (result as PromiseFulfilledResult<unknown>).value);
    return values as { -readonly [I in keyof Works]: Awaited<ReturnType<Works[I]>> };
  }

  async run<T>(test: () => T | Promise<T>): Promise<T> {
    const [result] = await this.together([test, () => this.#operate()]);
    await this.check();
    return result;
  }

  async check(): Promise<void> {
    this.#assertRuns();
    if (this.#schedule.running) {
      throw new FleetUseError('check() looks at a table at rest: call it when together() or run() has ended.');
    }
    const late = this.#log.underWay();
    if (late !== undefined) {
      throw new FleetUseError(
        `check() looks at a table at rest, and a call is not over: ${late}. Is an await missing before it?`,
      );
    }
    const gateway = await openGateway({ client: this.client, table: this.table });
    const { knowledge } = await Registry.open(gateway);
    const classes = new Map(this.releases.map(({ version, schema }) => [version, schema.classes]));
    const faults = (await tableFaults(gateway, knowledge, classes)).map(printFault);
    if (faults.length === 0) return;
    const summary = `The table of the fleet is broken in ${faults.length} place${faults.length === 1 ? '' : 's'}:`;
    throw new InvariantError(
      `${summary}\n${faults.map((fault) => `  - ${fault}`).join('\n')}\n${this.#history()}`,
      this.seed,
      faults,
    );
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #stop(): Promise<void> {
    for (const { store } of this.#processes.values()) await store.close();
    this.#launcher.close();
    // An engine at a given endpoint lives on. One that is gone took the table with it.
    await this.client.send(new DeleteTableCommand({ TableName: this.table })).catch(() => undefined);
    giveEngineBack();
  }

  /** What deployers and operators do beside a test: each step at a moment of the seed's choice. */
  async #operate(): Promise<void> {
    do {
      await this.#wait();
      await this.publishNext();
      await this.#wait();
      await this.backfill();
    } while (this.#published < this.releases.length);
  }

  /** Mostly short, seldom long: so that steps meet each other, and tests of any length. */
  async #wait(): Promise<void> {
    const turns = this.#pick(2 ** this.#pick(LONGEST_WAIT));
    for (let i = 0; i < turns; i++) await this.#schedule.turn();
  }

  #failed(failures: readonly { readonly caller: number; readonly error: unknown }[]): FleetRunError {
    const lines = failures.map(({ caller, error }) => `(${caller}) ${textOf(error)}`);
    return new FleetRunError(`${lines.join('\n')}\n${this.#history()}`, this.seed, failures[0]!.error);
  }

  #history(): string {
    return `Seed ${this.seed}: the same comes of { seed: ${this.seed} }. What was called:\n${this.#log.print()}`;
  }

  #assertRuns(): void {
    if (this.#stopped !== undefined) throw new FleetUseError('The fleet is stopped.');
  }
}

/** A call in the place of a function has begun already: the seed would have no say in it. */
function assertFunctions(works: readonly unknown[]): void {
  const given: readonly unknown[] = Array.isArray(works) ? works : [works];
  if (given === works && given.every((work) => typeof work === 'function')) return;
  const wrong = given.find((work) => typeof work !== 'function') ?? given[0];
  throw new FleetUseError(
    `together() takes an array of functions and run() a function, not ${types.isPromise(wrong) ? 'a promise' : inLine(wrong)}. ` +
      'Write () => before each call: [() => payOrder(…), () => fleet.publishNext()].',
  );
}

const printPath = ({ type, keyPath }: { readonly type: string; readonly keyPath: string }): string =>
  `${keyPath} of ${type}`;

const textOf = (error: unknown): string => (isError(error) ? `${error.name}: ${error.message}` : String(error));
