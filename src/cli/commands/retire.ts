import { retire } from '../../operator/retire.js';
import { lowerFloor, raiseFloor } from '../../registry/retire-decisions.js';
import { command, type Context, type Outcome } from '../command.js';
import { dryRun, tableOptions, workOptions } from '../common-options.js';
import { flag } from '../option.js';
import { ended, look, operatorOptions } from './step.js';
import { lines, sweptText } from './text.js';
import { readVersion, versionArgument } from './version.js';

export const retireCommand = command({
  name: 'retire',
  summary: 'See to it that no process of a version, or of an older one, can write any more',
  about:
    'They still read, and what only they could see is still there: see `ductile drop`. Undone by --undo, until a drop ' +
    'has begun.',
  positionals: [versionArgument('the newest version to retire; with --undo the oldest one that may write again')],
  options: {
    ...tableOptions,
    ...workOptions,
    undo: flag('let the version and every later one write again'),
    ...dryRun,
  },
  async run(context, values, [given]) {
    const version = readVersion(given);
    const undo = values.undo === true;
    if (values['dry-run'] === true) return wouldRetire(context, version, undo);
    const report = await retire({ ...(await operatorOptions(context, values)), version, undo });
    return {
      text: lines(`Versions from ${report.floor} on may write.`, undo ? '' : sweptText(report)),
      json: report,
      ...ended(context, report, undo ? undefined : context.commandLine(`drop ${version}`)),
    };
  },
});

async function wouldRetire(context: Context, version: number, undo: boolean): Promise<Outcome> {
  const { registry } = await look(context);
  const entry = (undo ? lowerFloor(version) : raiseFloor(version))(registry.knowledge);
  const floor = entry?.kind === 'floor' ? entry.version : registry.knowledge.floor.version;
  const nothing = `Versions from ${floor} on may write already.`;
  const text = entry === undefined ? nothing : `Would let only versions from ${floor} on write.`;
  return { text, json: { dryRun: true, floor, changes: entry !== undefined } };
}
