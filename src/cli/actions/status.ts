import { setTimeout as sleep } from 'node:timers/promises';
import type { DrainWait } from '../../operator/drain-wait.js';
import type { KeyPathStatus } from '../../operator/key-path-status.js';
import { type Status, status } from '../../operator/status.js';
import type { WorkProgress } from '../../work/work.js';
import type { ActionOf, Context, Outcome, Where } from '../command.js';
import type * as spec from '../commands/status.js';
import { EVERY_S } from '../commands/status.js';
import { documentOf } from '../document.js';
import { UsageError } from '../errors.js';
import { jsonLine } from '../json.js';
import { count, counted, duration } from '../terminal/duration.js';
import { fitting, type Section } from '../terminal/fitting.js';
import { grid } from '../terminal/grid.js';
import { PassMeter } from '../terminal/pass-meter.js';
import { nextOf, wordsOf } from './next-step.js';
import { placeOptions } from './step.js';
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
  const passes = new PassMeter(context.clock, () => context.rowsOfTable);
  while (!context.signal.aborted) {
    const status = await seen(context);
    const outcome = outcomeOf(context, status);
    const now = context.json
      ? jsonLine(documentOf('status', outcome))
      : context.terminal === undefined
        ? `${[outcome.text, ...nextLine(outcome)].join('\n')}\n`
        : paintingOf(
            context.terminal,
            sectionsOf(status, context.where, (work) => passes.line(work)),
            outcome,
          );
    if (now !== shown) context.write(context.json ? now : `${back(context, shown)}${now}`);
    shown = now;
    await sleep(every, undefined, { signal: context.signal }).catch(() => undefined);
  }
  return undefined;
}

const nextLine = ({ next }: Outcome): readonly string[] => (next === undefined ? [] : [`Next: ${next}`]);

/** What a terminal shows at once: whatever has scrolled out of it cannot be painted over. */
function paintingOf(
  { columns, rows }: NonNullable<Context['terminal']>,
  sections: readonly Section[],
  outcome: Outcome,
): string {
  const all = [...sections, { lines: nextLine(outcome), rank: RANK.next }].filter(({ lines: some }) => some.length > 0);
  // The cursor stands on a line of its own, and one that fills the last column would be two.
  return fitting(all, rows - 1, columns - 1)
    .map((line) => `${line}\n`)
    .join('');
}

/** Up to where what is shown began, and all below it away. */
function back({ terminal }: Context, shown: string): string {
  const above = shown.split('\n').length - 1;
  return terminal === undefined || above === 0 ? '' : `\u001B[${above}A\u001B[J`;
}

/** What goes first where a terminal has no room: a pass that is under way stays the longest. */
const RANK = { passes: 0, drains: 1, next: 2, toDo: 3, where: 4, keyPaths: 5, versions: 6, settings: 7 };

export const statusText = (now: Status, where?: Where): string =>
  sectionsOf(now, where, workText)
    .flatMap(({ lines: some }) => some)
    .join('\n');

function sectionsOf(
  now: Status,
  where: Where | undefined,
  passText: (work: WorkProgress) => string,
): readonly Section[] {
  const { schema, table, epoch, createGuard, registryMaxAge, drain, drains, versions, keyPaths, works, next } = now;
  return [
    {
      rank: RANK.where,
      lines: [`Schema '${schema}' in ${where === undefined ? `table ${table}` : whereText(where)}.`],
    },
    {
      rank: RANK.settings,
      lines: [
        `Epoch ${count(epoch)}, creates guarded by ${createGuard} (${duration(registryMaxAge)}).`,
        `A drain that begins now takes ${duration(drain)}.`,
      ],
    },
    { rank: RANK.versions, lines: section('Versions', grid(versions.map((each) => [`${each.version}`, each.state]))) },
    { rank: RANK.keyPaths, lines: section('Key paths', grid(keyPaths.map(pathCells))) },
    { rank: RANK.drains, lines: section('Waiting for a drain', drains.map(waitText).join('\n')) },
    { rank: RANK.passes, lines: section('Passes over the table', works.map(passText).join('\n')) },
    { rank: RANK.toDo, lines: section('To do', next.map((step) => `${wordsOf(step)}: ${step.why}`).join('\n')) },
  ];
}

const section = (heading: string, text: string): readonly string[] =>
  text === '' ? [] : [`${heading}:`, ...text.split('\n').map((line) => `  ${line}`)];

const waitText = ({ worker, milliseconds, until }: DrainWait): string =>
  `${worker}: ${duration(milliseconds)} left, until ${until.replace(/\.\d+Z$/, 'Z')}`;

const pathCells = ({ type, keyPath, state, verified }: KeyPathStatus): readonly string[] => [
  `${type} ${keyPath}`,
  state,
  ...(verified === undefined ? [] : [`verified: ${counted(verified.missing, 'fault')}, ${count(verified.open)} open`]),
];
