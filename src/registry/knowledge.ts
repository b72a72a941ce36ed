import type { CreateGuard, VerifyRecord } from './content.js';
import type { PathAsRead } from '../keypaths/model.js';
import type { MigrationModel, SchemaVersion } from '../schema/model.js';

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
  /** The epoch of the newest entry that a create has to know: what fences are raised to. */
  readonly fenced: number;
  readonly createGuard: CreateGuard;
  /** In milliseconds. */
  readonly registryMaxAge: number;
  /** In order: every setting that a process may still act by, the one in force last. What a drain must outlast. */
  readonly settings: readonly SettingsInForce[];
  /** Without those that were withdrawn. */
  readonly versions: ReadonlyMap<number, PublishedVersion>;
  readonly newestVersion: number;
  /** By storage name of the item type: every key path that rows must have at this epoch, the primary first. */
  readonly demanded: ReadonlyMap<string, readonly DemandedPath[]>;
  readonly floor: FloorInForce;
  /** The newest epoch to which every item of the table was brought after a drain; 0 where there was none. */
  readonly swept: number;
  /** Set from the first *dropping* on: versions below it may not read either. */
  readonly dropping?: FloorInForce;
  /**
   * Set from the first *dropped* after it on: what only versions below it could see goes with the next write of an item,
   * whoever makes it. `remaining` in `src/protocol/prune.ts` says which attributes stay.
   */
  readonly dropped?: FloorInForce;
  /** Set from the last *restored* on. */
  readonly restored?: RestoredRegistry;
  /** Every version that was taken back, in order; one that was published again with the same content too. */
  readonly withdrawn: readonly WithdrawnVersion[];
}

export interface SettingsInForce {
  /** The epoch of the entry that set it. */
  readonly since: number;
  readonly createGuard: CreateGuard;
  /** In milliseconds. */
  readonly registryMaxAge: number;
  /** True from when every writer is known to have heard of later ones. */
  readonly readersOnly?: true;
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

/** A line between versions: those below `version`, and the rest. */
export interface FloorInForce {
  /** 1 where none is below. */
  readonly version: number;
  /** The epoch from which it has been so that high; 0 where none is below. */
  readonly since: number;
}

/** The registry of a table that was restored or copied. */
export interface RestoredRegistry {
  /** The epoch of the entry that said so. */
  readonly since: number;
  /** The short ids that stamps had before. */
  readonly former: readonly string[];
}

export interface WithdrawnVersion {
  readonly version: number;
  readonly hash: string;
  readonly schema: SchemaVersion;
  /** The epoch of the entry that took it back. */
  readonly since: number;
  /** True where items may have had rows on key paths that only it had, or expired as it said. */
  readonly leftTraces: boolean;
  /** The epoch from which writers take that away; absent before. */
  readonly gone?: number;
}

export type PathState = 'expand' | 'strict' | 'promoted';

export interface DemandedPath {
  /** As the newest version that has it reads the items on it. */
  readonly path: PathAsRead;
  /**
   * Storage names of parameters whose default in `path` is not pinned by the version that declared it, but comes from a
   * later migration: what older readers get where newer versions leave the field out. Those defaults stay when the older
   * readers are retired.
   */
  readonly olderDefaults?: readonly string[];
  /** The newest first. Absent where every version that has the path reads the same. */
  readonly olderReadings?: readonly OlderReading[];
  readonly state: PathState;
  /** The epoch of the entry that put it into this state. */
  readonly since: number;
  /** What the last verify found since it became strict. */
  readonly verified?: VerifyRecord;
}

/**
 * How versions read a key path that lack a value of an enum in it: an item that stores such a value has one more row
 * there, at the key under which they look for it.
 */
export interface OlderReading {
  /** The version that added values: those below it read others in their place. */
  readonly below: number;
  /** The path as they read it. Its id is the row's in the manifest: `1~2`. */
  readonly path: PathAsRead;
}

/** True where every version below the floor is retired: no process compiled at one can write any more. */
export const isFloorSwept = ({ floor, swept }: Knowledge): boolean => floor.since <= swept;

/** True where what was dropped last is gone from every item. */
export const isDropSwept = ({ dropping, dropped, swept }: Knowledge): boolean =>
  dropping === undefined || (dropped?.version === dropping.version && dropped.since <= swept);

/** True where a key path is still to be filled: nothing verifies it before. */
export const isFilling = ({ demanded }: Knowledge): boolean =>
  [...demanded.values()].some((paths) => paths.some(({ state }) => state === 'expand'));

/** True where every item was brought to the registry as it is since the table was restored, or it never was. */
export const isRestoreSwept = ({ restored, swept }: Knowledge): boolean =>
  restored === undefined || restored.since <= swept;

/** The newest version that was taken back and whose traces may still be there; undefined where there is none. */
export const unsweptWithdrawal = (knowledge: Knowledge): WithdrawnVersion | undefined =>
  unsweptWithdrawals(knowledge).at(-1);

/** Every version that was taken back and whose traces may still be there, in order. */
export const unsweptWithdrawals = ({ withdrawn, swept }: Knowledge): readonly WithdrawnVersion[] =>
  withdrawn.filter(({ leftTraces, gone }) => leftTraces && (gone === undefined || gone > swept));

/** The epoch of the newest entry that took something from readers and that no *dropped* has followed; 0 where none is. */
export function newestRemoval({ dropping, dropped, withdrawn }: Knowledge): number {
  const waiting = withdrawn.filter(({ leftTraces, gone }) => leftTraces && gone === undefined);
  const drop = dropping === undefined || dropping.version === dropped?.version ? [] : [dropping];
  return Math.max(0, ...[...waiting, ...drop].map(({ since }) => since));
}

/** The epoch that every item must reach before all that was taken away is gone; 0 where nothing was. */
export function goneAt({ dropped, withdrawn }: Knowledge): number {
  return Math.max(0, dropped?.since ?? 0, ...withdrawn.map(({ gone = 0 }) => gone));
}
