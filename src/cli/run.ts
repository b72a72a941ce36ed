import { libraryVersion } from '../registry/library-version.js';
import type { Command, Context, Outcome, Where } from './command.js';
import { commands } from './commands/index.js';
import { documentOf, followed } from './document.js';
import { InterruptedError, UnsettledError } from './errors.js';
import { exitCode, type ExitCode } from './exit-code.js';
import { type Failure, failureLine, failureOf, isPassing, wordsAfter } from './failure.js';
import { helpFor } from './help.js';
import { interrupts } from './interrupts.js';
import { jsonLine, jsonText } from './json.js';
import { parse, type Request } from './parse.js';
import { whileAlive } from './unsettled.js';
import type { World } from './world.js';

/** Does what the arguments say; resolves to the code to end with, and never rejects. */
export async function run(world: World, table: readonly Command[] = commands): Promise<ExitCode> {
  const { args, stdout } = world;
  // Known before the arguments are: an error among them is told as JSON too.
  const json = args.includes('--json');
  try {
    const request = parse(args, table);
    if (request.kind === 'command') return await runCommand(world, request);
    const { kind } = request;
    const text =
      kind === 'version'
        ? libraryVersion
        : helpFor(request.about, table, stdout.isTTY === true ? (stdout.columns || 80) - 1 : undefined);
    stdout.write(json ? jsonText({ [kind]: text }) : `${text}\n`);
    return exitCode.done;
  } catch (error) {
    return tell(world, failureOf(error), json ? jsonText : undefined);
  }
}

type CommandRequest = Extract<Request, { kind: 'command' }>;

async function runCommand(world: World, request: CommandRequest): Promise<ExitCode> {
  const { command, values, positionals } = request;
  const never = new AbortController().signal;
  const { crash = never, unread = never } = world;
  const onlyReads = command.onlyReads(values);
  const isEndless = command.isEndless(values);
  const stopping = (): void => {
    // What it has shown stays above the prompt, as does the `^C` of a terminal.
    if (isEndless && context.terminal !== undefined) context.write('\n');
    if (!onlyReads) context.reporter.note('Stopping where it is safe to; Ctrl-C again ends it at once.');
  };
  // The rest of the program, with the SDK, is loaded for a command alone.
  const { contextOf } = await import('./context.js');
  const listening = interrupts(world.signals, stopping, onlyReads);
  const { context, close } = contextOf(world, request, listening.signal);
  crash.addEventListener('abort', () => listening.stop(crash.reason));
  // Whatever has an end has something to do beside what it says.
  if (isEndless) unread.addEventListener('abort', () => listening.stop(unread.reason));
  try {
    const running = whileAlive(
      () => command.run(context, values, positionals),
      () => new UnsettledError(context.sameCommand),
    );
    const outcome = await withinGrace(running, crash);
    crash.throwIfAborted();
    context.reporter.end();
    if (outcome?.refusal !== undefined) {
      return tell(world, failureOf(outcome.refusal), context.json ? jsonText : undefined, {
        ...outcome,
        where: context.where,
      });
    }
    return outcome === undefined ? exitCode.done : write(world, command, outcome, context.json);
  } catch (error) {
    context.reporter.end();
    const { aborted, reason } = (crash.aborted ? crash : listening.signal) as { aborted: boolean; reason: unknown };
    if (aborted && !crash.aborted && error === reason && isEndless) return exitCode.done;
    // What goes on until it is stopped has written one document after another, each on a line of its own.
    const asJson = isEndless ? jsonLine : jsonText;
    const failure = failureOf(aborted ? reason : error);
    const goesOn =
      reason instanceof InterruptedError ||
      (!aborted && command.resumes(values) && context.wasReached && isPassing(failure));
    const way = goesOn ? { again: context.sameCommand } : aborted ? {} : await wayOn(context, failure);
    return tell(world, failure, context.json ? asJson : undefined, { ...way, where: context.where });
  } finally {
    listening.end();
    close();
  }
}

/** How long what a crash has stopped may take to give back what it holds. */
const GRACE_MS = 5_000;

/** As the promise; but rejects with the reason some time after a crash. */
async function withinGrace<T>(promise: Promise<T>, crash: AbortSignal): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    crash.addEventListener('abort', () => {
      timer = setTimeout(() => reject(crash.reason as Error), GRACE_MS);
    });
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** How it goes on after an error: with the same command, or with another one. */
interface Way extends Pick<Outcome, 'next' | 'caution'> {
  readonly again?: string;
  readonly where?: Where | undefined;
}

async function wayOn(context: Context, failure: Failure): Promise<Way> {
  const words = wordsAfter(failure);
  const isPossible = words !== undefined && (words !== 'publish' || (await context.hasSources().catch(() => false)));
  return isPossible ? { next: context.commandLine(words) } : {};
}

/** A shell takes what follows the command for a comment, so that the line can be run as it is. */
const nextLine = ({ next, caution }: Pick<Outcome, 'next' | 'caution'>): readonly string[] =>
  next === undefined ? [] : [`Next: ${caution === undefined ? next : `${next}  # ${caution}`}`];

function write({ stdout }: World, { name }: Command, outcome: Outcome, json: boolean): ExitCode {
  const { text, exit = exitCode.done } = outcome;
  const human = [...(text === '' ? [] : [text]), ...nextLine(outcome)].join('\n');
  stdout.write(json ? jsonText(documentOf(name, outcome)) : human === '' ? '' : `${human}\n`);
  return exit;
}

/** @param asJson where a document is wanted, too */
function tell(
  { stdout, stderr }: World,
  failure: Failure,
  asJson: ((document: object) => string) | undefined,
  way: Way = {},
): ExitCode {
  const { code, message, facts, exit } = failure;
  const { again, ...after } = way;
  // What lies in the arguments is the same wherever the table is.
  const where = exit === exitCode.usage || code === 'INTERRUPTED' || code === 'NOT_CONFIRMED' ? undefined : way.where;
  stderr.write(`${failureLine(failure, where)}\n`);
  if (asJson !== undefined) {
    const next = again === undefined ? after : { next: again };
    stdout.write(
      asJson({ error: { code, message, facts }, exit, ...(where === undefined ? {} : { where }), ...followed(next) }),
    );
  } else {
    for (const line of again === undefined ? nextLine(after) : [`Go on: ${again}`]) stderr.write(`${line}\n`);
  }
  return exit;
}
