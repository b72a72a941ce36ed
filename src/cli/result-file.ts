import { readFileSync, writeFileSync } from 'node:fs';
import { OutputError, UsageError } from './errors.js';
import { reasonOf } from './loading/reason.js';

/** What the name of the file is at fault for, rather than the disk. */
const OF_THE_NAME: readonly (string | undefined)[] = [
  'ENOENT',
  'EISDIR',
  'ENOTDIR',
  'EACCES',
  'EPERM',
  'EROFS',
  'ENAMETOOLONG',
  'ELOOP',
];

/** @throws UsageError where that file cannot be written; OutputError where there is no room for it */
export function writeResult(file: string, text: string, option: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    if (!OF_THE_NAME.includes((cause as NodeJS.ErrnoException).code)) throw new OutputError(file, cause);
    throw new UsageError(
      `--${option}: ${file} cannot be written: ${reasonOf(cause)}. Name a file in a folder that is there.`,
      { option, file },
      { cause },
    );
  }
}

/** What a file holds; undefined where there is none. @throws UsageError where it cannot be read */
export function readResult(file: string, option: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UsageError(
      `--${option}: ${file} cannot be read: ${reasonOf(cause)}. Name a file.`,
      { option, file },
      { cause },
    );
  }
}
