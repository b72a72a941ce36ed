import type { Knowledge } from '../registry/knowledge.js';
import type { Registry } from '../registry/registry.js';
import type { ItemTypeModel } from '../schema/model.js';
import type { Gateway } from '../table/gateway.js';
import type { AttributeMap } from '../values/attribute-value.js';
import { DamagedRowError } from '../views/errors.js';
import { Attempts } from './attempts.js';
import { CreateGuard, type StricterGuard } from './create-guard.js';
import { Dispatch } from './dispatch.js';
import { ContentionError, ItemExistsError, outcomeUnknown, PrimaryKeyChangedError, printKey } from './errors.js';
import { isExpired } from './expiry.js';
import { type Findings, foundAtKey, nothingFound, rowsTaken } from './findings.js';
import { lostRace } from './lost-race.js';
import { CLOSING_ATTEMPTS, NONE_TO_CLOSE, stillToClose, triesToClose } from './open-entries.js';
import { type Intent, planDelete, planPut, type PutPlan } from './plan.js';
import { remaining } from './prune.js';
import { newRevision } from './revision.js';
import { keyId, own, type PrimaryRow, sameKey, userAttributes } from './row.js';
import { assertCopyable, assertSound } from './sound.js';
import { TakenKeys } from './taken-keys.js';

/** How often a write is planned anew when nothing but other processes' background work or the registry moved. */
const ATTEMPTS = 24;

/** How many attempts in doubt are enough: each was sent several times already. */
const MOST_DOUBTS = 3;

/** A change of an item that exists. */
export interface Replacement {
  readonly type: ItemTypeModel;
  /** The primary row that the caller saw. */
  readonly seen: PrimaryRow;
  /** Puts the caller's changes onto the row's attributes; called again where only the layout moved. */
  readonly apply: (row: PrimaryRow) => AttributeMap;
}

export interface WriterOptions {
  readonly gateway: Gateway;
  readonly registry: Registry;
  /** Called before every user's write: announces the compiled version as active, once. */
  readonly announce?: () => Promise<void>;
  /** Called with what is known whenever a user's write is planned; throws where the compiled version may not write. */
  readonly assertMayWrite?: (knowledge: Knowledge) => void;
  readonly guard?: StricterGuard;
}

/**
 * Carries out the protocol's writes over a gateway: plans against what the process knows, sends, reads what came of it,
 * and plans again until the write is applied or a typed error says why it cannot be.
 */
export class ItemWriter {
  private readonly gateway: Gateway;
  private readonly registry: Registry;
  private readonly dispatch: Dispatch;
  private readonly taken: TakenKeys;

  constructor(private readonly options: WriterOptions) {
    this.gateway = options.gateway;
    this.registry = options.registry;
    this.taken = new TakenKeys(() => options.gateway.elapsed());
    this.dispatch = new Dispatch(options.gateway, options.registry, this.taken);
  }

  /**
   * Create: the primary and every demanded row, all or none.
   *
   * @throws ItemExistsError, KeyPathConflictError, OutcomeUnknownError
   */
  async insert(type: ItemTypeModel, attributes: AttributeMap): Promise<PrimaryRow> {
    return this.telling('create', type, (call) => this.put(call, type, undefined, () => attributes));
  }

  /**
   * Update: replaces the row that was seen by what `apply` makes of it, where no user wrote in between.
   *
   * @throws OptimisticLockError, KeyPathConflictError, PrimaryKeyChangedError, OutcomeUnknownError
   */
  async replace({ type, seen, apply }: Replacement): Promise<PrimaryRow> {
    return this.telling('update', type, (call) => this.put(call, type, seen, (before) => apply(before!)));
  }

  /**
   * Delete: the primary that was seen and every row of its manifest. Resolves to false where the item was gone before.
   *
   * @throws OptimisticLockError, OutcomeUnknownError
   */
  async delete(type: ItemTypeModel, seen: PrimaryRow): Promise<boolean> {
    return this.telling('delete', type, (call) => this.remove(call, type, seen));
  }

  /**
   * Sweep: brings the rows of one item to the known epoch without a user's change. One that has expired and whose rows
   * are another's by now is deleted.
   *
   * @param epoch where another writer brings the item so far first, it is left as that one wrote it
   * @param closing path ids whose open entry is to be closed as well: each is tried for until it is closed, its key turns
   *   out to be another item's, or the item has another key. Where users write the item faster, it stays open
   * @returns the row as it is then, or undefined where the item is gone
   * @throws DamagedRowError
   */
  async sweep(
    seen: PrimaryRow,
    epoch: number = this.registry.knowledge.epoch,
    closing: ReadonlySet<string> = NONE_TO_CLOSE,
  ): Promise<PrimaryRow | undefined> {
    // Whether an attempt in doubt was applied does not matter here: bringing an item to an epoch may be done twice.
    const call = new Attempts();
    const guard = this.newGuard();
    let row = seen;
    let findings = nothingFound;
    const isThere = (now: PrimaryRow): boolean => now.epoch >= epoch && !this.isFormer(now.registry);
    for (let attempt = 0; attempt < (closing.size > 0 ? CLOSING_ATTEMPTS : ATTEMPTS); attempt++) {
      // What is of before the table was restored is brought to its registry by this.
      await this.catchUp(...[row, ...rowsTaken(findings)].filter(({ registry }) => !this.isFormer(registry)));
      const { knowledge } = this.registry;
      assertSound(row, knowledge);
      const put = hasExpired(row, findings)
        ? undefined
        : this.plan('layout', row.type, row, userAttributes(row.raw, this.gateway.keys), findings, guard, closing);
      const plan = put ?? planDelete(row, findings);
      const planned = { before: row, findings, guard, epoch: knowledge.epoch, closing };
      const step = await this.dispatch.send(call, plan, newRevision(), planned);
      if (step.kind === 'applied') return put?.row;
      if (step.kind === 'again') {
        findings = step.findings;
        await this.dispatch.pauseAfter(attempt);
        continue;
      }
      const { now } = step;
      if (now === undefined) return undefined;
      closing = stillToClose(closing, knowledge.demanded.get(now.type) ?? [], { seen: row, now, findings });
      if (isThere(now) && closing.size === 0) return now;
      // Sent at once: of an item that is written all the time, every pause would make this row an old one.
      row = now;
      findings = nothingFound;
    }
    if (closing.size > 0 && isThere(row)) return row;
    throw new ContentionError(seen.type, ATTEMPTS);
  }

  /** True if a save without a change is to be written for an open entry's sake: its row would be tried for. */
  triesToClose(type: ItemTypeModel, row: PrimaryRow): boolean {
    return triesToClose(row, this.registry.knowledge.demanded.get(type.storageName)!, this.taken);
  }

  private async put(
    call: Attempts,
    type: ItemTypeModel,
    seen: PrimaryRow | undefined,
    attributesFor: (before: PrimaryRow | undefined) => AttributeMap,
  ): Promise<PrimaryRow> {
    const guard = this.newGuard();
    let before = seen;
    let findings = nothingFound;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      await this.catchUp(...(before === undefined ? [] : [before]), ...rowsTaken(findings));
      const intent = before === undefined ? 'create' : 'update';
      const plan = this.plan(intent, type.storageName, before, attributesFor(before), findings, guard);
      if (before !== undefined && !sameKey(before.key, plan.row.key)) {
        throw new PrimaryKeyChangedError(type.name, primaryPath(type));
      }
      call.add(plan.row);
      const planned = { before, findings, guard, epoch: plan.row.epoch, type };
      let step = await this.dispatch.send(call, plan, plan.row.revision, planned);
      if (step.kind === 'applied') return plan.row;
      // A create that may come yet is not planned anew: an item would come back that somebody deleted.
      if (step.kind === 'again' && before === undefined && call.inDoubt) step = await this.dispatch.look(plan.row.key);
      if (step.kind === 'again') {
        findings = step.findings;
        if (before !== undefined && hasExpired(before, findings)) throw lostRace(type, 'deleted');
      } else {
        const applied = step.now && call.appliedIn(step.now);
        if (applied !== undefined) return applied;
        findings = before === undefined ? await this.replacing(call, type, step.now) : nothingFound;
        before &&= rebase(call, type, before, step.now);
        if (before !== undefined && isExpired(before, this.gateway.serverTime())) throw lostRace(type, 'deleted');
      }
      await this.dispatch.pauseAfter(attempt);
    }
    throw new ContentionError(type.name, ATTEMPTS);
  }

  private async remove(call: Attempts, type: ItemTypeModel, seen: PrimaryRow): Promise<boolean> {
    const guard = this.newGuard();
    let row = seen;
    let findings = nothingFound;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      await this.catchUp(row);
      const { knowledge } = this.registry;
      this.options.assertMayWrite?.(knowledge);
      const planned = { before: row, findings, guard, epoch: knowledge.epoch };
      const step = await this.dispatch.send(call, planDelete(row, findings), newRevision(), planned);
      if (step.kind === 'applied') return true;
      if (step.kind === 'again') {
        findings = step.findings;
      } else {
        const { now } = step;
        // Its incarnation is gone, and an attempt in doubt may have been what ended it: what was asked for is so.
        if (now?.incarnation !== row.incarnation && call.inDoubt) return true;
        if (now === undefined) return false;
        if (now.incarnation === row.incarnation && now.revision !== row.revision) call.rule();
        row = rebase(call, type, row, now);
        findings = nothingFound;
      }
      await this.dispatch.pauseAfter(attempt);
    }
    throw new ContentionError(type.name, ATTEMPTS);
  }

  /** Runs a call; while an attempt of it is in doubt, no failure may be reported as one. */
  private async telling<R>(
    what: 'create' | 'update' | 'delete',
    type: ItemTypeModel,
    work: (call: Attempts) => Promise<R>,
  ): Promise<R> {
    await this.options.announce?.();
    const call = new Attempts();
    try {
      return await work(call);
    } catch (error) {
      if (!call.inDoubt) throw error;
      throw outcomeUnknown(what, type.name, primaryPath(type), call.cause ?? error);
    }
  }

  private plan(
    intent: Intent,
    type: string,
    before: PrimaryRow | undefined,
    attributes: AttributeMap,
    findings: Findings,
    { fenced }: CreateGuard,
    closing: ReadonlySet<string> = NONE_TO_CLOSE,
  ): PutPlan {
    const { knowledge } = this.registry;
    if (intent !== 'layout') this.options.assertMayWrite?.(knowledge);
    // What was dropped goes with any write, so that nobody brings it back who loaded the item before.
    const left = remaining(knowledge, type, attributes);
    // The caller's view has read what it knows. What only others know goes onto the copies as well.
    if (intent === 'update' && hasCopies(before!)) assertCopyable(before!, left, knowledge);
    const what = { intent, type, before, attributes: left, revision: newRevision() };
    return planPut({ ...what, knowledge, findings, taken: this.taken, closing, fenced });
  }

  /**
   * What a create goes on with that met something at its own key: what has expired gives way.
   *
   * What else stands there is an item of the type, of this registry: else "load it" would be no advice.
   */
  private async replacing(call: Attempts, type: ItemTypeModel, now: PrimaryRow | undefined): Promise<Findings> {
    if (now !== undefined) await this.catchUp(now);
    if (now !== undefined && now.type !== type.storageName) {
      const reason = 'names another item type';
      throw new DamagedRowError({ type: type.name, path: own.type, reason, key: printKey(now.key) });
    }
    const free = now === undefined || isExpired(now, this.gateway.serverTime());
    if (free && !call.inDoubt) return foundAtKey(now);
    throw new ItemExistsError(type.name, primaryPath(type));
  }

  /** Nobody writes or deletes a row whose stamp is newer than the registry they know. */
  private async catchUp(...rows: readonly Pick<PrimaryRow, 'epoch' | 'registry'>[]): Promise<void> {
    for (const { epoch, registry } of rows) await this.registry.catchUp(epoch, registry);
  }

  private isFormer(registry: string): boolean {
    return this.registry.knowledge.restored?.former.includes(registry) === true;
  }

  private newGuard(): CreateGuard {
    return new CreateGuard(this.registry, this.options.guard ?? {});
  }
}

/**
 * The same revision means that only the layout moved, or nothing: the write goes on, on the row as it is now.
 *
 * A user's write came first where it has another one. Then no attempt was applied and none will be, as far as the
 * ancestors reach back to what was seen: where they do not, an attempt in doubt may be hidden in between.
 */
function rebase(call: Attempts, type: ItemTypeModel, before: PrimaryRow, now: PrimaryRow | undefined): PrimaryRow {
  if (now?.revision === before.revision) {
    // Every attempt so far asked for the layout that was.
    if (now.layout !== before.layout) call.rule();
    if (call.doubts < MOST_DOUBTS) return now;
  }
  if (now?.incarnation === before.incarnation && now.ancestors.includes(before.revision)) call.rule();
  throw lostRace(type, now === undefined ? 'deleted' : 'changed', now);
}

const hasCopies = ({ manifest }: PrimaryRow): boolean => [...manifest.values()].some((key) => key !== 'open');

/** True where a write of an item found out that the item itself has expired, and another has its row. */
const hasExpired = ({ key }: PrimaryRow, { expired }: Findings): boolean => expired.has(keyId(key));

const primaryPath = (type: ItemTypeModel): string => type.keyPaths[0]!.template;
