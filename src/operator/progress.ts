import type { WorkProgress } from '../work/work.js';

/** What an operator function tells while it runs. */
export type Progress =
  /** How long it lasts still. */
  | { readonly step: 'drain'; readonly milliseconds: number }
  /** `items` and `written` are this process's own; `work` is what all workers of the pass have come to. */
  | { readonly step: 'sweep'; readonly items: number; readonly written: number; readonly work?: WorkProgress }
  /** The first pass of a verify. */
  | { readonly step: 'digest'; readonly items: number; readonly work?: WorkProgress }
  /** The second one, which looks at what the first one leaves in doubt. */
  | { readonly step: 'verify'; readonly items: number; readonly suspects: number; readonly work?: WorkProgress };

export type ProgressListener = (progress: Progress) => void;

/** How many items lie between two reports. */
export const REPORT_EVERY = 100;
