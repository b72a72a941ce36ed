import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

const WRITES = /^(Put|Delete|Update|Create|TransactWrite|BatchWrite)/;

/**
 * Has the requests of a client end at once when the signal is aborted, as long as nothing can be lost by it: it has
 * written nothing so far, or `onlyReads` says that what it sends changes nothing. Else the command ends where it may.
 */
export function giveUpWhen(signal: AbortSignal, client: DynamoDBClient, onlyReads: boolean): void {
  let wrote = false;
  const mayGiveUp = (): boolean => signal.aborted && (onlyReads || !wrote);
  const pending = new Set<(reason: unknown) => void>();
  signal.addEventListener('abort', () => {
    if (mayGiveUp()) pending.forEach((giveUp) => giveUp(signal.reason));
  });
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        if (mayGiveUp()) throw signal.reason;
        wrote ||= WRITES.test(commandName);
        return new Promise((resolve, reject) => {
          pending.add(reject);
          next(args)
            .then(resolve, reject)
            .finally(() => pending.delete(reject));
        });
      },
    { name: 'ductileGivingUp', step: 'initialize', priority: 'high' },
  );
  client.middlewareStack.add(
    (next) => async (args) => {
      // The SDK would try again what nobody waits for any more.
      if (mayGiveUp()) throw signal.reason;
      return next(args);
    },
    { name: 'ductileGivenUp', step: 'finalizeRequest', priority: 'low' },
  );
}
