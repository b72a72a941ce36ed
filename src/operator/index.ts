/** `ductile/operator`: what an operator of a table does, each as a function. */
export { backfill, type BackfillReport } from './backfill.js';
export { verify, type VerifyChoice, type VerifyOptions, type VerifyReport } from './verify.js';
export { promote, type PromoteReport } from './promote.js';
export { retire, type RetireChoice, type RetireOptions, type RetireReport } from './retire.js';
export { drop, type DropChoice, type DropOptions, type DropReport } from './drop.js';
export { withdraw, type WithdrawChoice, type WithdrawOptions, type WithdrawReport } from './withdraw.js';
export { type BuildInUse, census, type CensusReport, type InUseOptions, type VersionInUse } from './census.js';
export type { DrainWait } from './drain-wait.js';
export type { KeyPathStatus } from './key-path-status.js';
export type { NextStep } from './next-steps.js';
export { type Status, status, type VersionStatus } from './status.js';
export { inspect, type InspectChoice, type InspectOptions, type InspectReport, type VersionSight } from './inspect.js';
export type { Difference, InspectedRow, Stamp } from './inspect-rows.js';
export { type CheckName, doctor, type DoctorCheck, type DoctorOptions, type DoctorReport } from './doctor.js';
export { mendRestored, type RestoredReport } from './restore.js';
export { plan, type PlanOptions } from './plan.js';
export type { Plan, PlanChoice, Prices } from './plan-figures.js';
export type { PlannedStep } from './options.js';
export { cancel } from './cancel.js';
export { limit, type LimitOptions, pause, resume, type WorkChoice, type WorkOptions, works } from './works.js';
export { runJob } from './job-run.js';
export type { DataJob, JobContext, JobOptions, JobProgress, JobReport, JobSample, JobVerdict } from './job.js';
export type { FieldChange } from '../store/changed-fields.js';
export type { Freed } from './freed.js';
export type { SweepReport } from './sweep.js';
export type { Leavings } from './leavings.js';
export type { PassedOver, PassedOverRow } from './passed-over.js';
export type { WorkLimits } from '../work/works.js';
export type { Forecast, WorkKind, WorkProgress } from '../work/work.js';
export {
  DryRunWriteError,
  JobFailedError,
  NoSuchRowError,
  NoSuchWorkError,
  NotVerifiedError,
  OnlyReadsError,
  RowsPassedOverError,
  WorkBusyError,
} from './errors.js';
export { WorkTakenError } from '../work/errors.js';
export { DropRefusedError, RetireRefusedError, WithdrawRefusedError } from '../registry/errors.js';
export type { FindingKind, KeyPathReport } from './tally.js';
export type { KeyPathName } from './paths.js';
export type { Progress, ProgressListener } from './progress.js';
export type { DuctileConfig } from './config.js';
export type { OperatorOptions, PlaceOptions, SourceOptions } from './session.js';
