import type { MemoryDynamo } from '../../src/local/memory/memory-dynamo.js';
import type { Operation } from '../../src/dynamo/sender.js';
import { fenceCheck } from '../../src/registry/fences.js';
import type { AttributeMap, RowKey } from '../../src/values/attribute-value.js';
import type { Chance } from './chance.js';
import type { SimProcess } from './process.js';
import type { Scheduler } from './scheduler.js';

/** For how long after its date DynamoDB takes a signature, and how far ahead of its clock one may be. */
const SIGNATURE_WINDOW = 15 * 60_000;

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
  /** That a write is told of a conflict that the table has not. */
  readonly conflict: number;
}

type Input = Readonly<Record<string, unknown>>;
interface WriteItem {
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

/** DynamoDB as it is met over the network: one table, its clock, and what it does beyond one request at a time. */
export class SimServer {
  /** Every row as it was accepted, whether or not readers see it yet. */
  readonly rows = new Map<string, AttributeMap>();
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

  /** True for the raising of a fence that nothing depends on: answered at once, and not carried out. */
  isIdle(operation: Operation, input: Input): boolean {
    if (operation !== 'PutItem') return false;
    const { pk } = keyOf(input['Item'] as AttributeMap);
    return pk.startsWith('$fence#') && !this.fences.has(pk);
  }

  /** Carries out a request that has arrived; `reply` is called with the answer when all of it is visible. */
  receive(
    process: SimProcess,
    operation: Operation,
    input: Input,
    signed: number,
    reply: (answer: { readonly output: object } | { readonly error: Error }) => void,
  ): void {
    try {
      if (Math.abs(this.scheduler.now - signed) > SIGNATURE_WINDOW) {
        throw new Refused('InvalidSignatureException', 'Signature expired: it is too old, or not yet current.');
      }
      this.maybeRefuse(operation, input);
      if (operation !== 'TransactWriteItems') return reply({ output: this.carryOut(process, operation, input) });
      this.transact(process, input, (output) => reply({ output }));
    } catch (error) {
      reply({ error: error as Error });
    }
  }

  /** The rows whose time to live is over. */
  expired(): readonly RowKey[] {
    return [...this.rows.values()].filter((row) => isOver(row, this.scheduler.now)).map(keyOf);
  }

  /** DynamoDB deletes one of them. Not while a transaction has it. */
  expire(key: RowKey): void {
    if (this.pending.size > 0) return;
    this.log(`deletes ${key.pk} ${key.sk}, which has expired`);
    this.carryOut(undefined, 'DeleteItem', { TableName: this.table, Key: { pk: { S: key.pk }, sk: { S: key.sk } } });
  }

  private maybeRefuse(operation: Operation, input: Input): void {
    const { throttle, conflict } = this.troubles();
    if (this.chance.happens(throttle)) throw new Refused('ProvisionedThroughputExceededException');
    const isRead = operation === 'GetItem' || operation === 'Query' || operation === 'Scan';
    if (isRead || !this.chance.happens(conflict)) return;
    if (!operation.startsWith('Transact')) throw new Refused('TransactionConflictException');
    const items = input['TransactItems'] as readonly object[];
    const met = this.chance.below(items.length);
    throw new Refused('TransactionCanceledException', 'Transaction cancelled', {
      CancellationReasons: items.map((_, i) => ({ Code: i === met ? 'TransactionConflict' : 'None' })),
    });
  }

  private carryOut(process: SimProcess | undefined, operation: Operation, input: Input): object {
    const output = this.engine.execute(operation, input);
    if (operation === 'PutItem') this.commit(process, [{ Put: { Item: input['Item'] as AttributeMap } }], true);
    if (operation === 'DeleteItem') this.commit(process, [{ Delete: { Key: input['Key'] as AttributeMap } }], true);
    return output;
  }

  private transact(process: SimProcess, input: Input, done: (output: object) => void): void {
    const token = input['ClientRequestToken'] as string;
    if (this.pending.has(token)) throw new Refused('TransactionInProgressException');
    const { output, rows } = this.engine.beginTransaction(input);
    if (rows.length === 0) return done(output);
    this.commit(process, input['TransactItems'] as readonly WriteItem[], false);
    const shown = rows.map((row) => () => {
      row.apply();
      const key = keyOf(row.key);
      this.witness.visible(key, this.rows.get(idOf(key)));
    });
    if (!this.chance.happens(this.troubles().partial)) {
      for (const show of shown) show();
      return done(output);
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

  private commit(process: SimProcess | undefined, items: readonly WriteItem[], visible: boolean): void {
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
    this.witness.committed({ process, changes });
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

export function keyOf(row: AttributeMap): RowKey {
  return { pk: (row['pk'] as { readonly S: string }).S, sk: (row['sk'] as { readonly S: string }).S };
}

/** The fences that creates of these keys check. */
export const fencesOf = (keys: readonly RowKey[]): ReadonlySet<string> =>
  new Set(keys.map((key) => fenceCheck(key, { epoch: 1, shortId: '' }).key.pk));
