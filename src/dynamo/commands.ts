import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { bodyCollector, hasLogger, type DynamoClient } from './client.js';
import type { CollectBody } from './bodies.js';
import type { MiddlewareStack } from './middleware.js';
import { readPlainly } from './plain-reading.js';
import type { Operation } from './sender.js';
import { type Reading, traceAttempts } from './trace.js';

/** The data commands that a gateway sends. */
export interface Commands {
  readonly GetItem: typeof GetItemCommand;
  readonly TransactGetItems: typeof TransactGetItemsCommand;
  readonly Query: typeof QueryCommand;
  readonly Scan: typeof ScanCommand;
  readonly PutItem: typeof PutItemCommand;
  readonly DeleteItem: typeof DeleteItemCommand;
  readonly TransactWriteItems: typeof TransactWriteItemsCommand;
}

const sets = new WeakMap<CollectBody, { readonly quick: Commands; readonly logged: Commands }>();

/**
 * The commands for a client, with a trace in each, and without the SDK's reading of answers through the schema. Where the
 * user gave it a logger the SDK reads them as well, and its `loggerMiddleware` stays, which costs a copy of every answer.
 */
export function commandsFor(client: DynamoClient): Commands {
  const collect = bodyCollector(client);
  // One set of classes for each way of collecting a body, which in practice is one.
  let commands = sets.get(collect);
  if (commands === undefined) {
    sets.set(collect, (commands = { quick: commandsWith(collect, false), logged: commandsWith(collect, true) }));
  }
  return hasLogger(client) ? commands.logged : commands.quick;
}

/*
 * All of it is in the command's own stack: the user's stays as it is, what the user adds to it later takes part, and
 * what stands before or after a middleware of the SDK finds its place. Subclasses, because a client with
 * `cacheMiddleware` keeps one resolved stack for each command class: the user's own commands must not get ours. A
 * middleware takes longer than it seems, because the SDK sorts all of them for every request: as few as will do.
 */
function commandsWith(collect: CollectBody, alsoBySdk: boolean): Commands {
  const prepare =
    (operation: Operation): Prepare =>
    (stack, command) => {
      addTrace(stack, command, { operation, collect, alsoBySdk });
      if (!alsoBySdk) readPlainly(stack, command);
    };
  return {
    GetItem: prepared(GetItemCommand, prepare('GetItem')),
    TransactGetItems: prepared(TransactGetItemsCommand, prepare('TransactGetItems')),
    Query: prepared(QueryCommand, prepare('Query')),
    Scan: prepared(ScanCommand, prepare('Scan')),
    PutItem: prepared(PutItemCommand, prepare('PutItem')),
    DeleteItem: prepared(DeleteItemCommand, prepare('DeleteItem')),
    TransactWriteItems: prepared(TransactWriteItemsCommand, prepare('TransactWriteItems')),
  };
}

type Prepare = (stack: MiddlewareStack, command: object) => void;

function addTrace(stack: MiddlewareStack, command: object, reading: Reading): void {
  stack.add(traceAttempts(command, reading), {
    name: 'ductileTrace',
    step: 'deserialize',
    priority: 'low',
    override: true,
  });
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- TypeScript asks it of a class that extends a parameter
type CommandClass = new (...args: any[]) => { readonly middlewareStack: unknown };

/** A command class whose own stack of middleware is prepared in each command. */
function prepared<Class extends CommandClass>(command: Class, prepare: Prepare): Class {
  return class extends command {
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    constructor(...args: any[]) {
      super(...(args as unknown[]));
      prepare(this.middlewareStack as MiddlewareStack, this);
    }
  };
}
