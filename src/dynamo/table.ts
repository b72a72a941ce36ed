import {
  CreateTableCommand,
  DescribeTableCommand,
  type CreateTableCommandInput,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { NoAnswer } from './answers.js';
import { configuredEndpoint, rawClient, type DynamoClient } from './client.js';
import { edgeError, tableNotFound, type EdgeContext } from './edge-errors.js';
import { TableKeysError } from './errors.js';
import { assertOneRegion, type RegionOptions } from './regions.js';
import { defaultKeyAttributes } from './key-attributes.js';
import type { KeyAttributes } from '../table/gateway.js';
import { nameOf } from './write-errors.js';

export interface TableOptions {
  readonly table: string;
  /** The names of the key attributes; `pk` and `sk` unless said otherwise. */
  readonly keys?: KeyAttributes;
}

/** The properties of a table that Ductile can use, in the form that CloudFormation, the CDK and the SDK share. */
export interface TableProperties {
  readonly TableName: string;
  readonly BillingMode: 'PAY_PER_REQUEST';
  readonly AttributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: 'S' }[];
  readonly KeySchema: readonly { readonly AttributeName: string; readonly KeyType: 'HASH' | 'RANGE' }[];
}

/**
 * What `createTable` creates, as the properties of an `AWS::DynamoDB::Table`: for CloudFormation, or for the CDK's
 * `new CfnTable(this, 'Shop', …)` with the names in its case. Sends nothing.
 *
 * @example
 * tableDescription({ table: 'shop' })
 * // { TableName: 'shop', BillingMode: 'PAY_PER_REQUEST',
 * //   AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }, { AttributeName: 'sk', AttributeType: 'S' }],
 * //   KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }] }
 */
export function tableDescription({ table, keys = defaultKeyAttributes }: TableOptions): TableProperties {
  return {
    TableName: table,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: keys.pk, AttributeType: 'S' },
      { AttributeName: keys.sk, AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: keys.pk, KeyType: 'HASH' },
      { AttributeName: keys.sk, KeyType: 'RANGE' },
    ],
  };
}

/**
 * Creates the table, paid per request, and waits until it is active. Where it is there with the right keys, nothing
 * is changed.
 *
 * Costs one DescribeTable, and where the table is missing one CreateTable and some further DescribeTable.
 * @throws TableKeysError where the table is there with other keys; TableNotFoundError where no table can have
 * that name, or it is not active after five minutes
 */
export async function createTable(options: TableOptions & { readonly client: DynamoClient }): Promise<void> {
  await ensureTable(options);
}

/**
 * `createTable`, for writers. @returns whether the table was missing
 *
 * @throws what `createTable` does; ReplicatedTableError
 */
export async function ensureWritableTable(
  options: TableOptions & RegionOptions & { readonly client: DynamoClient },
): Promise<boolean> {
  const { description, isMissing } = await ensureTable(options);
  await assertOneRegion(description, options);
  return isMissing;
}

async function ensureTable(
  options: TableOptions & { readonly client: DynamoClient },
): Promise<{ readonly description: TableDescription; readonly isMissing: boolean }> {
  let description = await describe(options);
  const isMissing = description === undefined;
  if (isMissing) await create(options);
  for (let polls = 0; description === undefined || description.TableStatus === 'CREATING'; polls++) {
    if (polls === MOST_POLLS) throw tableNotFound(undefined, await contextOf(options, 'CreateTable'));
    if (polls > 0) await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
    description = await describe(options);
  }
  assertKeys(description, options);
  return { description, isMissing };
}

/** How much a table holds, as DynamoDB says: up to six hours old. */
export interface TableSize {
  /** Rows of any kind. */
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Checks that the table is there and has the keys that Ductile was told. Costs one DescribeTable.
 *
 * @throws TableNotFoundError, TableKeysError
 */
export async function assertTable(options: TableOptions & { readonly client: DynamoClient }): Promise<TableSize> {
  const { ItemCount: rows = 0, TableSizeBytes: bytes = 0 } = await describeSound(options);
  return { rows, bytes };
}

/**
 * The same for writers: the table is written in one region.
 *
 * @throws TableNotFoundError, TableKeysError, ReplicatedTableError
 */
export async function assertWritableTable(
  options: TableOptions & RegionOptions & { readonly client: DynamoClient },
): Promise<void> {
  await assertOneRegion(await describeSound(options), options);
}

async function describeSound(options: TableOptions & { readonly client: DynamoClient }): Promise<TableDescription> {
  const context = await contextOf(options, 'DescribeTable');
  try {
    const { Table } = await rawClient(options.client).send(new DescribeTableCommand({ TableName: options.table }));
    if (Table === undefined) throw new NoAnswer('its body is no answer to DescribeTable');
    assertKeys(Table, options);
    return Table;
  } catch (error) {
    throw edgeError(error, context);
  }
}

const POLL_MILLISECONDS = 500;
const MOST_POLLS = 600;

async function describe(
  options: TableOptions & { readonly client: DynamoClient },
): Promise<TableDescription | undefined> {
  try {
    const { Table } = await rawClient(options.client).send(new DescribeTableCommand({ TableName: options.table }));
    if (Table === undefined) throw new NoAnswer('its body is no answer to DescribeTable');
    return Table;
  } catch (error) {
    if (nameOf(error) === 'ResourceNotFoundException') return undefined;
    throw edgeError(error, await contextOf(options, 'DescribeTable'));
  }
}

async function create(options: TableOptions & { readonly client: DynamoClient }): Promise<void> {
  try {
    const input = tableDescription(options) as unknown as CreateTableCommandInput;
    await rawClient(options.client).send(new CreateTableCommand(input));
  } catch (error) {
    // Another process creates it just now.
    if (nameOf(error) === 'ResourceInUseException') return;
    throw edgeError(error, await contextOf(options, 'CreateTable'));
  }
}

async function contextOf(
  options: TableOptions & { readonly client: DynamoClient },
  operation: string,
): Promise<EdgeContext> {
  const endpoint = await configuredEndpoint(options.client);
  return { table: options.table, keys: options.keys ?? defaultKeyAttributes, operation, endpoint: endpoint?.url };
}

function assertKeys(description: TableDescription, { table, keys = defaultKeyAttributes }: TableOptions): void {
  const found = (description.KeySchema ?? []).map(({ AttributeName, KeyType }) => {
    const definition = description.AttributeDefinitions?.find((attribute) => attribute.AttributeName === AttributeName);
    return `${KeyType} ${AttributeName} (${definition?.AttributeType})`;
  });
  const wanted = [`HASH ${keys.pk} (S)`, `RANGE ${keys.sk} (S)`];
  if (found.length === 2 && wanted.every((key) => found.includes(key))) return;
  throw new TableKeysError(
    `Table ${table} has the keys ${found.join(', ')}; Ductile was told ${wanted.join(', ')}. Say the table's own names ` +
      `with keys: { pk: '…', sk: '…' } if both are strings, or use another table.`,
    { table, pk: keys.pk, sk: keys.sk },
  );
}
