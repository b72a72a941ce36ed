/** `ductile/operator`: what an operator of a table does, each as a function. */
export { backfill, type BackfillReport } from './backfill.js';
export { verify, type VerifyReport } from './verify.js';
export { promote, type PromoteReport } from './promote.js';
export { retire, type RetireChoice, type RetireOptions, type RetireReport } from './retire.js';
export { drop, type DropChoice, type DropOptions, type DropReport } from './drop.js';
export { withdraw, type WithdrawChoice, type WithdrawOptions, type WithdrawReport } from './withdraw.js';
export { limit, type LimitOptions, pause, resume, type WorkChoice, type WorkOptions, works } from './works.js';
export type { SweepReport } from './sweep.js';
export type { WorkLimits } from '../work/works.js';
export type { WorkProgress } from '../work/work.js';
export { NotVerifiedError } from './errors.js';
export { DropRefusedError, RetireRefusedError, WithdrawRefusedError } from '../registry/errors.js';
export type { FindingKind, KeyPathReport } from './tally.js';
export type { KeyPathName } from './paths.js';
export type { Progress, ProgressListener } from './progress.js';
export type { OperatorOptions } from './session.js';
