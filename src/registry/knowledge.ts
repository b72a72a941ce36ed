import type { CreateGuard, VerifyRecord } from './entry.js';
import type { KeyPathModel, MigrationModel, SchemaVersion } from '../schema/model.js';

/** What a process knows of the registry: the fold of the log's entries up to `epoch`. Frozen; a refresh makes a new one. */
export interface Knowledge {
  readonly registryId: string;
  /** The first 8 characters of the id: what stamps carry. */
  readonly shortId: string;
  /** The name of the schema that the table holds; empty where the registry is. */
  readonly schemaName: string;
  /** The epoch of the newest entry known; 0 where the registry is empty. */
  readonly epoch: number;
  /** The hash of the newest entry known: the chain that every refresh checks. */
  readonly headHash: string;
  readonly createGuard: CreateGuard;
  /** In milliseconds. */
  readonly registryMaxAge: number;
  readonly versions: ReadonlyMap<number, PublishedVersion>;
  readonly newestVersion: number;
  /** By storage name of the item type: every key path that rows must have at this epoch, the primary first. */
  readonly demanded: ReadonlyMap<string, readonly DemandedPath[]>;
}

export interface PublishedVersion {
  readonly version: number;
  readonly epoch: number;
  readonly hash: string;
  readonly schema: SchemaVersion;
  /** Absent for the first version. */
  readonly migration?: MigrationModel;
  /** True from the first process that was compiled at it. */
  readonly active: boolean;
}

export type PathState = 'expand' | 'strict' | 'promoted';

export interface DemandedPath {
  readonly path: KeyPathModel;
  /**
   * Storage names of parameters whose default in `path` is not pinned by the version that declared it, but comes from a
   * later migration: what older readers get where newer versions leave the field out.
   */
  readonly olderDefaults?: readonly string[];
  readonly state: PathState;
  /** The epoch of the entry that put it into this state. */
  readonly since: number;
  /** What the last verify found since it became strict. */
  readonly verified?: VerifyRecord;
}
