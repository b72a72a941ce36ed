/** What an operator function tells while it runs. */
export type Progress =
  /** How long it lasts still. */
  | { readonly step: 'drain'; readonly milliseconds: number }
  | { readonly step: 'sweep'; readonly items: number; readonly written: number }
  | { readonly step: 'verify'; readonly items: number; readonly suspects: number };

export type ProgressListener = (progress: Progress) => void;

/** How many items lie between two reports. */
export const REPORT_EVERY = 100;
