import { sourceOf, withdraw } from '../../operator/withdraw.js';
import { assertSamePast } from '../../registry/past.js';
import { takeBack } from '../../registry/retire-decisions.js';
import { command, type Context, type Outcome } from '../command.js';
import { dryRun, tableOptions, workOptions } from '../common-options.js';
import { ended, look, operatorOptions } from './step.js';
import { lines, sweptText } from './text.js';
import { readVersion, versionArgument } from './version.js';

export const withdrawCommand = command({
  name: 'withdraw',
  summary: 'Take back the newest version, where no process has used it',
  about: 'The schema is that of sources which have the version, so that nobody else’s of that number is taken back.',
  positionals: [versionArgument('the newest version')],
  options: { ...tableOptions, ...workOptions, ...dryRun },
  async run(context, values, [given]) {
    const version = readVersion(given);
    if (values['dry-run'] === true) return wouldWithdraw(context, version);
    const report = await withdraw({ ...(await operatorOptions(context, values)), version });
    const newest = report.newest === 0 ? 'No version is published now.' : `Version ${report.newest} is the newest now.`;
    return {
      text: lines(newest, report.items > 0 ? sweptText(report) : ''),
      json: report,
      ...ended(context, report, undefined),
    };
  },
});

async function wouldWithdraw(context: Context, version: number): Promise<Outcome> {
  const { registry } = await look(context, assertSamePast);
  const source = sourceOf(await context.schema(), version);
  const takes = takeBack(version, source.hash)(registry.knowledge) !== undefined;
  const text = takes ? `Would withdraw version ${version}.` : `Version ${version} is withdrawn already.`;
  return { text, json: { dryRun: true, version, takes } };
}
