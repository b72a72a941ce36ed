import type { MigrationModel, SchemaVersion } from '../schema/model.js';

/** What an entry of the registry says: one kind for each step in the life of versions and key paths. */
export type EntryContent =
  | Opened
  | Settings
  | Published
  | Active
  | Strict
  | Verified
  | Promoted
  | Floor
  | Swept
  | Dropping
  | Withdrawn
  | Dropped
  | Void
  | Restored;

/** How creates are kept from processes that slept since before an entry: by the age of what they know, or by fences. */
export type CreateGuard = 'age' | 'fence';

/** The first entry: { kind: 'opened', registry: '1f5e…', schemaName: 'shop', createGuard: 'fence', registryMaxAge: 60000, format: 1 } */
export interface Opened {
  readonly kind: 'opened';
  /** A uuid: what tells this registry from every other. */
  readonly registry: string;
  readonly schemaName: string;
  readonly createGuard: CreateGuard;
  /** In milliseconds. */
  readonly registryMaxAge: number;
  /** Of the registry's rows: 1. */
  readonly format: number;
}

/** What is said is changed: { kind: 'settings', registryMaxAge: 30000 } */
export interface Settings {
  readonly kind: 'settings';
  readonly createGuard?: CreateGuard;
  readonly registryMaxAge?: number;
}

/** A schema version, and the expand of its key paths: { kind: 'published', version: 2, versionHash: '…', schema: {…}, migration: {…} } */
export interface Published {
  readonly kind: 'published';
  readonly version: number;
  readonly versionHash: string;
  readonly schema: SchemaVersion;
  /** What leads to it; absent for version 1. */
  readonly migration?: MigrationModel;
  /** True where its new key paths start promoted, because the table had no item that could be missing on them. */
  readonly promoted?: true;
}

/** A process compiled at the version is about to write: { kind: 'active', version: 2 } */
export interface Active {
  readonly kind: 'active';
  readonly version: number;
}

/** From here a conflict on the paths is an error to the writer: { kind: 'strict', type: 'Order', paths: ['1'] } */
export interface Strict {
  readonly kind: 'strict';
  /** Storage name of the item type. */
  readonly type: string;
  /** Ids of key paths. */
  readonly paths: readonly string[];
}

/** A scan compared every item with its rows on the paths: { kind: 'verified', type: 'Order', paths: ['1'], verify: { epoch: 5, begun: '…', items: 830, missing: 0, open: 0 } } */
export interface Verified {
  readonly kind: 'verified';
  readonly type: string;
  readonly paths: readonly string[];
  readonly verify: VerifyRecord;
}

/** Readers may rely on the paths, whose last verify was clean: { kind: 'promoted', type: 'Order', paths: ['1'] } */
export interface Promoted {
  readonly kind: 'promoted';
  readonly type: string;
  readonly paths: readonly string[];
}

/**
 * Versions below it may not write any more: { kind: 'floor', version: 3 }. They are retired once every item was swept to
 * this entry's epoch or a later one. A lower floor after it takes that back, as long as nothing was dropped.
 */
export interface Floor {
  readonly kind: 'floor';
  /** 1: every version may write. */
  readonly version: number;
}

/** After a drain, every item of the table was brought to an epoch: { kind: 'swept', reached: 7 } */
export interface Swept {
  readonly kind: 'swept';
  readonly reached: number;
}

/**
 * Versions below the floor may not read any more, and what only they could see is to go, for good. Until *dropped* all of
 * it is written on: { kind: 'dropping', version: 3 }
 */
export interface Dropping {
  readonly kind: 'dropping';
  /** The floor in force. */
  readonly version: number;
}

/**
 * The newest version, at which no process has written, is taken back. Rows on its key paths are written on until
 * *dropped*, where there may be any: { kind: 'withdrawn', version: 4 }
 */
export interface Withdrawn {
  readonly kind: 'withdrawn';
  readonly version: number;
}

/**
 * After a drain nobody reads any more what the *dropping* and the withdrawals up to an epoch took away: from here on each
 * write of an item takes it from the table. Were it gone before, a reader that slept would miss items and not know:
 * { kind: 'dropped', reached: 9 }
 */
export interface Dropped {
  readonly kind: 'dropped';
  readonly reached: number;
}

/** Holds the place of an epoch that rows were stamped with in a past that is no more: { kind: 'void' } */
export interface Void {
  readonly kind: 'void';
}

/**
 * The table was restored from a backup, or copied: from here on its registry has another id, and rows that are stamped
 * with an earlier one are of another past: { kind: 'restored', registry: '7c40…' }
 */
export interface Restored {
  readonly kind: 'restored';
  /** A uuid. */
  readonly registry: string;
}

/** What a full scan found on key paths: they are complete where nothing is wrong and nothing open. */
export interface VerifyRecord {
  /** The head of the registry when the scan began. */
  readonly epoch: number;
  /** When the scan began, ISO text. */
  readonly begun: string;
  readonly items: number;
  /** How many faults there are of any kind but `open`: rows that are missing, stale, foreign or dangling, wrong manifests. */
  readonly missing: number;
  readonly open: number;
  /** How many of `missing` are rows whose owner does not list them, or is gone; left out where none is. */
  readonly dangling?: number;
  /** How many of `missing` are rows that no repair copies from or over; left out where none is. */
  readonly damaged?: number;
  /** True where the verify was one that mends: what is missing still it could not mend. */
  readonly repaired?: true;
}
