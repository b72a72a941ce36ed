/** `ductile/operator`: what an operator of a table does, each as a function. */
export { backfill, type BackfillReport } from './backfill.js';
export { verify, type VerifyReport } from './verify.js';
export { promote, type PromoteReport } from './promote.js';
export { NotVerifiedError } from './errors.js';
export type { FindingKind, KeyPathReport } from './tally.js';
export type { KeyPathName } from './paths.js';
export type { Progress, ProgressListener } from './progress.js';
export type { OperatorOptions } from './session.js';
