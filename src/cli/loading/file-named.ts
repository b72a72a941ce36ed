import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sourceFile } from './project.js';

/** What a folder, and a name without an ending, may stand for. */
const ENDINGS = ['ts', 'mts', 'cts', 'tsx', 'js', 'mjs', 'cjs', 'json'];

/**
 * The file that a person means: a path, `~/…`, a `file:` URL, a name without its ending or with that of the built file, a
 * folder with an index, or a package. As it was written where there is none of these.
 */
export function fileNamed(folder: string, named: string): string {
  const path = pathNamed(folder, named);
  return fileAt(path) ?? sourceFile(path) ?? inPackage(folder, named) ?? path;
}

/** The path that a person means, whether something is there or not. */
export function pathNamed(folder: string, named: string): string {
  if (named.startsWith('file://')) return fileURLToPath(named);
  if (named.startsWith('file:')) return resolve(folder, decodeURIComponent(named.slice('file:'.length)));
  // A shell leaves it as it is within quotes, and after a `=`.
  return named.startsWith('~/') ? join(homedir(), named.slice(2)) : resolve(folder, named);
}

function fileAt(path: string): string | undefined {
  const candidates = isFolder(path)
    ? ENDINGS.map((ending) => join(path, `index.${ending}`))
    : [path, ...ENDINGS.map((ending) => `${path}.${ending}`)];
  return candidates.find((candidate) => existsSync(candidate) && !isFolder(candidate));
}

const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory();

function inPackage(folder: string, named: string): string | undefined {
  if (!/^(@[\w.-]+\/)?[\w][\w.-]*(\/|$)/.test(named)) return undefined;
  try {
    return createRequire(join(folder, 'package.json')).resolve(named);
  } catch {
    return undefined; // It is not installed there.
  }
}
