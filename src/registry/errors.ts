import { DuctileError } from '../errors/ductile-error.js';
import { OutcomeUnknownError } from '../table/errors.js';

/** The registry's head is not a continuation of what this process knew: the table's past was replaced. */
export class RegistryForkError extends DuctileError {
  static override readonly code: string = 'REGISTRY_FORK';
}

/** A row, or this process, knows an entry that the registry does not have: the table was restored, or rows were copied in. */
export class RegistryBehindError extends DuctileError {
  static override readonly code: string = 'REGISTRY_BEHIND';

  constructor(
    /** The epoch that a stamp, or this process, speaks of. */
    known: number,
    /** The registry's newest epoch, where it is known. */
    head?: number,
  ) {
    super(
      `Epoch ${known} is known, but the table's registry ${head === undefined ? 'no longer has it' : `ends at epoch ${head}`}. ` +
        `The table was restored from an older backup, or rows were copied from another table. Stop its writers; let them ` +
        `write again only when the registry is the newer one of the two.`,
      { epoch: known, head },
    );
  }
}

/** An entry of the registry was changed by other means than Ductile, or is incomplete. */
export class RegistryDamagedError extends DuctileError {
  static override readonly code: string = 'REGISTRY_DAMAGED';

  constructor(epoch: number, problem: string) {
    super(
      `The registry's entry of epoch ${epoch} is damaged: ${problem}. Entries are never changed: put the row ` +
        `back as it was (from a backup, or point-in-time recovery).`,
      { epoch },
    );
  }
}

/** The registry holds what this version of Ductile cannot carry out. */
export class LibraryTooOldError extends DuctileError {
  static override readonly code: string = 'LIBRARY_TOO_OLD';

  constructor(
    epoch: number,
    kind: string,
    readonly needed: string,
    own: string,
  ) {
    super(
      `The registry's entry of epoch ${epoch} (${kind}) needs Ductile ${needed} or newer; this is ${own}. ` +
        `Update the package and deploy again; the schema may stay at its version.`,
      { epoch, needed, own },
    );
  }
}

/** The table's registry belongs to another schema. */
export class OtherSchemaError extends DuctileError {
  static override readonly code: string = 'OTHER_SCHEMA';
}

/** The schema version that this application is compiled at is not in the table's registry. */
export class NotPublishedError extends DuctileError {
  static override readonly code: string = 'NOT_PUBLISHED';
}

/** A version that is published has another content in this application's sources. */
export class PastChangedError extends DuctileError {
  static override readonly code: string = 'PAST_CHANGED';
}

/** Another branch published its own version of this number first. */
export class VersionTakenError extends PastChangedError {
  static override readonly code: string = 'VERSION_TAKEN';
}

/** The schema starts at a version whose predecessor is not published. */
export class VersionGapError extends DuctileError {
  static override readonly code: string = 'VERSION_GAP';
}

/** `publish: 'auto'` was asked for on a table that is not on a local engine. */
export class AutoPublishError extends DuctileError {
  static override readonly code: string = 'AUTO_PUBLISH';
}

/** A setting of the registry is out of its range. */
export class RegistrySettingError extends DuctileError {
  static override readonly code: string = 'REGISTRY_SETTING';
}

/** What an append says whose answers were all lost. */
export function appendUnknown(epoch: number, kind: string, cause: unknown): OutcomeUnknownError {
  return new OutcomeUnknownError(
    `Whether the entry '${kind}' was appended to the registry at epoch ${epoch} is not known: no attempt was answered. ` +
      `Call again: what is there is not appended twice.`,
    { epoch, kind },
    { cause },
  );
}

/** What raising the fences says whose answers were all lost. */
export function fencesUnknown(epoch: number, cause: unknown): OutcomeUnknownError {
  return new OutcomeUnknownError(
    `Whether every fence was raised to epoch ${epoch} is not known: no attempt was answered. Nothing depends on it yet; ` +
      `call again, and what is left is done.`,
    { epoch },
    { cause },
  );
}
