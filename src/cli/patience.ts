import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { networkCode, wasNeverSent } from '../dynamo/network-errors.js';
import { duration } from './terminal/duration.js';

/** What a network, or a server that is started again, has for a while. Nothing of the request has left this machine. */
const PASSING = ['ECONNREFUSED', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND'];

/** How long it waits between two attempts, in milliseconds: longer each time. */
const WAIT = { shortest: 100, longest: 2_000 };

export interface PatienceOptions {
  /** In milliseconds: for how long. */
  readonly retryFor: number;
  /** Ends the patience, not the request. */
  readonly signal: AbortSignal;
  /** In milliseconds; only differences count. */
  readonly clock: () => number;
  readonly note: (line: string) => void;
}

/** Whether an endpoint is there. */
export interface Patience {
  /** True once it has answered. */
  readonly answered: boolean;
}

/**
 * Has a client try again, for some time, what an endpoint refuses that has answered before. One that never did is told at
 * once: its address is wrong more likely than it is down.
 */
export function havePatience(client: DynamoDBClient, { retryFor, signal, clock, note }: PatienceOptions): Patience {
  let answered = false;
  /** Since when it refuses. */
  let since: number | undefined;
  const goesOn = (error: unknown): boolean => {
    const isPassing = wasNeverSent(error) && PASSING.includes(networkCode(error) ?? '');
    if (!isPassing || !answered || signal.aborted || retryFor === 0) return false;
    if (since === undefined) note(`The endpoint cannot be reached: trying again for ${duration(retryFor)}.`);
    since ??= clock();
    return clock() - since < retryFor;
  };
  client.middlewareStack.addRelativeTo(
    <Args, Answer>(next: (args: Args) => Promise<Answer>) =>
      async (args: Args): Promise<Answer> => {
        for (let wait = WAIT.shortest; ; wait = Math.min(WAIT.longest, 2 * wait)) {
          try {
            const answer = await next(args);
            answered = true;
            since = undefined;
            return answer;
          } catch (error) {
            if (!goesOn(error)) throw error;
          }
          await sleep(wait, undefined, { signal }).catch(() => undefined);
        }
      },
    // Within the SDK's retries, and before its signer: each attempt has a signature of its own.
    { name: 'ductilePatience', relation: 'after', toMiddleware: 'retryMiddleware' },
  );
  return {
    get answered() {
      return answered;
    },
  };
}
