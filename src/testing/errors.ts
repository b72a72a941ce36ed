import { DuctileError } from '../errors/ductile-error.js';

/** What `mixedFleet` was given does not make a fleet: a version or an option is wrong, or classes are not what they were. */
export class FleetDefinitionError extends DuctileError {
  static override readonly code = 'FLEET_DEFINITION';
}

/** A fleet was asked for what it does not have: a version that does not run, a name that it was not given. */
export class FleetUseError extends DuctileError {
  static override readonly code = 'FLEET_USE';
}

/** What ran on a fleet failed. The message has the failure, the seed and every call; `cause` is the (first) failure. */
export class FleetRunError extends DuctileError {
  static override readonly code = 'FLEET_RUN';

  constructor(
    message: string,
    readonly seed: number,
    cause: unknown,
  ) {
    super(message, { seed }, { cause });
  }
}

/** `check` found the table broken. The message names each fault by its invariant, the seed and every call. */
export class InvariantError extends DuctileError {
  static override readonly code = 'INVARIANT';

  constructor(
    message: string,
    readonly seed: number,
    /** One line for each fault. */
    readonly faults: readonly string[],
  ) {
    super(message, { seed, faults });
  }
}
