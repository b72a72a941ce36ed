/** What an error is about. Only names, keys that the caller gave, and versions: never another item's data. */
export interface ErrorFacts {
  readonly type?: string;
  readonly field?: string;
  readonly keyPath?: string;
  readonly version?: number;
  readonly table?: string;
  readonly epoch?: number;
  readonly [fact: string]: unknown;
}

const CODES = Symbol.for('ductile.error.codes');

/**
 * The base of every error that Ductile throws.
 *
 * Match by class (`error instanceof OptimisticLockError`) or by `error.code`, which is stable across releases. Both
 * work across two copies of the package in one process (one loaded as ESM, one as CommonJS).
 */
export abstract class DuctileError extends Error {
  /** The stable code of this class of errors, in SCREAMING_SNAKE_CASE. */
  static readonly code: string = 'DUCTILE';

  /** The stable code of this error. */
  readonly code: string;

  constructor(
    message: string,
    /** What the error is about: type, key path, version … */
    readonly facts: ErrorFacts = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
    this.code = new.target.code;
    Object.defineProperty(this, CODES, { value: codesOf(new.target), enumerable: false });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    if (typeof value !== 'object' || value === null) return false;
    const codes = (value as { [CODES]?: readonly string[] })[CODES];
    return codes !== undefined && codes.includes(this.code);
  }
}

function codesOf(constructor: typeof DuctileError): readonly string[] {
  const codes: string[] = [];
  for (let c: unknown = constructor; typeof c === 'function' && 'code' in c; c = Object.getPrototypeOf(c) as unknown) {
    codes.push((c as typeof DuctileError).code);
  }
  return codes;
}
