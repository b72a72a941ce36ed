import { spec } from '../command.js';
import { dryRun, tableOptions, workOptions, yesOption } from '../common-options.js';
import { flag } from '../option.js';

export const doctorCommand = spec({
  name: 'doctor',
  summary: 'Look at the table, its settings, permissions, registry and fences; mend a table that was restored',
  about:
    'Ends with 3 where something is a problem. With --restored it makes a table that was restored from a backup, or ' +
    'copied, one that applications may use: end all that knew it before, and run it to its end.',
  options: {
    ...tableOptions,
    ...workOptions,
    repair: flag('raise fences that somebody deleted or set back'),
    restored: flag('give the registry a new id, and bring every item to it'),
    ...yesOption,
    ...dryRun,
  },
  // Permissions to write are tried, too, by writes that change nothing.
  onlyReads: ({ repair, restored }) => repair !== true && restored !== true,
});
