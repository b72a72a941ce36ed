import type { Context } from './command.js';
import { commandLine, sameCommand } from './command-line.js';
import type { outputOptions, tableOptions } from './common-options.js';
import { confirmed } from './confirmation.js';
import { jsonText } from './json.js';
import { loadConfig } from './loading/config-file.js';
import { once } from './once.js';
import { type OpenedTable, openedTable } from './opened-table.js';
import type { ValuesOf } from './option.js';
import type { Request } from './parse.js';
import { sourcesOf } from './sources.js';
import { type Reporter, reporter, type ReporterOptions } from './terminal/reporter.js';
import type { World } from './world.js';

type Given = ValuesOf<typeof tableOptions & typeof outputOptions> & { readonly yes?: true };

/** A context, and how it is given up. */
export interface OpenContext {
  readonly context: Context;
  close(): void;
}

/** What a command works with: loaded when it is asked for, so that no command pays for what it does not use. */
export function contextOf(
  world: World,
  { command, values, positionals, given }: Extract<Request, { kind: 'command' }>,
  signal: AbortSignal,
): OpenContext {
  const options = values as Given;
  const { stdout, folder } = world;
  const config = once(() => loadConfig(folder, options.config));
  const telling: Reporter = reporterOf(world, options, () => table.rows);
  const table: OpenedTable = openedTable(world, { config, command, values, signal, note: telling.note });
  const print = (text: string): void => {
    // What is told of the crash comes in the place of it.
    world.crash?.throwIfAborted();
    stdout.write(text);
  };
  const context: Context = {
    ...sourcesOf(config, options, folder),
    place: table.place,
    get where() {
      return table.where;
    },
    get wasReached() {
      return table.wasReached;
    },
    get rowsOfTable() {
      return table.rows;
    },
    clock: world.clock,
    async confirm(what) {
      if (options.yes === true || table.where === undefined) return;
      telling.end();
      await confirmed(world, what, table.where, signal);
    },
    reporter: telling,
    signal,
    folder,
    commandLine: (words, ...more) => commandLine(given, words, more),
    sameCommand: sameCommand(given, command.name, positionals),
    realCommand: sameCommand(withoutDryRun(given), command.name, positionals),
    print: ({ text, json }) => print(options.json === true ? jsonText(json) : `${text}\n`),
    write: print,
    json: options.json === true,
    get terminal() {
      // One whose size nobody has set says 0, as in a container.
      return stdout.isTTY === true ? { columns: stdout.columns || 80, rows: stdout.rows || 24 } : undefined;
    },
  };
  return { context, close: table.close };
}

const withoutDryRun = (given: ReadonlyMap<string, string | undefined>): ReadonlyMap<string, string | undefined> =>
  new Map([...given].filter(([name]) => name !== 'dry-run' && name !== 'sample'));

const reporterOf = (world: World, options: Given, rows: () => number | undefined): Reporter =>
  reporter({
    kind: kindOf(options, world.stderr.isTTY === true),
    stream: world.stderr,
    colour: hasColour(world),
    clock: world.clock,
    rows,
  });

const kindOf = ({ progress = 'auto' }: Given, terminal: boolean): ReporterOptions['kind'] =>
  progress === 'auto' ? (terminal ? 'bar' : 'lines') : progress;

const hasColour = ({ env, stderr }: World): boolean =>
  stderr.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
