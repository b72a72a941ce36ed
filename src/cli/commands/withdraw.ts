import { spec } from '../command.js';
import { dryRun, inUseOptions, tableOptions, workOptions } from '../common-options.js';
import { versionArgument } from './version.js';

export const withdrawCommand = spec({
  name: 'withdraw',
  summary: 'Take back the newest version, where no process has used it',
  about: 'The schema is that of sources which have the version, so that nobody else’s of that number is taken back.',
  positionals: [versionArgument('the newest version')],
  options: { ...tableOptions, ...workOptions, ...inUseOptions, ...dryRun },
});
