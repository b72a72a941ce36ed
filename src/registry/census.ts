import { createHash, randomUUID } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { equals, rowAbsent } from '../table/condition.js';
import type { Gateway } from '../table/gateway.js';
import type { AttributeMap, AttributeValue, RowKey } from '../values/attribute-value.js';
import { libraryVersion } from './library-version.js';

/**
 * The census: who uses the table. One row for each release (a schema version, what its deployer calls the build, and the
 * release of Ductile), however many processes there are; each of them says now and then that it is there.
 *
 * @example
 * { pk: '$census', sk: '2#5b0c9f31d2aa4410', $token: '0b7e…', $census: '{"version":2,"build":"4f2a91c","library":"0.1.0",
 *   "first":1795384800000,"last":1795388400000,"keyPaths":{"Order/1":1795388400000}}' }
 */
export interface Release {
  readonly version: number;
  /** What its deployer calls it. */
  readonly build?: string;
  /** The release of Ductile. */
  readonly library: string;
  /** When a process of it was seen, first and last: milliseconds of the server's clock. */
  readonly first: number;
  readonly last: number;
  /** When it last read through a secondary key path, by `type/id`, both as they are stored. */
  readonly keyPaths: Readonly<Record<string, number>>;
}

/** How long a process waits before it looks again whether its release is to be written. */
export const CENSUS_PERIOD_MS = 15 * 60_000;

/** How long a release that was seen is not written again. */
const FRESH_MS = CENSUS_PERIOD_MS / 2;

/**
 * So long a release may go unseen that is used every few minutes: a process that just found it fresh looks again after a
 * period; and once more after another, where that report failed.
 */
export const UNSEEN_IN_USE_MS = 3 * CENSUS_PERIOD_MS;

const PK = '$census';
const CENSUS = '$census';
const TOKEN = '$token';

/** Every release that ever used the table. Costs one Query. */
export async function readCensus(gateway: Gateway): Promise<readonly Release[]> {
  const releases: Release[] = [];
  let after: RowKey | undefined;
  do {
    const page = await gateway.query({ pk: PK, ...(after === undefined ? {} : { after }) });
    releases.push(...page.rows.flatMap((row) => readRelease(row) ?? []));
    after = page.last;
  } while (after !== undefined);
  return releases;
}

/** What tells a release from others. */
export type ReleaseName = Pick<Release, 'version' | 'build'>;

/** One process's part in the census. It costs nobody anything but its own requests: what fails is left to the next time. */
export class CensusTaker {
  readonly #key: RowKey;
  /** Of `elapsed`: when it last asked whether there is something to write. */
  #askedAt = -Infinity;
  #reporting: Promise<void> = Promise.resolve();
  /** Key paths that were read through since the last report. */
  readonly #read = new Set<string>();

  constructor(
    private readonly gateway: Gateway,
    private readonly name: ReleaseName,
  ) {
    this.#key = keyOf(name);
  }

  /** The process is there. Costs a get, and a write where its release was not seen for a while. */
  async begin(): Promise<void> {
    this.#askedAt = this.gateway.elapsed();
    await this.#report();
  }

  /** To be called with every request: reports in the background, once a period. */
  seen(): void {
    const now = this.gateway.elapsed();
    if (now - this.#askedAt < CENSUS_PERIOD_MS) return;
    this.#askedAt = now;
    this.#reporting = this.#report();
  }

  /** Somebody reads through a secondary key path. */
  readThrough(type: string, path: string): void {
    this.#read.add(`${type}/${path}`);
  }

  /** The process is about to go. Costs as `begin` where it has read through key paths since. */
  async end(): Promise<void> {
    await this.#reporting;
    if (this.#read.size > 0) await this.#report();
  }

  async #report(): Promise<void> {
    try {
      const row = await this.gateway.get(this.#key);
      const other = await this.#write(row);
      // Another process of the release was first: what it does not know of is added once, and else left to the next time.
      if (other !== undefined) await this.#write(other);
    } catch {
      // No application is to fail because nobody could count it.
    }
  }

  /** Writes what is news. Resolves to the row as it is where somebody else was first. */
  async #write(row: AttributeMap | undefined): Promise<AttributeMap | undefined> {
    const now = this.gateway.serverTime();
    const before = row === undefined ? undefined : readRelease(row);
    const read = [...this.#read];
    const isOld = (moment: number | undefined): boolean => now - (moment ?? -Infinity) >= FRESH_MS;
    if (!isOld(before?.last) && !read.some((path) => isOld(before?.keyPaths[path]))) return this.#forget(read);
    const release: Release = {
      ...this.name,
      library: libraryVersion,
      first: before?.first ?? now,
      last: now,
      keyPaths: { ...before?.keyPaths, ...Object.fromEntries(read.map((path) => [path, now])) },
    };
    const token = row?.[TOKEN];
    const put = { [TOKEN]: { S: randomUUID() }, [CENSUS]: printed(release) };
    const condition = token === undefined ? rowAbsent : equals(TOKEN, token);
    const outcome = await this.gateway.write([{ kind: 'put', key: this.#key, row: put, condition }], randomUUID());
    if (outcome.kind === 'refused') return outcome.refusals[0]?.row;
    return outcome.kind === 'applied' ? this.#forget(read) : undefined;
  }

  #forget(read: readonly string[]): undefined {
    for (const path of read) this.#read.delete(path);
    return undefined;
  }
}

function keyOf({ version, build = '' }: ReleaseName): RowKey {
  const hash = createHash('sha256')
    .update(JSON.stringify([build, libraryVersion]))
    .digest('hex');
  return { pk: PK, sk: `${version}#${hash.slice(0, 16)}` };
}

/** In bytes: what is longer is compressed. Of 50,000 key paths 1.8 MB become 350 KB, which a row takes. */
const LONG = 64 * 1024;

function printed(release: Release): AttributeValue {
  const text = JSON.stringify(release);
  return text.length > LONG ? { B: gzipSync(text) } : { S: text };
}

function readRelease(row: AttributeMap): Release | undefined {
  const census = row[CENSUS];
  if (census === undefined) return undefined;
  if ('S' in census) return JSON.parse(census.S) as Release;
  return 'B' in census ? (JSON.parse(gunzipSync(census.B).toString('utf8')) as Release) : undefined;
}
