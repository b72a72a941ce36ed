import { setTimeout as sleep } from 'node:timers/promises';
import { RegistryBehindError } from '../registry/errors.js';
import type { Registry } from '../registry/registry.js';
import type { ItemTypeModel } from '../schema/model.js';
import { WriteTooLargeError } from '../table/errors.js';
import type { Gateway, WriteOutcome } from '../table/gateway.js';
import type { AttributeMap } from '../values/attribute-value.js';
import { DamagedRowError } from '../views/errors.js';
import { ContentionError, ItemExistsError, OptimisticLockError, PrimaryKeyChangedError, printKey } from './errors.js';
import { type Findings, type Intent, nothingFound, planDelete, planPut, type PutPlan } from './plan.js';
import { readRefusals, readTooLarge } from './refusals.js';
import { newRevision } from './revision.js';
import { own, type PrimaryRow, sameKey, userAttributes } from './row.js';
import { assertSound } from './sound.js';

/** How often a write is planned anew when nothing but other processes' background work or the registry moved. */
const ATTEMPTS = 24;

/** A change of an item that exists. */
export interface Replacement {
  readonly type: ItemTypeModel;
  /** The primary row that the caller saw. */
  readonly seen: PrimaryRow;
  /** Puts the caller's changes onto the row's attributes; called again where only the layout moved. */
  readonly apply: (row: PrimaryRow) => AttributeMap;
}

/**
 * Carries out the protocol's writes over a gateway: plans against what the process knows, sends, reads refusals, and
 * plans again until the write is applied or a typed error says why it cannot be.
 */
export class ItemWriter {
  constructor(
    private readonly gateway: Gateway,
    private readonly registry: Registry,
    /** Called before every write: announces the compiled version as active, once. */
    private readonly announce: () => Promise<void>,
  ) {}

  /**
   * Create: the primary and every demanded row, all or none.
   * @throws ItemExistsError, KeyPathConflictError
   */
  async insert(type: ItemTypeModel, attributes: AttributeMap): Promise<PrimaryRow> {
    await this.announce();
    return this.put('create', type, undefined, () => attributes);
  }

  /**
   * Update: replaces the row that was seen by what `apply` makes of it, where no user wrote in between.
   * @throws OptimisticLockError, KeyPathConflictError, PrimaryKeyChangedError
   */
  async replace({ type, seen, apply }: Replacement): Promise<PrimaryRow> {
    await this.announce();
    return this.put('update', type, seen, (before) => apply(before!));
  }

  /** Delete: the primary that was seen and every row of its manifest. Resolves to false where the item is gone already. */
  async delete(type: ItemTypeModel, seen: PrimaryRow): Promise<boolean> {
    await this.announce();
    let row = seen;
    let findings = nothingFound;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      await this.catchUp(row);
      const plan = planDelete(row, findings);
      const outcome = await this.gateway.write(plan.actions, newRevision());
      if (outcome.kind === 'applied') return true;
      const reading = await readRefusals(this.gateway, plan, outcome.refusals, row, findings);
      findings = reading.findings;
      if (reading.primary !== undefined) {
        if (reading.primary.now === undefined) return false;
        row = rebase(type, row, reading.primary.now);
      }
      await pause(attempt);
    }
    throw new ContentionError(type.name, ATTEMPTS);
  }

  /**
   * Sweep: brings the rows of one item to the known epoch without a user's change.
   *
   * @param epoch where another writer brings the item so far first, it is left as that one wrote it
   * @returns the row as it is then, or undefined where the item is gone
   * @throws DamagedRowError
   */
  async sweep(seen: PrimaryRow, epoch: number = this.registry.knowledge.epoch): Promise<PrimaryRow | undefined> {
    let row = seen;
    let findings = nothingFound;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      await this.catchUp(row);
      assertSound(row, this.registry.knowledge);
      const plan: PutPlan = this.plan('layout', row.type, row, userAttributes(row.raw, this.gateway.keys), findings);
      const outcome = await this.sendPut(plan, newRevision(), row, findings);
      if (outcome.kind === 'applied') return plan.row;
      if (outcome.kind === 'tooLarge') {
        findings = outcome.findings;
        continue;
      }
      const reading = await readRefusals(this.gateway, plan, outcome.refusals, row, findings);
      findings = reading.findings;
      if (reading.fenced) await this.refreshBeyond(plan.row.epoch);
      if (reading.primary === undefined) {
        await pause(attempt);
        continue;
      }
      const { now } = reading.primary;
      if (now === undefined || now.epoch >= epoch) return now;
      // Sent at once: of an item that is written all the time, every pause would make this row an old one.
      row = now;
    }
    throw new ContentionError(seen.type, ATTEMPTS);
  }

  private async put(
    intent: Intent,
    type: ItemTypeModel,
    seen: PrimaryRow | undefined,
    attributesFor: (before: PrimaryRow | undefined) => AttributeMap,
  ): Promise<PrimaryRow> {
    const attempts = new Map<string, PrimaryRow>();
    let before = seen;
    let findings = nothingFound;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (before !== undefined) await this.catchUp(before);
      const plan = this.plan(intent, type.storageName, before, attributesFor(before), findings);
      if (before !== undefined && !sameKey(before.key, plan.row.key)) {
        throw new PrimaryKeyChangedError(type.name, primaryPath(type));
      }
      attempts.set(plan.row.revision, plan.row);
      const outcome = await this.sendPut(plan, plan.row.revision, before, findings);
      if (outcome.kind === 'applied') return plan.row;
      if (outcome.kind === 'tooLarge') {
        findings = outcome.findings;
        continue;
      }
      const reading = await readRefusals(this.gateway, plan, outcome.refusals, before, findings, type);
      findings = reading.findings;
      if (reading.fenced) await this.refreshBeyond(plan.row.epoch);
      if (reading.primary !== undefined) {
        const { now } = reading.primary;
        const applied = now === undefined ? undefined : appliedOf(attempts, now);
        if (applied !== undefined) return applied;
        if (before === undefined) {
          if (now !== undefined) await this.assertItem(type, now);
          throw new ItemExistsError(type.name, primaryPath(type));
        }
        before = rebase(type, before, now);
      }
      await pause(attempt);
    }
    throw new ContentionError(type.name, ATTEMPTS);
  }

  /** Sends a put; one that is too large for DynamoDB is not sent where leaving entries open makes it smaller. */
  private async sendPut(
    plan: PutPlan,
    token: string,
    before: PrimaryRow | undefined,
    findings: Findings,
  ): Promise<WriteOutcome | { readonly kind: 'tooLarge'; readonly findings: Findings }> {
    try {
      return await this.gateway.write(plan.actions, token);
    } catch (error) {
      const smaller = error instanceof WriteTooLargeError ? readTooLarge(error, plan, before, findings) : undefined;
      if (smaller === undefined) throw error;
      return { kind: 'tooLarge', findings: smaller };
    }
  }

  private plan(
    intent: Intent,
    type: string,
    before: PrimaryRow | undefined,
    attributes: AttributeMap,
    findings: Findings,
  ): PutPlan {
    const { knowledge } = this.registry;
    return planPut({ intent, type, before, attributes, knowledge, findings, revision: newRevision() });
  }

  /** What stands in the way of a create is an item of the type, of this registry: else "load it" would be no advice. */
  private async assertItem(type: ItemTypeModel, row: PrimaryRow): Promise<void> {
    await this.catchUp(row);
    if (row.type === type.storageName) return;
    const reason = 'names another item type';
    throw new DamagedRowError({ type: type.name, path: own.type, reason, key: printKey(row.key) });
  }

  /** Nobody writes or deletes a row whose stamp is newer than the registry they know. */
  private async catchUp(row: PrimaryRow): Promise<void> {
    await this.registry.catchUp(row.epoch, row.registry);
  }

  private async refreshBeyond(epoch: number): Promise<void> {
    const { epoch: now } = await this.registry.refresh();
    if (now <= epoch) throw new RegistryBehindError(epoch + 1, now);
  }
}

/**
 * The attempt of this very write that was applied: the SDK sent it again after its reply was lost, and the second one was
 * refused. The row as it is now says so by its revision, or by its ancestors where others have written since.
 */
function appliedOf(attempts: ReadonlyMap<string, PrimaryRow>, now: PrimaryRow): PrimaryRow | undefined {
  const written = [now.revision, ...now.ancestors, now.incarnation].find((revision) => attempts.has(revision));
  return written === undefined ? undefined : attempts.get(written);
}

/** The same revision means that only the layout moved: the write goes on, on the row as it is now. */
function rebase(type: ItemTypeModel, before: PrimaryRow, now: PrimaryRow | undefined): PrimaryRow {
  if (now?.revision === before.revision) return now;
  throw new OptimisticLockError(type.name, primaryPath(type), now === undefined ? 'deleted' : 'changed');
}

const primaryPath = (type: ItemTypeModel): string => type.keyPaths[0]!.template;

/** The first retry goes out at once; later ones spread out, so that contenders do not meet again. */
async function pause(attempt: number): Promise<void> {
  if (attempt > 0) await sleep(Math.random() * Math.min(10 * 2 ** attempt, 400));
}
