import { type KeyPathName, namesOf, pathsIn } from '../../operator/paths.js';
import type { Session } from '../../operator/session.js';
import { pathsToVerify, verify, type VerifyReport } from '../../operator/verify.js';
import { previewVerify } from '../../operator/verify-preview.js';
import type { FindingKind } from '../../operator/tally.js';
import type { ActionOf, Context, Outcome } from '../command.js';
import type * as spec from '../commands/verify.js';
import { UsageError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import type { ValuesOf } from '../option.js';
import { counted } from '../terminal/duration.js';
import { CAUTIONS, nextIn } from './next-step.js';
import { planned } from './plan.js';
import { ended, given, look, operatorOptions } from './step.js';
import { keyPathText, lines, timeLimitText } from './text.js';
import { FINDINGS, handwork, verifyText } from './verify-text.js';

type Values = ValuesOf<(typeof spec.verifyCommand)['options']>;

export const verifyCommand: ActionOf<typeof spec.verifyCommand> = async (context, values) => {
  const { all, repair, 'delete-orphans': orphans } = values;
  if (orphans === true && repair !== true) throw new UsageError('--delete-orphans is a part of --repair: give both.');
  if (values['dry-run'] === true) return wouldVerify(context, values);
  const report = await verify({
    ...(await operatorOptions(context, values)),
    ...(all === undefined ? {} : { all }),
    ...(repair === undefined ? {} : { repair }),
    ...(orphans === undefined ? {} : { orphans: 'delete' as const }),
  });
  if (!report.finished) return stopped(context, report);
  if (report.keyPaths.length === 0) return nothingVerified(context, await look(context), report, all);
  return {
    text: lines(verifyText(report), handwork(foundIn(report), values.repair === true)),
    json: report,
    ...(report.complete ? nextIn(context, (await look(context)).registry.knowledge) : {}),
    ...(report.complete ? {} : mend(context, report, values)),
  };
};

function stopped(context: Context, report: VerifyReport): Outcome {
  const { items } = report;
  const text = timeLimitText(`${counted(items, 'item')} verified so far.`, items, context.reporter);
  return { text, json: report, ...ended(context, report, undefined) };
}

const foundIn = ({ keyPaths }: Pick<VerifyReport, 'keyPaths'>): readonly FindingKind[] =>
  FINDINGS.filter((kind) => keyPaths.some((report) => report[kind] > 0));

/** What comes next where something is wrong. */
function mend(context: Context, report: VerifyReport, { all, repair, 'delete-orphans': orphans }: Values) {
  // Of two items with one key only a person can say which is to give way.
  const faults = foundIn(report).filter((kind) => kind !== 'open');
  const again = (...more: readonly string[]): string =>
    context.commandLine('verify', ...(all === true ? ['--all'] : []), ...more);
  const exit = exitCode.refused;
  if (faults.length === 0) return { exit };
  // No repair copies from what is damaged, or over it.
  if (faults.every((kind) => kind === 'damaged')) return { exit };
  if (repair !== true) return { exit, next: again('--repair') };
  // What else a repair has left over only a person can mend.
  if (orphans === true || faults.some((kind) => kind !== 'dangling')) return { exit };
  return { exit, next: again('--repair', '--delete-orphans'), caution: CAUTIONS.orphans };
}

/**
 * Where key paths are still to be filled, it ends as a promote does: a pipeline that goes on after a verify would take them
 * for proved.
 */
function nothingVerified(context: Context, { registry }: Session, report: object, all?: true): Outcome {
  const unfilled = namesOf(pathsIn(registry.knowledge, 'expand'));
  const next = nextIn(context, registry.knowledge);
  if (unfilled.length === 0) {
    const text = all === true ? NOTHING_AT_ALL : 'Nothing to verify: no key path is strict.';
    return { text, json: report, ...next };
  }
  return {
    text: notYetText(unfilled),
    json: { ...report, complete: false, unfilled },
    ...next,
    exit: exitCode.refused,
  };
}

const NOTHING_AT_ALL = 'No key path is strict or promoted, and no row was left on one that is gone.';

const notYetText = (unfilled: readonly KeyPathName[]): string =>
  unfilled.length === 1
    ? `Nothing to verify yet: ${unfilled[0]!.type} ${unfilled[0]!.keyPath} is still to be filled.`
    : keyPathText('Nothing to verify yet: these are still to be filled', unfilled, '');

async function wouldVerify(context: Context, values: Values): Promise<Outcome> {
  const session = await look(context);
  const { knowledge } = session.registry;
  const states = values.all === true ? (['strict', 'promoted'] as const) : (['strict'] as const);
  const each = states.map((state) => pathsIn(knowledge, state));
  const keyPaths = each.flatMap(namesOf);
  if (keyPaths.length === 0 && values.all !== true) {
    return nothingVerified(context, session, { dryRun: true, keyPaths });
  }
  if (values.repair === true && keyPaths.length > 0) return wouldRepair(context, session, values);
  const { plan, text } = await planned(session, 'verify', values);
  return {
    text: lines(wouldText(keyPaths), text),
    json: { dryRun: true, keyPaths, plan },
    next: context.realCommand,
  };
}

const wouldText = (keyPaths: readonly KeyPathName[]): string =>
  keyPaths.length === 0 ? 'Would look for rows on key paths that are gone.' : keyPathText('Would verify', keyPaths, '');

/** Looks for what a repair would mend: the planner looks for no faults. */
async function wouldRepair(context: Context, session: Session, values: Values): Promise<Outcome> {
  const { signal, reporter } = context;
  const { 'max-rcu': maxRcu, 'time-limit': limit, all = false, 'delete-orphans': deletes } = values;
  const paths = pathsToVerify(session, { all });
  const timeLimit = limit === undefined ? undefined : limit * 1_000;
  const found = await previewVerify(session, paths, {
    signal,
    onProgress: reporter.progress,
    ...given({ maxRcu, timeLimit }),
  });
  const kinds = foundIn(found);
  const { orphans, finished } = found;
  const left = deletes === true ? 'Would delete' : 'Would leave';
  const text = lines(
    finished ? '' : 'The time limit came before the end: what was found so far.',
    kinds.length === 0 ? 'Would repair nothing:' : 'Would write anew, or delete, what is wrong here:',
    verifyText({ ...found, complete: kinds.length === 0 }),
    orphans === 0 ? '' : `${left} ${counted(orphans, 'row')} whose items are gone, each perhaps the last copy of one.`,
    kinds.includes('open') ? 'Would leave items whose key another item has: change or delete one of each two.' : '',
    'A repair costs 2 write units per kB of the rows of an item, and 4 for a row that goes.',
  );
  const json = { dryRun: true, ...found };
  return finished ? { text, json, next: context.realCommand } : { text, json, exit: exitCode.unfinished };
}
