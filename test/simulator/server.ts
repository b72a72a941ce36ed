import type { MemoryDynamo } from '../../src/local/memory/memory-dynamo.js';
import type { Operation } from '../../src/dynamo/sender.js';
import { registryPk } from '../../src/registry/entry.js';
import { fenceCheck } from '../../src/registry/fences.js';
import type { AttributeMap, RowKey } from '../../src/values/attribute-value.js';
import type { Chance } from './chance.js';
import type { SimProcess } from './process.js';
import type { Scheduler } from './scheduler.js';

/** For how long after its date DynamoDB takes a signature, and how far ahead of its clock one may be. */
const SIGNATURE_WINDOW = 15 * 60_000;

/** For how long DynamoDB knows the token of a transaction. */
const TOKEN_KNOWN_FOR = 10 * 60_000;

/** One row that a write changed. */
export interface RowChange {
  readonly key: RowKey;
  readonly before: AttributeMap | undefined;
  readonly after: AttributeMap | undefined;
}

/** A write that was accepted: its conditions held, and nothing can undo it. */
export interface Commit {
  /** Undefined for what DynamoDB did by itself. */
  readonly process: SimProcess | undefined;
  readonly changes: readonly RowChange[];
  /** The date in its signature; undefined for what DynamoDB did by itself. */
  readonly signed: number | undefined;
  /** True where it was made on condition that no entry is newer than its writer knows. */
  readonly fenced: boolean;
}

/** Watches a table from inside, where nothing is hidden. */
export interface Witness {
  committed(commit: Commit): void;
  /** A row changed for readers: at the commit, or a little later. */
  visible(key: RowKey, row: AttributeMap | undefined): void;
}

export interface ServerTroubles {
  /** That the rows of a transaction become visible one after another. */
  readonly partial: number;
  /** That a read or write is told to come later. */
  readonly throttle: number;
  /** That a write, or a transaction's read, is told of a conflict that the table has not. */
  readonly conflict: number;
  /** That the rows of a transaction stay as they were, and locked, for a while after it was accepted. */
  readonly locked: number;
  /** For how long at most, in milliseconds. */
  readonly longestLock: number;
  /** That of the conditions of a transaction that failed only one is told. */
  readonly reticent: number;
  /** That rows are put or go while a Query or a Scan is on its way past them. */
  readonly torn: number;
  /** For how long at most it is on its way, in milliseconds. */
  readonly longestPass: number;
  /** That a Query or a Scan ends after a few rows, as where these are large. */
  readonly paged: number;
  /** That the credentials of a request have expired. */
  readonly expired: number;
  /** That a write is found invalid: its row is too large, as DynamoDB counts. */
  readonly invalid: number;
}

type Input = Readonly<Record<string, unknown>>;
type Answer = { readonly output: object } | { readonly error: Error };
interface Page {
  readonly Items: readonly AttributeMap[];
}
interface WriteItem {
  readonly ConditionCheck?: { readonly Key: AttributeMap };
  readonly Put?: { readonly Item: AttributeMap };
  readonly Delete?: { readonly Key: AttributeMap };
}

/** An error as DynamoDB answers it. */
export class Refused extends Error {
  readonly $fault = 'client';

  constructor(
    override readonly name: string,
    message: string = name,
    more: object = {},
  ) {
    super(message);
    Object.assign(this, more);
  }
}

/** What cancels a transaction although the table could have taken it. */
const TOO_LARGE = 'Item size has exceeded the maximum allowed size';
const THROTTLES = ['ThrottlingError', 'ProvisionedThroughputExceeded'];

function cancelled(input: Input, chance: Chance, codes: readonly string[]): Refused {
  const items = input['TransactItems'] as readonly object[];
  const met = chance.below(items.length);
  return new Refused('TransactionCanceledException', 'Transaction cancelled', {
    CancellationReasons: items.map((_, i) => {
      const Code = i === met || chance.happens(0.2) ? chance.pick(codes) : 'None';
      return { Code, ...(Code === 'ValidationError' && { Message: TOO_LARGE }) };
    }),
  });
}

/** DynamoDB may stop at the first reason that it meets: `None` of another action proves nothing. */
function reticent(error: Error, chance: Chance): Error {
  const { CancellationReasons: reasons } = error as { CancellationReasons?: readonly { readonly Code: string }[] };
  const met = reasons?.flatMap(({ Code }, i) => (Code === 'None' ? [] : [i])) ?? [];
  if (met.length < 2) return error;
  const told = chance.pick(met);
  const CancellationReasons = reasons!.map((reason, i) => (i === told ? reason : { Code: 'None' }));
  return new Refused(error.name, error.message, { CancellationReasons });
}

/** DynamoDB as it is met over the network: one table, its clock, and what it does beyond one request at a time. */
export class SimServer {
  /** Every row as it was accepted, whether or not readers see it yet. */
  readonly rows = new Map<string, AttributeMap>();
  /** When each transaction was accepted first, by client token. */
  private readonly accepted = new Map<string, number>();
  /** When each process read a row last, by its key. */
  private readonly looks = new WeakMap<SimProcess, Map<string, number>>();
  /** Transactions whose rows are not all visible yet, by client token. */
  private readonly pending = new Set<string>();

  constructor(
    readonly table: string,
    private readonly engine: MemoryDynamo,
    private readonly scheduler: Scheduler,
    private readonly chance: Chance,
    private readonly troubles: () => ServerTroubles,
    private readonly witness: Witness,
    /** Fences that no item of the run uses are raised without a request that could meet another. */
    private readonly fences: ReadonlySet<string>,
    private readonly log: (text: string) => void,
  ) {}

  /** The `Date` of answers: whole seconds. */
  get date(): number {
    return Math.floor(this.scheduler.now / 1_000) * 1_000;
  }

  /**
   * True for a transaction that was accepted so long ago that its token is forgotten. A copy that is held up on its way comes
   * before that, or not at all: the protocol relies on it.
   */
  hasForgotten(input: Input): boolean {
    const accepted = this.accepted.get(input['ClientRequestToken'] as string);
    return accepted !== undefined && this.scheduler.now - accepted >= TOKEN_KNOWN_FOR;
  }

  /**
   * True for a copy that the protocol cannot hold back: its token was still known when the process looked whether the item is
   * there, and then the machine was suspended with its clock.
   */
  isOpenTo(process: SimProcess, input: Input): boolean {
    if (!this.hasForgotten(input)) return false;
    const accepted = this.accepted.get(input['ClientRequestToken'] as string)!;
    const [first] = input['TransactItems'] as readonly WriteItem[];
    const row = first!.Put?.Item;
    const looked = row && this.looks.get(process)?.get(idOf(keyOf(row)));
    return looked !== undefined && looked - accepted < TOKEN_KNOWN_FOR && process.stoppedAt >= looked;
  }

  /** True for the raising of a fence that nothing depends on: answered at once, and not carried out. */
  isIdle(operation: Operation, input: Input): boolean {
    if (operation !== 'PutItem') return false;
    const key = keyOf(input['Item'] as AttributeMap);
    return isFence(key) && !this.fences.has(key.pk);
  }

  /** Carries out a request that has arrived; `reply` is called with the answer when all of it is visible. */
  receive(
    process: SimProcess,
    operation: Operation,
    input: Input,
    signed: number,
    reply: (answer: Answer) => void,
  ): void {
    try {
      if (Math.abs(this.scheduler.now - signed) > SIGNATURE_WINDOW) {
        throw new Refused('InvalidSignatureException', 'Signature expired: it is too old, or not yet current.');
      }
      this.maybeRefuse(operation, input);
      if (operation === 'GetItem') this.looked(process, input['Key'] as AttributeMap);
      if (operation === 'TransactWriteItems') {
        return this.transact(process, input, signed, (output) => reply({ output }));
      }
      if (operation === 'Query' || operation === 'Scan') {
        return this.pass(operation, input, (answer) => {
          if (isOfRegistry(input))
            process.knowsRegistryOf = Math.max(process.knowsRegistryOf, Math.min(signed, this.date));
          reply(answer);
        });
      }
      reply({ output: this.carryOut(process, operation, input, signed) });
    } catch (error) {
      reply({ error: error as Error });
    }
  }

  private looked(process: SimProcess, key: AttributeMap): void {
    const looks = this.looks.get(process) ?? new Map<string, number>();
    this.looks.set(process, looks.set(idOf(keyOf(key)), this.scheduler.now));
  }

  /** A read of several rows, which is no snapshot of them. */
  private pass(operation: Operation, asked: Input, reply: (answer: Answer) => void): void {
    const { torn, longestPass, paged } = this.troubles();
    const input = this.chance.happens(paged) ? { ...asked, Limit: this.fewerThan(asked['Limit']) } : asked;
    const before = this.engine.execute(operation, input) as Page;
    if (!this.chance.happens(torn)) return reply({ output: before });
    const passed = before.Items.slice(0, this.chance.below(before.Items.length + 1));
    const { chance } = this;
    const { Limit: _, ...whole } = input;
    const all = input['Limit'] === undefined ? before : (this.engine.execute(operation, whole) as Page);
    const known = new Set(all.Items.map((row) => idOf(keyOf(row))));
    this.scheduler.at(this.scheduler.now + chance.duration(200, longestPass), () => {
      try {
        reply({ output: this.goOn(operation, input, passed, known) });
      } catch (error) {
        reply({ error: error as Error });
      }
    });
  }

  /** The rest of a pass, some time later: the place of what was put since right behind the last row may be passed by then. */
  private goOn(
    operation: Operation,
    input: Input,
    passed: readonly AttributeMap[],
    before: ReadonlySet<string>,
  ): object {
    const last = passed.at(-1);
    const limit = input['Limit'] as number | undefined;
    if (limit !== undefined && passed.length === limit) return { Items: passed, LastEvaluatedKey: keyMapOf(last!) };
    const rest = this.engine.execute(operation, {
      ...input,
      ...(last === undefined ? {} : { ExclusiveStartKey: keyMapOf(last) }),
      ...(limit === undefined ? {} : { Limit: limit - passed.length }),
    }) as Page;
    const known = rest.Items.findIndex((row) => before.has(idOf(keyOf(row))));
    const news = known < 0 ? rest.Items.length : known;
    return { ...rest, Items: [...passed, ...rest.Items.slice(this.chance.below(news + 1))] };
  }

  private fewerThan(limit: unknown): number {
    return Math.min(this.chance.between(1, 4), typeof limit === 'number' ? limit : Infinity);
  }

  /** The rows whose time to live is over. */
  expired(): readonly RowKey[] {
    return [...this.rows.values()].filter((row) => isOver(row, this.scheduler.now)).map(keyOf);
  }

  /** DynamoDB deletes one of them. Not while a transaction has it. */
  expire(key: RowKey): void {
    if (this.pending.size > 0) return;
    this.log(`deletes ${key.pk} ${key.sk}, which has expired`);
    const Key = { pk: { S: key.pk }, sk: { S: key.sk } };
    this.carryOut(undefined, 'DeleteItem', { TableName: this.table, Key }, undefined);
  }

  private maybeRefuse(operation: Operation, input: Input): void {
    const { throttle, conflict, expired, invalid } = this.troubles();
    if (this.chance.happens(expired)) {
      throw new Refused('ExpiredTokenException', 'The security token included in the request is expired');
    }
    const isTransaction = operation.startsWith('Transact');
    if (this.chance.happens(throttle)) {
      if (isTransaction && this.chance.happens(0.5)) throw cancelled(input, this.chance, THROTTLES);
      throw new Refused('ProvisionedThroughputExceededException');
    }
    const isRead = operation === 'GetItem' || operation === 'Query' || operation === 'Scan';
    if (isRead) return;
    if (operation !== 'TransactGetItems' && this.chance.happens(invalid)) {
      if (isTransaction) throw cancelled(input, this.chance, ['ValidationError']);
      throw new Refused('ValidationException', TOO_LARGE);
    }
    if (!this.chance.happens(conflict)) return;
    if (!isTransaction) throw new Refused('TransactionConflictException');
    throw cancelled(input, this.chance, ['TransactionConflict']);
  }

  private carryOut(
    process: SimProcess | undefined,
    operation: Operation,
    input: Input,
    signed: number | undefined,
  ): object {
    const output = this.engine.execute(operation, input);
    const by = { process, signed };
    if (operation === 'PutItem') this.commit(by, [{ Put: { Item: input['Item'] as AttributeMap } }], true);
    if (operation === 'DeleteItem') this.commit(by, [{ Delete: { Key: input['Key'] as AttributeMap } }], true);
    return output;
  }

  private transact(process: SimProcess, input: Input, signed: number, done: (output: object) => void): void {
    const token = input['ClientRequestToken'] as string;
    if (this.pending.has(token)) throw new Refused('TransactionInProgressException');
    const { output, rows } = this.begin(input);
    if (rows.length === 0) return done(output);
    if (!this.accepted.has(token)) this.accepted.set(token, this.scheduler.now);
    this.commit({ process, signed }, input['TransactItems'] as readonly WriteItem[], false);
    const shown = rows.map((row) => () => {
      row.apply();
      const key = keyOf(row.key);
      this.witness.visible(key, this.rows.get(idOf(key)));
    });
    const { partial, locked, longestLock } = this.troubles();
    if (!this.chance.happens(partial)) {
      const showAll = (): void => {
        for (const show of shown) show();
        this.pending.delete(token);
        done(output);
      };
      if (!this.chance.happens(locked)) return showAll();
      this.pending.add(token);
      return this.scheduler.at(this.scheduler.now + this.chance.duration(50, longestLock), showAll);
    }
    this.pending.add(token);
    let left = shown.length;
    for (const show of shown) {
      this.scheduler.at(this.scheduler.now + this.chance.duration(30, 2_000), () => {
        show();
        if (--left > 0) return;
        this.pending.delete(token);
        done(output);
      });
    }
  }

  private begin(input: Input): ReturnType<MemoryDynamo['beginTransaction']> {
    try {
      return this.engine.beginTransaction(input);
    } catch (error) {
      throw this.chance.happens(this.troubles().reticent) ? reticent(error as Error, this.chance) : error;
    }
  }

  private commit(by: Pick<Commit, 'process' | 'signed'>, items: readonly WriteItem[], visible: boolean): void {
    const changes: RowChange[] = [];
    for (const { Put, Delete } of items) {
      const holder = Put?.Item ?? Delete?.Key;
      if (holder === undefined) continue;
      const key = keyOf(holder);
      const id = idOf(key);
      const before = this.rows.get(id);
      const after = Put?.Item;
      if (after === undefined) this.rows.delete(id);
      else this.rows.set(id, after);
      changes.push({ key, before, after });
    }
    const fenced = items.some(({ ConditionCheck: check }) => check !== undefined && isFence(keyOf(check.Key)));
    this.witness.committed({ ...by, changes, fenced });
    if (visible) for (const { key, after } of changes) this.witness.visible(key, after);
  }
}

/** True where a row's time to live is over by the server's clock. */
export function isOver(row: AttributeMap, now: number): boolean {
  const expiry = expiryIn(row);
  return expiry !== undefined && expiry * 1_000 < now;
}

/** What `$exp` says on a row, in seconds. */
export function expiryIn(row: AttributeMap): number | undefined {
  const expiry = row['$exp'];
  return expiry !== undefined && 'N' in expiry ? Number(expiry.N) : undefined;
}

export const idOf = ({ pk, sk }: RowKey): string => `${pk}\u0000${sk}`;

function isOfRegistry(input: Input): boolean {
  const values = input['ExpressionAttributeValues'] as Readonly<Record<string, { readonly S?: string }>> | undefined;
  return values?.[':pk']?.S === registryPk;
}

const isFence = ({ pk }: RowKey): boolean => pk.startsWith('$fence#');

const keyMapOf = (row: AttributeMap): AttributeMap => ({ pk: row['pk']!, sk: row['sk']! });

export function keyOf(row: AttributeMap): RowKey {
  return { pk: (row['pk'] as { readonly S: string }).S, sk: (row['sk'] as { readonly S: string }).S };
}

/** The fences that creates of these keys check. */
export const fencesOf = (keys: readonly RowKey[]): ReadonlySet<string> =>
  new Set(keys.map((key) => fenceCheck(key, { epoch: 1, shortId: '' }).key.pk));
