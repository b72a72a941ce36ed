import type {
  DeleteItemCommandInput,
  DeleteItemCommandOutput,
  GetItemCommandInput,
  GetItemCommandOutput,
  PutItemCommandInput,
  PutItemCommandOutput,
  QueryCommandInput,
  QueryCommandOutput,
  ScanCommandInput,
  ScanCommandOutput,
  TransactGetItemsCommandInput,
  TransactGetItemsCommandOutput,
  TransactWriteItemsCommandInput,
  TransactWriteItemsCommandOutput,
} from '@aws-sdk/client-dynamodb';

/** The DynamoDB operations that a gateway sends, with what each takes and gives. */
export interface Operations {
  readonly GetItem: { readonly input: GetItemCommandInput; readonly output: GetItemCommandOutput };
  readonly TransactGetItems: {
    readonly input: TransactGetItemsCommandInput;
    readonly output: TransactGetItemsCommandOutput;
  };
  readonly Query: { readonly input: QueryCommandInput; readonly output: QueryCommandOutput };
  readonly Scan: { readonly input: ScanCommandInput; readonly output: ScanCommandOutput };
  readonly PutItem: { readonly input: PutItemCommandInput; readonly output: PutItemCommandOutput };
  readonly DeleteItem: { readonly input: DeleteItemCommandInput; readonly output: DeleteItemCommandOutput };
  readonly TransactWriteItems: {
    readonly input: TransactWriteItemsCommandInput;
    readonly output: TransactWriteItemsCommandOutput;
  };
}

export type Operation = keyof Operations;

/** Follows one request through its attempts: a sender may send it again by itself. */
export interface Watch {
  /**
   * Called once an attempt is signed and before it is sent, with the date in its signature (milliseconds; undefined
   * where it has none that can be read). What it throws ends the request: this attempt is not sent, and none after it.
   */
  signed?(date: number | undefined): void;
  /**
   * Called where an attempt that was sent has no definite answer (a lost connection, a timeout, a 5xx). What it throws
   * ends the request, without a further attempt.
   */
  lost?(error: unknown): void;
  /** Called with the `Date` of every answer that has one, also of one that is an error. Must not throw. */
  answered?(date: number): void;
}

/** What a request came to. Dates are milliseconds; undefined where they cannot be read. */
export interface Answer<Output> {
  readonly output: Output;
  /** The date in the signature of the attempt that was answered. */
  readonly signed: number | undefined;
  /** The `Date` of the answer. */
  readonly date: number | undefined;
}

/** Sends requests to DynamoDB, through the user's client: all that a gateway needs of the SDK. */
export interface Sender {
  send<Name extends Operation>(
    operation: Name,
    input: Operations[Name]['input'],
    watch?: Watch,
  ): Promise<Answer<Operations[Name]['output']>>;
}
