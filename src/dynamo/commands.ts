import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { bodyCollector, hasLogger, type DynamoClient } from './client.js';
import { type CollectBody, type MiddlewareStack, readPlainly } from './plain-reading.js';

/** The data commands that a gateway sends. */
export interface Commands {
  readonly GetItem: typeof GetItemCommand;
  readonly Query: typeof QueryCommand;
  readonly Scan: typeof ScanCommand;
  readonly PutItem: typeof PutItemCommand;
  readonly DeleteItem: typeof DeleteItemCommand;
  readonly TransactWriteItems: typeof TransactWriteItemsCommand;
}

/**
 * The commands for a client: the SDK's own where the user gave it a logger. Otherwise without the SDK's
 * `loggerMiddleware`, which copies every answer through the schema even if nobody logs; and where an answer has many
 * rows, without the SDK's reading of it through the schema.
 */
export function commandsFor(client: DynamoClient): Commands {
  return hasLogger(client) ? logged : quick(bodyCollector(client));
}

const logged: Commands = {
  GetItem: GetItemCommand,
  Query: QueryCommand,
  Scan: ScanCommand,
  PutItem: PutItemCommand,
  DeleteItem: DeleteItemCommand,
  TransactWriteItems: TransactWriteItemsCommand,
};

/*
 * A middleware of the same name in the command's own stack replaces the client's when the two are put together for
 * this one request. So the user's stack stays as it is, what the user adds to it later takes part, and what stands
 * before or after `loggerMiddleware` finds its place. Subclasses, because a client with `cacheMiddleware` keeps one
 * resolved stack for each command class: the user's own commands must not get ours.
 */
function leaveOutLogger(stack: MiddlewareStack): void {
  stack.add((next) => next, { name: 'loggerMiddleware', step: 'initialize', override: true });
}

const quicks = new WeakMap<CollectBody, Commands>();

/** One set of classes for each way of collecting a body, which in practice is one. */
function quick(collect: CollectBody): Commands {
  let commands = quicks.get(collect);
  if (commands === undefined) quicks.set(collect, (commands = quickCommands(collect)));
  return commands;
}

function quickCommands(collect: CollectBody): Commands {
  const forOneRow = (stack: unknown): void => leaveOutLogger(stack as MiddlewareStack);
  const forManyRows = (stack: unknown): void => {
    leaveOutLogger(stack as MiddlewareStack);
    readPlainly(stack as MiddlewareStack, collect);
  };
  return {
    GetItem: prepared(GetItemCommand, forOneRow),
    Query: prepared(QueryCommand, forManyRows),
    Scan: prepared(ScanCommand, forManyRows),
    PutItem: prepared(PutItemCommand, forOneRow),
    DeleteItem: prepared(DeleteItemCommand, forOneRow),
    TransactWriteItems: prepared(TransactWriteItemsCommand, forOneRow),
  };
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- TypeScript asks it of a class that extends a parameter
type CommandClass = new (...args: any[]) => { readonly middlewareStack: unknown };

/** A command class whose own stack of middleware is prepared in each command. */
function prepared<Class extends CommandClass>(command: Class, prepare: (stack: unknown) => void): Class {
  return class extends command {
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    constructor(...args: any[]) {
      super(...(args as unknown[]));
      prepare(this.middlewareStack);
    }
  };
}
