import { describe, expect, test } from '@jest/globals';
import { firstFound } from './seeds.js';
import { sabotages } from './sabotages.js';

/** Rules that are missed soon; the others are looked for under `npm run test:long`. */
const SOON = 25;

describe('the simulator finds that', () => {
  test.each(sabotages.filter(({ within = SOON }) => within <= SOON))('$name', async (sabotage) => {
    const { apply, scenario, drain, breaks } = sabotage;
    const found = await firstFound(SOON, {
      sabotage: apply,
      ...(scenario === undefined ? {} : { scenario }),
      ...(drain === undefined ? {} : { drain }),
    });
    expect(found?.violation).toMatch(breaks);
  });
});
