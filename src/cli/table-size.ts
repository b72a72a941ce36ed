import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/**
 * Listens to what DynamoDB says of the table anyway, as a command opens it: how many rows it has, up to six hours old.
 *
 * @returns the number as it is known so far
 */
export function rowsOfTable(client: DynamoDBClient): () => number | undefined {
  let rows: number | undefined;
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const answer = await next(args);
        if (commandName === 'DescribeTableCommand' && 'Table' in answer.output) {
          rows = answer.output.Table?.ItemCount ?? rows;
        }
        return answer;
      },
    { name: 'ductileTableSize', step: 'initialize' },
  );
  return () => rows;
}
