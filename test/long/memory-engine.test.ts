import { expect, test } from '@jest/globals';
import { dynamoDbLocal } from '../../.ci/dynamodb-local.mjs';
import { startLocalEngine } from '../../src/local/index.js';
import { losesResumes } from '../../src/operator/resumes.js';
import { newTable } from '../dynamo/wire.js';
import { compareMany } from '../local/memory/differential/compare.js';
import { ofDynamoDbLocal, ofDynoxide } from '../local/memory/differential/deviations.js';
import { openBranch } from '../operator/branch.js';
import { halves, missed } from '../support/missed-resumes.js';
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
  test.skip(`a scan that goes on after a row, or a partition, that is gone misses nothing on DynamoDB Local (${missing})`, () => {});
} else {
  test('the built-in engine answers random sequences of requests as DynamoDB Local does', async () => {
    await using local = await startDynamoDbLocal(folder);
    await compareMany(SEQUENCES, local.client, ofDynamoDbLocal);
  });

  test('a scan that goes on after a row, or a partition, that is gone misses nothing on DynamoDB Local', async () => {
    await using local = await startDynamoDbLocal(folder);
    const gateway = await newTable(local);
    expect(await missed(gateway, [undefined, { index: 0, of: 1 }, ...halves])).toBe(0);
    // So the probe lets passes be cut there.
    const { bench } = await openBranch(local);
    expect(await losesResumes(bench.gateway)).toBe(false);
  });
}
