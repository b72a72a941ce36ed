import type { ErrorFacts } from '../errors/ductile-error.js';
import { readCensus, type Release } from '../registry/census.js';
import { DropRefusedError, RetireRefusedError, WithdrawRefusedError } from '../registry/errors.js';
import type { Knowledge } from '../registry/knowledge.js';
import type { Decide } from '../registry/registry.js';
import type { Gateway } from '../table/gateway.js';
import { assertOperatorOptions } from './options.js';
import { keyPathName, type KeyPathName } from './paths.js';
import { openReadingSession, type PlaceOptions, type Session, type StepOptions } from './session.js';
import { versionState, type VersionStatus } from './status.js';

/** How long a version must not have been seen before it counts as out of use, unless said otherwise. */
export const UNSEEN_FOR_MS = 24 * 60 * 60_000;

/** One release of an application that used the table, however many processes it had. */
export interface BuildInUse {
  /** What its deployer called it: the option `build` of openStore. */
  readonly build?: string;
  /** The release of Ductile that it was built with. */
  readonly library: string;
  /** ISO text, by the server's clock; to within half an hour: a release that was seen is not written again for a while. */
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** The secondary key paths that it reads through. */
  readonly keyPaths: readonly (KeyPathName & { readonly lastRead: string })[];
}

export interface VersionInUse {
  readonly version: number;
  /** As `status` tells it; `withdrawn` where it is not published any more. */
  readonly state: VersionStatus['state'] | 'withdrawn';
  /** ISO text; absent where no process of it was ever seen. */
  readonly lastSeen?: string;
  /** The one that was seen last comes first. */
  readonly builds: readonly BuildInUse[];
}

/** Which versions are in use by running applications. */
export interface CensusReport {
  /** Every version that is published, and others that were seen, in order. */
  readonly versions: readonly VersionInUse[];
}

/** What says when a version counts as out of use. */
export interface InUseOptions {
  /** In milliseconds: how long a version must not have been seen, 45 minutes at least; 24 hours unless said otherwise. */
  readonly unseenFor?: number;
  /** True to go on although a version was seen. */
  readonly force?: boolean;
}

/**
 * The census: which versions and builds use the table, when they were last seen, and through which key paths they read.
 * Every store that is opened says that it is there, and again every 15 minutes as long as it is used, unless it was opened
 * with `census: false`. Costs a DescribeTable, and a Query each of the registry and of the census.
 *
 * @example
 * await census({ table: 'shop', client });
 * // { versions: [{ version: 1, state: 'active', lastSeen: '2026-11-20T…', builds: [{ build: '4f2a91c', … }] }, …] }
 *
 * @throws StoreOptionError where an option is unknown or not what it takes
 * @throws NotPublishedError where no version is published
 */
export async function census(options: PlaceOptions): Promise<CensusReport> {
  assertOperatorOptions('census', options);
  return censusIn(await openReadingSession(options));
}

/** `census`, in a session that is open. */
export async function censusIn({ gateway, registry }: Session): Promise<CensusReport> {
  const releases = await readCensus(gateway);
  const { knowledge } = registry;
  const numbers = new Set([...knowledge.versions.keys(), ...releases.map(({ version }) => version)]);
  return { versions: [...numbers].sort((a, b) => a - b).map((version) => versionInUse(knowledge, version, releases)) };
}

function versionInUse(knowledge: Knowledge, version: number, releases: readonly Release[]): VersionInUse {
  const seen = releases.filter((release) => release.version === version).sort((a, b) => b.last - a.last);
  const [newest] = seen;
  return {
    version,
    state: stateOf(knowledge, version),
    ...(newest === undefined ? {} : { lastSeen: iso(newest.last) }),
    builds: seen.map((release) => buildInUse(knowledge, release)),
  };
}

function stateOf(knowledge: Knowledge, version: number): VersionInUse['state'] {
  const published = knowledge.versions.get(version);
  if (published === undefined) return 'withdrawn';
  return versionState(knowledge, version, published.active);
}

function buildInUse(knowledge: Knowledge, { build, library, first, last, keyPaths }: Release): BuildInUse {
  return {
    ...(build === undefined ? {} : { build }),
    library,
    firstSeen: iso(first),
    lastSeen: iso(last),
    keyPaths: Object.entries(keyPaths).map(([path, read]) => {
      const slash = path.lastIndexOf('/');
      return { ...keyPathName(knowledge, path.slice(0, slash), path.slice(slash + 1)), lastRead: iso(read) };
    }),
  };
}

/** What takes something from a version, and how it says that it may not. */
const REFUSALS = { retire: RetireRefusedError, drop: DropRefusedError, withdraw: WithdrawRefusedError } as const;

type Taking = keyof typeof REFUSALS;

/**
 * Refuses to take something from versions that are in use: writing, or reading. Costs a Query of the census, and none
 * with `force`.
 *
 * @param version this one and, but for a withdraw, every older one
 * @throws RetireRefusedError, DropRefusedError, WithdrawRefusedError
 */
export async function assertOutOfUse(
  { gateway, registry }: Session,
  version: number,
  what: Taking,
  { unseenFor = UNSEEN_FOR_MS, force = false }: InUseOptions,
): Promise<void> {
  if (force) return;
  const releases = await seenSince(gateway, gateway.serverTime() - unseenFor);
  const loses = (release: Release): boolean =>
    what === 'withdraw' ? release.version === version : release.version <= version;
  const [newest] = releases.filter(loses).sort((a, b) => b.last - a.last);
  if (newest === undefined) return;
  const { message, facts } = inUse(registry.knowledge.schemaName, newest, gateway.serverTime(), what);
  throw new REFUSALS[what](message, facts);
}

/**
 * Appends what takes something from versions, where they are not in use. Where it was appended before nobody is asked: such
 * a call only goes on.
 *
 * @throws as `assertOutOfUse`, and what the decision throws; the signal's reason, before it is appended
 */
export async function takeFrom(
  session: Session,
  version: number,
  what: Taking,
  decide: Decide,
  options: InUseOptions & Pick<StepOptions, 'signal'>,
): Promise<void> {
  const { registry } = session;
  if (decide(registry.knowledge) !== undefined) await assertOutOfUse(session, version, what, options);
  options.signal?.throwIfAborted();
  await registry.append(decide);
}

/** Whoever was seen since a moment of the server's clock. */
async function seenSince(gateway: Gateway, moment: number): Promise<readonly Release[]> {
  return (await readCensus(gateway)).filter(({ last }) => last > moment);
}

function inUse(
  schema: string,
  { version, build, last }: Release,
  now: number,
  what: Taking,
): { readonly message: string; readonly facts: ErrorFacts } {
  const minutes = Math.max(0, Math.round((now - last) / 60_000));
  const ago = minutes < 2 ? 'just now' : `${minutes} minutes ago`;
  const who = build === undefined ? 'a process' : `a process of the build '${build}'`;
  return {
    message:
      `Version ${version} of schema '${schema}' is in use: ${who} was seen ${ago}, and one that has ended since looks ` +
      `the same. Stop those that run and ${what} when none was seen for as long as you want to be sure (unseenFor, ` +
      '--unseen-for; 24 hours unless said), or, where you know that none is needed any more, with force: true (--force).',
    facts: { version, lastSeen: iso(last), ...(build === undefined ? {} : { build }) },
  };
}

const iso = (moment: number): string => new Date(moment).toISOString();
