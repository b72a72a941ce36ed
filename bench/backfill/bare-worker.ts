// What a backfill, and a verify, would send at the least, by hand: a scan in pages as large as they come; and for each item of
// a backfill the same transaction, with nothing recorded, shared or checked.
import {
  type AttributeValue,
  type DynamoDBClient,
  ScanCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { randomUUID } from 'node:crypto';
import { runHand } from './crew.js';
import { clientAt, CONCURRENCY, type Task } from './place.js';

type Row = Record<string, AttributeValue>;

await runHand(async ({ endpoint, table, step }: Task) => {
  const client = clientAt({ endpoint });
  let items = 0;
  let last: Row | undefined;
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: table,
        ConsistentRead: true,
        ...(last === undefined ? {} : { ExclusiveStartKey: last }),
      }),
    );
    const waiting = (page.Items ?? []).filter((row) => '$type' in row && !('$owner' in row) && !('$lay' in row));
    items += waiting.length;
    if (step === 'backfill')
      await Promise.all(Array.from({ length: CONCURRENCY }, () => writeAll(client, table, waiting)));
    last = page.LastEvaluatedKey;
  } while (last !== undefined);
  client.destroy();
  return { items };
});

async function writeAll(client: DynamoDBClient, table: string, waiting: Row[]): Promise<void> {
  for (let row; (row = waiting.pop()) !== undefined;) {
    await client.send(
      new TransactWriteItemsCommand({
        ClientRequestToken: randomUUID(),
        TransactItems: [{ Put: primaryPut(table, row) }, { Put: secondaryPut(table, row) }],
      }),
    );
  }
}

function primaryPut(table: string, row: Row) {
  const [pk, sk] = secondaryKey(row);
  return {
    TableName: table,
    Item: {
      ...row,
      $stamp: { L: [{ N: '4' }, { S: 'bare' }] },
      $lay: { N: '1' },
      $paths: { M: { 1: { L: [pk, sk] } } },
    },
    ConditionExpression: '#rev = :rev AND attribute_not_exists(#lay)',
    ExpressionAttributeNames: { '#rev': '$rev', '#lay': '$lay' },
    ExpressionAttributeValues: { ':rev': row['$rev']! },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
}

function secondaryPut(table: string, row: Row) {
  const { $anc: _, ...copied } = row;
  const [pk, sk] = secondaryKey(row);
  const owner = { L: [row['$type']!, row['pk']!, row['sk']!] };
  return {
    TableName: table,
    Item: { ...copied, pk, sk, $owner: owner, $path: { S: '1' } },
    ConditionExpression: 'attribute_not_exists(pk) OR #owner = :owner',
    ExpressionAttributeNames: { '#owner': '$owner' },
    ExpressionAttributeValues: { ':owner': owner },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
}

function secondaryKey(row: Row): readonly [pk: AttributeValue.SMember, sk: AttributeValue.SMember] {
  const placedAt = (row['placedAt'] as AttributeValue.NMember).N;
  const { S: pk } = row['pk'] as AttributeValue.SMember;
  const { S: sk } = row['sk'] as AttributeValue.SMember;
  return [{ S: `/placed-${placedAt}` }, { S: `${pk}${sk}` }];
}
