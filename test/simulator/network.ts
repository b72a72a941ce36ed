import type { Operation } from '../../src/dynamo/sender.js';
import type { Chance } from './chance.js';
import type { SimProcess } from './process.js';
import { Refused, type SimServer } from './server.js';

/** What can become of an attempt on the network. */
export type Fate =
  | 'fine'
  /** It never reaches the server. */
  | 'lost'
  /** It is carried out, and the answer never comes. */
  | 'unanswered'
  /** It reaches the server after the client has given up. */
  | 'late'
  /** The server fails before it does anything. */
  | 'failed'
  /** The server fails after it has done everything. */
  | 'failed after';

export interface NetworkTroubles {
  readonly lost: number;
  readonly unanswered: number;
  readonly late: number;
  readonly failed: number;
  readonly failedAfter: number;
  /** The usual and the longest time that a message is under way, in milliseconds. */
  readonly usualDelay: number;
  readonly longestDelay: number;
  /** The longest time after which a late request arrives. */
  readonly latest: number;
}

/** What an attempt came to, as the client sees it. */
export type Result =
  | { readonly kind: 'answer'; readonly output: object; readonly date: number }
  | { readonly kind: 'refused'; readonly error: Error; readonly date: number }
  | { readonly kind: 'nothing'; readonly error: Error; readonly date: number | undefined };

export type Input = Readonly<Record<string, unknown>>;

/** What an SDK needs of a network. */
export interface Attempts {
  /** True for a request that nothing depends on, which is answered at once. */
  isIdle(operation: Operation, input: Input): boolean;
  /** Sends one attempt, and resolves to what the client learns of it. */
  attempt(operation: Operation, input: Input, signed: number): Promise<Result>;
}

/** The network between one process and the server. */
export class Network implements Attempts {
  /** Attempts of this process that had no definite answer. */
  doubts = 0;

  constructor(
    private readonly process: SimProcess,
    private readonly server: SimServer,
    private readonly chance: Chance,
    private readonly troubles: () => NetworkTroubles,
    private readonly log: (process: SimProcess, text: () => string) => void,
  ) {}

  isIdle(operation: Operation, input: Input): boolean {
    return this.server.isIdle(operation, input);
  }

  async attempt(operation: Operation, input: Input, signed: number): Promise<Result> {
    if (this.process.mayFreeze()) await this.process.thaw();
    const { stops } = this.process;
    const result = await this.exchange(operation, input, signed);
    if (result.date !== undefined && this.process.stops === stops) this.process.heard();
    if (result.kind === 'nothing') this.doubts++;
    return result;
  }

  private exchange(operation: Operation, input: Input, signed: number): Promise<Result> {
    const { scheduler } = this.process;
    const { usualDelay, longestDelay, latest } = this.troubles();
    const fate = this.server.isOpenTo(this.process, input) ? 'lost' : this.fate();
    const out = scheduler.now + this.delay(usualDelay, longestDelay);
    const what = () => `${operation} ${shown(operation, input)}`;
    return new Promise((resolve) => {
      const end = (at: number, result: Result): void => this.process.wakeAt(at, () => resolve(result));
      const nothing = (error: Error, date?: number): Result => ({ kind: 'nothing', error, date });
      if (fate !== 'fine') this.log(this.process, () => `${fate.toUpperCase()}: ${what()}`);
      if (fate === 'failed') {
        end(out + this.delay(usualDelay, longestDelay), nothing(serverError(), this.server.date));
        return;
      }
      const givesUp = out + 1_000 + this.chance.duration(2_000, 30_000);
      if (fate === 'lost' || fate === 'unanswered' || fate === 'late') end(givesUp, nothing(timeout()));
      if (fate === 'lost') return;
      const arrives = fate === 'late' ? givesUp + this.chance.duration(5_000, latest) : out;
      scheduler.at(arrives, () => {
        if (fate === 'late' && this.server.hasForgotten(input)) return;
        this.server.receive(this.process, operation, input, signed, (answer) => {
          this.log(this.process, () => `${what()} → ${'error' in answer ? describe(answer.error) : 'ok'}`);
          if (fate === 'unanswered' || fate === 'late') return;
          const { date } = this.server;
          const back = scheduler.now + this.delay(usualDelay, longestDelay);
          if (fate === 'failed after') end(back, nothing(serverError(), date));
          else if ('error' in answer) end(back, { kind: 'refused', error: answer.error, date });
          else end(back, { kind: 'answer', output: answer.output, date });
        });
      });
    });
  }

  private fate(): Fate {
    const { lost, unanswered, late, failed, failedAfter } = this.troubles();
    const all = lost + unanswered + late + failed + failedAfter;
    if (!this.chance.happens(all)) return 'fine';
    return this.chance.weighted<Fate>([
      [lost, 'lost'],
      [unanswered, 'unanswered'],
      [late, 'late'],
      [failed, 'failed'],
      [failedAfter, 'failed after'],
    ]);
  }

  private delay(usual: number, longest: number): number {
    return 1 + this.chance.duration(usual, longest);
  }
}

function timeout(): Error {
  return Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' });
}

function serverError(): Error {
  return new Refused('InternalServerError', 'Internal server error', {
    $fault: 'server',
    $metadata: { httpStatusCode: 500 },
  });
}

/** What a request is about, in the history. */
function shown(operation: Operation, input: Input): string {
  if (operation.startsWith('Transact')) {
    const items = input['TransactItems'] as readonly Readonly<Record<string, Readonly<Record<string, unknown>>>>[];
    return items
      .map((item) => {
        const [[kind, action]] = Object.entries(item) as [[string, Readonly<Record<string, unknown>>]];
        return `${kind} ${printRow(action['Item'] ?? action['Key'])}`;
      })
      .join(', ');
  }
  const values = input['ExpressionAttributeValues'] as Readonly<Record<string, { S?: string }>> | undefined;
  if (operation === 'Query')
    return Object.values(values ?? {})
      .map(({ S }) => S)
      .join(' ');
  return printRow(input['Item'] ?? input['Key'] ?? {});
}

export function printRow(row: unknown): string {
  const { pk, sk, $rev, $lay, $stamp, mark } = row as Readonly<
    Record<string, { S?: string; N?: string; L?: readonly { N?: string }[] } | undefined>
  >;
  const parts = [
    pk?.S,
    sk?.S,
    ...($rev === undefined ? [] : [`$rev=${$rev.S!.slice(0, 4)}`]),
    ...($lay === undefined ? [] : [`$lay=${$lay.N}`]),
    ...($stamp === undefined ? [] : [`@${$stamp.L?.[0]?.N}`]),
    ...(mark === undefined ? [] : [mark.S]),
  ];
  return parts.filter((part) => part !== undefined && part !== '/').join(' ');
}

function describe(error: Error): string {
  const { CancellationReasons: reasons } = error as { CancellationReasons?: readonly { Code?: string }[] };
  return reasons === undefined ? error.name : `cancelled (${reasons.map(({ Code }) => Code ?? 'None').join(', ')})`;
}
