import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/** What imports that are not relative mean in a project, as its `tsconfig.json` says. */
export interface PathAliases {
  /** By pattern, which may hold one `*`: where to look for it, as whole paths, in this order. */
  readonly paths: Readonly<Record<string, readonly string[]>>;
  /** Where everything else may be looked for first; undefined where nowhere. */
  readonly baseUrl?: string;
}

/** What is read of a `tsconfig.json`. */
interface TsConfig {
  readonly extends?: string | readonly string[];
  readonly references?: readonly { readonly path: string }[];
  readonly compilerOptions?: {
    readonly baseUrl?: string;
    readonly paths?: Readonly<Record<string, readonly string[]>>;
  };
}

const NOTHING: PathAliases = Object.freeze({ paths: {} });

const byFolder = new Map<string, PathAliases>();

/** The aliases of the project that a file is in: those of the next `tsconfig.json` above it. */
export function aliasesFor(file: string): PathAliases {
  return inFolder(dirname(file));
}

function inFolder(folder: string): PathAliases {
  const known = byFolder.get(folder);
  if (known !== undefined) return known;
  const config = join(folder, 'tsconfig.json');
  const above = dirname(folder);
  const found = existsSync(config) ? aliasesIn(config) : above === folder ? NOTHING : inFolder(above);
  byFolder.set(folder, found);
  return found;
}

function aliasesIn(file: string): PathAliases {
  const own = read(file, folderOf(file), []);
  if (Object.keys(own.paths).length > 0 || own.baseUrl !== undefined) return own;
  // One that only names the parts of a project says nothing itself.
  const parts = (parse(file).references ?? []).map(({ path }) => configAt(resolve(folderOf(file), path)));
  const aliases = parts.filter((part) => existsSync(part)).map((part) => read(part, folderOf(part), []));
  return aliases.find(({ paths }) => Object.keys(paths).length > 0) ?? own;
}

const folderOf = (file: string): string => dirname(file);

/**
 * @param leaf the folder of the configuration that began it: what `${configDir}` means
 * @param above those that extend this one
 */
function read(file: string, leaf: string, above: readonly string[]): PathAliases {
  if (above.includes(file)) return NOTHING;
  const { extends: bases = [], compilerOptions: { baseUrl, paths } = {} } = parse(file);
  const folder = folderOf(file);
  let inherited = NOTHING;
  for (const base of typeof bases === 'string' ? [bases] : bases) {
    const found = extended(base, file);
    if (found !== undefined) inherited = { ...inherited, ...read(found, leaf, [...above, file]) };
  }
  const at = (path: string, from: string): string => resolve(from, path.replaceAll('${configDir}', leaf));
  const base = baseUrl === undefined ? inherited.baseUrl : at(baseUrl, folder);
  if (paths === undefined) return base === undefined ? inherited : { ...inherited, baseUrl: base };
  const whole = Object.entries(paths).map(([pattern, targets]) => [
    pattern,
    targets.map((target) => at(target, base ?? folder)),
  ]);
  return {
    paths: Object.fromEntries(whole) as PathAliases['paths'],
    ...(base === undefined ? {} : { baseUrl: base }),
  };
}

/** The file that `extends` names: a path, or a part of a package. */
function extended(named: string, from: string): string | undefined {
  if (/^(\.{1,2}(\/|$)|\/|[A-Za-z]:)/.test(named)) {
    const path = configAt(resolve(folderOf(from), named));
    return existsSync(path) ? path : undefined;
  }
  const require = createRequire(from);
  for (const candidate of [named, `${named}.json`, `${named}/tsconfig.json`]) {
    try {
      const path = require.resolve(candidate);
      if (path.endsWith('.json')) return path;
    } catch {
      // It is not that one, or it is not installed: a compiler would say so.
    }
  }
  return undefined;
}

const configAt = (path: string): string =>
  path.endsWith('.json') ? path : existsSync(`${path}.json`) ? `${path}.json` : join(path, 'tsconfig.json');

/** An unreadable one says nothing: the compiler of the project tells what is wrong with it. */
function parse(file: string): TsConfig {
  try {
    return (JSON.parse(plainJson(readFileSync(file, 'utf8'))) as TsConfig | null) ?? {};
  } catch {
    return {};
  }
}

/** JSON without the comments, and the commas at the end of lists, that a `tsconfig.json` may have. */
const plainJson = (text: string): string =>
  text
    .replace(/^\uFEFF/, '')
    .replace(/("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[^]*?\*\//g, (_, string: string | undefined) => string ?? '')
    .replace(/("(?:\\.|[^"\\])*")|,(?=\s*[\]}])/g, (_, string: string | undefined) => string ?? '');

/** Where an import may be that is not relative, in the order in which to look. Pure. */
export function candidatesFor(specifier: string, { paths, baseUrl }: PathAliases): readonly string[] {
  const based = baseUrl === undefined ? [] : [join(baseUrl, specifier)];
  const matches = Object.keys(paths).flatMap((pattern) => {
    const [before = '', after] = pattern.split('*');
    if (after === undefined) return pattern === specifier ? [{ pattern, rest: '', length: Infinity }] : [];
    const isMatch =
      specifier.length >= before.length + after.length && specifier.startsWith(before) && specifier.endsWith(after);
    const rest = specifier.slice(before.length, specifier.length - after.length);
    return isMatch ? [{ pattern, rest, length: before.length }] : [];
  });
  const [best] = matches.sort((a, b) => b.length - a.length);
  return best === undefined ? based : paths[best.pattern]!.map((target) => target.replace('*', () => best.rest));
}
