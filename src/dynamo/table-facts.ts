import {
  DeleteItemCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { rawClient, type DynamoClient } from './client.js';
import { defaultKeyAttributes } from './key-attributes.js';
import { otherRegions } from './regions.js';
import type { TableOptions } from './table.js';
import { nameOf } from './write-errors.js';

type Place = TableOptions & { readonly client: DynamoClient };

/** How a table is set up, as far as it matters to what Ductile relies on. */
export interface TableFacts {
  /** `ACTIVE` where it may be written. */
  readonly status: string;
  /** The regions besides the client's that have a copy which can be written. */
  readonly replicas: readonly string[];
  /** True where those are strongly consistent with each other, which goes without transactions. */
  readonly stronglyConsistent: boolean;
  readonly localIndexes: readonly string[];
  readonly deletionProtection: boolean;
}

/** Costs one DescribeTable. */
export async function tableFacts({ client, table }: Place): Promise<TableFacts> {
  const { Table } = await rawClient(client).send(new DescribeTableCommand({ TableName: table }));
  const { TableStatus, Replicas, LocalSecondaryIndexes, MultiRegionConsistency, DeletionProtectionEnabled } =
    Table ?? {};
  return {
    status: TableStatus ?? 'unknown',
    replicas: await otherRegions(Replicas, client),
    stronglyConsistent: MultiRegionConsistency === 'STRONG',
    localIndexes: (LocalSecondaryIndexes ?? []).flatMap(({ IndexName }) => IndexName ?? []),
    deletionProtection: DeletionProtectionEnabled === true,
  };
}

/** `unknown` where it may not be asked, or the endpoint has no such operation. */
export type TimeToLive =
  { readonly state: 'off' } | { readonly state: 'unknown' } | { readonly state: 'on'; readonly attribute: string };

/** Whether DynamoDB deletes rows by itself, and by which attribute. Costs one DescribeTimeToLive. */
export async function timeToLive({ client, table }: Place): Promise<TimeToLive> {
  try {
    const { TimeToLiveDescription: ttl } = await rawClient(client).send(
      new DescribeTimeToLiveCommand({ TableName: table }),
    );
    const isOn = ttl?.TimeToLiveStatus === 'ENABLED' || ttl?.TimeToLiveStatus === 'ENABLING';
    return isOn ? { state: 'on', attribute: ttl?.AttributeName ?? '' } : { state: 'off' };
  } catch (error) {
    if (['AccessDeniedException', 'UnknownOperationException'].includes(nameOf(error) ?? ''))
      return { state: 'unknown' };
    throw error;
  }
}

/** No program uses it: what is tried there finds nothing, and is to change nothing. */
const PROBE = '$doctor';

/**
 * Which of the actions that Ductile needs the client's credentials may not do, as IAM names them. Each is tried in a way that
 * cannot change anything: writes on condition that a row exists at a key that nobody uses.
 *
 * Costs 3 reads, and 4 write units of writes that are refused.
 */
export async function deniedActions({ client, table, keys = defaultKeyAttributes }: Place): Promise<readonly string[]> {
  const Key = { [keys.pk]: { S: PROBE }, [keys.sk]: { S: '/' } };
  const exists = {
    TableName: table,
    ConditionExpression: 'attribute_exists(#pk)',
    ExpressionAttributeNames: { '#pk': keys.pk },
  };
  const tries: Readonly<Record<string, (raw: DynamoDBClient) => Promise<unknown>>> = {
    GetItem: (raw) => raw.send(new GetItemCommand({ TableName: table, Key })),
    Query: (raw) =>
      raw.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: '#pk = :pk',
          ExpressionAttributeNames: { '#pk': keys.pk },
          ExpressionAttributeValues: { ':pk': { S: PROBE } },
        }),
      ),
    Scan: (raw) => raw.send(new ScanCommand({ TableName: table, Limit: 1 })),
    PutItem: (raw) => raw.send(new PutItemCommand({ ...exists, Item: Key })),
    DeleteItem: (raw) => raw.send(new DeleteItemCommand({ ...exists, Key })),
    ConditionCheckItem: (raw) =>
      raw.send(new TransactWriteItemsCommand({ TransactItems: [{ ConditionCheck: { ...exists, Key } }] })),
  };
  const denied = await Promise.all(
    Object.entries(tries).map(async ([action, attempt]) => {
      const error: unknown = await attempt(rawClient(client)).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      return isDenied(error) ? [`dynamodb:${action}`] : [];
    }),
  );
  return denied.flat();
}

/** That a condition did not hold is what was expected; other errors are the next request's. */
const isDenied = (error: unknown): boolean => error !== undefined && nameOf(error) === 'AccessDeniedException';
