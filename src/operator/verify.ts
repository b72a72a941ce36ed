import { keyOnPath } from '../protocol/demand.js';
import { own, type PrimaryRow, readPrimary, readSecondary, sameKey, type SecondaryRow, userAttributes } from '../protocol/row.js';
import { recordVerify } from '../registry/decisions.js';
import type { DemandedPath } from '../registry/knowledge.js';
import { sameValue } from '../values/same-value.js';
import type { Gateway } from '../table/gateway.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import { drain } from './drain.js';
import { pathsIn } from './paths.js';
import { REPORT_EVERY } from './progress.js';
import { type ScannedRow, scanRows } from './scan.js';
import { openSession, type OperatorOptions, type Session } from './session.js';
import { type Finding, type FindingKind, type KeyPathReport, Tally } from './tally.js';

/** What a verify found. */
export interface VerifyReport {
  /** How many items it looked at. */
  readonly items: number;
  /** One for each key path that was verified. */
  readonly keyPaths: readonly KeyPathReport[];
  /** True where nothing is missing, stale, dangling or open: the key paths can be promoted. */
  readonly complete: boolean;
}

/** How often a suspect is looked at again while its item goes on changing. */
const LOOKS = 5;

/**
 * Verify: compares every item with its rows on the key paths that are *strict*, after the drain, and writes into the
 * registry what the scan found: `promote` relies on that record. A suspect is read again, between two equal reads of its
 * item, before it counts. An open entry whose key has become free is closed; nothing else is changed.
 *
 * Costs a Scan of the table, and one get for each secondary row.
 *
 * @throws NotPublishedError, PastChangedError where the schema is not the table's
 * @throws DamagedRowError where a row cannot be understood
 */
export async function verify(options: OperatorOptions): Promise<VerifyReport> {
  const session = await openSession(options);
  const { registry } = session;
  const strict = pathsIn(registry.knowledge, 'strict');
  if (strict.size === 0) return { items: 0, keyPaths: [], complete: true };
  await drain(session, options);
  const { epoch } = registry.knowledge;
  const begun = new Date().toISOString();
  const tally = new Tally(strict);
  let items = 0;
  for await (const scanned of scanRows(session.gateway, options.signal)) {
    await look(session, strict, scanned, tally);
    if (scanned.kind === 'primary' && ++items % REPORT_EVERY === 0) {
      options.onProgress?.({ step: 'verify', items, suspects: tally.suspects });
    }
  }
  options.onProgress?.({ step: 'verify', items, suspects: tally.suspects });
  for (const { type, paths, missing, open } of tally.records()) {
    await registry.append(recordVerify(type, paths, { epoch, begun, items, missing, open }));
  }
  return { items, keyPaths: tally.reports(), complete: tally.suspects === 0 };
}

type Paths = ReadonlyMap<string, readonly DemandedPath[]>;

async function look(session: Session, strict: Paths, scanned: ScannedRow, tally: Tally): Promise<void> {
  if (scanned.kind === 'primary') {
    const paths = strict.get(scanned.row.type) ?? [];
    if (paths.length > 0) await lookAtItem(session, paths, scanned.row, tally);
    return;
  }
  const row = readSecondary(scanned.row, scanned.key);
  const path = strict.get(row.type)?.find((demanded) => demanded.path.id === row.path);
  if (path === undefined) return;
  if (await isDangling(session.gateway, scanned.key, row)) tally.add(row.type, row.path, 'dangling', scanned.key);
}

/** Looks at one item until a second read, after its rows were read, shows that nobody wrote it meanwhile. */
async function lookAtItem(session: Session, paths: readonly DemandedPath[], seen: PrimaryRow, tally: Tally): Promise<void> {
  const hasOpen = paths.some(({ path }) => seen.manifest.get(path.id) === 'open');
  let item = hasOpen ? await session.writer.sweep(seen) : seen;
  for (let n = 1; item !== undefined; n++) {
    const findings = await findingsOf(session.gateway, paths, item);
    if (findings.length === 0) return;
    const again = await readItem(session.gateway, item.key);
    const settled = again?.revision === item.revision && again.layout === item.layout;
    if (settled || n === LOOKS) {
      for (const { path, kind, key } of findings) tally.add(item.type, path, kind, key);
      return;
    }
    item = again;
  }
}

async function findingsOf(gateway: Gateway, paths: readonly DemandedPath[], item: PrimaryRow): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { path } of paths) {
    const key = keyOnPath(path, item.raw);
    const kind = await findingOn(gateway, item, item.manifest.get(path.id), key);
    if (kind !== undefined) findings.push({ path: path.id, kind, key: key ?? item.key });
  }
  return findings;
}

async function findingOn(
  gateway: Gateway,
  item: PrimaryRow,
  listed: RowKey | 'open' | undefined,
  key: RowKey | undefined,
): Promise<FindingKind | undefined> {
  if (key === undefined) return listed === undefined ? undefined : 'manifest';
  if (listed === undefined) return 'missing';
  if (listed === 'open') return 'open';
  if (!sameKey(listed, key)) return 'manifest';
  const row = await gateway.get(key);
  if (row === undefined) return 'missing';
  if (!sameKey(readSecondary(row, key).owner.key, item.key)) return 'foreign';
  return isCopy(gateway, item.raw, row) ? undefined : 'stale';
}

function isCopy({ keys }: Gateway, primary: AttributeMap, copy: AttributeMap): boolean {
  const shared = (row: AttributeMap): AttributeMap => ({
    ...userAttributes(row, keys),
    [own.revision]: row[own.revision]!,
    [own.incarnation]: row[own.incarnation]!,
  });
  return sameValue({ M: shared(primary) }, { M: shared(copy) });
}

/** A secondary row is dangling where its owner, read after it, does not list it, and it is still there afterwards. */
async function isDangling(gateway: Gateway, key: RowKey, row: SecondaryRow): Promise<boolean> {
  const owner = await readItem(gateway, row.owner.key);
  const listed = owner?.manifest.get(row.path);
  if (listed !== undefined && listed !== 'open' && sameKey(listed, key)) return false;
  const again = await gateway.get(key);
  return again !== undefined && again[own.owner] !== undefined && readSecondary(again, key).revision === row.revision;
}

async function readItem(gateway: Gateway, key: RowKey): Promise<PrimaryRow | undefined> {
  const row = await gateway.get(key);
  return row === undefined ? undefined : readPrimary(row, key);
}
