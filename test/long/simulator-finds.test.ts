import { describe, expect, test } from '@jest/globals';
import { sabotages, SOON } from '../simulator/sabotages.js';
import { firstFound, runWithSdk } from '../simulator/seeds.js';

/** What takes more runs than this is looked for where `SIM_RUNS` asks for so many. */
const most = Number(process.env['SIM_RUNS'] ?? 2_000);

describe('the simulator finds, sooner or later, that', () => {
  test.each(sabotages.filter(({ within = SOON }) => within > SOON && within <= most))(
    '$name',
    async (sabotage) => {
      expect(await firstFound(sabotage, sabotage.within!)).toMatch(sabotage.breaks);
    },
    600_000 + 100 * most,
  );
});

test('every invariant holds in random runs with the real SDK', async () => {
  await runWithSdk([1, 30]);
});
