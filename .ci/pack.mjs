// Packs what is built, as it would be published, to .cache/ductile.tgz.
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync } from 'node:fs';

mkdirSync('.cache', { recursive: true });
const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', '.cache'], {
  encoding: 'utf8',
});
const [{ filename, size, entryCount }] = JSON.parse(packed);
renameSync(`.cache/${filename}`, '.cache/ductile.tgz');
console.log(`${filename}: ${entryCount} files, ${Math.round(size / 1024)} kB`);
