import { assertOutOfUse } from '../../operator/census.js';
import { drop } from '../../operator/drop.js';
import { afterDrop, freedBy, leavingsOf } from '../../operator/leavings.js';
import { isDropSwept } from '../../registry/knowledge.js';
import { beginDrop } from '../../registry/retire-decisions.js';
import type { ActionOf, Context, Outcome } from '../command.js';
import type * as spec from '../commands/drop.js';
import type { inUseOptions } from '../common-options.js';
import type { limitOptions } from '../common-options.js';
import type { ValuesOf } from '../option.js';
import { planned } from './plan.js';
import { ended, inUse, look, operatorOptions } from './step.js';
import { freedText, leavingsText } from './leavings-text.js';
import { lines, sweptText } from './text.js';
import { readVersion } from './version.js';

export const dropCommand: ActionOf<typeof spec.dropCommand> = async (context, values, [given]) => {
  const version = readVersion(given);
  if (values['dry-run'] === true) return wouldDrop(context, version, values);
  await confirmFirst(context, version, values);
  const report = await drop({ ...(await operatorOptions(context, values)), ...inUse(values), version });
  return {
    text: lines(
      leavingsText('Dropped, now or before:', report),
      sweptText(report, context.reporter),
      report.freed.bytes > 0 ? `The sweep freed ${freedText(report.freed)}.` : '',
    ),
    json: report,
    ...ended(context, report, undefined),
  };
};

/** What goes on with what was begun was confirmed then. */
async function confirmFirst(context: Context, version: number, values: ValuesOf<typeof inUseOptions>): Promise<void> {
  const session = await look(context);
  const { knowledge } = session.registry;
  if (beginDrop(version)(knowledge) === undefined) return;
  await assertOutOfUse(session, version, 'drop', inUse(values));
  await context.confirm(lines(leavingsText('Would drop:', leavingsOf(knowledge, version)), 'There is no way back.'));
}

async function wouldDrop(
  context: Context,
  version: number,
  values: ValuesOf<typeof inUseOptions & typeof limitOptions>,
): Promise<Outcome> {
  const session = await look(context);
  const { knowledge } = session.registry;
  const begins = beginDrop(version)(knowledge) !== undefined;
  if (begins) await assertOutOfUse(session, version, 'drop', inUse(values));
  const json = { dryRun: true, version, begins };
  if (!begins && isDropSwept(knowledge)) {
    return { text: `What only versions up to ${version} could see is dropped already.`, json };
  }
  const { plan, text } = await planned(session, 'drop', values);
  const goes = leavingsOf(knowledge, version);
  const freed = await freedBy(session, afterDrop(knowledge, version));
  const goesOn = begins ? 'Would drop' : 'Would go on to drop';
  return {
    text: lines(
      `${goesOn} what only versions up to ${version} could see. There is no way back.`,
      leavingsText('What goes:', goes),
      `About ${freedText(freed)} go.`,
      text,
    ),
    json: { ...json, ...goes, freed, plan },
    next: context.realCommand,
  };
}
