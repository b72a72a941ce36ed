import { expect, it } from '@jest/globals';
import { keepsWhatIsHidden } from './elements/rounds.js';
import { styles } from './elements/edits.js';

const RUNS = Number(process.env['FC'] ?? 300);

it.each(styles)('[NO-LOSS] no save misplaces, doubles or loses what is hidden, in the style of %s', (style) => {
  expect(() => keepsWhatIsHidden(style, { numRuns: RUNS, seed: 20261201 })).not.toThrow();
});
