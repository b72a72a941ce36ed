import { libraryVersion } from '../registry/library-version.js';
import type { Command, Outcome } from './command.js';
import { commands } from './commands/index.js';
import { contextOf } from './context.js';
import { documentOf, following } from './document.js';
import { InterruptedError } from './errors.js';
import { exitCode, type ExitCode } from './exit-code.js';
import { type Failure, failureLine, failureOf } from './failure.js';
import { helpFor } from './help.js';
import { interrupts } from './interrupts.js';
import { jsonText } from './json.js';
import { parse, type Request } from './parse.js';
import type { World } from './world.js';

/** Does what the arguments say; resolves to the code to end with, and never rejects. */
export async function run(world: World, table: readonly Command[] = commands): Promise<ExitCode> {
  const { args, stdout } = world;
  // Known before the arguments are: an error among them is told as JSON too.
  const json = args.includes('--json');
  try {
    const request = parse(args, table);
    if (request.kind === 'command') return await runCommand(world, request);
    stdout.write(`${request.kind === 'version' ? libraryVersion : helpFor(request.about, table)}\n`);
    return exitCode.done;
  } catch (error) {
    return tell(world, failureOf(error), json);
  }
}

type CommandRequest = Extract<Request, { kind: 'command' }>;

async function runCommand(world: World, request: CommandRequest): Promise<ExitCode> {
  const { command, values, positionals } = request;
  const onlyReads = command.onlyReads(values);
  const stopping = (): void => {
    // What it has shown stays above the prompt, as does the `^C` of a terminal.
    if (command.isEndless(values) && context.terminal !== undefined) context.write('\n');
    if (!onlyReads) context.reporter.note('Stopping where it is safe to; Ctrl-C again ends it at once.');
  };
  const listening = interrupts(world.signals, stopping, onlyReads);
  const { context, close } = contextOf(world, request, listening.signal);
  try {
    const outcome = await command.run(context, values, positionals);
    context.reporter.end();
    return outcome === undefined ? exitCode.done : write(world, command, outcome, context.json);
  } catch (error) {
    context.reporter.end();
    const { reason } = listening.signal as { reason: unknown };
    if (listening.signal.aborted && error === reason && command.isEndless(values)) return exitCode.done;
    const failure = failureOf(listening.signal.aborted ? reason : error);
    const again = reason instanceof InterruptedError ? context.sameCommand : undefined;
    const exit = tell(world, failure, context.json, again);
    if (again !== undefined && !context.json) world.stderr.write(`Go on: ${again}\n`);
    return exit;
  } finally {
    listening.end();
    close();
  }
}

function write({ stdout }: World, { name }: Command, outcome: Outcome, json: boolean): ExitCode {
  const { text, next, caution, exit = exitCode.done } = outcome;
  // A shell takes what follows for a comment, so that the line can be run as it is.
  const warned = caution === undefined ? next : `${next}  # ${caution}`;
  const human = [...(text === '' ? [] : [text]), ...(next === undefined ? [] : [`Next: ${warned}`])].join('\n');
  stdout.write(json ? jsonText(documentOf(name, outcome)) : human === '' ? '' : `${human}\n`);
  return exit;
}

function tell({ stdout, stderr }: World, failure: Failure, json: boolean, next?: string): ExitCode {
  const { code, message, facts, exit } = failure;
  stderr.write(`${failureLine(failure)}\n`);
  if (json) stdout.write(jsonText({ error: { code, message, facts }, exit, ...following(next) }));
  return exit;
}
