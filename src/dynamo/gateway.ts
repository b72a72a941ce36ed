import type { AttributeValue as SdkValue, QueryCommandOutput, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type {
  Action,
  Gateway,
  KeyAttributes,
  Load,
  Look,
  QueryRequest,
  RowPage,
  ScanRequest,
  WriteOptions,
  WriteOutcome,
} from '../table/gateway.js';
import { assertWithinLimits } from '../table/limits.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import { defaultBackoff, every, pause, pauseAfter, type Backoff } from './backoff.js';
import { configuredEndpoint, isLoopback, type DynamoClient } from './client.js';
import { edgeError } from './edge-errors.js';
import { printCondition } from './expressions.js';
import { defaultKeyAttributes, keyAttributeMap, keyOfRow } from './key-attributes.js';
import { Meter } from './meter.js';
import { sdkSender } from './sdk-sender.js';
import { ServerClock } from './server-clock.js';
import type { Answer, Operation, Operations, Sender, Watch } from './sender.js';
import { exhaustedRead, judgeWriteError } from './write-errors.js';
import { EndOfWrite, WriteWatch } from './write-watch.js';

interface TableOfGateway {
  readonly table: string;
  /** The table's key attributes; `pk` and `sk` unless said otherwise. */
  readonly keys?: KeyAttributes;
  readonly backoff?: Backoff;
  /** How it waits: the clock of this machine unless said otherwise. */
  readonly pause?: Gateway['pause'];
  /** The same for `elapsed`. */
  readonly elapsed?: Gateway['elapsed'];
  /** The same for `every`. */
  readonly every?: Gateway['every'];
  /** True to ask with every request what it consumes. */
  readonly metered?: boolean;
}

export interface OpenGatewayOptions extends TableOfGateway {
  readonly client: DynamoClient;
}

export interface GatewayOptions extends TableOfGateway {
  readonly sender: Sender;
  readonly loopback: boolean;
  /** The endpoint the client was given, if any; for messages. */
  readonly endpoint?: string | undefined;
}

/** The gateway to one table through the user's client. Sends nothing itself. */
export async function openGateway({ client, ...options }: OpenGatewayOptions): Promise<DynamoGateway> {
  const endpoint = await configuredEndpoint(client);
  const loopback = await isLoopback(client);
  return new DynamoGateway({ ...options, sender: sdkSender(client), loopback, endpoint: endpoint?.url });
}

type SdkRow = Record<string, SdkValue>;

/** Ductile's attribute maps are the SDK's, read-only. */
const sdkRow = (row: AttributeMap): SdkRow => row as unknown as SdkRow;
const ownRow = (row: SdkRow): AttributeMap => row as unknown as AttributeMap;

/** Sends the content of one write, once more each time. */
type Send = (watch: Watch) => Promise<unknown>;

export class DynamoGateway implements Gateway {
  readonly table: string;
  readonly keys: KeyAttributes;
  readonly loopback: boolean;
  readonly endpoint: string | undefined;
  readonly pause: Gateway['pause'];
  readonly elapsed: Gateway['elapsed'];
  readonly every: Gateway['every'];
  readonly #metered: boolean;
  readonly #meter = new Meter();
  readonly #sender: Sender;
  readonly #backoff: Backoff;
  readonly #clock: ServerClock;

  constructor(options: GatewayOptions) {
    this.table = options.table;
    this.keys = options.keys ?? defaultKeyAttributes;
    this.loopback = options.loopback;
    this.endpoint = options.endpoint;
    this.pause = options.pause ?? pause;
    this.elapsed = options.elapsed ?? (() => performance.now());
    this.every = options.every ?? every;
    this.#clock = new ServerClock(this.elapsed);
    this.#metered = options.metered ?? false;
    this.#sender = options.sender;
    this.#backoff = options.backoff ?? defaultBackoff;
  }

  serverTime(): number {
    return this.#clock.now();
  }

  newestDate(): number {
    return this.#clock.newest();
  }

  load(): Load {
    return this.#meter.load;
  }

  keyOf(row: AttributeMap): RowKey {
    return keyOfRow(this.keys, row);
  }

  async get(key: RowKey, options: { readonly consistent?: boolean } = {}): Promise<AttributeMap | undefined> {
    return (await this.#get(key, options.consistent ?? true)).row;
  }

  look(key: RowKey): Promise<Look> {
    return this.#get(key, true);
  }

  async getTogether(keys: readonly RowKey[]): Promise<readonly (AttributeMap | undefined)[]> {
    const gets = keys.map((key) => ({ Get: { TableName: this.table, Key: sdkRow(keyAttributeMap(this.keys, key)) } }));
    for (let attempt = 1; ; attempt++) {
      try {
        const { output } = await this.#send('TransactGetItems', { TransactItems: gets });
        return (output.Responses ?? []).map(({ Item }) => (Item === undefined ? undefined : ownRow(Item)));
      } catch (error) {
        const exhausted = exhaustedRead(error, this.table);
        if (exhausted === undefined) throw error;
        if (attempt >= this.#backoff.attempts) throw exhausted;
        this.#meter.metConflict();
      }
      await this.pause(pauseAfter(attempt, this.#backoff));
    }
  }

  async query(request: QueryRequest): Promise<RowPage> {
    const { between, prefix, after, limit } = request;
    const bounded = between !== undefined || (prefix !== undefined && prefix !== '');
    const answer = await this.#send('Query', {
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
    return this.#page(answer);
  }

  async scan({ segment, after, limit }: ScanRequest): Promise<RowPage> {
    const answer = await this.#send('Scan', {
      TableName: this.table,
      ConsistentRead: true,
      ...(segment === undefined ? {} : { Segment: segment.index, TotalSegments: segment.of }),
      ...(limit === undefined ? {} : { Limit: limit }),
      ...(after === undefined ? {} : { ExclusiveStartKey: sdkRow(keyAttributeMap(this.keys, after)) }),
    });
    return this.#page(answer);
  }

  async write(actions: readonly Action[], token: string, options: WriteOptions = {}): Promise<WriteOutcome> {
    if (actions.length === 0) return { kind: 'applied' };
    assertWithinLimits(this.table, actions, (key) => keyAttributeMap(this.keys, key));
    const [only] = actions;
    const send =
      actions.length === 1 && only!.kind !== 'check' ? this.#plain(only!) : this.#transaction(actions, token);
    const watch = new WriteWatch(options, this.#clock.request());
    for (let attempt = 1; ; attempt++) {
      try {
        await send(watch);
        return { kind: 'applied' };
      } catch (error) {
        const outcome = this.#outcomeOf(error, watch, attempt >= this.#backoff.attempts);
        if (outcome !== 'again') return outcome;
        this.#meter.metConflict();
      }
      await this.pause(pauseAfter(attempt, this.#backoff));
      // What is in doubt is sent again as it is: its token keeps it from being applied twice.
      if (!watch.doubtful && options.outdated?.() === true) return { kind: 'refused', refusals: [], doubtful: false };
    }
  }

  async #get(key: RowKey, consistent: boolean): Promise<Look> {
    const { output, signed, date } = await this.#send('GetItem', {
      TableName: this.table,
      Key: sdkRow(keyAttributeMap(this.keys, key)),
      ConsistentRead: consistent,
    });
    return { row: output.Item === undefined ? undefined : ownRow(output.Item), signed, date };
  }

  /** What an error means for a write, with all its attempts so far. Throws where it is certain that nothing was written. */
  #outcomeOf(error: unknown, watch: WriteWatch, last: boolean): WriteOutcome | 'again' {
    const { stale, unanswered, doubtful, firstLost } = watch;
    const unknown: WriteOutcome = { kind: 'unknown', cause: error, ...(firstLost && { first: firstLost }) };
    if (stale && !doubtful) return { kind: 'stale' };
    if (stale || unanswered) return unknown;
    const verdict = judgeWriteError(error, this.table);
    if (verdict.kind === 'retry' && !last) return 'again';
    if (verdict.kind === 'refused' || (verdict.kind === 'retry' && verdict.refusals.length > 0)) {
      return { kind: 'refused', refusals: verdict.refusals, doubtful };
    }
    if (doubtful) return unknown;
    throw verdict.kind === 'throw' ? verdict.error : verdict.exhausted;
  }

  #plain(action: Exclude<Action, { readonly kind: 'check' }>): Send {
    const { Put, Delete } = this.#writeItem(action);
    return Put !== undefined
      ? (watch) => this.#send('PutItem', Put, watch)
      : (watch) => this.#send('DeleteItem', Delete!, watch);
  }

  #transaction(actions: readonly Action[], token: string): Send {
    const input = { TransactItems: actions.map((action) => this.#writeItem(action)), ClientRequestToken: token };
    return (watch) => this.#send('TransactWriteItems', input, watch);
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

  #page({ output, signed, date }: Answer<Pick<QueryCommandOutput, 'Items' | 'LastEvaluatedKey'>>): RowPage {
    return {
      rows: (output.Items ?? []).map(ownRow),
      ...(output.LastEvaluatedKey === undefined ? {} : { last: this.keyOf(ownRow(output.LastEvaluatedKey)) }),
      ...(signed === undefined || date === undefined ? {} : { asOf: Math.min(signed, date) }),
    };
  }

  /** What a read is watched with. */
  #reading(): Watch {
    const timed = this.#clock.request();
    return { signed: () => timed.sent(), answered: (date) => timed.answered(date) };
  }

  async #send<Name extends Operation>(
    operation: Name,
    input: Operations[Name]['input'],
    watch: Watch = this.#reading(),
  ): Promise<Answer<Operations[Name]['output']>> {
    const asked = this.#metered ? { ...input, ReturnConsumedCapacity: 'TOTAL' as const } : input;
    try {
      const answer = await this.#sender.send(operation, asked, watch);
      this.#meter.answered(operation, answer.output);
      return answer;
    } catch (error) {
      const met = error instanceof EndOfWrite ? error.lost : error;
      if (typeof met === 'object' && met !== null) this.#meter.failed(met);
      throw edgeError(met, { table: this.table, keys: this.keys, operation, endpoint: this.endpoint });
    }
  }
}
