import { expect, it } from '@jest/globals';
import { ATTEMPTS, longestPause } from '../../src/store/race.js';
import { Turns } from '../../src/store/turns.js';

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('work on one key goes one after another, in order, and on others it does not wait', async () => {
  const turns = new Turns();
  const told: string[] = [];
  const work = (name: string) => async () => {
    told.push(`${name} begins`);
    await tick();
    told.push(`${name} ends`);
    return name;
  };
  const results = await Promise.all([
    turns.take('x', work('1')),
    turns.take('x', work('2')),
    turns.take('y', work('other')),
  ]);
  expect(results).toEqual(['1', '2', 'other']);
  expect(told.filter((each) => !each.startsWith('other'))).toEqual(['1 begins', '1 ends', '2 begins', '2 ends']);
  expect(told.indexOf('other begins')).toBeLessThan(told.indexOf('1 ends'));
});

it('work that fails does not hold up what waits for it, and nothing is kept of a key that is left', async () => {
  const turns = new Turns();
  const failing = turns.take('x', async () => {
    await tick();
    throw new Error('failed');
  });
  const waiting = Array.from({ length: 100 }, (_, i) => turns.take('x', () => Promise.resolve(i)));
  expect(turns.size).toBe(1);
  await expect(failing).rejects.toThrow('failed');
  expect(await Promise.all(waiting)).toHaveLength(100);
  expect(turns.size).toBe(0);
});

it('work that asks for its own key again gets it afterwards', async () => {
  const turns = new Turns();
  let inner: Promise<string> | undefined;
  const outer = turns.take('x', async () => {
    inner = turns.take('x', () => Promise.resolve('inner'));
    await tick();
    return 'outer';
  });
  expect(await outer).toBe('outer');
  expect(await inner).toBe('inner');
});

it('pauses grow with the losses and with the time that an attempt takes, within bounds', () => {
  const pauses = Array.from({ length: ATTEMPTS }, (_, i) => longestPause(i + 1, 20));
  expect(pauses[2]).toBe(40);
  expect(pauses[5]).toBe(80);
  expect(pauses.every((pause, i) => pause >= (pauses[i - 1] ?? 0))).toBe(true);
  expect(longestPause(3, 0)).toBe(10);
  expect(longestPause(3, 100)).toBe(200);
  expect(longestPause(ATTEMPTS - 1, 60_000)).toBe(1_000);
});
