import type { PrimaryRow } from '../protocol/row.js';
import { goneAt, newestRemoval } from '../registry/knowledge.js';
import { recordSweep, takeAway } from '../registry/retire-decisions.js';
import { drain } from './drain.js';
import { REPORT_EVERY } from './progress.js';
import { scanRows } from './scan.js';
import type { Session, StepOptions } from './session.js';

/** What a sweep did. */
export interface SweepReport {
  /** How many items it met that were to be at its epoch. */
  readonly items: number;
  /** How many of them were behind and are not any longer; the others were at the epoch, or were deleted meanwhile. */
  readonly written: number;
}

export const nothingSwept: SweepReport = Object.freeze({ items: 0, written: 0 });

/**
 * Sweep: brings items to an epoch, one transaction each, also those that "need nothing" and those that have expired: the
 * stamp is what stops a process that slept. Only what is at its epoch already is passed over.
 *
 * Costs a Scan of the table, and for each item that is behind twice the write units of its rows.
 *
 * @param epochFor the epoch that an item is to reach; undefined where it may stay as it is
 * @throws DamagedRowError, ForeignRowError; the signal's reason, between two rows
 */
export async function sweep(
  { gateway, registry, writer }: Session,
  options: StepOptions,
  epochFor: (item: PrimaryRow) => number | undefined,
): Promise<SweepReport> {
  let items = 0;
  let written = 0;
  for await (const scanned of scanRows(gateway, options.signal)) {
    if (scanned.kind === 'secondary') continue;
    const { row } = scanned;
    const epoch = epochFor(row);
    if (epoch === undefined) continue;
    await registry.catchUp(row.epoch, row.registry);
    items++;
    if (row.epoch < epoch && (await writer.sweep(row, epoch)) !== undefined) written++;
    if (items % REPORT_EVERY === 0) options.onProgress?.({ step: 'sweep', items, written });
  }
  options.onProgress?.({ step: 'sweep', items, written });
  return { items, written };
}

/**
 * Brings every item of the table to an epoch, after a drain, and writes that into the registry.
 *
 * @param epoch of an entry that is known
 */
export async function sweepAll(session: Session, options: StepOptions, epoch: number): Promise<SweepReport> {
  await drain(session, options, 'writers');
  const swept = await sweep(session, options, () => epoch);
  await session.registry.append(recordSweep(epoch));
  return swept;
}

/**
 * Takes away what a *dropping* or a withdrawal left, all of it: readers that have not heard of it are waited for, then
 * writers are told to leave it behind, then what they have not written is swept. Costs two drains, and a sweep.
 */
export async function sweepAway(session: Session, options: StepOptions): Promise<SweepReport> {
  const { registry } = session;
  for (let removal; (removal = newestRemoval(registry.knowledge)) > 0;) {
    await drain(session, options, 'readers');
    await registry.append(takeAway(removal));
  }
  const gone = goneAt(registry.knowledge);
  return gone <= registry.knowledge.swept ? nothingSwept : sweepAll(session, options, gone);
}
