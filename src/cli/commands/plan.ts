import type { PlannedStep } from '../../operator/options.js';
import { spec } from '../command.js';
import { limitOptions, tableOptions } from '../common-options.js';
import { number } from '../option.js';

export const priceOptions = {
  'price-writes': number('MONEY', 'what a million write units cost, such as 0.625 dollars', 0),
  'price-reads': number('MONEY', 'what a million read units cost, such as 0.125 dollars', 0),
} as const;

/** What can be planned: the planner is not loaded to say so. */
const STEPS = Object.keys({
  backfill: 0,
  verify: 0,
  retire: 0,
  drop: 0,
  withdraw: 0,
  mendRestored: 0,
} satisfies Record<PlannedStep, 0>);

export const planCommand = spec({
  name: 'plan',
  summary: 'Say what a step will come to: items, request units, money and time',
  about:
    'Counted on the size that DynamoDB says the table has, up to six hours old, and on a sample of its rows. Nothing is ' +
    'written. For the time give the limits, for the money both prices.',
  positionals: [{ name: 'STEP', help: `one of ${STEPS.join(', ')}; backfill unless said`, optional: true }],
  options: { ...tableOptions, ...limitOptions, ...priceOptions },
});
