import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { bodyCollector, hasLogger, type DynamoClient } from './client.js';
import type { MiddlewareStack } from './middleware.js';
import { type CollectBody, readPlainly } from './plain-reading.js';
import { reportLosses, traceAttempts } from './trace.js';

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
    Query: prepared(QueryCommand, prepare.many),
    Scan: prepared(ScanCommand, prepare.many),
    PutItem: prepared(PutItemCommand, prepare.write),
    DeleteItem: prepared(DeleteItemCommand, prepare.write),
    TransactWriteItems: prepared(TransactWriteItemsCommand, prepare.write),
  };
}

const traceWrite: Prepare = (stack, command) => {
  traceAttempts(stack, command);
  reportLosses(stack, command);
};

const logged = commandsWith({ one: traceAttempts, many: traceAttempts, write: traceWrite });

/** Replaces the client's own of that name when the two stacks are put together for this one request. */
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
  return commandsWith({
    one: (stack, command) => {
      leaveOutLogger(stack);
      traceAttempts(stack, command);
    },
    many: (stack, command) => {
      leaveOutLogger(stack);
      readPlainly(stack, collect);
      traceAttempts(stack, command);
    },
    write: (stack, command) => {
      leaveOutLogger(stack);
      traceWrite(stack, command);
    },
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
