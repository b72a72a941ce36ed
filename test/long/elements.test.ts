import { test } from '@jest/globals';
import { styles } from '../views/elements/edits.js';
import { keepsWhatIsHidden } from '../views/elements/rounds.js';

const RUNS = Number(process.env['FC'] ?? 10_000);

// A seed of its own each time, which is printed with what it finds.
test.each(styles)('[NO-LOSS] no save misplaces, doubles or loses what is hidden, in the style of %s', (style) => {
  keepsWhatIsHidden(style, { numRuns: RUNS });
});
