import { backfill, type BackfillReport } from '../../operator/backfill.js';
import { namesOf, pathsIn } from '../../operator/paths.js';
import type { ActionOf, Context, Outcome } from '../command.js';
import type * as spec from '../commands/backfill.js';
import type { limitOptions } from '../common-options.js';
import type { ValuesOf } from '../option.js';
import { planned } from './plan.js';
import { ended, look, operatorOptions } from './step.js';
import { keyPathText, lines, sweptText } from './text.js';

const NOTHING = 'Nothing to fill: no key path is in expand.';

export const backfillRun: ActionOf<typeof spec.backfillRun> = async (context, values) => {
  if (values['dry-run'] === true) return wouldFill(context, values);
  const report = await backfill(await operatorOptions(context, values));
  const next = report.keyPaths.length === 0 ? undefined : context.commandLine('verify');
  return { text: filledText(context, report), json: report, ...ended(context, report, next) };
};

function filledText(context: Context, report: BackfillReport): string {
  const { keyPaths, finished } = report;
  if (!finished) return sweptText(report, context.reporter);
  return keyPaths.length === 0
    ? NOTHING
    : lines(keyPathText('Filled, and strict now', keyPaths, ''), sweptText(report, context.reporter));
}

async function wouldFill(context: Context, limits: ValuesOf<typeof limitOptions>): Promise<Outcome> {
  const session = await look(context);
  const keyPaths = namesOf(pathsIn(session.registry.knowledge, 'expand'));
  if (keyPaths.length === 0) return { text: NOTHING, json: { dryRun: true, keyPaths } };
  const { plan, text } = await planned(session, 'backfill', limits);
  return {
    text: lines(keyPathText('Would fill, and make strict', keyPaths, ''), text),
    json: { dryRun: true, keyPaths, plan },
    next: context.realCommand,
  };
}
