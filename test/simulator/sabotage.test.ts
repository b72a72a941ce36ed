import { describe, expect, test } from '@jest/globals';
import { sabotages, SOON } from './sabotages.js';
import { firstFound } from './seeds.js';

/** Those that take more seeds are looked for under `npm run test:long`. */
describe('the simulator finds that', () => {
  test.each(sabotages.filter(({ within = SOON }) => within <= SOON))('$name', async (sabotage) => {
    expect(await firstFound(sabotage, SOON)).toMatch(sabotage.breaks);
  });
});
