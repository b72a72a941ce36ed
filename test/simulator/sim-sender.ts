import type { Answer, Operation, Operations, Sender, Watch } from '../../src/dynamo/sender.js';
import type { Chance } from './chance.js';
import type { Attempts, Input, Result } from './network.js';
import type { SimProcess } from './process.js';

/** How often the SDK sends a request in all. */
const ATTEMPTS = 3;
/** An answer that took longer tells the SDK nothing about its clock. */
const TOO_LONG_AGO = 900_000;

const RETRIED = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'TransactionInProgressException',
  'InvalidSignatureException',
]);

/** What the SDK is, as far as a gateway can tell: `wire.test.ts` holds it against the real one. */
export class SimSender implements Sender {
  /** By how much the SDK has corrected its clock: so that it says what the last answer said when that came. */
  private offset = 0;

  constructor(
    private readonly process: SimProcess,
    private readonly network: Attempts,
    private readonly chance: Chance,
  ) {}

  async send<Name extends Operation>(
    operation: Name,
    input: Operations[Name]['input'],
    watch: Watch = {},
  ): Promise<Answer<Operations[Name]['output']>> {
    const content = input as unknown as Input;
    if (this.network.isIdle(operation, content)) {
      return { output: {} as Operations[Name]['output'], signed: undefined, date: undefined };
    }
    for (let attempt = 1; ; attempt++) {
      if (this.process.mayFreeze()) await this.process.thaw();
      const asked = this.process.clock;
      const signed = Math.floor((asked + this.offset) / 1_000) * 1_000;
      watch.signed?.(signed);
      const result = await this.network.attempt(operation, content, signed);
      if (result.date !== undefined) {
        watch.answered?.(result.date);
        this.correctClock(result.date, asked);
      }
      if (result.kind === 'answer') {
        return { output: result.output as Operations[Name]['output'], signed, date: result.date };
      }
      if (result.kind === 'nothing') watch.lost?.(result.error);
      if (attempt === ATTEMPTS || !isRetried(result)) throw result.error;
      await this.process.pause(this.chance.below(100 * 2 ** attempt));
    }
  }

  private correctClock(date: number, asked: number): void {
    if (this.process.clock - asked <= TOO_LONG_AGO) this.offset = date - this.process.clock;
  }
}

const isRetried = (result: Exclude<Result, { readonly kind: 'answer' }>): boolean =>
  result.kind === 'nothing' || RETRIED.has(result.error.name);
