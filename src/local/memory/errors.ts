/** One reason of a `TransactionCanceledException`, for the action at the same place. */
export interface CancellationReason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: object;
}

interface Further {
  /** The row that failed a condition, where the request asked for it. */
  readonly Item?: object;
  readonly CancellationReasons?: readonly CancellationReason[];
}

/** An error as DynamoDB answers it: `name` is the type of the exception, and the SDK's error has the same members. */
export class MemoryDynamoError extends Error {
  declare readonly Item?: object;
  declare readonly CancellationReasons?: readonly CancellationReason[];

  constructor(
    override readonly name: string,
    message: string,
    readonly further: Further = {},
  ) {
    super(message);
    Object.assign(this, further);
  }
}

/** The request itself is wrong, whatever is stored. */
export function invalid(message: string): MemoryDynamoError {
  return new MemoryDynamoError('ValidationException', message);
}

/** A key that is not the table's: in a transaction it is the reason of one action, and not an error of the request. */
export class KeyMismatch extends MemoryDynamoError {
  constructor(message: string) {
    super('ValidationException', message);
  }
}
