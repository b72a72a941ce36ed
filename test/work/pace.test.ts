import { describe, expect, it } from '@jest/globals';
import type { Gateway, Load } from '../../src/table/gateway.js';
import { Pace } from '../../src/work/pace.js';

class Machine {
  now = 0;
  load: Load = { read: 0, write: 0, retries: 0, conflicts: 0 };
  readonly signals: (AbortSignal | undefined)[] = [];
  /** Called once, in the next pause. */
  inPause: (() => void) | undefined;
  readonly gateway = {
    elapsed: () => this.now,
    load: () => this.load,
    pause: async (milliseconds: number, signal?: AbortSignal) => {
      this.signals.push(signal);
      this.now += milliseconds;
      const { inPause } = this;
      this.inPause = undefined;
      inPause?.();
    },
  } as Partial<Gateway> as Gateway;

  consume(more: Partial<Load>): void {
    for (const [what, units] of Object.entries(more))
      this.load = { ...this.load, [what]: this.load[what as keyof Load] + units };
  }
}

const going = { signal: undefined, goesOn: () => true };

/** Works on so many rows. */
function work(pace: Pace, rows: number): void {
  for (let row = 0; row < rows; row++) pace.worked();
}

describe('a pace', () => {
  it('keeps to what may be written and read in a second', async () => {
    const machine = new Machine();
    const pace = new Pace(machine.gateway, 8);
    pace.share({ write: 100, read: 1_000 });
    for (let item = 0; item < 1_000; item++) {
      await pace.take(going);
      machine.consume({ write: 4, read: 1 });
    }
    // The first second's worth is not waited for.
    expect(4_000 / (machine.now / 1_000)).toBeCloseTo(100, -1);
  });

  it('catches up on no more than a second after it has stood still', async () => {
    const machine = new Machine();
    const pace = new Pace(machine.gateway, 8);
    pace.share({ write: 10, read: undefined });
    await pace.take(going);
    machine.now += 3_600_000;
    const begin = machine.now;
    for (let item = 0; item < 50; item++) {
      await pace.take(going);
      machine.consume({ write: 1 });
    }
    expect(machine.now - begin).toBeGreaterThanOrEqual(3_800);
  });

  it('is not held back without a limit, and at once by one that comes', async () => {
    const machine = new Machine();
    const pace = new Pace(machine.gateway, 8);
    machine.consume({ write: 1_000_000 });
    await pace.take(going);
    expect(machine.now).toBe(0);
    pace.share({ write: 5, read: undefined });
    for (let item = 0; item < 10; item++) {
      await pace.take(going);
      machine.consume({ write: 5 });
    }
    expect(machine.now).toBeGreaterThanOrEqual(8_000);
  });

  it('takes nothing once its signal is aborted, also in a wait', async () => {
    const machine = new Machine();
    const pace = new Pace(machine.gateway, 8);
    pace.share({ write: 1, read: undefined });
    await pace.take(going);
    machine.consume({ write: 100 });
    const stop = new AbortController();
    machine.inPause = () => {
      stop.abort(new Error('enough'));
      throw stop.signal.reason;
    };
    expect(await pace.take({ ...going, signal: stop.signal })).toBe(false);
    machine.inPause = () => {
      throw new Error('the process has crashed');
    };
    await expect(pace.take(going)).rejects.toThrow('the process has crashed');
  });

  it('asks again after a wait: others have consumed meanwhile', async () => {
    const machine = new Machine();
    const pace = new Pace(machine.gateway, 8);
    pace.share({ write: 10, read: undefined });
    await pace.take(going);
    machine.consume({ write: 30 });
    machine.inPause = () => machine.consume({ write: 50 });
    await pace.take(going);
    expect(machine.now).toBeGreaterThanOrEqual(7_000);
  });

  it('hands its signal on to every wait, and takes nothing once it is aborted', async () => {
    const machine = new Machine();
    const pace = new Pace(machine.gateway, 8);
    const stop = new AbortController();
    pace.share({ write: 10, read: undefined });
    await pace.take({ ...going, signal: stop.signal });
    machine.consume({ write: 30 });
    await pace.take({ ...going, signal: stop.signal });
    expect([...new Set(machine.signals)]).toStrictEqual([stop.signal]);
    stop.abort(new Error('enough'));
    machine.now += 60_000;
    expect(await pace.take({ ...going, signal: stop.signal })).toBe(false);
  });

  it('waits no longer where it is not to go on, and hears within seconds of a new limit', async () => {
    const machine = new Machine();
    const pace = new Pace(machine.gateway, 8);
    pace.share({ write: 1, read: undefined });
    await pace.take(going);
    machine.consume({ write: 1_000 });
    expect(await pace.take({ ...going, goesOn: () => machine.now < 6_000 })).toBe(false);
    expect(machine.now).toBe(6_000);
    machine.inPause = () => pace.share({ write: 1_000, read: undefined });
    expect(await pace.take(going)).toBe(true);
    expect(machine.now).toBeLessThanOrEqual(10_000);
  });

  it('counts from when it begins: what was consumed, throttled and met before is no part of it', async () => {
    const machine = new Machine();
    machine.consume({ write: 1_000, retries: 3, conflicts: 90 });
    const pace = new Pace(machine.gateway, 8);
    pace.share({ write: 10, read: undefined });
    await pace.take(going);
    expect(machine.now).toBe(0);
    work(pace, 50);
    expect(pace.window).toBe(8);
  });

  it('does half as much at once where requests were throttled, and one more after each round of rows where none was', () => {
    const machine = new Machine();
    const pace = new Pace(machine.gateway, 8);
    machine.consume({ retries: 1 });
    work(pace, 50);
    expect(pace.window).toBe(4);
    machine.consume({ retries: 3 });
    work(pace, 50);
    work(pace, 50);
    expect(pace.window).toBe(3);
    work(pace, 49);
    expect(pace.window).toBe(3);
    work(pace, 1);
    expect(pace.window).toBe(4);
    work(pace, 500);
    expect(pace.window).toBe(8);
  });

  it('takes some conflicts with writers for what they are, and many for too much at once', () => {
    const machine = new Machine();
    const pace = new Pace(machine.gateway, 8);
    machine.consume({ conflicts: 2 });
    work(pace, 50);
    expect(pace.window).toBe(8);
    machine.consume({ conflicts: 3 });
    work(pace, 50);
    expect(pace.window).toBe(4);
    for (let page = 0; page < 9; page++) {
      machine.consume({ conflicts: 50 });
      work(pace, 50);
    }
    expect(pace.window).toBe(1);
  });
});
