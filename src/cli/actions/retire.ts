import { assertOutOfUse } from '../../operator/census.js';
import { retire } from '../../operator/retire.js';
import { isFloorSwept } from '../../registry/knowledge.js';
import { lowerFloor, raiseFloor } from '../../registry/retire-decisions.js';
import type { ActionOf, Context, Outcome } from '../command.js';
import type * as spec from '../commands/retire.js';
import type { inUseOptions } from '../common-options.js';
import type { limitOptions } from '../common-options.js';
import { UsageError } from '../errors.js';
import type { ValuesOf } from '../option.js';
import { planned } from './plan.js';
import { ended, inUse, look, operatorOptions } from './step.js';
import { lines, sweptText } from './text.js';
import { readVersion } from './version.js';

export const retireCommand: ActionOf<typeof spec.retireCommand> = async (context, values, [given]) => {
  const version = readVersion(given);
  const undo = values.undo === true;
  if (undo && (values.force === true || values['unseen-for'] !== undefined)) {
    throw new UsageError(
      '--undo takes nothing from a process, and asks no census: leave out --unseen-for and --force.',
    );
  }
  if (values['dry-run'] === true) return wouldRetire(context, version, undo, values);
  await confirmFirst(context, version, undo, values);
  const report = await retire({ ...(await operatorOptions(context, values)), ...inUse(values), version, undo });
  return {
    text: lines(`Versions from ${report.floor} on may write.`, undo ? '' : sweptText(report, context.reporter)),
    json: report,
    ...ended(context, report, undo ? undefined : context.commandLine(`drop ${version}`)),
    ...(report.finished ? { caution: 'there is no way back from it, and no hurry' } : {}),
  };
};

/** What goes on with what was begun was confirmed then. */
async function confirmFirst(
  context: Context,
  version: number,
  undo: boolean,
  values: ValuesOf<typeof inUseOptions>,
): Promise<void> {
  if (undo) return;
  const session = await look(context);
  if (raiseFloor(version)(session.registry.knowledge) === undefined) return;
  await assertOutOfUse(session, version, 'retire', inUse(values));
  await context.confirm(`No process of version ${version}, or of an older one, will be able to write any more.`);
}

async function wouldRetire(
  context: Context,
  version: number,
  undo: boolean,
  values: ValuesOf<typeof inUseOptions & typeof limitOptions>,
): Promise<Outcome> {
  const session = await look(context);
  const { registry } = session;
  const entry = (undo ? lowerFloor(version) : raiseFloor(version))(registry.knowledge);
  if (!undo && entry !== undefined) await assertOutOfUse(session, version, 'retire', inUse(values));
  const floor = entry?.kind === 'floor' ? entry.version : registry.knowledge.floor.version;
  const json = { dryRun: true, floor, changes: entry !== undefined };
  // One that was stopped in its sweep goes on with it.
  const goesOn = !undo && entry === undefined && !isFloorSwept(registry.knowledge);
  if (entry === undefined && !goesOn) return { text: `Versions from ${floor} on may write already.`, json };
  const text = `Would ${goesOn ? 'go on to ' : ''}let only versions from ${floor} on write.`;
  const next = context.realCommand;
  if (undo) return { text, json, next };
  const sweep = await planned(session, 'retire', values);
  return { text: lines(text, sweep.text), json: { ...json, plan: sweep.plan }, next };
}
