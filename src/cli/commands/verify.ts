import { namesOf, pathsIn } from '../../operator/paths.js';
import type { FindingKind, KeyPathReport } from '../../operator/tally.js';
import { verify, type VerifyReport } from '../../operator/verify.js';
import { command, type Context, type Outcome } from '../command.js';
import { dryRun, tableOptions, workOptions } from '../common-options.js';
import { exitCode } from '../exit-code.js';
import { counted } from '../terminal/duration.js';
import { look, operatorOptions } from './step.js';
import { keyPathText, lines } from './text.js';

const NOTHING = 'Nothing to verify: no key path is strict.';

export const verifyCommand = command({
  name: 'verify',
  summary: 'Prove that every item is on its strict key paths, or say which is not',
  about: 'What it finds is recorded, and `ductile promote` relies on it. Ends with 3 where it found something.',
  options: { ...tableOptions, ...workOptions, ...dryRun },
  async run(context, values) {
    if (values['dry-run'] === true) return wouldVerify(context);
    const report = await verify(await operatorOptions(context, values));
    return {
      text: verifyText(report),
      json: report,
      next: report.complete && report.keyPaths.length > 0 ? context.commandLine('promote') : undefined,
      exit: report.complete ? exitCode.done : exitCode.refused,
    };
  },
});

async function wouldVerify(context: Context): Promise<Outcome> {
  const { registry } = await look(context);
  const keyPaths = namesOf(pathsIn(registry.knowledge, 'strict'));
  return { text: keyPathText('Would verify', keyPaths, NOTHING), json: { dryRun: true, keyPaths } };
}

/** What a verify found, path by path. */
export function verifyText({ items, keyPaths, complete }: VerifyReport): string {
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

function pathLines(report: KeyPathReport): readonly string[] {
  const kinds = (Object.keys(MEANING) as FindingKind[]).filter((kind) => report[kind] > 0);
  const name = `${report.type} ${report.keyPath}`;
  if (kinds.length === 0) return [`  ${name}: sound`];
  return [`  ${name}:`, ...kinds.flatMap((kind) => kindLines(report, kind))];
}

function kindLines(report: KeyPathReport, kind: FindingKind): readonly string[] {
  const first = report.first[kind] ?? [];
  const more = report[kind] - first.length;
  return [
    `    ${kind}: ${counted(report[kind], 'item')} ${MEANING[kind]}`,
    ...first.map(({ pk, sk }) => `      ${pk} ${sk}`),
    ...(more > 0 && first.length > 0 ? [`      and ${more} more`] : []),
  ];
}
