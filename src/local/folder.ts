import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { LocalEngineStartError } from './errors.js';

/**
 * Makes a folder, and those above it, where they are missing.
 *
 * @throws LocalEngineStartError where it cannot be made, or something else has its name
 */
export function makeFolder(folder: string): void {
  try {
    make(folder);
  } catch (cause) {
    throw new LocalEngineStartError(
      `The data cannot be kept in the folder ${folder}: ${(cause as Error).message}. Name a folder that is there, or can be made.`,
      { folder },
      { cause },
    );
  }
}

/** One by one: where a file system takes no folders, such as /proc, Node 20 would try for ever to make several at once. */
function make(folder: string): void {
  const there = statSync(folder, { throwIfNoEntry: false });
  if (there?.isDirectory()) return;
  if (there !== undefined) throw new Error(`${folder} is no folder`);
  make(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have been faster.
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}
