/** The options of a command that say where the table is: what comes next is about the same one. */
const CARRIED = ['config', 'schema', 'export', 'table', 'endpoint', 'region', 'profile', 'keys'];

/** A command as a person would type it, in the same place as the one that was given. */
export function commandLine(
  given: ReadonlyMap<string, string | undefined>,
  words: string,
  more: readonly string[] = [],
): string {
  const carried = CARRIED.flatMap((name) => (given.has(name) ? [`--${name}`, quoted(given.get(name) ?? '')] : []));
  return ['ductile', words, ...more, ...carried].join(' ');
}

/** The command that was given, once more. */
export function sameCommand(
  given: ReadonlyMap<string, string | undefined>,
  name: string,
  positionals: readonly string[],
): string {
  const options = [...given].flatMap(([option, value]) => [
    `--${option}`,
    ...(value === undefined ? [] : [quoted(value)]),
  ]);
  return ['ductile', name, ...positionals.map(quoted), ...options].join(' ');
}

/** For a POSIX shell. */
export const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
