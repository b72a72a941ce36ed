import type {
  CreateTableCommandInput,
  ListTablesCommandInput,
  TableDescription,
  UpdateTimeToLiveCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Database } from './database.js';
import { invalid, MemoryDynamoError } from './errors.js';
import type { KeyAttribute, KeySchema } from './key-schema.js';
import { noIndexes } from './refusals.js';
import { MemoryTable } from './table.js';

interface Named {
  readonly TableName?: string | undefined;
}

const MAX_LISTED = 100;

export function createTable(database: Database, input: CreateTableCommandInput): { TableDescription: object } {
  const name = tableName(input);
  const keys = keySchemaOf(input);
  for (const index of [input.GlobalSecondaryIndexes, input.LocalSecondaryIndexes]) {
    if (index !== undefined && index.length > 0) throw noIndexes();
  }
  if (database.tables.has(name)) {
    throw new MemoryDynamoError('ResourceInUseException', `Table already exists: ${name}`);
  }
  const provisioned = input.ProvisionedThroughput;
  const description: TableDescription = {
    TableName: name,
    TableArn: `arn:aws:dynamodb:us-east-1:000000000000:table/${name}`,
    TableStatus: 'ACTIVE',
    KeySchema: input.KeySchema,
    AttributeDefinitions: input.AttributeDefinitions,
    // A number of seconds on the wire; the SDK's own outputs hold a Date here.
    CreationDateTime: (Math.floor(database.now()) / 1000) as never,
    ProvisionedThroughput: {
      NumberOfDecreasesToday: 0,
      ReadCapacityUnits: provisioned?.ReadCapacityUnits ?? 0,
      WriteCapacityUnits: provisioned?.WriteCapacityUnits ?? 0,
    },
    ...(input.BillingMode === 'PAY_PER_REQUEST' ? { BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' } } : {}),
    DeletionProtectionEnabled: false,
  };
  const table = new MemoryTable(name, keys, structuredClone(description));
  database.tables.set(name, table);
  return { TableDescription: { ...describe(table), TableStatus: 'CREATING' } };
}

export function describeTable(database: Database, input: Named): { Table: object } {
  return { Table: describe(knownTable(database, input)) };
}

export function deleteTable(database: Database, input: Named): { TableDescription: object } {
  const table = knownTable(database, input);
  database.tables.delete(table.name);
  return { TableDescription: { ...describe(table), TableStatus: 'DELETING' } };
}

export function listTables(
  database: Database,
  { ExclusiveStartTableName: after, Limit: limit = MAX_LISTED }: ListTablesCommandInput,
): { TableNames: string[]; LastEvaluatedTableName?: string } {
  const names = [...database.tables.keys()].sort().filter((name) => after === undefined || name > after);
  const page = names.slice(0, limit);
  return { TableNames: page, ...(page.length < names.length ? { LastEvaluatedTableName: page.at(-1)! } : {}) };
}

/** The setting is remembered and nothing else: rows do not expire by themselves. */
export function updateTimeToLive(
  database: Database,
  input: UpdateTimeToLiveCommandInput,
): { TimeToLiveSpecification: object } {
  const table = knownTable(database, input);
  const { AttributeName, Enabled } = input.TimeToLiveSpecification ?? {};
  if (AttributeName === undefined || Enabled === undefined) {
    throw invalid('TimeToLiveSpecification: AttributeName and Enabled must be given.');
  }
  if ((table.expiryAttribute !== undefined) === Enabled) {
    throw invalid(`TimeToLive is already ${Enabled ? 'enabled' : 'disabled'}`);
  }
  table.expiryAttribute = Enabled ? AttributeName : undefined;
  return { TimeToLiveSpecification: { AttributeName, Enabled } };
}

export function describeTimeToLive(database: Database, input: Named): { TimeToLiveDescription: object } {
  const { expiryAttribute: AttributeName } = knownTable(database, input);
  return {
    TimeToLiveDescription:
      AttributeName === undefined ? { TimeToLiveStatus: 'DISABLED' } : { TimeToLiveStatus: 'ENABLED', AttributeName },
  };
}

function describe(table: MemoryTable): object {
  let count = 0;
  let bytes = 0;
  for (const { rows } of table.partitionsFrom()) {
    count += rows.length;
    for (const { size } of rows) bytes += size;
  }
  return { ...structuredClone(table.description), ItemCount: count, TableSizeBytes: bytes };
}

function knownTable(database: Database, input: Named): MemoryTable {
  const name = tableName(input);
  const table = database.tables.get(name);
  if (table !== undefined) return table;
  throw new MemoryDynamoError('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`);
}

function tableName({ TableName = '' }: Named): string {
  if (/^[\w.-]{3,255}$/.test(TableName)) return TableName;
  throw invalid(
    "Invalid table/index name.  Table/index names must be between 3 and 255 characters long, and may contain only the characters a-z, A-Z, 0-9, '_', '-', and '.'",
  );
}

function keySchemaOf({
  KeySchema: schema = [],
  AttributeDefinitions: definitions = [],
}: CreateTableCommandInput): KeySchema {
  const attribute = (kind: 'HASH' | 'RANGE'): KeyAttribute | undefined => {
    const name = schema.find(({ KeyType }) => KeyType === kind)?.AttributeName;
    if (name === undefined) return undefined;
    const type = definitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType;
    if (type === 'S' || type === 'N' || type === 'B') return { name, type };
    throw invalid(
      `One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [${name}]`,
    );
  };
  const [hash, range] = [attribute('HASH'), attribute('RANGE')];
  if (hash === undefined || schema.length !== (range === undefined ? 1 : 2) || hash.name === range?.name) {
    throw invalid('Invalid KeySchema: The first KeySchemaElement is not a HASH key type');
  }
  if (definitions.length === schema.length) return { hash, range };
  throw invalid(
    'One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
  );
}
