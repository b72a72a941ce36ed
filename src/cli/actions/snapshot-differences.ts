import { differences } from '../../schema/differences.js';
import { readSnapshot, type SchemaSnapshot } from '../../schema/snapshot.js';

/** At most this many: the first ones show what happened. */
const MOST = 12;

/** What a file says otherwise than the snapshot that would be written now, a line each. */
export function howItDiffers(text: string, snapshot: SchemaSnapshot): readonly string[] {
  const file = snapshotIn(text);
  if (file === undefined) return ['  - it is no snapshot of a schema, or was changed by hand'];
  const found = [
    ...(file.name === snapshot.name ? [] : [`it is of schema '${file.name}'`]),
    ...versionsIn(file, snapshot).flatMap((version) => ofVersion(version, file, snapshot)),
  ];
  const all = found.length === 0 ? ['descriptions, or the form in which another release wrote it'] : found;
  const more = all.length > MOST ? [`and ${all.length - MOST} more`] : [];
  return [...all.slice(0, MOST), ...more].map((line) => `  - ${line}`);
}

function snapshotIn(text: string): SchemaSnapshot | undefined {
  try {
    return readSnapshot(JSON.parse(text));
  } catch {
    return undefined;
  }
}

const versionsIn = (...both: readonly SchemaSnapshot[]): readonly number[] =>
  [...new Set(both.flatMap(({ versions }) => versions.map(({ version }) => version)))].sort((a, b) => a - b);

function ofVersion(version: number, file: SchemaSnapshot, now: SchemaSnapshot): readonly string[] {
  const [old, compiled] = [file, now].map(({ versions }) => versions.find((each) => each.version === version));
  if (old === undefined) return [`version ${version} is not in it`];
  if (compiled === undefined) return [`version ${version} is in it, and not in the sources`];
  const called = { version: `version ${version} in the file`, classes: 'the sources' };
  const found = differences(old, compiled, called).map(({ place, what }) => `${place} ${what}`);
  const isSame = hashAt(file, version) === hashAt(now, version);
  return found.length > 0 || isSame ? found : [`version ${version}: what its migration tells older or newer readers`];
}

const hashAt = ({ versions, hashes }: SchemaSnapshot, version: number): string | undefined =>
  hashes[versions.findIndex((each) => each.version === version)];
