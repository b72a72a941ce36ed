import { DuctileError } from '../errors/ductile-error.js';

/**
 * A stored attribute that is not what its field says. Internal: views catch it and add type and version. It carries
 * the reason and the path to the place, never the value.
 */
export class DamagedValue extends Error {
  constructor(
    /** In words that follow the path: "is stored as a number (N), not as a string (S)". */
    readonly reason: string,
    /** From the place where it was caught last: `[3].quantity`. */
    readonly path: string = '',
  ) {
    super(reason);
    this.name = 'DamagedValue';
  }

  /** The same, seen from one level further out. */
  within(segment: string): DamagedValue {
    return new DamagedValue(this.reason, segment + this.path);
  }
}

/** A read default that is no value of its field's type. Whoever knows class and property catches it and adds them. */
export class InvalidDefaultError extends DuctileError {
  static override readonly code = 'INVALID_DEFAULT';

  constructor(
    /** In words that follow the field's name: "must be a whole number, got 1.5". */
    readonly reason: string,
    /** The place inside the default: `.lines[2]`; empty where it is the default itself. */
    readonly path: string = '',
  ) {
    super(`The read default${path === '' ? '' : ` at ${path}`} ${reason}`, { path });
  }

  within(segment: string): InvalidDefaultError {
    return new InvalidDefaultError(this.reason, segment + this.path);
  }
}
