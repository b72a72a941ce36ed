import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { followedAfter, STEPS } from '../cli/follow.js';
import { startEngine } from '../support/engine.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

/** Of a pass: it has claimed its segment by then. */
const FIRST_PAGE = { operation: 'Scan', count: 1 };

/** Beyond them come fences, which are alike, and items, which are alike, too. */
const COUNTS = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 20, 40, 66, 67, 68, 69, 70];

describe('what comes next leads on to rest, wherever a step fails or dies', () => {
  describe.each(Object.keys(STEPS))('%s', (name) => {
    test.each(['PutItem', 'Scan', 'TransactWriteItems', 'Query', 'GetItem'])('at a %s', async (operation) => {
      for (const count of COUNTS) {
        if ((await followedAfter(engine, name, { operation, count })) === undefined) break;
      }
      expect(await followedAfter(engine, name, { operation, count: 1_000 })).toBeUndefined();
    });
  });

  // What holds a segment counts as a worker until its lease has ended: they wait for that together.
  test('each of them, which dies in the middle of a pass', async () => {
    const dead = Object.keys(STEPS).map((name) => followedAfter(engine, name, { ...FIRST_PAGE, dies: true }));
    const ofLastPass = followedAfter(engine, 'mendRestored', { ...FIRST_PAGE, count: 2, dies: true });
    for (const followed of await Promise.all([...dead, ofLastPass])) expect(followed).toContain('status');
  });
});
