import { test } from '@jest/globals';
import { styles } from './elements/edits.js';
import { keepsWhatIsHidden } from './elements/rounds.js';

/** More of them, with seeds of their own, are in test/long/elements.test.ts. */
const RUNS = Number(process.env['FC'] ?? 250);

test.each(styles)('[NO-LOSS] no save misplaces, doubles or loses what is hidden, in the style of %s', (style) => {
  keepsWhatIsHidden(style, { numRuns: RUNS, seed: 20261201 });
});
