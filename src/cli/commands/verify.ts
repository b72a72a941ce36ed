import { namesOf, pathsIn } from '../../operator/paths.js';
import type { FindingKind, KeyPathReport } from '../../operator/tally.js';
import { verify, type VerifyReport } from '../../operator/verify.js';
import { command, type Context, type Outcome } from '../command.js';
import { dryRun, type limitOptions, tableOptions, workOptions } from '../common-options.js';
import { UsageError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { flag, type ValuesOf } from '../option.js';
import { counted } from '../terminal/duration.js';
import { nextLine } from './next-step.js';
import { planned } from './plan.js';
import { rowKeyText } from './row-key.js';
import { ended, look, operatorOptions } from './step.js';
import { keyPathText, lines } from './text.js';

const NOTHING = 'Nothing to verify: no key path is strict.';

export const verifyCommand = command({
  name: 'verify',
  summary: 'Prove that every item is on its strict key paths, or say which is not',
  about: 'What it finds is recorded, and `ductile promote` relies on it. Ends with 3 where it found something.',
  options: {
    ...tableOptions,
    ...workOptions,
    all: flag('key paths that are promoted, too'),
    repair: flag('mend what is proved wrong'),
    'delete-orphans': flag('with --repair: delete rows whose item is gone, although each may be its last copy'),
    ...dryRun,
  },
  async run(context, values) {
    const { all, repair, 'delete-orphans': orphans } = values;
    if (orphans === true && repair !== true) throw new UsageError('--delete-orphans is a part of --repair: give both.');
    if (values['dry-run'] === true) return wouldVerify(context, all === true, values);
    const report = await verify({
      ...(await operatorOptions(context, values)),
      ...(all === undefined ? {} : { all }),
      ...(repair === undefined ? {} : { repair }),
      ...(orphans === undefined ? {} : { orphans: 'delete' as const }),
    });
    if (!report.finished) return { text: verifyText(report), json: report, ...ended(context, report, undefined) };
    return {
      text: verifyText(report),
      json: report,
      next: await nextOf(context, report, repair === true),
      exit: report.complete ? exitCode.done : exitCode.refused,
    };
  },
});

async function nextOf(
  context: Context,
  { complete, keyPaths }: VerifyReport,
  repaired: boolean,
): Promise<string | undefined> {
  if (complete) return nextLine(context, (await look(context)).registry.knowledge);
  // What a repair has left over only a person can mend.
  if (repaired) return undefined;
  return context.commandLine(keyPaths.some(hasFaults) ? 'verify --repair' : 'verify');
}

/** What a repair mends: of two items with one key only a person can say which is to give way. */
const hasFaults = (report: KeyPathReport): boolean => FINDINGS.some((kind) => kind !== 'open' && report[kind] > 0);

async function wouldVerify(context: Context, all: boolean, limits: ValuesOf<typeof limitOptions>): Promise<Outcome> {
  const session = await look(context);
  const states = all ? (['strict', 'promoted'] as const) : (['strict'] as const);
  const keyPaths = states.flatMap((state) => namesOf(pathsIn(session.registry.knowledge, state)));
  if (keyPaths.length === 0) return { text: NOTHING, json: { dryRun: true, keyPaths } };
  const { plan, text } = await planned(session, 'verify', limits);
  return {
    text: lines(keyPathText('Would verify', keyPaths, ''), text),
    json: { dryRun: true, keyPaths, plan },
    next: context.realCommand,
  };
}

/** What a verify found, path by path. */
export function verifyText({ items, keyPaths, complete, finished }: VerifyReport): string {
  if (!finished) return `${counted(items, 'item')} verified so far. The time limit came before the end.`;
  if (keyPaths.length === 0) return NOTHING;
  const all = complete ? 'all of them on their key paths' : 'and not all of them are on their key paths';
  return lines(`${counted(items, 'item')} verified, ${all}.`, ...keyPaths.flatMap(pathLines));
}

const MEANING: Readonly<Record<FindingKind, string>> = {
  missing: 'without a row',
  stale: 'whose row is not a copy of them',
  foreign: "whose row is another item's",
  dangling: 'gone, whose row is there still',
  manifest: 'that list a key which they do not have',
  open: 'whose key another item has',
};

const FINDINGS = Object.keys(MEANING) as FindingKind[];

function pathLines(report: KeyPathReport): readonly string[] {
  const kinds = FINDINGS.filter((kind) => report[kind] > 0);
  const name = `${report.type} ${report.keyPath}`;
  const mended = report.repaired === 0 ? '' : `, after ${counted(report.repaired, 'repair')}`;
  if (kinds.length === 0) return [`  ${name}: sound${mended}`];
  return [`  ${name}${mended}:`, ...kinds.flatMap((kind) => kindLines(report, kind))];
}

function kindLines(report: KeyPathReport, kind: FindingKind): readonly string[] {
  const first = report.first[kind] ?? [];
  const more = report[kind] - first.length;
  return [
    `    ${kind}: ${counted(report[kind], 'item')} ${MEANING[kind]}`,
    ...first.map((key) => `      ${rowKeyText(key)}`),
    ...(more > 0 && first.length > 0 ? [`      and ${more} more`] : []),
  ];
}
