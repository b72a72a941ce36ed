import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { hasLogger, type DynamoClient } from './client.js';

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
 * The commands for a client: the SDK's own where the user gave it a logger, otherwise without the SDK's
 * `loggerMiddleware`, which copies every answer through the schema even if nobody logs (half the time of a query).
 */
export function commandsFor(client: DynamoClient): Commands {
  return hasLogger(client) ? logged : quiet;
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
interface MiddlewareStack {
  add(middleware: <T>(next: T) => T, options: { name: string; step: 'initialize'; override: boolean }): void;
}

function leaveOutLogger(stack: MiddlewareStack): void {
  stack.add((next) => next, { name: 'loggerMiddleware', step: 'initialize', override: true });
}

class QuietGetItemCommand extends GetItemCommand {
  constructor(input: ConstructorParameters<typeof GetItemCommand>[0]) {
    super(input);
    leaveOutLogger(this.middlewareStack);
  }
}

class QuietQueryCommand extends QueryCommand {
  constructor(input: ConstructorParameters<typeof QueryCommand>[0]) {
    super(input);
    leaveOutLogger(this.middlewareStack);
  }
}

class QuietScanCommand extends ScanCommand {
  constructor(input: ConstructorParameters<typeof ScanCommand>[0]) {
    super(input);
    leaveOutLogger(this.middlewareStack);
  }
}

class QuietPutItemCommand extends PutItemCommand {
  constructor(input: ConstructorParameters<typeof PutItemCommand>[0]) {
    super(input);
    leaveOutLogger(this.middlewareStack);
  }
}

class QuietDeleteItemCommand extends DeleteItemCommand {
  constructor(input: ConstructorParameters<typeof DeleteItemCommand>[0]) {
    super(input);
    leaveOutLogger(this.middlewareStack);
  }
}

class QuietTransactWriteItemsCommand extends TransactWriteItemsCommand {
  constructor(input: ConstructorParameters<typeof TransactWriteItemsCommand>[0]) {
    super(input);
    leaveOutLogger(this.middlewareStack);
  }
}

const quiet: Commands = {
  GetItem: QuietGetItemCommand,
  Query: QuietQueryCommand,
  Scan: QuietScanCommand,
  PutItem: QuietPutItemCommand,
  DeleteItem: QuietDeleteItemCommand,
  TransactWriteItems: QuietTransactWriteItemsCommand,
};
