import type { Command } from '../command.js';
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
import { backfillLimit, backfillPause, backfillResume } from './works.js';

/** Every command, in the order in which a table meets them. */
export const commands: readonly Command[] = [
  publishCommand,
  snapshotCommand,
  statusCommand,
  planCommand,
  backfillRun,
  backfillPause,
  backfillResume,
  backfillLimit,
  verifyCommand,
  promoteCommand,
  withdrawCommand,
  versionsCommand,
  retireCommand,
  dropCommand,
  jobRun,
  inspectCommand,
  doctorCommand,
  localCommand,
];
