import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A new folder of this file of tests, gone once all of them have ended. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ductile-'));
  made.push(folder);
  return folder;
}
