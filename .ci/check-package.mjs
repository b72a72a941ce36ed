// Packs the package as it would be published, and has publint and attw look at the tarball. Needs a build.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

mkdirSync('.cache', { recursive: true });
const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', '.cache'], {
  encoding: 'utf8',
});
const [{ filename, size, entryCount }] = JSON.parse(packed);
console.log(`${filename}: ${entryCount} files, ${Math.round(size / 1024)} kB`);

for (const [tool, ...args] of [
  ['publint', '--strict', `.cache/${filename}`],
  ['attw', '--no-emoji', `.cache/${filename}`],
]) {
  const { status } = spawnSync('npx', ['--no-install', tool, ...args], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
