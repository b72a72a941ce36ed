import type { FindingKind, KeyPathReport } from '../../operator/tally.js';
import type { VerifyReport } from '../../operator/verify.js';
import { count, counted } from '../terminal/duration.js';
import { rowKeyText } from './row-key.js';
import { lines } from './text.js';

/** What a verify found, path by path. */
export function verifyText({
  items,
  keyPaths,
  complete,
}: Pick<VerifyReport, 'items' | 'keyPaths' | 'complete'>): string {
  const all = complete ? 'all of them on their key paths' : 'and not all of them are on their key paths';
  return lines(`${counted(items, 'item')} verified, ${all}.`, ...keyPaths.flatMap(pathLines));
}

/** What a person has to do, where no command can; undefined where one can. */
export function handwork(found: readonly FindingKind[], repaired: boolean): string | undefined {
  const others = found.filter((kind) => kind !== 'open' && kind !== 'dangling');
  const waits = [
    ...(found.includes('open') ? ['Change or delete one of each two items that have one key, then verify again.'] : []),
    ...(repaired && others.length > 0
      ? ['A repair cannot mend the others: inspect the items, and mend them by hand.']
      : []),
  ];
  return waits.length === 0 ? undefined : waits.join('\n');
}

/** Of one item, and of several. */
const MEANING: Readonly<Record<FindingKind, readonly [one: string, many: string]>> = {
  missing: ['without a row', 'without a row'],
  stale: ['whose row is not a copy of it', 'whose rows are not copies of them'],
  foreign: ["whose row is another item's", "whose rows are other items'"],
  dangling: ['gone, whose row is there still', 'gone, whose rows are there still'],
  manifest: ['that lists a key which it does not have', 'that list keys which they do not have'],
  open: ['whose key another item has', 'whose keys other items have'],
};

/** Every kind of finding, in the order in which they are told. */
export const FINDINGS = Object.keys(MEANING) as FindingKind[];

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
    `    ${kind}: ${counted(report[kind], 'item')} ${MEANING[kind][report[kind] === 1 ? 0 : 1]}`,
    ...first.map((key) => `      ${rowKeyText(key)}`),
    ...(more > 0 && first.length > 0 ? [`      and ${count(more)} more`] : []),
  ];
}
