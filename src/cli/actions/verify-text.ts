import type { FindingKind, KeyPathReport } from '../../operator/tally.js';
import type { VerifyReport } from '../../operator/verify.js';
import { count, counted } from '../terminal/duration.js';
import { rowKeyText } from './row-key.js';
import { lines, passedOverText } from './text.js';

/** What a verify found, path by path. */
export function verifyText({
  items,
  keyPaths,
  complete,
  passedOver,
}: Pick<VerifyReport, 'items' | 'keyPaths' | 'complete' | 'passedOver'>): string {
  const all = complete ? 'all of them on their key paths' : 'and not all of them are on their key paths';
  return lines(
    `${counted(items, 'item')} verified, ${all}.`,
    ...keyPaths.flatMap(pathLines),
    passedOverText(passedOver),
  );
}

/** What a person has to do, where no command can; undefined where one can. */
export function handwork(found: readonly FindingKind[], repaired: boolean): string | undefined {
  const faults = found.filter((kind) => kind !== 'open');
  const others = faults.filter((kind) => kind !== 'dangling');
  const isDamage = faults.every((kind) => kind === 'damaged');
  const waits = [
    ...(found.includes('open') ? ['Change or delete one of each two items that have one key, then verify again.'] : []),
    ...(others.length === 0 || !(repaired || isDamage)
      ? []
      : [
          isDamage
            ? 'A repair does not mend what is damaged: inspect the rows, mend them by hand, then verify again.'
            : 'A repair cannot mend the others: inspect the items, and mend them by hand.',
        ]),
  ];
  return waits.length === 0 ? undefined : waits.join('\n');
}

/** Of one item, and of several. */
const MEANING: Readonly<Record<FindingKind, readonly [one: string, many: string]>> = {
  missing: ['item without a row', 'items without a row'],
  stale: ['item whose row is not a copy of it', 'items whose rows are not copies of them'],
  foreign: ['item whose row says that it is not its own', 'items whose rows say that they are not their own'],
  dangling: ['row that no item lists', 'rows that no item lists'],
  manifest: ['item that lists a key which it does not have', 'items that list keys which they do not have'],
  open: ['item whose key another item has', 'items whose keys other items have'],
  damaged: ['row that nothing is copied from or over', 'rows that nothing is copied from or over'],
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
    `    ${kind}: ${counted(report[kind], ...MEANING[kind])}`,
    ...first.map((key) => `      ${rowKeyText(key)}`),
    ...(more > 0 && first.length > 0 ? [`      and ${count(more)} more`] : []),
  ];
}
