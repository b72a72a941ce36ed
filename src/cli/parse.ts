import { parseArgs } from 'node:util';
import { didYouMean } from '../schema/suggestions.js';
import type { Command } from './command.js';
import { outputOptions } from './common-options.js';
import { UsageError } from './errors.js';
import type { Option, Options } from './option.js';

/** What the arguments ask for. */
export type Request =
  | { readonly kind: 'help'; readonly about: readonly string[] }
  | { readonly kind: 'version' }
  | {
      readonly kind: 'command';
      readonly command: Command;
      readonly values: Readonly<Record<string, unknown>>;
      readonly positionals: readonly string[];
      /** The options as they were written, by name: for the line that says how to go on. */
      readonly given: ReadonlyMap<string, string | undefined>;
    };

/**
 * What the arguments ask for.
 *
 * @throws UsageError with what to write instead
 */
export function parse(args: readonly string[], commands: readonly Command[]): Request {
  const { words, given, terminated } = split(args, commands);
  if (given.has('version') && words.length === 0) return { kind: 'version' };
  if (words[0] === 'help') return { kind: 'help', about: words.slice(1) };
  if (words.length === 0 && (given.size === 0 || given.has('help'))) return { kind: 'help', about: [] };
  if (words.length === 0) throw new UsageError('No command was given. `ductile help` lists them.');
  if (given.has('help') && !terminated) return { kind: 'help', about: words };
  const command = commandOf(words, commands);
  const positionals = words.slice(command.name.split(' ').length);
  // An option that is not known may have left its value among the words: that is told first.
  const values = valuesOf(command, given);
  assertPositionals(command, positionals);
  return { kind: 'command', command, values, positionals, given };
}

/** The command that the first words name. @throws UsageError where there is none */
export function commandOf(words: readonly string[], commands: readonly Command[]): Command {
  const [first = '', second] = words;
  const found = commands.find(({ name }) => name === first || name === `${first} ${second}`);
  if (found !== undefined) return found;
  const group = commands.filter(({ name }) => name.startsWith(`${first} `));
  if (group.length === 0) {
    const names = new Set(commands.map(({ name }) => name.split(' ')[0]!));
    throw new UsageError(
      `There is no command '${first}'${didYouMean(first, names) || '.'} \`ductile help\` lists them.`,
    );
  }
  const seconds = group.map(({ name }) => name.split(' ')[1]!);
  const asked = second === undefined ? 'is followed by one of' : `${second}' is none of`;
  const quoted = second === undefined ? `'${first}' ${asked}` : `'${first} ${asked}`;
  throw new UsageError(
    `${quoted} ${seconds.join(', ')}${second === undefined ? '.' : didYouMean(second, seconds) || '.'}`,
  );
}

interface Split {
  readonly words: readonly string[];
  readonly given: ReadonlyMap<string, string | undefined>;
  /** Whether `--` stands among the arguments: what follows it is no option. */
  readonly terminated: boolean;
}

/** An option of one name takes a value in all commands or in none, so the words can be told apart before the command is known. */
function split(args: readonly string[], commands: readonly Command[]): Split {
  const all = optionsOfAll(commands);
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries([
      ...Object.entries(all).map(([name, { takes }]) => [name, { type: takes === undefined ? 'boolean' : 'string' }]),
      ['help', { type: 'boolean', short: 'h' }],
      ['version', { type: 'boolean' }],
    ]) as Record<string, { type: 'boolean' | 'string' }>,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const words: string[] = [];
  const given = new Map<string, string | undefined>();
  let terminated = false;
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind === 'option-terminator') terminated = true;
    if (token.kind !== 'option') continue;
    if (given.has(token.name)) throw new UsageError(`${token.rawName} was given twice.`, { option: token.name });
    const option = all[token.name];
    if (option !== undefined) assertTakes(option, token.rawName, token.value, token.inlineValue === true);
    given.set(token.name, token.value);
  }
  return { words, given, terminated };
}

const optionsOfAll = (commands: readonly Command[]): Options =>
  Object.assign({ ...outputOptions }, ...commands.map(({ options }) => options)) as Options;

function assertTakes({ takes }: Option, rawName: string, value: string | undefined, inline: boolean): void {
  if (takes === undefined && value !== undefined) throw new UsageError(`${rawName} takes no value.`);
  if (takes === undefined) return;
  // A number below zero is for the option to refuse: it says what it takes.
  const isOption = !inline && value !== undefined && /^-[^\d]/.test(value);
  if (value === undefined || isOption) throw new UsageError(`${rawName} takes a value: ${rawName} ${takes}.`);
}

function assertPositionals({ name, positionals = [] }: Command, given: readonly string[]): void {
  const missing = positionals.slice(given.length).find(({ optional }) => optional !== true);
  if (missing !== undefined) {
    throw new UsageError(`${missing.name.toUpperCase()} is missing: ${missing.help}. See \`ductile help ${name}\`.`);
  }
  const extra = given[positionals.length];
  if (extra !== undefined) throw new UsageError(`'${extra}' is one argument too many. See \`ductile help ${name}\`.`);
}

function valuesOf(command: Command, given: ReadonlyMap<string, string | undefined>): Record<string, unknown> {
  const options: Options = { ...command.options, ...outputOptions };
  return Object.fromEntries(
    [...given].map(([name, text]) => {
      const option = options[name];
      if (option === undefined) throw unknownOption(command, name, Object.keys(options));
      return [name, option.read(text ?? '', name)];
    }),
  );
}

function unknownOption({ name: command }: Command, name: string, known: readonly string[]): UsageError {
  const dashes = name.length === 1 ? '-' : '--';
  const near = didYouMean(name, known).replace(/'(.+)'/, "'--$1'");
  return new UsageError(
    `'ductile ${command}' has no option ${dashes}${name}${near || '.'} See \`ductile help ${command}\`.`,
    { option: name },
  );
}
