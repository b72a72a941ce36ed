import type { Registry } from '../registry/registry.js';
import type { AgeGuard } from '../table/gateway.js';

/** How a process guards its creates where it is stricter than the registry asks. */
export interface StricterGuard {
  readonly createGuard?: 'fence';
  /** In milliseconds. */
  readonly registryMaxAge?: number;
}

/** How often the knowledge of the registry is renewed for one write before a fence has to do. */
const RENEWALS = 2;

/**
 * The guard of one call's creates (and of other writes that no stamp stops): by the age of what is known, while that can
 * be told and is young enough when the request is signed; else by a fence in the transaction.
 */
export class CreateGuard {
  #renewals = 0;

  constructor(
    private readonly registry: Registry,
    private readonly stricter: StricterGuard,
  ) {}

  /** True where a fence is to be checked, whose transaction costs more than the age. */
  get fenced(): boolean {
    const { asOf, knowledge } = this.registry;
    const { createGuard } = this.stricter;
    return (
      knowledge.createGuard === 'fence' || createGuard === 'fence' || asOf === undefined || this.#renewals >= RENEWALS
    );
  }

  /** What holds an attempt back that is signed too late; asked where no fence is checked. */
  get age(): AgeGuard {
    const { asOf, knowledge } = this.registry;
    const { registryMaxAge = Infinity } = this.stricter;
    return { asOf: asOf!, maxAge: Math.min(knowledge.registryMaxAge, registryMaxAge) };
  }

  /** An attempt was held back: what is known is renewed. Costs one strongly consistent Query. */
  async renew(): Promise<void> {
    this.#renewals++;
    await this.registry.refresh();
  }
}
