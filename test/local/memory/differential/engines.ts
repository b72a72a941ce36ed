import * as sdk from '@aws-sdk/client-dynamodb';
import { MemoryDynamo } from '../../../../src/local/memory/memory-dynamo.js';

/** What an engine answers to one request. */
export type Answer =
  | { readonly output: Readonly<Record<string, unknown>> }
  | {
      readonly error: string;
      readonly message: string;
      readonly Item?: unknown;
      readonly reasons?: readonly unknown[];
    };

export interface Engine {
  execute(operation: string, input: object): Promise<Answer>;
}

interface Thrown {
  readonly name: string;
  readonly message: string;
  readonly Item?: unknown;
  readonly CancellationReasons?: readonly { readonly Code: string; readonly Item?: unknown }[];
}

function failed(thrown: unknown): Answer {
  const { name, message, Item, CancellationReasons } = thrown as Thrown;
  const reasons = CancellationReasons?.map(({ Code, Item: row }) =>
    row === undefined ? { Code } : { Code, Item: row },
  );
  return {
    error: name,
    message,
    ...(Item === undefined ? {} : { Item }),
    ...(reasons === undefined ? {} : { reasons }),
  };
}

export function memoryEngine(): Engine {
  const dynamo = new MemoryDynamo();
  return {
    async execute(operation, input) {
      try {
        return { output: dynamo.execute(operation, input) as never };
      } catch (error) {
        return failed(error);
      }
    },
  };
}

type Command = new (input: object) => sdk.ListTablesCommand;

/** An engine behind a client of the SDK. */
export function clientEngine(client: sdk.DynamoDBClient): Engine {
  return {
    async execute(operation, input) {
      const Operation = (sdk as unknown as Record<string, Command>)[`${operation}Command`]!;
      try {
        const { $metadata: _, ...output } = await client.send(new Operation(input));
        return { output };
      } catch (error) {
        return failed(error);
      }
    },
  };
}
