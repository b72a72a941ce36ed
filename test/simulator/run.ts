import { MemoryDynamo } from '../../src/local/memory/memory-dynamo.js';
import { tableDescription } from '../../src/dynamo/table.js';
import type { Sender } from '../../src/dynamo/sender.js';
import { backfillIn } from '../../src/operator/backfill.js';
import { dropIn } from '../../src/operator/drop.js';
import { mendRestoredIn } from '../../src/operator/restore.js';
import { promoteIn } from '../../src/operator/promote.js';
import { retireIn } from '../../src/operator/retire.js';
import { openSessionOver, type Session, type StepOptions } from '../../src/operator/session.js';
import { verifyIn } from '../../src/operator/verify.js';
import { withdrawIn } from '../../src/operator/withdraw.js';
import { publishInto } from '../../src/registry/publish.js';
import { Registry } from '../../src/registry/registry.js';
import type { Schema } from '../../src/schema/schema.js';
import type { Gateway } from '../../src/table/gateway.js';
import { Application, BOARD, gatewayOf, type Host } from './application.js';
import { limitWork, pauseWork, readWorks, resumeWork } from '../../src/work/works.js';
import { Calls, printOutcome, type Task } from './calls.js';
import { Chance, withSeededRandom } from './chance.js';
import { Log } from './history.js';
import { Network } from './network.js';
import { SimProcess, withVirtualTime } from './process.js';
import { keyOfItem, releases } from './releases.js';
import { calm, LONGEST_CALL, QUIET_AT, randomScenario, type Scenario, type Troubles } from './scenario.js';
import { Scheduler, START } from './scheduler.js';
import { fencesOf, SimServer } from './server.js';
import { SimSender } from './sim-sender.js';
import { judge } from './judge.js';
import { TableWitness } from './witness.js';

const TABLE = 'board';

/** Nothing is waited for any longer. */
const LAST_MOMENT = QUIET_AT + 2 * LONGEST_CALL;

export interface SimOptions {
  /** What of the scenario is not left to chance. */
  readonly scenario?: Partial<Scenario>;
  /** Takes a rule of the protocol away, to see whether that is noticed. */
  readonly sabotage?: (gateway: Gateway) => Gateway;
  /** The same below the gateway. */
  readonly sent?: (sender: Sender) => Sender;
  /** What processes send with instead of a model of the SDK. */
  readonly sender?: (process: SimProcess, network: Network) => Sender;
  /** False while code is at work that takes more than promises. */
  readonly isAtRest?: () => boolean;
  /** How long drains are instead, in milliseconds. */
  readonly drain?: number;
  /** False where the history is not kept, which takes less time and memory. */
  readonly history?: boolean;
}

export interface SimResult {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly calls: number;
  readonly commits: number;
  /** What failed, each as `insert: ITEM_EXISTS`. */
  readonly failures: readonly string[];
  /** The kinds of the registry's entries. */
  readonly entries: readonly string[];
  /** All that happened, as text. */
  history(): string;
}

/** Runs one simulation to its end. The same seed gives the same run. */
export function simulate(seed: number, options: SimOptions = {}): Promise<SimResult> {
  const chance = new Chance(seed);
  return withSeededRandom(chance, () => withVirtualTime(() => new Run(seed, chance, options).go()));
}

class Run {
  private readonly scheduler: Scheduler;
  private readonly log: Log;
  private readonly calls: Calls;
  private readonly scenario: Scenario;
  private readonly witness: TableWitness;
  private readonly server: SimServer;
  private readonly processes = new Set<SimProcess>();
  private readonly sessions = new Map<SimProcess, Session>();
  private working = 0;
  private failure: unknown;

  constructor(
    private readonly seed: number,
    private readonly chance: Chance,
    private readonly options: SimOptions,
  ) {
    this.log = new Log(options.history ?? true);
    this.scheduler = new Scheduler(options.isAtRest);
    this.calls = new Calls(this.scheduler, this.log);
    this.witness = new TableWitness(this.scheduler, () => this.server.rows);
    this.scenario = randomScenario(chance, options.scenario);
    const engine = new MemoryDynamo({ now: () => (this.scenario.tokensExpire ? this.scheduler.now : START) });
    engine.execute('CreateTable', tableDescription({ table: TABLE }));
    const keys = this.everyItem.map((id) => keyOfItem(BOARD, id));
    const troubles = (): Troubles => this.troubles;
    this.server = new SimServer(TABLE, engine, this.scheduler, chance, troubles, this.witness, fencesOf(keys), (text) =>
      this.log.add(this.scheduler.now, this.scheduler.tick, 'DynamoDB', () => text),
    );
  }

  async go(): Promise<SimResult> {
    await this.prepare();
    const { applications, deployers, operators, workers, supervised, newest, crash } = this.scenario;
    applications.forEach((plan, i) => {
      this.start(`app${i + 1}`, plan.version, crash, (host) => this.application(host).run(plan));
    });
    for (let i = 1; i <= deployers; i++) this.start(`deploy${i}`, newest, crash, (host) => this.deploy(host));
    for (let i = 1; i <= operators; i++) this.start(`ops${i}`, newest, crash, (host) => this.operate(host));
    for (let i = 1; i <= workers; i++) this.start(`worker${i}`, newest, crash, (host) => this.work(host));
    if (supervised) this.start('supervisor', newest, 0, (host) => this.supervise(host));
    if (this.scenario.expiring) this.expireSome();
    const ending = await this.scheduler.run(() => this.working === 0, LAST_MOMENT);
    if (ending === 'idle') this.witness.violations.push('[LIVENESS] nothing is left to happen, and calls are open');
    if (ending === 'late') this.witness.violations.push('[LIVENESS] a call does not end');
    if (this.failure !== undefined) throw this.failure as Error;
    // What is still under way arrives now.
    await this.scheduler.run(() => false, LAST_MOMENT);
    await this.rest();
    const violations = [...this.witness.violations, ...judge(this.calls.all, this.witness, this.server)];
    return {
      seed: this.seed,
      violations,
      calls: this.calls.all.length,
      commits: this.witness.commits,
      failures: this.calls.all.flatMap(({ what, outcome }) =>
        outcome.kind === 'ok' ? [] : [`${what.kind}: ${printOutcome(outcome)}`],
      ),
      entries: this.witness.kinds,
      history: () => this.print(violations),
    };
  }

  private get everyItem(): readonly string[] {
    const { notes, cards, idle, seeded } = this.scenario;
    return [...notes, ...cards, ...Array.from({ length: seeded ? idle : 0 }, (_, number) => `idle-${number}`)];
  }

  private get troubles(): Troubles {
    return this.quiet || this.scheduler.now >= QUIET_AT ? calm : this.scenario.troubles;
  }
  private quiet = true;

  /** Publishes the first versions, in peace. */
  private async prepare(): Promise<void> {
    const { createGuard, registryMaxAge, publishedFirst } = this.scenario;
    this.start('first', publishedFirst, 0, async ({ gateway }) => {
      const { schema } = releases[publishedFirst - 1]!;
      await publishInto(await Registry.open(gateway), gateway, schema, { createGuard, registryMaxAge });
    });
    await this.scheduler.run(() => this.working === 0);
    if (this.scenario.seeded) {
      this.start('first', publishedFirst, 0, async (host) => {
        const writer = this.application(host);
        await writer.open();
        for (const id of this.everyItem) if (writer.knows(id)) await writer.insert(id);
      });
      await this.scheduler.run(() => this.working === 0);
    }
    this.quiet = false;
  }

  /** At the end, in peace: each version reads every item, and those reads must be explained as well. */
  private async rest(): Promise<void> {
    this.quiet = true;
    const { floor, newestVersion } = this.witness.newest;
    const version = this.chance.between(Math.min(floor.version, newestVersion), newestVersion);
    this.start(`end v${version}`, version, 0, async (host) => {
      const reader = this.application(host);
      if (!(await reader.open())) return;
      for (const id of this.everyItem) if (reader.knows(id)) await reader.find(id);
    });
    await this.scheduler.run(() => this.working === 0, this.scheduler.now + LONGEST_CALL);
  }

  /** DynamoDB deletes what has expired when it comes to it: a row now, and another one later. */
  private expireSome(): void {
    const { scheduler, chance, server } = this;
    scheduler.at(scheduler.now + chance.duration(30_000, 1_200_000), () => {
      const expired = server.expired();
      if (expired.length > 0) server.expire(chance.pick(expired));
      if (this.working > 0 && scheduler.now < QUIET_AT) this.expireSome();
    });
  }

  private application(host: Host): Application {
    return new Application(
      host,
      releases[host.process.version - 1]!,
      [...this.scenario.notes, ...this.scenario.cards],
      this.chance,
      this.calls,
      this.scenario,
    );
  }

  /** Publishes one version after another, and mostly sees to it that the key paths of each are filled. */
  private async deploy(host: Host): Promise<void> {
    const { publishedFirst, newest, pace } = this.scenario;
    for (let version = publishedFirst; version <= newest; version++) {
      await host.process.pause(this.chance.duration(pace.usual, pace.longest));
      await this.untilDone(host, 'publish', async () => {
        await publishInto(await Registry.open(host.gateway), host.gateway, releases[version - 1]!.schema);
      });
      if (this.chance.happens(this.scenario.withdraw)) {
        await this.step(host, 'withdraw', (session) =>
          withdrawIn(session, { ...this.how, schema: releases[version - 1]!.schema, version }),
        );
      }
      if (this.chance.happens(this.scenario.settings)) await this.changeSettings(host, releases[version - 1]!.schema);
      if (this.chance.happens(this.scenario.fill)) await this.fill(host);
    }
  }

  private async changeSettings(host: Host, schema: Schema): Promise<void> {
    const { chance } = this;
    const settings = {
      ...(chance.happens(0.7) ? { createGuard: chance.pick(['age', 'fence'] as const) } : {}),
      ...(chance.happens(0.7) ? { registryMaxAge: chance.pick([5_000, 60_000, 10 * 60_000]) } : {}),
    };
    await this.untilDone(host, 'settings', async () => {
      await publishInto(await Registry.open(host.gateway), host.gateway, schema, settings);
    });
  }

  private async operate(host: Host): Promise<void> {
    for (let rounds = this.chance.between(1, 3); rounds > 0; rounds--) {
      await this.fill(host);
      if (this.chance.happens(this.scenario.retire)) await this.retire(host);
      if (this.chance.happens(this.scenario.restore)) await this.restore(host);
    }
  }

  private async work(host: Host): Promise<void> {
    for (let rounds = this.chance.between(2, 6); rounds > 0; rounds--) {
      await this.step(host, 'backfill', (session) => backfillIn(session, this.how));
      if (this.chance.happens(0.3)) await this.verify(host);
    }
  }

  private verify(host: Host): Promise<void> {
    const { chance } = this;
    const choice = {
      all: chance.happens(0.2),
      ...(chance.happens(this.scenario.repair)
        ? { repair: true, ...(chance.happens(0.5) && { orphans: 'delete' as const }) }
        : {}),
    };
    return this.step(host, 'verify', (session) => verifyIn(session, { ...this.how, ...choice }));
  }

  private async restore(host: Host): Promise<void> {
    await this.step(host, 'restore', (session) => mendRestoredIn(session, this.how));
    await this.step(host, 'verify', (session) =>
      verifyIn(session, { ...this.how, all: true, repair: true, orphans: 'delete' }),
    );
  }

  /** Whoever pauses the work sees to it that it goes on. */
  private async supervise({ process, gateway }: Host): Promise<void> {
    const { usual, longest } = this.scenario.pace;
    for (let rounds = this.chance.between(1, 3); rounds > 0; rounds--) {
      await process.pause(this.chance.duration(usual, longest));
      await this.forAllWorks(gateway, pauseWork);
      await process.pause(this.chance.duration(usual, 5 * 60_000));
      while (!(await this.forAllWorks(gateway, resumeWork))) await process.pause(5_000);
      await this.forAllWorks(gateway, (on, id) => limitWork(on, id, { maxWcu: this.chance.pick([null, 2, 50]) }));
    }
  }

  /** False where something went wrong on the way. */
  private async forAllWorks(gateway: Host['gateway'], change: typeof pauseWork): Promise<boolean> {
    try {
      for (const { id } of await readWorks(gateway)) await change(gateway, id);
      return true;
    } catch {
      return false;
    }
  }

  private async fill(host: Host): Promise<void> {
    await this.step(host, 'backfill', (session) => backfillIn(session, this.how));
    await this.verify(host);
    await this.step(host, 'promote', (session) => promoteIn(session));
  }

  private async retire(host: Host): Promise<void> {
    const version = this.chance.between(1, Math.max(1, this.scenario.newest - 1));
    await this.step(host, 'retire', (session) => retireIn(session, { ...this.how, version }));
    if (this.chance.happens(this.scenario.drop)) {
      await this.step(host, 'drop', (session) => dropIn(session, { ...this.how, version }));
    } else if (this.chance.happens(0.3)) {
      await this.step(host, 'undo', (session) => retireIn(session, { ...this.how, version, undo: true }));
    }
  }

  private async step(host: Host, task: Task, work: (session: Session) => Promise<unknown>): Promise<void> {
    const { pace } = this.scenario;
    await host.process.pause(this.chance.duration(pace.usual, pace.longest));
    await this.untilDone(host, task, async () => void (await work(await this.session(host))));
  }

  /** One that was opened just now; or, where a program does several things, long ago. */
  private async session({ process, gateway }: Host): Promise<Session> {
    const before = this.sessions.get(process);
    if (before !== undefined && this.chance.happens(0.7)) return before;
    // An operator works with any version that is published and not retired.
    const { schema } = releases[this.witness.newest.floor.version - 1]!;
    const session = await openSessionOver(gateway, schema);
    this.sessions.set(process, session);
    return session;
  }

  private get how(): StepOptions {
    const { drain } = this.options;
    const { maxWcu } = this.scenario;
    const { chance } = this;
    return {
      segments: chance.between(1, 4),
      concurrency: chance.between(1, 4),
      ...(maxWcu === undefined ? {} : { maxWcu }),
      ...(drain === undefined ? {} : { drain }),
    };
  }

  /** As a person would: again where it failed, and not for ever. */
  private async untilDone({ process, network }: Host, task: Task, work: () => Promise<void>): Promise<void> {
    for (let attempt = 1; attempt <= 3; attempt++) {
      let done = false;
      await this.calls.make(process, network, { kind: task }, async () => {
        await work();
        done = true;
      });
      if (done) return;
      await process.pause(this.chance.duration(2_000, 20_000));
    }
  }

  private start(name: string, version: number, crash: number, work: (host: Host) => Promise<void>): void {
    const { chance, scheduler } = this;
    const troubles = (): Troubles => this.troubles;
    const log = (of: SimProcess, text: () => string): void =>
      this.log.add(scheduler.now, scheduler.tick, of.name, text);
    const skew = this.quiet ? 0 : chance.between(-this.scenario.skew, this.scenario.skew);
    const process = new SimProcess(name, version, scheduler, chance, skew, troubles, log);
    const network = new Network(process, this.server, chance, troubles, log);
    const sender = this.options.sender?.(process, network) ?? new SimSender(process, network, chance);
    const gateway = gatewayOf(process, this.options.sent?.(sender) ?? sender, TABLE);
    const host = { process, network, gateway: this.options.sabotage?.(gateway) ?? gateway };
    this.processes.add(process);
    this.working++;
    process.wakeAt(scheduler.now + chance.below(50), () => {
      work(host).then(
        () => this.ended(process),
        (error: unknown) => {
          this.failure ??= error;
          this.ended(process);
        },
      );
    });
    if (!chance.happens(crash)) return;
    scheduler.at(scheduler.now + chance.duration(5_000, 60 * 60_000), () => {
      if (!this.processes.has(process)) return;
      process.crash();
      this.calls.crashed(process);
      this.start(`${name}'`, version, 0, work);
      this.ended(process);
    });
  }

  private ended(process: SimProcess): void {
    this.processes.delete(process);
    this.working--;
  }

  private print(violations: readonly string[]): string {
    const { troubles, applications, ...rest } = this.scenario;
    return [
      `seed ${this.seed}: SIM_SEED=${this.seed} npm test -- test/simulator/simulator.test.ts`,
      `scenario: ${JSON.stringify(rest)}`,
      `applications: ${applications.map(({ version, lanes, calls, pace }, i) => `app${i + 1} v${version} (${lanes}×${calls} calls, ${pace.usual} ms)`).join(', ')}`,
      `troubles: ${JSON.stringify(troubles)}`,
      '',
      this.log.print(),
      '',
      ...violations,
    ].join('\n');
  }
}
