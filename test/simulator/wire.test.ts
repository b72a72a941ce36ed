import { describe, expect, test } from '@jest/globals';
import type { Sender, Watch } from '../../src/dynamo/sender.js';
import { Chance } from './chance.js';
import { withoutChance } from './history.js';
import type { Attempts, Result } from './network.js';
import { SimProcess, withVirtualTime } from './process.js';
import { simulate } from './run.js';
import { Scheduler, START } from './scheduler.js';
import { runWithSdk, seedsAskedFor, withSdk } from './seeds.js';
import { Refused } from './server.js';
import { SimSender } from './sim-sender.js';
import { Wire } from './wire.js';

/*
 * The same simulations with the real client of the AWS SDK in every process: what `SimSender` says about its retries,
 * its clock and its errors must be so. More run under `npm run test:long`.
 */
test('every invariant holds with the real SDK as well', async () => {
  await runWithSdk(seedsAskedFor(1, 4));
});

test('the same seed gives the same history with it, to the last request', async () => {
  const [one, other] = [await simulate(3, withSdk()), await simulate(3, withSdk())];
  expect(withoutChance(one.history())).toBe(withoutChance(other.history()));
});

const HOUR = 3_600_000;
const answer: Result = { kind: 'answer', output: {}, date: START };
const refused = (name: string, date = START): Result => ({ kind: 'refused', error: new Refused(name), date });
const timeout: Result = {
  kind: 'nothing',
  error: Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' }),
  date: undefined,
};
const failed: Result = {
  kind: 'nothing',
  error: new Refused('InternalServerError', 'Internal server error', { $fault: 'server' }),
  date: START,
};

describe('SimSender does what the SDK does', () => {
  test.each<readonly [string, readonly Result[], Watch?]>([
    ['with an answer', [answer]],
    ['with a condition that failed', [refused('ConditionalCheckFailedException')]],
    ['with a conflict', [refused('TransactionConflictException')]],
    ['with a throttle', [refused('ProvisionedThroughputExceededException'), answer]],
    ['with throttles', [1, 2, 3, 4].map(() => refused('ThrottlingException'))],
    ['with a transaction under way', [refused('TransactionInProgressException'), answer]],
    ['with a lost answer', [timeout, answer]],
    ['with no answer at all', [timeout, timeout, timeout, answer]],
    ['with a failing server', [failed, failed, failed, answer]],
    ['with a refusal after a lost answer', [timeout, refused('ConditionalCheckFailedException')]],
    ['with a clock that is wrong', [refused('InvalidSignatureException', START + HOUR), answer]],
    ['with a date that is a little behind', [refused('ThrottlingException', START - 40_000), answer]],
    ['with a date that is a little ahead', [{ ...failed, date: START + 100_000 }, timeout, answer]],
    ['with a date that is far ahead', [refused('ThrottlingException', START + HOUR), answer]],
    ['with a watch that wants nothing sent again', [timeout, answer], { lost: () => raise('once') }],
    ['with a watch that wants nothing sent', [answer], { signed: () => raise('stale') }],
  ])('%s', async (_, results, watch = {}) => {
    const simulated = await seenOf(
      results,
      watch,
      (network, process) => new SimSender(process, network, new Chance(1)),
    );
    const real = await seenOf(results, watch, (network, _process, wire) => wire.sender(network));
    expect(simulated).toEqual(real);
  });
});

function raise(what: string): never {
  throw new Error(what);
}

/** All that a gateway can tell of one request. */
async function seenOf(
  results: readonly Result[],
  watch: Watch,
  senderOver: (network: Attempts, process: SimProcess, wire: Wire) => Sender,
): Promise<readonly string[]> {
  const seen: string[] = [];
  let attempts = 0;
  const network: Attempts = {
    isIdle: () => false,
    attempt: (operation, _, signed) => {
      seen.push(`${operation} signed ${signed - START}`);
      return Promise.resolve(results[attempts++]!);
    },
  };
  const watched: Watch = {
    signed: (date) => {
      seen.push(`signed ${date! - START}`);
      watch.signed?.(date);
    },
    lost: (error) => {
      seen.push('lost');
      watch.lost?.(error);
    },
    answered: (date) => void seen.push(`answered ${date - START}`),
  };
  const wire = new Wire();
  const scheduler = new Scheduler(wire.isAtRest);
  const process = new SimProcess(
    'p',
    1,
    scheduler,
    new Chance(1),
    0,
    () => ({ freeze: 0, longestFreeze: 0, suspend: 0 }),
    () => undefined,
  );
  await withVirtualTime(async () => {
    const sender = senderOver(network, process, wire);
    let ended = false;
    process.wakeAt(START, () => {
      sender
        .send('PutItem', { TableName: 't', Item: { pk: { S: 'a' }, sk: { S: '/' } } }, watched)
        .then(
          ({ signed, date }) => seen.push(`ok ${signed! - START} ${date! - START}`),
          (error: Error) => seen.push(`${error.name} ${error.name === 'Error' ? error.message : ''}`),
        )
        .finally(() => (ended = true));
    });
    await scheduler.run(() => ended);
  });
  // How long the SDK waits before it sends again is its own affair, and shifts what is signed by as much.
  return seen.map((line) =>
    line.replace(/(?<=signed |ok )(\d{1,4})\b/, (ms) => String(Math.floor(Number(ms) / 10_000))),
  );
}
