import type { FieldModel } from '../schema/model.js';
import { DuctileError } from '../errors/ductile-error.js';
import { printProblem, type Problem } from './problem.js';

/** A value that the caller gave cannot be stored: every violation at once. Nothing was sent. */
export class ValidationError extends DuctileError {
  static override readonly code = 'VALIDATION';

  constructor(
    /** What was checked: the name of an item type, or the parameters of a key path. */
    subject: string,
    /** Every violation, with its path. */
    readonly problems: readonly Problem[],
  ) {
    const heading = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super([`${subject}: ${heading}`, ...problems.map(printProblem)].join('\n'), { type: subject });
  }
}

/** Where a row is damaged, without its content. */
export interface Damage {
  /** The item type's name in the version that read it. */
  readonly type: string;
  /** The schema version that the row was read as; absent where the damage is in Ductile's own attributes. */
  readonly version?: number;
  /** The place, in that version's names: `items[3].quantity`. */
  readonly path: string;
  /** In words that follow the path: "is stored as a string (S), not as a number (N)". */
  readonly reason: string;
  /** The key of the row, where it is known. */
  readonly key?: string;
}

/**
 * A stored row is not what its item type says: someone or something else wrote it. It is never returned as if it were
 * whole, and never overwritten. Mend or delete the row with the tool that wrote it.
 */
export class DamagedRowError extends DuctileError {
  static override readonly code = 'DAMAGED_ROW';

  constructor(readonly damage: Damage) {
    const { type, version, path, reason, key } = damage;
    super(
      `The row ${key === undefined ? '' : `${key} `}of ${type} is damaged` +
        `${version === undefined ? '' : `, read as schema version ${version}`}: ` +
        `${path} ${reason}. Nothing was changed; mend the row, or delete it, with the tool that wrote it.`,
      { type, ...(version === undefined ? {} : { version }), field: path, ...(key === undefined ? {} : { key }) },
    );
  }

  /** The same error, naming the row. */
  withKey(key: string): DamagedRowError {
    return new DamagedRowError({ ...this.damage, key });
  }
}

/** A name that is no field of the item type in this version. */
export class UnknownFieldError extends DuctileError {
  static override readonly code = 'UNKNOWN_FIELD';

  constructor(type: string, version: number, field: string, fields: readonly FieldModel[]) {
    const known = fields.map(({ name }) => name).join(', ');
    super(`${type} has no field ${field} in schema version ${version}; its fields are: ${known}.`, {
      type,
      version,
      field,
    });
  }
}
