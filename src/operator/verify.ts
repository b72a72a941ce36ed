import { readSecondary } from '../protocol/row.js';
import { inTurn, recordVerify } from '../registry/decisions.js';
import { drain } from './drain.js';
import { isDangling, lookAtItem } from './look.js';
import { type PathsByType, pathsIn } from './paths.js';
import { REPORT_EVERY } from './progress.js';
import { type ScannedRow, scanRows } from './scan.js';
import { assertOperatorOptions } from './options.js';
import { begunNow, openSession, type OperatorOptions, type Session, type StepOptions } from './session.js';
import { type KeyPathReport, Tally } from './tally.js';

/** What a verify found. */
export interface VerifyReport {
  /** How many items it looked at, of the item types that have these key paths. */
  readonly items: number;
  /** One for each key path that was verified. */
  readonly keyPaths: readonly KeyPathReport[];
  /** True where it found nothing wrong and nothing open: the key paths can be promoted. */
  readonly complete: boolean;
}

/**
 * Verify: compares every item with its rows on the key paths that are *strict*, after a drain, and writes into the
 * registry what the scan found: `promote` relies on that record. What seems wrong is read again, between two equal reads
 * of its item, before it counts, so that applications may go on writing. An open entry whose key has become free is
 * closed; nothing else is changed.
 *
 * Costs a drain, a Scan of the table, and one get for each secondary row of these key paths, twice where the row itself
 * is met in the scan. Then one write for each item type and for each key path that is not complete, and the 65 of the fences.
 *
 * @throws StoreOptionError where an option is unknown or not what it takes
 * @throws NotPublishedError, PastChangedError where the schema is not the table's
 * @throws DamagedRowError, ForeignRowError where a row is not what Ductile writes: nothing was recorded
 * @throws OutcomeUnknownError where no attempt at an entry of the registry was answered: call again
 */
export async function verify(options: OperatorOptions): Promise<VerifyReport> {
  assertOperatorOptions('verify', options);
  return verifyIn(await openSession(options), options);
}

/** `verify`, in a session that is open. */
export async function verifyIn(session: Session, options: StepOptions): Promise<VerifyReport> {
  const { registry } = session;
  const strict = pathsIn(registry.knowledge, 'strict');
  if (strict.size === 0) return { items: 0, keyPaths: [], complete: true };
  // The head that the drain is about: what others append from here on is not drained when the scan begins.
  const { epoch } = registry.knowledge;
  await drain(session, begunNow(session, options));
  const begun = new Date().toISOString();
  const { items, tally } = await scanTable(session, strict, options);
  const records = tally
    .records()
    .map(({ type, paths, missing, open }) => recordVerify(type, paths, { epoch, begun, items, missing, open }));
  await registry.appendAll(inTurn(records));
  return { items, keyPaths: tally.reports(), complete: tally.suspects === 0 };
}

async function scanTable(
  session: Session,
  strict: PathsByType,
  options: StepOptions,
): Promise<{ readonly items: number; readonly tally: Tally }> {
  const tally = new Tally(strict);
  let items = 0;
  for await (const scanned of scanRows(session.gateway, options.signal)) {
    const isItem = await look(session, strict, scanned, tally);
    if (isItem && ++items % REPORT_EVERY === 0) {
      options.onProgress?.({ step: 'verify', items, suspects: tally.suspects });
    }
  }
  options.onProgress?.({ step: 'verify', items, suspects: tally.suspects });
  return { items, tally };
}

/** Resolves to whether the row was an item that had to be looked at. */
async function look(session: Session, strict: PathsByType, scanned: ScannedRow, tally: Tally): Promise<boolean> {
  if (scanned.kind === 'primary') {
    const { type } = scanned.row;
    const paths = strict.get(type);
    if (paths === undefined) return false;
    for (const { path, kind, key } of await lookAtItem(session, paths, scanned.row)) tally.add(type, path, kind, key);
    return true;
  }
  const row = readSecondary(scanned.row, scanned.key);
  const isStrict = strict.get(row.type)?.paths.some(({ path }) => path.id === row.path) === true;
  if (isStrict && (await isDangling(session.gateway, scanned.key, row))) {
    tally.add(row.type, row.path, 'dangling', scanned.key);
  }
  return false;
}
