import { describe, expect, test } from '@jest/globals';
import { checkLinearizable, type Event } from './linearizable.js';

/** A register of one number. */
const write = (began: number, ended: number, value: number): Event<number> => ({
  began,
  ended,
  optional: ended === Infinity,
  after: () => value,
  label: () => `write ${value}`,
});
const read = (began: number, ended: number, value: number): Event<number> => ({
  began,
  ended,
  optional: false,
  after: (state) => (state === value ? state : undefined),
  label: () => `read ${value}`,
});
const check = (...events: Event<number>[]) => checkLinearizable(events, 0, String);

describe('an order that explains calls', () => {
  test('is found where calls overlap and their reports cross', () => {
    const { linearizable, order } = check(write(1, 9, 1), read(2, 3, 0), read(4, 5, 1), write(6, 7, 2), read(8, 10, 2));
    expect(linearizable).toBe(true);
    expect(order).toEqual(['read 0', 'write 1', 'read 1', 'write 2', 'read 2']);
  });

  test('may not turn time round: a read that began after a write had ended sees it', () => {
    const verdict = check(write(1, 2, 1), read(3, 4, 0));
    expect(verdict).toEqual({ linearizable: false, order: ['write 1'], stuck: ['read 0'] });
  });

  test('may not let two readers see two writes in two orders', () => {
    const writes = [write(1, 10, 1), write(1, 10, 2)];
    expect(check(...writes, read(2, 3, 1), read(4, 5, 2)).linearizable).toBe(true);
    expect(check(...writes, read(2, 3, 1), read(4, 5, 2), read(6, 7, 1)).linearizable).toBe(false);
  });

  test('lets a call of unknown outcome happen late, or never', () => {
    expect(check(write(1, Infinity, 1), read(2, 3, 0), read(4, 5, 0)).linearizable).toBe(true);
    expect(check(write(1, Infinity, 1), read(2, 3, 0), read(4, 5, 1)).linearizable).toBe(true);
    expect(check(write(1, Infinity, 1), read(2, 3, 1), read(4, 5, 0)).linearizable).toBe(false);
  });

  test('is told apart from none in histories of many calls of unknown outcome', () => {
    const doubtful = Array.from({ length: 12 }, (_, i) => write(i, Infinity, i + 1));
    expect(check(...doubtful, read(20, 21, 7), read(22, 23, 3)).linearizable).toBe(true);
    expect(check(...doubtful, read(20, 21, 7), read(22, 23, 3), read(24, 25, 7)).linearizable).toBe(false);
  });
});
