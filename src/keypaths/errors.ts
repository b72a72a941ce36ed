import { DuctileError, type ErrorFacts } from '../errors/ductile-error.js';
import type { RowKey } from '../values/attribute-value.js';
import { keyProblem, LIMITS } from './limits.js';

/** A key path, or a prefix of one, that is not well formed. `what` and `mend` are sentences without their full stop. */
export class InvalidTemplateError extends DuctileError {
  static override readonly code = 'INVALID_TEMPLATE';

  constructor(
    readonly template: string,
    /** Where in the template, counted in characters from 0. */
    readonly at: number,
    /** `its second segment is empty`. */
    readonly what: string,
    /** `leave out the '/' at the end`. */
    readonly mend: string,
  ) {
    super(`Key path '${template}', at character ${at}: ${what}. Mend: ${mend}.`, { keyPath: template, at });
  }
}

/** A field type whose values cannot be part of a key. The schema refuses such a template when it is defined. */
export class UnsupportedKeyTypeError extends DuctileError {
  static override readonly code = 'UNSUPPORTED_KEY_TYPE';

  constructor(
    kind: string,
    /** The types that can be parameters. */
    others: readonly string[],
  ) {
    super(
      `A field of the type '${kind}' cannot be a parameter of a key path. Mend: use a field of one of the types ` +
        `${others.join(', ')}.`,
      { kind },
    );
  }
}

/** A stored attribute that is no value of the type that the key path gives it. It names the place, never the value. */
export class DamagedKeyValueError extends DuctileError {
  static override readonly code = 'DAMAGED_KEY_VALUE';

  constructor(
    /** In words that follow the field's name: `is stored as a number (N), not as a string (S)`. */
    readonly reason: string,
    facts: ErrorFacts = {},
  ) {
    const { field, keyPath } = facts;
    const place = field === undefined ? 'A key value' : `The field '${field}'`;
    const path = keyPath === undefined ? '' : ` of the key path '${keyPath}'`;
    super(`${place}${path} ${reason}. Mend: repair the row's attribute; it was not written by Ductile.`, facts);
  }

  /** The same, where key path and field are known. */
  at(keyPath: string, field: string): DamagedKeyValueError {
    return new DamagedKeyValueError(this.reason, { ...this.facts, keyPath, field });
  }
}

/** The values of a key path's parameters make a key that is longer than DynamoDB takes; nothing was sent. */
export class KeyTooLargeError extends DuctileError {
  static override readonly code = 'KEY_TOO_LARGE';

  constructor(template: string, key: RowKey) {
    const problem = keyProblem(key);
    const { part, bytes, limit } = problem ?? { part: 'sk', bytes: 0, limit: LIMITS.sk };
    const which = part === 'pk' ? 'partition key (its first segment)' : 'sort key (the segments after the first)';
    super(
      `The values given for the key path '${template}' make a ${which} of ${bytes} bytes; DynamoDB takes ${limit}. ` +
        `Mend: use shorter values in the fields of this key path.`,
      { keyPath: template, part, bytes, limit },
    );
  }
}

/** A prefix, or bounds after it, that cannot be asked of a key path. */
export class InvalidKeyRangeError extends DuctileError {
  static override readonly code = 'INVALID_KEY_RANGE';

  constructor(template: string, prefix: string, what: string, mend: string) {
    super(`Key path '${template}', listed by '${prefix}': ${what}. Mend: ${mend}.`, { keyPath: template, prefix });
  }
}
