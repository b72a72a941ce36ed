import type { KeyPathName } from '../../operator/paths.js';
import type { SweepReport } from '../../operator/sweep.js';
import type { Reporter } from '../terminal/reporter.js';
import { count, counted } from '../terminal/duration.js';

/** A heading and a line for each key path; the other text where there is none. */
export const keyPathText = (heading: string, paths: readonly KeyPathName[], none: string): string =>
  paths.length === 0 ? none : [`${heading}:`, ...paths.map(({ type, keyPath }) => `  ${type} ${keyPath}`)].join('\n');

/** What a sweep did, in one line. */
export function sweptText(report: SweepReport, reporter: Reporter): string {
  const { items, written, finished } = report;
  const done = `${counted(items, 'item')} looked at, ${count(written)} written.`;
  return finished ? done : timeLimitText(done, items, reporter);
}

/** How far a command came whose time limit came first. In a drain nobody has looked how far others have come. */
export function timeLimitText(sofar: string, items: number, { inDrain }: Reporter): string {
  if (!inDrain) return `${sofar} The time limit came before the end.`;
  const WAITED = 'The wait for processes that slept was not over when the time limit came.';
  return items === 0 ? WAITED : `${sofar} ${WAITED}`;
}

export const lines = (...parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== '').join('\n');
