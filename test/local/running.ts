import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** The command lines of all running processes that contain a marker. A zombie has none, so it does not count. */
export function running(marker: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return line.includes(marker) ? [`${pid} ${line}`] : [];
      } catch {
        return [];
      }
    });
}

/** Resolves to what still runs: nothing as soon as nothing does, else the rest after some seconds. */
export async function remaining(marker: string): Promise<string[]> {
  for (let wait = 0; wait < 500 && running(marker).length > 0; wait++) await sleep(10);
  return running(marker);
}
