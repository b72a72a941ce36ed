import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** What a command heard of its table while it was opened: nothing is asked for it. */
export interface TableHeard {
  /** How many rows it has, up to six hours old. */
  rows?: number;
  /** Where requests went: `https://dynamodb.eu-central-1.amazonaws.com`. */
  endpoint?: string;
  region?: string;
  account?: string;
}

/** Listens to what DynamoDB says of the table anyway, and to where requests go. */
export function hearOfTable(client: DynamoDBClient): Readonly<TableHeard> {
  const heard: TableHeard = {};
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const answer = await next(args);
        if (commandName === 'DescribeTableCommand' && 'Table' in answer.output) {
          const { ItemCount, TableArn } = answer.output.Table ?? {};
          if (ItemCount !== undefined) heard.rows = ItemCount;
          Object.assign(heard, ofArn(TableArn));
        }
        return answer;
      },
    { name: 'ductileTableHeard', step: 'initialize' },
  );
  client.middlewareStack.add(
    (next) => async (args) => {
      const { protocol, hostname, port } = args.request as { protocol: string; hostname: string; port?: number };
      heard.endpoint = `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`;
      heard.region ??= await client.config.region();
      return next(args);
    },
    { name: 'ductileEndpointHeard', step: 'build', priority: 'low' },
  );
  return heard;
}

/** `arn:aws:dynamodb:eu-central-1:123456789012:table/shop`. A local engine may say another region than it is called by. */
function ofArn(arn: string | undefined): Pick<TableHeard, 'account'> {
  const account = arn?.split(':')[4];
  return account === undefined || account === '' ? {} : { account };
}
