import { spec } from '../command.js';
import { dryRun, inUseOptions, tableOptions, workOptions, yesOption } from '../common-options.js';
import { flag } from '../option.js';
import { versionArgument } from './version.js';

export const retireCommand = spec({
  name: 'retire',
  summary: 'See to it that no process of a version, or of an older one, can write any more',
  about:
    'They still read, and what only they could see is still there: see `ductile drop`. Undone by --undo, until a drop ' +
    'has begun.',
  positionals: [versionArgument('the newest version to retire; with --undo the oldest one that may write again')],
  options: {
    ...tableOptions,
    ...workOptions,
    ...inUseOptions,
    undo: flag('let the version and every later one write again'),
    ...yesOption,
    ...dryRun,
  },
});
