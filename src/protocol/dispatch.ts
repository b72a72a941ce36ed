import { RegistryBehindError } from '../registry/errors.js';
import { isRestoreSwept } from '../registry/knowledge.js';
import type { Registry } from '../registry/registry.js';
import type { ItemTypeModel } from '../schema/model.js';
import { WriteTooLargeError } from '../table/errors.js';
import type { Gateway, Look, WriteOutcome } from '../table/gateway.js';
import { type FirstSending, knownToken } from '../table/resend.js';
import type { RowKey } from '../values/attribute-value.js';
import type { Attempts } from './attempts.js';
import type { CreateGuard } from './create-guard.js';
import type { DemandedRow } from './demand.js';
import type { Findings } from './findings.js';
import { isLeftUntried } from './open-entries.js';
import type { Plan } from './plan.js';
import { readRefusals, readTooLarge } from './refusals.js';
import { keyId, type PrimaryRow, readPrimary } from './row.js';
import type { TakenKeys } from './taken-keys.js';

/** What an attempt was planned for. */
export interface Planned {
  /** The row that it was planned on; undefined for a create. */
  readonly before: PrimaryRow | undefined;
  readonly findings: Findings;
  readonly guard: CreateGuard;
  /** The epoch that it was planned at. */
  readonly epoch: number;
  /** As the caller knows it, for messages. */
  readonly type?: ItemTypeModel;
  /** As the plan was asked for. */
  readonly closing?: ReadonlySet<string>;
}

/** What came of an attempt, and how to go on. */
export type Step =
  | { readonly kind: 'applied' }
  /** Plan again, with what was found, on the same row. */
  | { readonly kind: 'again'; readonly findings: Findings }
  /** The primary row was looked at: it is not, or perhaps not, as it was seen. Undefined where there is none. */
  | { readonly kind: 'moved'; readonly now: PrimaryRow | undefined };

interface TooLarge {
  readonly kind: 'tooLarge';
  readonly findings: Findings;
}

type KnownOutcome = Exclude<WriteOutcome, { readonly kind: 'unknown' }> | TooLarge;

/** How often a create is sent whose answer is lost each time. */
const SENDINGS = 3;

/** A plain create has no token: it is never sent again. What replaces something else is planned anew on that. */
const isResendable = (plan: Plan, { before }: Planned): boolean => before === undefined && plan.actions.length > 1;

function moved(plan: Plan, { row }: Look): Extract<Step, { readonly kind: 'moved' }> {
  return { kind: 'moved', now: row && readPrimary(row, plan.actions[0]!.key) };
}

/** Sends attempts at a write, one at a time, and reads what came of each. */
export class Dispatch {
  constructor(
    private readonly gateway: Gateway,
    private readonly registry: Registry,
    private readonly taken: TakenKeys,
  ) {}

  async send(call: Attempts, plan: Plan, token: string, of: Planned): Promise<Step> {
    const outcome = await this.write(plan, token, of);
    if (outcome.kind !== 'unknown') return this.read(call, plan, outcome, of);
    call.doubt(outcome.cause);
    const look = await this.gateway.look(plan.actions[0]!.key);
    return isResendable(plan, of) ? this.resend(call, plan, token, of, outcome.first, look) : moved(plan, look);
  }

  /** Reads the primary row of an item. Costs one strongly consistent get. */
  async look(key: RowKey): Promise<Extract<Step, { readonly kind: 'moved' }>> {
    const row = await this.gateway.get(key);
    return { kind: 'moved', now: row && readPrimary(row, key) };
  }

  /**
   * A create in one transaction whose answer was lost, at whose key nothing was seen since. Its token keeps it from being
   * applied twice for as long as DynamoDB knows that; after that it would bring back what somebody deleted meanwhile. So
   * it is sent again only on an answer that says how late it is, and looked up after each attempt.
   */
  private async resend(
    call: Attempts,
    plan: Plan,
    token: string,
    of: Planned,
    first: FirstSending | undefined,
    seen: Look,
  ): Promise<Step> {
    let look = seen;
    for (let sending = 2; sending <= SENDINGS; sending++) {
      const again = first === undefined ? undefined : knownToken(first, look, Date.now());
      if (look.row !== undefined || again === undefined) break;
      await this.pauseAfter(sending);
      const outcome = await this.write(plan, token, of, again);
      if (outcome.kind === 'stale') {
        // With other content the token would be another one's.
        await of.guard.renew();
        if (this.registry.knowledge.epoch !== of.epoch) break;
      } else if (outcome.kind === 'unknown') call.doubt(outcome.cause);
      else return this.read(call, plan, outcome, of);
      look = await this.gateway.look(plan.actions[0]!.key);
    }
    return moved(plan, look);
  }

  /** What an outcome that is known, or was never sent, means. */
  private async read(call: Attempts, plan: Plan, outcome: KnownOutcome, of: Planned): Promise<Step> {
    switch (outcome.kind) {
      case 'applied':
        for (const { key } of plan.actions) this.taken.forget(key);
        return outcome;
      case 'tooLarge':
        return { kind: 'again', findings: outcome.findings };
      case 'stale':
        await of.guard.renew();
        return { kind: 'again', findings: of.findings };
      case 'refused': {
        if (outcome.doubtful) call.doubt(undefined);
        const reader = { gateway: this.gateway, knowledge: this.registry.knowledge };
        const reading = await readRefusals(reader, plan, outcome.refusals, of.before, of.findings, of.type);
        for (const row of rowsOf(plan)) if (reading.findings.open.has(row.path.id)) this.taken.add(row.key);
        if (reading.fenced) await this.refreshBeyond(of.epoch);
        return reading.primary === undefined
          ? { kind: 'again', findings: reading.findings }
          : { kind: 'moved', now: reading.primary.now };
      }
    }
  }

  /** The first retry goes out at once; later ones spread out, so that contenders do not meet again. */
  async pauseAfter(attempt: number): Promise<void> {
    if (attempt > 0) await this.gateway.pause(Math.random() * Math.min(10 * 2 ** attempt, 400));
  }

  /** What is too large for DynamoDB is not sent where leaving entries open makes it smaller. */
  private async write(plan: Plan, token: string, of: Planned, again?: FirstSending): Promise<WriteOutcome | TooLarge> {
    const { before, findings, guard } = of;
    try {
      return await this.gateway.write(plan.actions, token, {
        ...(plan.aged ? { guard: guard.age } : {}),
        // Nothing that is on a row stops a create that comes late: what became of it is looked up first.
        ...(before === undefined ? { once: true } : {}),
        // What is in doubt keeps its content: only a write that was never sent may be planned anew.
        ...(again === undefined ? { outdated: () => this.isOutdated(plan, of) } : { again }),
      });
    } catch (error) {
      const smaller = error instanceof WriteTooLargeError ? readTooLarge(error, plan, before, findings) : undefined;
      if (smaller === undefined) throw error;
      return { kind: 'tooLarge', findings: smaller };
    }
  }

  private isOutdated(plan: Plan, { before, findings, closing }: Planned): boolean {
    const seen = before ?? findings.expired.get(keyId(plan.actions[0]!.key));
    return rowsOf(plan).some(
      (row) => closing?.has(row.path.id) !== true && isLeftUntried(row, before, this.taken, seen),
    );
  }

  private async refreshBeyond(epoch: number): Promise<void> {
    const knowledge = await this.registry.refresh();
    const { epoch: now, restored } = knowledge;
    if (now > epoch) return;
    // The fence is of before the table was restored: nobody has raised it since.
    if (restored !== undefined && !isRestoreSwept(knowledge)) {
      await this.registry.catchUp(restored.since, restored.former.at(-1)!);
    }
    throw new RegistryBehindError(epoch + 1, now);
  }
}

/** The secondary rows that a plan tries for. */
const rowsOf = ({ purposes }: Plan): readonly DemandedRow[] =>
  purposes.flatMap((purpose) => (purpose.for === 'row' ? [purpose.row] : []));
