// node .ci/other-nodes.mjs 24 fetches the newest Node of that major version into .cache and prints its program; where that
// cannot be, it says why and exits with 1. One that was fetched before serves where the registry cannot be reached.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cache = fileURLToPath(new URL('../.cache/', import.meta.url));

/** The program and its version, or why there is none on this machine. */
export function nodeOf(major) {
  const home = join(cache, `node-${major}`);
  mkdirSync(home, { recursive: true });
  // What the package `node` would install by a script of its own.
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const fetched = spawnSync(
    'npm',
    ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', home, `${name}@${major}`],
    { encoding: 'utf8' },
  );
  const program = join(home, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const { status, stdout, error } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  if (status === 0) return { program, version: stdout.trim().slice(1) };
  const why = fetched.status === 0 ? error?.message : (fetched.error?.message ?? fetched.stderr.trim());
  return { missing: `Node ${major} could not be fetched from the npm registry: ${why}` };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { program, missing } = nodeOf(Number(process.argv[2]));
  if (program === undefined) {
    console.error(missing);
    process.exitCode = 1;
  } else console.log(program);
}
