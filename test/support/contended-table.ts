import { tableDescription } from '../../src/dynamo/table.js';
import { DynamoGateway } from '../../src/dynamo/gateway.js';
import type { Answer, Operation, Operations, Sender, Watch } from '../../src/dynamo/sender.js';
import { MemoryDynamo } from '../../src/local/memory/memory-dynamo.js';
import type { AttributeMap } from '../../src/values/attribute-value.js';
import { Scheduler } from '../simulator/scheduler.js';

const TABLE = 'contended';

/** How long a message is under way at least and at most, and for how long a transaction holds its rows. */
const [SHORTEST, LONGEST, HELD] = [2, 5, 6];

type WriteItem = Readonly<Record<string, { readonly Key?: AttributeMap; readonly Item?: AttributeMap } | undefined>>;

/** What a piece of work came to. */
export interface Run<R> {
  readonly result: R;
  /** In milliseconds. */
  readonly took: number;
  readonly requests: number;
  sent(operation: Operation): number;
  readonly conflicts: number;
}

/**
 * A table whose transactions hold their rows for a while, as DynamoDB's do and those of local engines do not: who meets
 * one gets a conflict. In virtual time, so that what a run takes does not depend on the machine.
 */
export class ContendedTable {
  readonly scheduler = new Scheduler();
  readonly #sent: Operation[] = [];
  #conflicts = 0;
  readonly #engine = new MemoryDynamo({ now: () => this.scheduler.now });
  readonly #held = new Set<string>();
  #random: number;

  constructor(seed = 1) {
    this.#random = seed;
    this.#engine.execute('CreateTable', tableDescription({ table: TABLE }));
  }

  /** A gateway of one process. */
  gateway(): DynamoGateway {
    const sender: Sender = { send: (operation, input, watch) => this.#send(operation, input, watch) };
    return new DynamoGateway({
      table: TABLE,
      sender,
      loopback: true,
      pause: (milliseconds) => this.#wait(milliseconds),
      elapsed: () => this.scheduler.now,
    });
  }

  /** Runs work to its end, with chance and time of its own. */
  async run<R>(work: () => Promise<R>): Promise<Run<R>> {
    const began = this.scheduler.now;
    const sent = this.#sent.length;
    const conflicts = this.#conflicts;
    const { random } = Math;
    Math.random = () => this.#chance();
    let ended = false;
    const running = work().finally(() => (ended = true));
    running.catch(() => undefined);
    const ending = await this.scheduler.run(() => ended).finally(() => (Math.random = random));
    if (ending !== 'done') throw new Error(`The work has not ended, and nothing is left to happen (${ending}).`);
    const operations = this.#sent.slice(sent);
    return {
      result: await running,
      took: this.scheduler.now - began,
      requests: operations.length,
      sent: (operation) => operations.filter((each) => each === operation).length,
      conflicts: this.#conflicts - conflicts,
    };
  }

  /** A number between 0 and 1: always the same ones in turn. */
  #chance(): number {
    this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#random / 2 ** 32;
  }

  async #send<Name extends Operation>(
    operation: Name,
    input: Operations[Name]['input'],
    watch: Watch = {},
  ): Promise<Answer<Operations[Name]['output']>> {
    this.#sent.push(operation);
    const signed = this.scheduler.now;
    watch.signed?.(signed);
    await this.#wait(this.#delay());
    let answer: { readonly output: object } | { readonly error: unknown };
    try {
      answer = { output: await this.#carryOut(operation, input) };
    } catch (error) {
      answer = { error };
    }
    const date = this.scheduler.now;
    await this.#wait(this.#delay());
    watch.answered?.(date);
    if ('error' in answer) throw answer.error;
    return { output: answer.output as Operations[Name]['output'], signed, date };
  }

  async #carryOut(operation: Operation, input: object): Promise<object> {
    const rows = rowsOf(operation, input);
    const met = rows.map((row) => this.#held.has(row));
    if (met.includes(true)) throw this.#conflict(operation, met);
    if (operation !== 'TransactWriteItems') return this.#engine.execute(operation, input);
    for (const row of rows) this.#held.add(row);
    await this.#wait(HELD);
    for (const row of rows) this.#held.delete(row);
    return this.#engine.execute(operation, input);
  }

  #conflict(operation: Operation, met: readonly boolean[]): Error {
    this.#conflicts++;
    if (!operation.startsWith('Transact')) return refused('TransactionConflictException');
    return refused('TransactionCanceledException', {
      CancellationReasons: met.map((is) => ({ Code: is ? 'TransactionConflict' : 'None' })),
    });
  }

  #delay(): number {
    return SHORTEST + Math.floor(this.#chance() * (LONGEST - SHORTEST + 1));
  }

  #wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.scheduler.wakeAt(this.scheduler.now + milliseconds, resolve));
  }
}

const refused = (name: string, more: object = {}): Error =>
  Object.assign(new Error(name), { name, $fault: 'client', ...more });

/** The rows that a write is about; none for a read. */
function rowsOf(operation: Operation, input: object): readonly string[] {
  const { TransactItems, Item, Key } = input as {
    readonly TransactItems?: readonly WriteItem[];
    readonly Item?: AttributeMap;
    readonly Key?: AttributeMap;
  };
  if (operation === 'PutItem' || operation === 'DeleteItem') return [idOf((Item ?? Key)!)];
  if (operation !== 'TransactWriteItems') return [];
  return TransactItems!.map((item) => {
    const [action] = Object.values(item);
    return idOf((action!.Item ?? action!.Key)!);
  });
}

const idOf = ({ pk, sk }: AttributeMap): string => JSON.stringify([pk, sk]);
