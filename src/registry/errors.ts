import { DuctileError } from '../errors/ductile-error.js';
import { OutcomeUnknownError } from '../table/errors.js';
import { isOlder } from './library-version.js';

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
      `The registry's entry of epoch ${epoch} (${kind}) needs ${neededText(needed, own)}. ` +
        `Update the package and deploy again; the schema may stay at its version.`,
      { epoch, needed, own },
    );
  }
}

/** A release that wrote something new without saying so is named by nobody. */
const neededText = (needed: string, own: string): string =>
  isOlder(own, needed) ? `Ductile ${needed} or newer; this is ${own}` : `a newer Ductile than ${own}`;

/** A release of Ductile that applications use on the table is too old for what was to be published. Nothing was published. */
export class LibraryInUseTooOldError extends DuctileError {
  static override readonly code: string = 'LIBRARY_IN_USE_TOO_OLD';

  constructor(table: string, needed: string, { version, build, library }: ReleaseInUse) {
    const of = build === undefined ? '' : ` (build '${build}')`;
    super(
      `Applications at version ${version}${of} use table ${table} with Ductile ${library}, which cannot carry out what is ` +
        `to be published: that needs ${needed}. Deploy them with Ductile ${needed} or newer, at whatever version of the ` +
        'schema; publish when none of the old ones was seen for 24 hours.',
      { table, needed, library, version, ...(build === undefined ? {} : { build }) },
    );
  }
}

interface ReleaseInUse {
  readonly version: number;
  readonly build?: string;
  readonly library: string;
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

/** Why a version may not write, or read, any more. */
export type WhyRetired = 'below the floor' | 'dropped' | 'withdrawn' | 'published anew';

/** The schema version that this application is compiled at may not be used on the table any more. Nothing was written. */
export class VersionRetiredError extends DuctileError {
  static override readonly code: string = 'VERSION_RETIRED';

  constructor(schema: string, version: number, table: string, why: WhyRetired, floor: number) {
    super(`Version ${version} of schema '${schema}' ${WHY_RETIRED[why](floor, table)}`, {
      schema,
      version,
      table,
      why,
      floor,
    });
  }
}

const WHY_RETIRED: Readonly<Record<WhyRetired, (floor: number, table: string) => string>> = {
  'below the floor': (floor, table) =>
    `was retired: only versions from ${floor} on may write table ${table}, and nothing was written. Deploy a newer ` +
    'release of the application; or, until it is dropped, take that back: retire({ …, version, undo: true }).',
  dropped: (floor, table) =>
    `was retired, and what only versions before ${floor} could see is dropped from table ${table}: its reads would ` +
    'miss it. Nothing was written. Deploy a newer release of the application.',
  withdrawn: (_, table) =>
    `was withdrawn from table ${table}, and nothing was written. Deploy a release whose version is published, or ` +
    'publish this one again.',
  'published anew': (_, table) =>
    `was withdrawn from table ${table} and published anew with another content, and nothing was written. Deploy a ` +
    'release that was built from the sources of now.',
};

/** The floor cannot be raised, or lowered again, as was asked. Nothing was changed. */
export class RetireRefusedError extends DuctileError {
  static override readonly code: string = 'RETIRE_REFUSED';
}

/** What a version alone could see cannot be dropped: the version is not retired, or was not swept. Nothing was changed. */
export class DropRefusedError extends DuctileError {
  static override readonly code: string = 'DROP_REFUSED';
}

/** A version cannot be withdrawn: a process has begun to write at it, or was seen lately, or it is not the newest. Nothing was changed. */
export class WithdrawRefusedError extends DuctileError {
  static override readonly code: string = 'WITHDRAW_REFUSED';
}

/** A version was withdrawn, and the rows of its key paths may still be there: a new version might take them for its own. */
export class WithdrawUnfinishedError extends DuctileError {
  static override readonly code: string = 'WITHDRAW_UNFINISHED';

  constructor(schema: string, version: number, table: string) {
    super(
      `Version ${version} of schema '${schema}' was withdrawn from table ${table}, and rows that writers made for its key ` +
        `paths may still be there, so nothing can be published yet. Finish it first: ` +
        `\`ductile withdraw ${version}\`, or withdraw({ schema, table: '${table}', client, version: ${version} }).`,
      { schema, version, table },
    );
  }
}

/** With the key paths that older versions still have in the table, items could not be written in one transaction. */
export class TooManyKeyPathsError extends DuctileError {
  static override readonly code: string = 'TOO_MANY_KEY_PATHS';
}

/** `publish: 'auto'` was asked for on a table that is not on a local engine. */
export class AutoPublishError extends DuctileError {
  static override readonly code: string = 'AUTO_PUBLISH';
}

/** A setting of the registry is out of its range. */
export class RegistrySettingError extends DuctileError {
  static override readonly code: string = 'REGISTRY_SETTING';
}

/**
 * Before its first write a process says in the registry that its version is in use, and no attempt at that was answered.
 * Nothing was written by the call.
 */
export class NotAnnouncedError extends DuctileError {
  static override readonly code: string = 'NOT_ANNOUNCED';

  constructor(version: number, table: string, cause: unknown) {
    super(
      `Nothing was written: before its first write a process enters in the registry of table ${table} that its version ` +
        `(${version}) is in use, and no attempt at that was answered. Call again; if it goes on, check the network.`,
      { version, table },
      { cause },
    );
  }
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

/** What is said where the parts of a large entry were sent and never answered. */
export function partsUnknown(epoch: number, cause: unknown): OutcomeUnknownError {
  return new OutcomeUnknownError(
    `Whether all parts of the entry for epoch ${epoch} are in the table is not known: no attempt was answered. Nothing ` +
      `speaks of them yet, and nothing was published; call again, and what is there is not written twice.`,
    { epoch },
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
