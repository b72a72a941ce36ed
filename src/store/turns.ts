/**
 * Work on one key goes one after another, in the order in which it was asked for; work on different keys does not wait.
 * How a piece of work ends does not matter to the next one. Nothing is kept of a key that nobody works on.
 */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  async take<R>(key: string, work: () => Promise<R>): Promise<R> {
    const before = this.#last.get(key);
    const turn = before === undefined ? work() : before.then(work);
    const ended = turn.then(
      () => undefined,
      () => undefined,
    );
    this.#last.set(key, ended);
    try {
      return await turn;
    } finally {
      if (this.#last.get(key) === ended) this.#last.delete(key);
    }
  }

  /** How many keys somebody works on. */
  get size(): number {
    return this.#last.size;
  }
}
