import { assertOutOfUse } from '../../operator/census.js';
import { goesOn, sourceOf, withdraw } from '../../operator/withdraw.js';
import { sealEntry } from '../../registry/entry.js';
import { extend } from '../../registry/fold.js';
import { unsweptWithdrawal } from '../../registry/knowledge.js';
import { assertSamePast } from '../../registry/past.js';
import { takeBack } from '../../registry/retire-decisions.js';
import { StoreOptionError } from '../../store/errors.js';
import type { ActionOf, Context, Outcome } from '../command.js';
import type * as spec from '../commands/withdraw.js';
import type { inUseOptions } from '../common-options.js';
import type { limitOptions } from '../common-options.js';
import type { ValuesOf } from '../option.js';
import { planned } from './plan.js';
import { ended, inUse, look, operatorOptions } from './step.js';
import { lines, sweptText } from './text.js';
import { readVersion } from './version.js';

export const withdrawCommand: ActionOf<typeof spec.withdrawCommand> = async (context, values, [given]) => {
  const version = readVersion(given);
  if (values['dry-run'] === true) return wouldWithdraw(context, version, values);
  const options = { ...(await operatorOptions(context, values)), ...inUse(values), version };
  const report = await withdraw(options).catch(async (error: unknown) => {
    // Says how a schema is named here.
    if (error instanceof StoreOptionError && error.facts['option'] === 'schema') await context.schema();
    throw error;
  });
  const newest = report.newest === 0 ? 'No version is published now.' : `Version ${report.newest} is the newest now.`;
  return {
    text: lines(newest, report.items > 0 || !report.finished ? sweptText(report, context.reporter) : ''),
    json: report,
    ...ended(context, report, undefined),
  };
};

async function wouldWithdraw(
  context: Context,
  version: number,
  values: ValuesOf<typeof inUseOptions & typeof limitOptions>,
): Promise<Outcome> {
  const session = await look(context, assertSamePast);
  const known = session.registry.knowledge;
  const entry = goesOn(known, version)
    ? undefined
    : takeBack(version, sourceOf(await context.schema(), version).hash)(known);
  if (entry !== undefined) await assertOutOfUse(session, version, 'withdraw', inUse(values));
  const after = entry === undefined ? known : extend(known, [sealEntry(known, entry, new Date())]);
  const takes = entry !== undefined;
  const text = takes ? `Would withdraw version ${version}.` : `Version ${version} is withdrawn already.`;
  const json = { dryRun: true, version, takes };
  const next = context.realCommand;
  if (unsweptWithdrawal(after) === undefined) return { text, json, ...(takes ? { next } : {}) };
  const { plan, text: costs } = await planned(session, 'withdraw', values);
  const sweep = 'Would write every item anew without the rows of its key paths, in a pass over the table:';
  return { text: lines(text, sweep, costs), json: { ...json, plan }, next };
}
