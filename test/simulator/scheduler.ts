/** When virtual time begins. */
export const START = Date.UTC(2026, 0, 1);

interface Event {
  readonly time: number;
  /** True where code of a process goes on: the next event waits until it has come to rest. */
  readonly wakes: boolean;
  readonly run: () => void;
}

/** Why a scheduler stopped. */
export type Ending = 'done' | 'idle' | 'late';

/**
 * Virtual time. What happens is a list of events, run one after another in the order of their times; events of the same
 * time run in the order in which they were asked for. Nothing in it depends on the machine's clock.
 */
export class Scheduler {
  /** @param isAtRest false while code is at work that takes more than promises: the streams of the real SDK */
  constructor(private readonly isAtRest: () => boolean = () => true) {}

  /** Milliseconds since 1970. */
  now = START;
  /** Counts events: a finer clock than `now`, which no two events share. */
  tick = 0;
  /** In the reverse order of their times, so that the next one is the last. */
  readonly #events: Event[] = [];

  /** Runs something that concerns no process: no code of the library goes on by it. */
  at(time: number, run: () => void): void {
    this.#add({ time: Math.max(time, this.now), wakes: false, run });
  }

  /** Runs something after which code of the library goes on. */
  wakeAt(time: number, run: () => void): void {
    this.#add({ time: Math.max(time, this.now), wakes: true, run });
  }

  /** Runs events until `done` says so, nothing is left to happen, or virtual time has passed `limit`. */
  async run(done: () => boolean, limit = Infinity): Promise<Ending> {
    await this.atRest();
    while (!done()) {
      const event = this.#events.pop();
      if (event === undefined) return 'idle';
      if (event.time > limit) {
        this.#events.push(event);
        return 'late';
      }
      this.now = event.time;
      this.tick++;
      event.run();
      if (event.wakes) await this.atRest();
    }
    return 'done';
  }

  #add(event: Event): void {
    const events = this.#events;
    let place = events.length;
    while (place > 0 && events[place - 1]!.time <= event.time) place--;
    events.splice(place, 0, event);
  }

  /** All promises that can go on have gone on: whatever is left waits for an event. */
  private async atRest(): Promise<void> {
    do await new Promise((resolve) => setImmediate(resolve));
    while (!this.isAtRest());
  }
}
