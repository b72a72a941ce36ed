import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the processes that a test looks for have in common: part of their command lines, or a variable (`A=b`). */
export type Mark = { readonly commandLine: string } | { readonly variable: string };

/** The command lines of the marked processes that run. A variable is passed on to the children of children, too. */
export function running(mark: Mark): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const marked =
          'variable' in mark
            ? memoryOf(pid, 'environ').split('\0').includes(mark.variable)
            : shown(memoryOf(pid, 'cmdline')).includes(mark.commandLine);
        return marked ? [`${pid} ${shown(memoryOf(pid, 'cmdline'))}`] : [];
      } catch {
        return [];
      }
    });
}

/** Resolves to what still runs: nothing as soon as nothing does, else the rest after a minute: the machine may be busy. */
export async function remaining(mark: Mark): Promise<readonly string[]> {
  for (let look = 1; ; look++) {
    const rest = running(mark);
    if (rest.length === 0 || look === 6_000) return rest;
    await sleep(10);
  }
}

const shown = (commandLine: string): string => commandLine.replaceAll('\0', ' ');

const READS = 1000;

/**
 * While a process becomes another (`exec`), these files are empty for a moment though it runs, and it would be missed.
 * They stay empty for one that is gone but for its exit code, and for a thread of the kernel, which have no memory.
 */
function memoryOf(pid: string, file: 'cmdline' | 'environ'): string {
  for (let read = 1; ; read++) {
    const text = readFileSync(`/proc/${pid}/${file}`, 'utf8');
    if (text !== '' || read === READS || !hasMemory(pid)) return text;
  }
}

/** The 23rd field is the size of the memory. The 2nd, the name in brackets, may contain anything. */
function hasMemory(pid: string): boolean {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[20] !== '0';
}
