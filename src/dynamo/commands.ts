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
import type { Middleware, MiddlewareStack } from './middleware.js';
import { type CollectBody, readPlainly } from './plain-reading.js';
import { addTrace, traceAnswers, traceAttempts } from './trace.js';

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

/**
 * The commands for a client, with a trace in each. Where the user gave it no logger, without the SDK's
 * `loggerMiddleware`, which copies every answer through the schema even if nobody logs; and where an answer has many
 * rows, without the SDK's reading of it through the schema.
 */
export function commandsFor(client: DynamoClient): Commands {
  return hasLogger(client) ? logged : quick(bodyCollector(client));
}

type Prepare = (stack: MiddlewareStack, command: object) => void;

/*
 * All of it is in the command's own stack: the user's stays as it is, what the user adds to it later takes part, and
 * what stands before or after a middleware of the SDK finds its place. Subclasses, because a client with
 * `cacheMiddleware` keeps one resolved stack for each command class: the user's own commands must not get ours.
 */
function commandsWith(prepare: { readonly one: Prepare; readonly many: Prepare; readonly write: Prepare }): Commands {
  return {
    GetItem: prepared(GetItemCommand, prepare.one),
    TransactGetItems: prepared(TransactGetItemsCommand, prepare.one),
    Query: prepared(QueryCommand, prepare.many),
    Scan: prepared(ScanCommand, prepare.many),
    PutItem: prepared(PutItemCommand, prepare.write),
    DeleteItem: prepared(DeleteItemCommand, prepare.write),
    TransactWriteItems: prepared(TransactWriteItemsCommand, prepare.write),
  };
}

const logged = commandsWith({ one: addTrace, many: addTrace, write: addTrace });

const quicks = new WeakMap<CollectBody, Commands>();

/** One set of classes for each way of collecting a body, which in practice is one. */
function quick(collect: CollectBody): Commands {
  let commands = quicks.get(collect);
  if (commands === undefined) quicks.set(collect, (commands = quickCommands(collect)));
  return commands;
}

/** A middleware takes longer than it seems, because the SDK sorts all of them for every request: as few as will do. */
function quickCommands(collect: CollectBody): Commands {
  return commandsWith({
    one: (stack, command) => replaceLogger(stack, traceAnswers(command)),
    many: (stack, command) => {
      replaceLogger(stack, nothing);
      readPlainly(stack, collect, traceAttempts(command));
    },
    write: (stack, command) => {
      replaceLogger(stack, nothing);
      addTrace(stack, command);
    },
  });
}

const nothing: Middleware = (next) => next;

/** A name that is taken is replaced when the client's stack and the command's are put together for this request. */
function replaceLogger(stack: MiddlewareStack, middleware: Middleware): void {
  stack.add(middleware, { name: 'loggerMiddleware', step: 'initialize', override: true });
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
