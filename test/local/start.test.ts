import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from '@jest/globals';
import { startLocalEngine } from '../../src/local/index.js';

test('answers as DynamoDB does', async () => {
  const local = await startLocalEngine();
  expect(await local.client.send(new ListTablesCommand({}))).toMatchObject({ TableNames: [] });
  expect(local.engine).toBe('dynoxide');
  await local.stop();
  await local.stop();
});
