import { spec } from '../command.js';
import { dryRun, inUseOptions, tableOptions, workOptions, yesOption } from '../common-options.js';
import { versionArgument } from './version.js';

export const dropCommand = spec({
  name: 'drop',
  summary: 'Free what only retired versions could see: rows of key paths, and attributes',
  about: 'There is no way back from the first entry on that it appends. Safe to stop and to repeat.',
  positionals: [versionArgument('the newest version that is retired')],
  options: { ...tableOptions, ...workOptions, ...inUseOptions, ...yesOption, ...dryRun },
});
