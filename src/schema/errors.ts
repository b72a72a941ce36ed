import { DuctileError } from '../errors/ductile-error.js';

/** A class was used with a schema that does not have it as an item type in its compiled version. */
export class UnknownItemTypeError extends DuctileError {
  static override readonly code = 'UNKNOWN_ITEM_TYPE';

  static of(className: string, schema: string, known: readonly string[]): UnknownItemTypeError {
    if (known.includes(className)) {
      return new UnknownItemTypeError(
        `This ${className} is another class than the ${className} of schema '${schema}': the module that declares it was ` +
          'loaded twice, such as from its source and from what was built of it. Import it from where the schema does.',
        { type: className, schema },
      );
    }
    return new UnknownItemTypeError(
      `${className} is not an item type of schema '${schema}', which has ${known.length === 0 ? 'none' : known.join(', ')}. ` +
        `Mend: decorate it with @ItemType and add it to the types of defineSchema (and, where version 1 is published, ` +
        `m.addType('${className}') to a migration).`,
      { type: className, schema },
    );
  }
}

/** What was given as a snapshot of a schema is none, or was changed since it was written. */
export class SnapshotError extends DuctileError {
  static override readonly code = 'SNAPSHOT';

  constructor(why: string) {
    super(`The snapshot of the schema cannot be used: ${why}. Write it anew from the sources: ductile snapshot.`);
  }
}
