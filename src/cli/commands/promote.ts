import { spec } from '../command.js';
import { dryRun, tableOptions } from '../common-options.js';

export const promoteCommand = spec({
  name: 'promote',
  summary: 'Offer the key paths that were verified to readers',
  about:
    'From then on a miss is an answer. Refused, with 3, while the last verify of one of them is missing or found faults.',
  options: { ...tableOptions, ...dryRun },
});
