import { expect, test } from '@jest/globals';
import { dynamoDbLocal } from '../../.ci/dynamodb-local.mjs';
import { startLocalEngine } from '../../src/local/index.js';
import { compareMany } from '../local/memory/differential/compare.js';
import { ofDynamoDbLocal, ofDynoxide } from '../local/memory/differential/deviations.js';
import { startDynamoDbLocal } from '../support/dynamodb-local.js';

const SEQUENCES = 400;

test('the built-in engine answers random sequences of requests as Dynoxide does', async () => {
  await using local = await startLocalEngine();
  expect(local.engine).toBe('dynoxide');
  await compareMany(SEQUENCES, local.client, ofDynoxide);
});

const { folder, missing } = dynamoDbLocal();
if (folder === undefined) {
  test.skip(`the built-in engine answers random sequences of requests as DynamoDB Local does (${missing})`, () => {});
} else {
  test('the built-in engine answers random sequences of requests as DynamoDB Local does', async () => {
    await using local = await startDynamoDbLocal(folder);
    await compareMany(SEQUENCES, local.client, ofDynamoDbLocal);
  });
}
