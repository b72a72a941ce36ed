import { describe, expect, test } from '@jest/globals';
import { sabotages, SOON } from '../simulator/sabotages.js';
import { firstFound, runWithSdk } from '../simulator/seeds.js';

describe('the simulator finds, sooner or later, that', () => {
  test.each(sabotages.filter(({ within = SOON }) => within > SOON))('$name', async (sabotage) => {
    expect(await firstFound(sabotage, sabotage.within!)).toMatch(sabotage.breaks);
  });
});

test('every invariant holds in random runs with the real SDK', async () => {
  await runWithSdk([1, 30]);
});
