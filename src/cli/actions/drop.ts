import { assertOutOfUse } from '../../operator/census.js';
import { drop } from '../../operator/drop.js';
import { isDropSwept } from '../../registry/knowledge.js';
import { beginDrop } from '../../registry/retire-decisions.js';
import type { ActionOf, Context, Outcome } from '../command.js';
import type * as spec from '../commands/drop.js';
import type { inUseOptions } from '../common-options.js';
import type { limitOptions } from '../common-options.js';
import type { ValuesOf } from '../option.js';
import { planned } from './plan.js';
import { ended, inUse, look, operatorOptions } from './step.js';
import { keyPathText, lines, sweptText } from './text.js';
import { readVersion } from './version.js';

export const dropCommand: ActionOf<typeof spec.dropCommand> = async (context, values, [given]) => {
  const version = readVersion(given);
  if (values['dry-run'] === true) return wouldDrop(context, version, values);
  const report = await drop({ ...(await operatorOptions(context, values)), ...inUse(values), version });
  return {
    text: lines(
      keyPathText('Dropped', report.keyPaths, 'No key path was dropped.'),
      sweptText(report, context.reporter),
    ),
    json: report,
    ...ended(context, report, undefined),
  };
};

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
  const goesOn = begins ? 'Would drop' : 'Would go on to drop';
  return {
    text: lines(`${goesOn} what only versions up to ${version} could see. There is no way back.`, text),
    json: { ...json, plan },
    next: context.realCommand,
  };
}
