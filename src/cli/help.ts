import type { Command } from './command.js';
import { outputOptions } from './common-options.js';
import { UsageError } from './errors.js';
import type { Options } from './option.js';
import { commandOf } from './parse.js';

/** As wide as the lines of a page are at most; a terminal may be narrower. */
const WIDEST = 100;

/** The whole command line on one page. */
export function helpOfAll(commands: readonly Command[], columns = WIDEST): string {
  const width = Math.min(WIDEST, columns);
  return [
    'ductile: an elastic schema for DynamoDB, on the operator’s side',
    '',
    'Usage: ductile COMMAND [OPTIONS]',
    '',
    ...grid(
      commands.map((command) => [signature(command), command.summary]),
      width,
    ),
    '',
    ...wrapped(
      '`ductile help COMMAND`, or `ductile COMMAND --help` (-h), says more; `ductile --version` says which release it is. ' +
        'Options that say where the table is may stand in a ductile.config file.',
      width,
    ),
  ].join('\n');
}

/** The help for what the words name: a command, or several that begin with one word. @throws UsageError */
export function helpFor(words: readonly string[], commands: readonly Command[], columns = WIDEST): string {
  const width = Math.min(WIDEST, columns);
  const group = commands.filter(({ name }) => name.startsWith(`${words[0]} `));
  if (words.length === 0) return helpOfAll(commands, width);
  if (words.length === 1 && group.length > 0) {
    return grid(
      group.map((command) => [`ductile ${signature(command)}`, command.summary]),
      width,
    ).join('\n');
  }
  const command = commandOf(words, commands);
  if (words.join(' ') !== command.name && command.positionals === undefined) {
    throw new UsageError(
      `There is no command '${words.join(' ')}'. \`ductile help ${command.name}\` is about that one.`,
    );
  }
  return helpOf(command, width);
}

function helpOf(command: Command, width: number): string {
  const { summary, about, positionals = [], options } = command;
  return [
    `Usage: ductile ${signature(command)} [OPTIONS]`,
    '',
    ...wrapped(`${summary}.`, width),
    ...(about === undefined ? [] : ['', ...wrapped(about, width)]),
    ...(positionals.length === 0 ? [] : ['']),
    ...grid(
      positionals.map(({ name, help }) => [name.toUpperCase(), help]),
      width,
    ),
    '',
    ...grid(optionRows({ ...options, ...outputOptions }), width),
  ].join('\n');
}

function signature({ name, positionals = [] }: Command): string {
  const words = positionals.map(({ name: word, optional }) =>
    optional ? `[${word.toUpperCase()}]` : word.toUpperCase(),
  );
  return [name, ...words].join(' ');
}

const optionRows = (options: Options): readonly (readonly [string, string])[] =>
  Object.entries(options).map(([name, { takes, help }]) => [
    `--${name}${takes === undefined ? '' : ` ${takes}`}`,
    help,
  ]);

function grid(rows: readonly (readonly [string, string])[], width: number): readonly string[] {
  const first = Math.min(width < WIDEST ? 24 : 32, Math.max(0, ...rows.map(([left]) => left.length)));
  return rows.flatMap(([left, right]) => {
    const lines = wrapped(right, width - first - 4);
    const begin = left.length > first ? [`  ${left}`] : [];
    const head = begin.length > 0 ? ' '.repeat(first) : left.padEnd(first);
    return [...begin, ...lines.map((line, index) => `  ${index === 0 ? head : ' '.repeat(first)}  ${line}`)];
  });
}

function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
