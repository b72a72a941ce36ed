import { command, type Command } from '../command.js';
import { backfillRun } from './backfill.js';
import { doctorCommand } from './doctor.js';
import { dropCommand } from './drop.js';
import { inspectCommand } from './inspect.js';
import { jobRun } from './job.js';
import { localCommand } from './local.js';
import { planCommand } from './plan.js';
import { promoteCommand } from './promote.js';
import { publishCommand } from './publish.js';
import { retireCommand } from './retire.js';
import { snapshotCommand } from './snapshot.js';
import { statusCommand } from './status.js';
import { verifyCommand } from './verify.js';
import { versionsCommand } from './versions.js';
import { withdrawCommand } from './withdraw.js';
import { backfillCancel, backfillLimit, backfillPause, backfillResume } from './works.js';

/** Every command, in the order in which a table meets them. */
export const commands: readonly Command[] = [
  command(publishCommand, async () => (await import('../actions/publish.js')).publishCommand),
  command(snapshotCommand, async () => (await import('../actions/snapshot.js')).snapshotCommand),
  command(statusCommand, async () => (await import('../actions/status.js')).statusCommand),
  command(planCommand, async () => (await import('../actions/plan.js')).planCommand),
  command(backfillRun, async () => (await import('../actions/backfill.js')).backfillRun),
  command(backfillPause, async () => (await import('../actions/works.js')).backfillPause),
  command(backfillResume, async () => (await import('../actions/works.js')).backfillResume),
  command(backfillLimit, async () => (await import('../actions/works.js')).backfillLimit),
  command(backfillCancel, async () => (await import('../actions/works.js')).backfillCancel),
  command(verifyCommand, async () => (await import('../actions/verify.js')).verifyCommand),
  command(promoteCommand, async () => (await import('../actions/promote.js')).promoteCommand),
  command(withdrawCommand, async () => (await import('../actions/withdraw.js')).withdrawCommand),
  command(versionsCommand, async () => (await import('../actions/versions.js')).versionsCommand),
  command(retireCommand, async () => (await import('../actions/retire.js')).retireCommand),
  command(dropCommand, async () => (await import('../actions/drop.js')).dropCommand),
  command(jobRun, async () => (await import('../actions/job.js')).jobRun),
  command(inspectCommand, async () => (await import('../actions/inspect.js')).inspectCommand),
  command(doctorCommand, async () => (await import('../actions/doctor.js')).doctorCommand),
  command(localCommand, async () => (await import('../actions/local.js')).localCommand),
];
