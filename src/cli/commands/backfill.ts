import { spec } from '../command.js';
import { dryRun, tableOptions, workOptions } from '../common-options.js';

export const backfillRun = spec({
  name: 'backfill run',
  summary: 'Fill the new key paths with the items that were there before them, and make them strict',
  about:
    'Applications go on reading and writing. Safe to stop and to repeat: what is done is not done again. Run it in ' +
    'several processes, on several machines, and they share the work.',
  options: { ...tableOptions, ...workOptions, ...dryRun },
});
