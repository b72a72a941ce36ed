import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** Lets concurrent callers send their requests one at a time, in an order that `pick` chooses: the same for a seed. */
export class Turns {
  private readonly waiting: (() => void)[] = [];
  private inFlight = 0;
  private callers = 0;
  private landed = (): void => undefined;
  private ended = false;

  /** @param pick a whole number from 0 up to, but without, its argument */
  constructor(private readonly pick: (below: number) => number) {}

  /** Every request of the client waits for its turn; of the many that raise fences, only each first one. */
  over(client: DynamoDBClient): void {
    client.middlewareStack.add(
      (next) => async (args) => {
        const { Item: item } = args.input as { readonly Item?: { readonly pk?: { readonly S?: string } } };
        if (!/^\$fence#(?!00)/.test(item?.pk?.S ?? '')) await this.turn();
        this.inFlight++;
        return next(args).finally(() => {
          if (--this.inFlight === 0) this.landed();
        });
      },
      { step: 'initialize', name: 'turns', priority: 'high' },
    );
  }

  /** Runs the callers to their ends, then lets requests pass freely. */
  async run(callers: readonly (() => Promise<void>)[]): Promise<void> {
    this.callers = callers.length;
    const all = Promise.all(callers.map((caller) => caller().finally(() => this.callers--)));
    const failed = all.catch(() => (this.callers = 0));
    while (this.callers > 0) {
      await this.quiet();
      const [next] = this.waiting.splice(this.pick(Math.max(this.waiting.length, 1)), 1);
      next?.();
    }
    this.ended = true;
    for (const go of this.waiting.splice(0)) go();
    await failed;
    await all;
  }

  private turn(): Promise<void> {
    return this.ended ? Promise.resolve() : new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Waits until every caller stands before a request; a caller that waits for another one's is not waited for long. */
  private async quiet(): Promise<void> {
    for (let looks = 0; looks < 100; looks++) {
      if (this.inFlight > 0) await new Promise<void>((resolve) => (this.landed = resolve));
      await new Promise((resolve) => (looks < 80 ? setImmediate(resolve) : setTimeout(resolve, 1)));
      if (this.callers === 0 || (this.inFlight === 0 && this.waiting.length >= this.callers)) return;
    }
  }
}
