import type { ConsumedCapacity } from '@aws-sdk/client-dynamodb';
import type { Load } from '../table/gateway.js';
import type { Operation } from './sender.js';

const WRITES: ReadonlySet<Operation> = new Set<Operation>(['PutItem', 'DeleteItem', 'TransactWriteItems']);

interface Measured {
  /** A list where the request was a transaction. */
  readonly ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[] | undefined;
  readonly $metadata?: { readonly attempts?: number | undefined };
}

/** Adds up what requests consume, and how often they had to be sent again. */
export class Meter {
  #read = 0;
  #write = 0;
  #retries = 0;
  #conflicts = 0;

  answered(operation: Operation, { ConsumedCapacity: consumed = [], $metadata }: Measured): void {
    const units = [consumed].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
    if (WRITES.has(operation)) this.#write += units;
    else this.#read += units;
    this.#retries += ($metadata?.attempts ?? 1) - 1;
  }

  /** A request ended in an error: its last attempt too is one that somebody will have to make again. */
  failed({ $metadata }: Measured): void {
    this.#retries += ($metadata?.attempts ?? 1) - 1;
  }

  metConflict(): void {
    this.#conflicts++;
  }

  get load(): Load {
    return { read: this.#read, write: this.#write, retries: this.#retries, conflicts: this.#conflicts };
  }
}
