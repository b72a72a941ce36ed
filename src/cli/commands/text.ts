import type { KeyPathName } from '../../operator/paths.js';
import type { SweepReport } from '../../operator/sweep.js';
import { count, counted } from '../terminal/duration.js';

/** A heading and a line for each key path; the other text where there is none. */
export const keyPathText = (heading: string, paths: readonly KeyPathName[], none: string): string =>
  paths.length === 0 ? none : [`${heading}:`, ...paths.map(({ type, keyPath }) => `  ${type} ${keyPath}`)].join('\n');

/** What a sweep did, in one line. */
export const sweptText = ({ items, written, finished }: SweepReport): string =>
  `${counted(items, 'item')} looked at, ${count(written)} written.${finished ? '' : ' The time limit came before the end.'}`;

export const lines = (...parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== '').join('\n');
