import type { KeyPathName } from '../../operator/paths.js';
import type { PassedOver } from '../../operator/passed-over.js';
import type { SweepReport } from '../../operator/sweep.js';
import type { SchemaWarning } from '../../schema/warnings.js';
import type { Reporter } from '../terminal/reporter.js';
import { count, counted } from '../terminal/duration.js';
import { oneLine } from '../terminal/one-line.js';
import { rowKeyText } from './row-key.js';

/** A heading and a line for each key path; the other text where there is none. */
export const keyPathText = (heading: string, paths: readonly KeyPathName[], none: string): string =>
  paths.length === 0 ? none : [`${heading}:`, ...paths.map(({ type, keyPath }) => `  ${type} ${keyPath}`)].join('\n');

/** What a sweep did, in one line. */
export function sweptText(report: SweepReport, reporter: Reporter): string {
  const { items, written, killed, passedOver, finished } = report;
  const done = `${counted(items, 'item')} looked at, ${killed ? 'at least ' : ''}${count(written)} written.`;
  const hint = killed ? KILLED : undefined;
  if (finished) return lines(done, hint);
  if (passedOver.count > 0) return lines(done, hint, passedOverText(passedOver), MEND);
  return lines(timeLimitText(done, items, reporter), hint);
}

const MEND = 'Inspect these rows and mend them, then run the same command again.';

const KILLED = 'A worker was killed: what it wrote after its last checkpoint is not counted.';

/** The rows that a pass went on past, with what is wrong with each. */
export function passedOverText({ count: all, first }: PassedOver, heading = 'Passed over'): string {
  if (all === 0) return '';
  return lines(
    `${heading} ${counted(all, 'row')}:`,
    ...first.map(({ key, code, message }) => `  ${rowKeyText(key)}: ${oneLine(message)} [${code}]`),
    all > first.length ? `  and ${count(all - first.length)} more` : undefined,
  );
}

/** How far a command came whose time limit came first. In a drain nobody has looked how far others have come. */
export function timeLimitText(sofar: string, items: number, { inDrain }: Reporter): string {
  if (!inDrain) return `${sofar} The time limit came before the end.`;
  const WAITED = 'The wait for processes that slept was not over when the time limit came.';
  return items === 0 ? WAITED : `${sofar} ${WAITED}`;
}

/** A warning of the schema, as a line of its own. */
export const warningText = ({ message }: SchemaWarning): string => `Warning: ${message}`;

export const lines = (...parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== '').join('\n');
