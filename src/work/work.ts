import type { AttributeMap, RowKey } from '../values/attribute-value.js';

/** What a work is, for people. */
export type WorkKind = 'sweep' | 'verify' | 'job';

/**
 * A work: one pass over every row of the table, cut into segments of a parallel Scan, which any number of workers on any
 * number of machines share. What is recorded of it stands in the table, so that a worker that dies loses nothing but what
 * came after its last checkpoint.
 */
export interface WorkPlan<Result> {
  /** Names the work in the table: who runs a plan of the same id takes part in it. */
  readonly id: string;
  readonly kind: WorkKind;
  /** What it is for, where its id does not say: as long as a work is recorded for something else, this one is refused. */
  readonly about?: string;
  /** How many segments, where it is begun by this call. */
  readonly segments: number;
  /** True when the engine loses rows of segmented scans: a run that was cut into several is begun anew, in one. */
  readonly whole?: true;
  /**
   * When what a segment has come to is written down: after each page; or, where that costs much, only at its end and where
   * the worker stops on its own: one that dies then repeats the segment.
   */
  readonly checkpoint: 'page' | 'segment';
  /**
   * Whether a run that had ended before this call is begun anew, by what its segments kept. It only reports unless said.
   */
  beginsAnew?(results: readonly (Result | undefined)[]): boolean;
  /** What it will come to, asked for where it is begun by this call; undefined where nobody can say. */
  forecast?(): Promise<Forecast | undefined> | Forecast | undefined;
  /** Opens a segment, of so many: `sofar` is what its last checkpoint kept. */
  open(segment: number, sofar: Result | undefined, of: number): SegmentTask<Result> | Promise<SegmentTask<Result>>;
}

/** What a work was expected to come to as it began. */
export interface Forecast {
  /** Capacity units, in all. */
  readonly read: number;
  readonly write: number;
  /** How large the table was, about. */
  readonly table: { readonly rows: number; readonly bytes: number };
}

/** What is done with the rows of one segment. */
export interface SegmentTask<Result> {
  /** Called for every row that the scan meets, several at once. May be called again for a row, and by another worker too. */
  row(row: AttributeMap, key: RowKey): Promise<void> | void;
  /**
   * What is kept of the segment: JSON that does not change any more, at most some 300 KB. Asked for when no `row` is under way.
   * What it has in `passedOver.count` is told to everybody as rows that were passed over.
   */
  result(): Result | Promise<Result>;
}

/** How a worker takes part. */
export interface WorkerOptions {
  /** How many rows are worked on at once at most. */
  readonly concurrency?: number;
  /** Write units a second that all workers of the work may consume together; no limit unless said. */
  readonly maxWcu?: number;
  /** Read units a second that all workers of the work may consume together; no limit unless said. */
  readonly maxRcu?: number;
  /** In milliseconds: after so long the worker stops between two rows, although the work is not finished. */
  readonly timeLimit?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: WorkProgress) => void;
}

/** How a work stands: all its workers together. */
export interface WorkProgress {
  readonly id: string;
  readonly kind: WorkKind;
  /** Of a job: under which name the items that it is for are stored. */
  readonly about?: string;
  readonly state: 'running' | 'paused' | 'finished';
  readonly segments: { readonly all: number; readonly finished: number; readonly leased: number };
  /** Rows that were met. */
  readonly rows: number;
  /** How many of these it went on past, because nothing can be done with them before somebody mends them; absent for none. */
  readonly passedOver?: number;
  /** Capacity units that were consumed since it began. */
  readonly consumed: { readonly read: number; readonly write: number };
  /** What it was expected to come to as it began; absent where nobody could say. */
  readonly forecast?: Forecast;
  /** ISO text, by the server's clock. */
  readonly begun: string;
  /** Where it is running, and nobody works on it: since when (ISO text), and who did last, as `machine:process`. */
  readonly idle?: { readonly since: string; readonly worker?: string };
  /** The limits in force, for all workers together. */
  readonly maxWcu?: number;
  readonly maxRcu?: number;
}

/** What a pass may consume, all workers together. */
export interface Limits {
  readonly maxWcu?: number;
  readonly maxRcu?: number;
}

/** Options with the limits that are in force for a pass, whatever they say themselves: for another one that goes on from there. */
export function withLimitsOf<Options extends Limits>(pass: WorkProgress, options: Options): Options {
  const { maxWcu: _, maxRcu: __, ...rest } = options;
  const { maxWcu, maxRcu } = pass;
  const limits = { ...(maxWcu === undefined ? {} : { maxWcu }), ...(maxRcu === undefined ? {} : { maxRcu }) };
  return { ...rest, ...limits } as Options;
}

/** How a call of `runWork` ended. */
export interface WorkEnd<Result> {
  /** False where the time limit ended it first. */
  readonly finished: boolean;
  /** True where it had ended before this call. */
  readonly endedBefore: boolean;
  /** True where another worker ended the work: what it was for is written down, and no results are left. */
  readonly elsewhere: boolean;
  /** True when a worker ended without giving back its segment: what it did after its last checkpoint was done again. */
  readonly killed: boolean;
  /** What each segment kept, in their order; of those that are not finished, what was kept last. */
  readonly results: readonly (Result | undefined)[];
  readonly progress: WorkProgress;
}
