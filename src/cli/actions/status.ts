import { setTimeout as sleep } from 'node:timers/promises';
import { type KeyPathStatus, type Status, status } from '../../operator/status.js';
import type { ActionOf, Context, Outcome, Where } from '../command.js';
import type * as spec from '../commands/status.js';
import { EVERY_S } from '../commands/status.js';
import { documentOf } from '../document.js';
import { UsageError } from '../errors.js';
import { jsonLine } from '../json.js';
import { count, duration } from '../terminal/duration.js';
import { grid } from '../terminal/grid.js';
import { nextOf, wordsOf } from './next-step.js';
import { placeOptions } from './step.js';
import { lines } from './text.js';
import { whereText } from '../where.js';
import { workText } from './works.js';

export const statusCommand: ActionOf<typeof spec.statusCommand> = async (context, { watch, every }) => {
  if (watch === true) return watched(context, (every ?? EVERY_S) * 1000);
  if (every !== undefined) throw new UsageError('--every is a part of --watch: give both, or leave it out.');
  return outcomeOf(context, await seen(context));
};

const seen = async (context: Context): Promise<Status> => status(await placeOptions(context));

function outcomeOf(context: Context, now: Status): Outcome {
  const { where } = context;
  return { text: statusText(now, where), json: { ...now, ...where }, ...nextOf(context, now.next) };
}

/** Shows it until Ctrl-C, which is the end of it: whenever it has changed. */
async function watched(context: Context, every: number): Promise<undefined> {
  let shown = '';
  while (!context.signal.aborted) {
    const outcome = outcomeOf(context, await seen(context));
    const now = context.json ? jsonLine(documentOf('status', outcome)) : textOf(context, outcome);
    if (now !== shown) context.write(context.json ? now : `${back(context, shown)}${now}`);
    shown = now;
    await sleep(every, undefined, { signal: context.signal }).catch(() => undefined);
  }
  return undefined;
}

/** What a terminal shows at once: whatever has scrolled out of it cannot be painted over. */
function textOf({ terminal }: Context, { text, next }: Outcome): string {
  const { columns, rows } = terminal ?? { columns: Infinity, rows: Infinity };
  const last = next === undefined ? [] : [`Next: ${next}`];
  const all = [...text.split('\n'), ...last];
  // The cursor stands on a line of its own.
  const room = Math.max(1, rows - 1);
  const fitting = all.length <= room ? all : [...all.slice(0, Math.max(0, room - 1 - last.length)), '…', ...last];
  // A line that is wider would be two.
  return fitting.map((line) => `${line.slice(0, columns - 1)}\n`).join('');
}

/** Up to where what is shown began, and all below it away. */
function back({ terminal }: Context, shown: string): string {
  const above = shown.split('\n').length - 1;
  return terminal === undefined || above === 0 ? '' : `\u001B[${above}A\u001B[J`;
}

export function statusText(now: Status, where?: Where): string {
  const { schema, table, epoch, createGuard, registryMaxAge, drain, versions, keyPaths, works, next } = now;
  return lines(
    `Schema '${schema}' in ${where === undefined ? `table ${table}` : whereText(where)}.`,
    `Epoch ${count(epoch)}, creates guarded by ${createGuard} (${duration(registryMaxAge)}).`,
    `A drain that begins now takes ${duration(drain)}.`,
    section('Versions', grid(versions.map(({ version, state }) => [String(version), state]))),
    section('Key paths', grid(keyPaths.map(pathCells))),
    section('Passes over the table', works.map(workText).join('\n')),
    section('To do', next.map((step) => `${wordsOf(step)}: ${step.why}`).join('\n')),
  );
}

const section = (heading: string, text: string): string =>
  text === '' ? '' : `${heading}:\n${text.replace(/^/gm, '  ')}`;

const pathCells = ({ type, keyPath, state, verified }: KeyPathStatus): readonly string[] => [
  `${type} ${keyPath}`,
  state,
  ...(verified === undefined ? [] : [`verified: ${verified.missing} faults, ${verified.open} open`]),
];
