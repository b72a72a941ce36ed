import type { Command } from './command.js';
import { outputOptions } from './common-options.js';
import { UsageError } from './errors.js';
import type { Options } from './option.js';
import { commandOf } from './parse.js';

const WIDTH = 100;

/** The whole command line on one page. */
export function helpOfAll(commands: readonly Command[]): string {
  return [
    'ductile: an elastic schema for DynamoDB, on the operator’s side',
    '',
    'Usage: ductile COMMAND [OPTIONS]',
    '',
    ...columns(commands.map((command) => [signature(command), command.summary])),
    '',
    '`ductile help COMMAND`, or `ductile COMMAND --help` (-h), says more; `ductile --version` says which release it is.',
    'Options that say where the table is may stand in a ductile.config file.',
  ].join('\n');
}

/** The help for what the words name: a command, or several that begin with one word. @throws UsageError */
export function helpFor(words: readonly string[], commands: readonly Command[]): string {
  const group = commands.filter(({ name }) => name.startsWith(`${words[0]} `));
  if (words.length === 0) return helpOfAll(commands);
  if (words.length === 1 && group.length > 0) {
    return [...columns(group.map((command) => [`ductile ${signature(command)}`, command.summary]))].join('\n');
  }
  const command = commandOf(words, commands);
  if (words.join(' ') !== command.name && command.positionals === undefined) {
    throw new UsageError(
      `There is no command '${words.join(' ')}'. \`ductile help ${command.name}\` is about that one.`,
    );
  }
  return helpOf(command);
}

function helpOf(command: Command): string {
  const { summary, about, positionals = [], options } = command;
  return [
    `Usage: ductile ${signature(command)} [OPTIONS]`,
    '',
    ...wrapped(`${summary}.`, WIDTH),
    ...(about === undefined ? [] : ['', ...wrapped(about, WIDTH)]),
    ...(positionals.length === 0 ? [] : ['']),
    ...columns(positionals.map(({ name, help }) => [name.toUpperCase(), help])),
    '',
    ...columns(optionRows({ ...options, ...outputOptions })),
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

function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const first = Math.min(32, Math.max(0, ...rows.map(([left]) => left.length)));
  return rows.flatMap(([left, right]) => {
    const lines = wrapped(right, WIDTH - first - 4);
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
