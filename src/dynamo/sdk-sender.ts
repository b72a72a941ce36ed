import { rawClient, type DynamoClient } from './client.js';
import { NoAnswer } from './answers.js';
import { commandsFor } from './commands.js';
import type { Answer, Operation, Operations, Sender, Watch } from './sender.js';
import { Trace } from './trace.js';

const NOBODY: Watch = {};

/** Sends through the user's client, with its credentials, its retries and its middleware. */
export function sdkSender(client: DynamoClient): Sender {
  const raw = rawClient(client);
  const commands = commandsFor(client);
  return {
    async send<Name extends Operation>(operation: Name, input: Operations[Name]['input'], watch = NOBODY) {
      const trace = new Trace(watch, raw.config.cacheMiddleware !== true);
      const command = new (commands[operation] as CommandOf<Name>)(input);
      trace.attach(command);
      try {
        const output = await (raw as unknown as SenderOf<Name>).send(command);
        trace.throwIfEnded();
        if (trace.body === undefined) throw new NoAnswer('a middleware of the client made one up');
        return { output, signed: trace.signed, date: trace.date };
      } catch (error) {
        // After a good answer, too: it may be one that cannot be read, or a middleware of the user fails.
        trace.lost(error);
        trace.throwIfEnded();
        throw unwrapped(error, trace);
      }
    },
  };
}

/**
 * The SDK knows an error by its class. One of another realm, as all of Node's are under Jest, it replaces by one that has
 * lost what it was about.
 */
function unwrapped(error: unknown, { failure }: Trace): unknown {
  const { message, $metadata } = (error ?? {}) as { readonly message?: unknown; readonly $metadata?: unknown };
  const isWrapper = message === '' || String(message).startsWith('AWS SDK error wrapper for ');
  if (!isWrapper || typeof failure !== 'object' || failure === null) return error;
  return '$metadata' in failure ? failure : Object.defineProperty(failure, '$metadata', { value: $metadata });
}

type CommandOf<Name extends Operation> = new (input: Operations[Name]['input']) => object;

/** The SDK's `send` has one signature for each command, which no generic name can choose from. */
interface SenderOf<Name extends Operation> {
  send(command: object): Promise<Answer<Operations[Name]['output']>['output']>;
}
