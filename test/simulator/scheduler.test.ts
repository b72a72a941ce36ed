import { describe, expect, test } from '@jest/globals';
import { Chance, withSeededRandom } from './chance.js';
import { SimProcess } from './process.js';
import { Scheduler, START } from './scheduler.js';

const quiet = () => ({ freeze: 0, longestFreeze: 0, suspend: 0 });
const processOf = (scheduler: Scheduler, troubles = quiet, skew = 0): SimProcess =>
  new SimProcess('p', 1, scheduler, new Chance(1), skew, troubles, () => undefined);

describe('virtual time', () => {
  test('runs events in the order of their times, and of the same time in the order they were asked for', async () => {
    const scheduler = new Scheduler();
    const ran: string[] = [];
    for (const [at, name] of [
      [20, 'c'],
      [10, 'a'],
      [20, 'd'],
      [10, 'b'],
    ] as const) {
      scheduler.at(START + at, () => ran.push(name));
    }
    expect(await scheduler.run(() => false)).toBe('idle');
    expect(ran).toEqual(['a', 'b', 'c', 'd']);
    expect(scheduler.now).toBe(START + 20);
  });

  test('waits until what an event woke has come to rest', async () => {
    const scheduler = new Scheduler();
    const process = processOf(scheduler);
    const ran: string[] = [];
    const lane = async (name: string): Promise<void> => {
      await process.pause(5);
      for (let i = 0; i < 30; i++) await Promise.resolve();
      ran.push(`${name} at ${scheduler.now - START}`);
      await process.pause(90_000);
      ran.push(`${name} at ${scheduler.now - START}`);
    };
    void lane('a');
    void lane('b');
    await scheduler.run(() => false);
    expect(ran).toEqual(['a at 5', 'b at 5', 'a at 90005', 'b at 90005']);
  });

  test('stops where nothing is left to happen, and before what is too late', async () => {
    const scheduler = new Scheduler();
    scheduler.at(START + 100, () => undefined);
    expect(await scheduler.run(() => false, START + 50)).toBe('late');
    expect(await scheduler.run(() => false)).toBe('idle');
    expect(await scheduler.run(() => true)).toBe('done');
  });
});

describe('a process', () => {
  test('goes on with nothing once it has crashed', async () => {
    const scheduler = new Scheduler();
    const process = processOf(scheduler);
    let went = false;
    void process.pause(10).then(() => (went = true));
    scheduler.at(START + 5, () => process.crash());
    await scheduler.run(() => false);
    expect(went).toBe(false);
  });

  test('goes on later where it is frozen, and its clock is its own', async () => {
    const scheduler = new Scheduler();
    let freezes = 1;
    const process = processOf(
      scheduler,
      () => ({ freeze: freezes-- > 0 ? 1 : 0, longestFreeze: 60_000, suspend: 0 }),
      7_000,
    );
    let clock = 0;
    void process.pause(10).then(() => (clock = process.clock));
    await scheduler.run(() => false);
    expect(scheduler.now).toBeGreaterThan(START + 10);
    expect(clock).toBe(scheduler.now + 7_000);
  });

  test('ends a pause with the reason of its signal', async () => {
    const scheduler = new Scheduler();
    const stop = new AbortController();
    const paused = processOf(scheduler).pause(10_000, stop.signal);
    stop.abort(new Error('enough'));
    await expect(paused).rejects.toThrow('enough');
  });
});

describe('chance', () => {
  test('follows from its seed, and neighbouring seeds differ from the first number on', () => {
    const first = (seed: number) => new Chance(seed).next();
    expect(first(7)).toBe(first(7));
    expect(new Set(Array.from({ length: 1_000 }, (_, seed) => first(seed))).size).toBe(1_000);
  });

  test('stands in for Math.random while a run lasts', async () => {
    const { random } = Math;
    const drawn = await withSeededRandom(new Chance(3), () => Promise.resolve(Math.random()));
    expect(drawn).toBe(new Chance(3).next());
    expect(Math.random).toBe(random);
  });
});
