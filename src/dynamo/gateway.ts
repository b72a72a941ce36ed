import type { AttributeValue as SdkValue, QueryCommandOutput, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type {
  Action,
  Gateway,
  KeyAttributes,
  QueryRequest,
  RowPage,
  ScanRequest,
  WriteOutcome,
} from '../table/gateway.js';
import { assertWithinLimits } from '../table/limits.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import { defaultBackoff, pauseBefore, type Backoff } from './backoff.js';
import { configuredEndpoint, isLoopback, rawClient, type DynamoClient } from './client.js';
import { commandsFor, type Commands } from './commands.js';
import { edgeError } from './edge-errors.js';
import { printCondition } from './expressions.js';
import { defaultKeyAttributes, keyAttributeMap, keyOfRow } from './key-attributes.js';
import { judgeWriteError } from './write-errors.js';

export interface GatewayOptions {
  readonly client: DynamoClient;
  readonly table: string;
  /** The table's key attributes; `pk` and `sk` unless said otherwise. */
  readonly keys?: KeyAttributes;
  readonly backoff?: Backoff;
}

/** The gateway to one table through the user's client. Sends nothing itself. */
export async function openGateway(options: GatewayOptions): Promise<DynamoGateway> {
  const endpoint = await configuredEndpoint(options.client);
  return new DynamoGateway(options, await isLoopback(options.client), endpoint?.url);
}

type SdkRow = Record<string, SdkValue>;

/** Ductile's attribute maps are the SDK's, read-only. */
const sdkRow = (row: AttributeMap): SdkRow => row as unknown as SdkRow;
const ownRow = (row: SdkRow): AttributeMap => row as unknown as AttributeMap;

export class DynamoGateway implements Gateway {
  readonly table: string;
  readonly keys: KeyAttributes;
  readonly #client;
  readonly #commands: Commands;
  readonly #backoff: Backoff;

  constructor(
    options: GatewayOptions,
    readonly loopback: boolean,
    readonly endpoint: string | undefined,
  ) {
    this.table = options.table;
    this.keys = options.keys ?? defaultKeyAttributes;
    this.#client = rawClient(options.client);
    this.#commands = commandsFor(options.client);
    this.#backoff = options.backoff ?? defaultBackoff;
  }

  keyOf(row: AttributeMap): RowKey {
    return keyOfRow(this.keys, row);
  }

  async get(key: RowKey, options: { readonly consistent?: boolean } = {}): Promise<AttributeMap | undefined> {
    const command = new this.#commands.GetItem({
      TableName: this.table,
      Key: sdkRow(keyAttributeMap(this.keys, key)),
      ConsistentRead: options.consistent ?? true,
    });
    const { Item } = await this.#edge('GetItem', () => this.#client.send(command));
    return Item === undefined ? undefined : ownRow(Item);
  }

  async query(request: QueryRequest): Promise<RowPage> {
    const { between, prefix, after, limit } = request;
    const bounded = between !== undefined || (prefix !== undefined && prefix !== '');
    const command = new this.#commands.Query({
      TableName: this.table,
      KeyConditionExpression: !bounded
        ? '#pk = :pk'
        : `#pk = :pk AND ${between === undefined ? 'begins_with(#sk, :low)' : '#sk BETWEEN :low AND :high'}`,
      ExpressionAttributeNames: { '#pk': this.keys.pk, ...(bounded ? { '#sk': this.keys.sk } : {}) },
      ExpressionAttributeValues: {
        ':pk': { S: request.pk },
        ...(bounded ? { ':low': { S: between?.[0] ?? prefix! } } : {}),
        ...(between === undefined ? {} : { ':high': { S: between[1] } }),
      },
      ConsistentRead: request.consistent ?? true,
      ScanIndexForward: !(request.descending ?? false),
      ...(limit === undefined ? {} : { Limit: limit }),
      ...(after === undefined ? {} : { ExclusiveStartKey: sdkRow(keyAttributeMap(this.keys, after)) }),
    });
    return this.#page(await this.#edge('Query', () => this.#client.send(command)));
  }

  async scan({ segment, after, limit }: ScanRequest): Promise<RowPage> {
    const command = new this.#commands.Scan({
      TableName: this.table,
      ConsistentRead: true,
      ...(segment === undefined ? {} : { Segment: segment.index, TotalSegments: segment.of }),
      ...(limit === undefined ? {} : { Limit: limit }),
      ...(after === undefined ? {} : { ExclusiveStartKey: sdkRow(keyAttributeMap(this.keys, after)) }),
    });
    return this.#page(await this.#edge('Scan', () => this.#client.send(command)));
  }

  async write(actions: readonly Action[], token: string): Promise<WriteOutcome> {
    if (actions.length === 0) return { kind: 'applied' };
    assertWithinLimits(this.table, actions, (key) => keyAttributeMap(this.keys, key));
    const [only] = actions;
    const send =
      actions.length === 1 && only!.kind !== 'check' ? this.#plain(only!) : this.#transaction(actions, token);
    for (let attempt = 1; ; attempt++) {
      try {
        await send();
        return { kind: 'applied' };
      } catch (error) {
        const verdict = judgeWriteError(error, this.table);
        if (verdict.kind === 'refused') return verdict;
        if (verdict.kind === 'throw') throw verdict.error;
        if (attempt >= this.#backoff.attempts) {
          if (verdict.refusals.length > 0) return { kind: 'refused', refusals: verdict.refusals };
          throw verdict.exhausted;
        }
      }
      await pauseBefore(attempt, this.#backoff);
    }
  }

  #plain(action: Exclude<Action, { readonly kind: 'check' }>): () => Promise<unknown> {
    const { Put, Delete } = this.#writeItem(action);
    // A fresh command for each attempt: the SDK adds its middleware to a command's stack every time that it is sent.
    return Put !== undefined
      ? () => this.#edge('PutItem', () => this.#client.send(new this.#commands.PutItem(Put)))
      : () => this.#edge('DeleteItem', () => this.#client.send(new this.#commands.DeleteItem(Delete!)));
  }

  #transaction(actions: readonly Action[], token: string): () => Promise<unknown> {
    const input = { TransactItems: actions.map((action) => this.#writeItem(action)), ClientRequestToken: token };
    return () =>
      this.#edge('TransactWriteItems', () => this.#client.send(new this.#commands.TransactWriteItems(input)));
  }

  #writeItem(action: Action): TransactWriteItem {
    const key = keyAttributeMap(this.keys, action.key);
    if (action.kind === 'check') return { ConditionCheck: { ...this.#conditional(action), Key: sdkRow(key) } };
    if (action.kind === 'delete') return { Delete: { ...this.#conditional(action), Key: sdkRow(key) } };
    return { Put: { ...this.#conditional(action), Item: sdkRow({ ...action.row, ...key }) } };
  }

  #conditional(action: Action) {
    const printed = action.condition === undefined ? undefined : printCondition(action.condition, this.keys);
    const values = printed?.ExpressionAttributeValues;
    return {
      TableName: this.table,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
      ConditionExpression: printed?.ConditionExpression as string,
      ...(printed === undefined ? {} : { ExpressionAttributeNames: printed.ExpressionAttributeNames }),
      ...(values === undefined ? {} : { ExpressionAttributeValues: sdkRow(values) }),
    };
  }

  #page(output: Pick<QueryCommandOutput, 'Items' | 'LastEvaluatedKey'>): RowPage {
    const rows = (output.Items ?? []).map(ownRow);
    return output.LastEvaluatedKey === undefined
      ? { rows }
      : { rows, last: this.keyOf(ownRow(output.LastEvaluatedKey)) };
  }

  async #edge<T>(operation: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      throw edgeError(error, { table: this.table, keys: this.keys, operation, endpoint: this.endpoint });
    }
  }
}
