import { RegistryBehindError } from '../registry/errors.js';
import type { Registry } from '../registry/registry.js';
import type { ItemTypeModel } from '../schema/model.js';
import { WriteTooLargeError } from '../table/errors.js';
import type { Gateway, WriteOutcome } from '../table/gateway.js';
import type { RowKey } from '../values/attribute-value.js';
import type { Attempts } from './attempts.js';
import type { CreateGuard } from './create-guard.js';
import type { Findings } from './findings.js';
import type { Plan } from './plan.js';
import { readRefusals, readTooLarge } from './refusals.js';
import { type PrimaryRow, readPrimary } from './row.js';

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
}

/** What came of an attempt, and how to go on. */
export type Step =
  | { readonly kind: 'applied' }
  /** Plan again, with what was found, on the same row. */
  | { readonly kind: 'again'; readonly findings: Findings }
  /** The primary row was looked at: it is not, or perhaps not, as it was seen. Undefined where there is none. */
  | { readonly kind: 'moved'; readonly now: PrimaryRow | undefined };

/** Sends attempts at a write, one at a time, and reads what came of each. */
export class Dispatch {
  constructor(
    private readonly gateway: Gateway,
    private readonly registry: Registry,
  ) {}

  async send(call: Attempts, plan: Plan, token: string, of: Planned): Promise<Step> {
    const outcome = await this.write(plan, token, of);
    switch (outcome.kind) {
      case 'applied':
        return outcome;
      case 'tooLarge':
        return { kind: 'again', findings: outcome.findings };
      case 'stale':
        await of.guard.renew();
        return { kind: 'again', findings: of.findings };
      case 'unknown':
        call.doubt(outcome.cause);
        return this.look(plan.actions[0]!.key);
      case 'refused': {
        if (outcome.doubtful) call.doubt(undefined);
        const reader = { gateway: this.gateway, knowledge: this.registry.knowledge };
        const reading = await readRefusals(reader, plan, outcome.refusals, of.before, of.findings, of.type);
        if (reading.fenced) await this.refreshBeyond(of.epoch);
        return reading.primary === undefined
          ? { kind: 'again', findings: reading.findings }
          : { kind: 'moved', now: reading.primary.now };
      }
    }
  }

  /** Reads the primary row of an item. Costs one strongly consistent get. */
  async look(key: RowKey): Promise<Extract<Step, { readonly kind: 'moved' }>> {
    const row = await this.gateway.get(key);
    return { kind: 'moved', now: row && readPrimary(row, key) };
  }

  /** The first retry goes out at once; later ones spread out, so that contenders do not meet again. */
  async pauseAfter(attempt: number): Promise<void> {
    if (attempt > 0) await this.gateway.pause(Math.random() * Math.min(10 * 2 ** attempt, 400));
  }

  /** What is too large for DynamoDB is not sent where leaving entries open makes it smaller. */
  private async write(
    plan: Plan,
    token: string,
    { before, findings, guard }: Planned,
  ): Promise<WriteOutcome | { readonly kind: 'tooLarge'; readonly findings: Findings }> {
    try {
      return await this.gateway.write(plan.actions, token, {
        ...(plan.aged ? { guard: guard.age } : {}),
        // A transaction's token keeps it from being applied twice; a plain create has none.
        ...(before === undefined && plan.actions.length === 1 ? { once: true } : {}),
      });
    } catch (error) {
      const smaller = error instanceof WriteTooLargeError ? readTooLarge(error, plan, before, findings) : undefined;
      if (smaller === undefined) throw error;
      return { kind: 'tooLarge', findings: smaller };
    }
  }

  private async refreshBeyond(epoch: number): Promise<void> {
    const { epoch: now } = await this.registry.refresh();
    if (now <= epoch) throw new RegistryBehindError(epoch + 1, now);
  }
}
