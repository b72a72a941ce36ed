import { spec } from '../command.js';
import { dryRun, tableOptions, workOptions } from '../common-options.js';
import { flag } from '../option.js';

export const verifyCommand = spec({
  name: 'verify',
  summary: 'Prove that every item is on its strict key paths, or say which is not',
  about:
    'What it finds is recorded, and `ductile promote` relies on it. Ends with 3 where it found something, and where all ' +
    'that there is to verify is still to be filled.',
  options: {
    ...tableOptions,
    ...workOptions,
    all: flag('key paths that are promoted, too, and rows that no item lists on those that are gone'),
    repair: flag('mend what is proved wrong'),
    'delete-orphans': flag('with --repair: delete rows whose item is gone, although each may be its last copy'),
    ...dryRun,
  },
});
