import { doctor, type DoctorCheck, type DoctorReport } from '../../operator/doctor.js';
import { mendRestored } from '../../operator/restore.js';
import type { PublishableSchema } from '../../registry/past.js';
import { isRestoreSwept } from '../../registry/knowledge.js';
import type { ActionOf, Context, Outcome } from '../command.js';
import type * as spec from '../commands/doctor.js';
import { type limitOptions, workOptions } from '../common-options.js';
import { SchemaFileError, UsageError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import type { ValuesOf } from '../option.js';
import { grid } from '../terminal/grid.js';
import { oneLine } from '../terminal/one-line.js';
import { CAUTIONS, nextOf, wordsOf } from './next-step.js';
import { planned } from './plan.js';
import { ended, given, look, operatorOptions, placeOptions } from './step.js';
import { lines, sweptText } from './text.js';

export const doctorCommand: ActionOf<typeof spec.doctorCommand> = async (context, values) => {
  const { repair, restored, 'dry-run': isDry } = values;
  if (repair === true && restored === true) throw new UsageError('--repair and --restored are two things: give one.');
  if (restored === true) return isDry === true ? wouldMend(context, values) : mended(context, values);
  const stray = Object.keys(workOptions).find((name) => name in values);
  if (stray !== undefined) throw new UsageError(`--${stray} is a part of --restored: give both, or leave it out.`);
  return examined(context, { repairs: repair === true, isDry: isDry === true });
};

/** What is to be done about fences that stand too low. */
interface Treatment {
  readonly repairs: boolean;
  readonly isDry: boolean;
}

async function examined(context: Context, { repairs, isDry }: Treatment): Promise<Outcome> {
  const place = await placeOptions(context);
  const report = await withSources(context, (schema) =>
    doctor({ ...place, ...given({ schema }), ...(repairs && !isDry ? { repair: true } : {}) }),
  );
  const raises = repairs && isDry && report.lowFences > 0;
  // As it would end without the dry run.
  const isSound = report.checks.every(({ check, verdict }) => verdict !== 'problem' || (raises && check === 'fences'));
  return {
    text: lines(doctorText(report), repairs && isDry ? wouldRaise(report) : undefined),
    json: { ...(isDry ? { dryRun: true } : {}), ...report },
    ...(raises ? { next: context.realCommand } : nextAfter(context, report, repairs && !isDry)),
    exit: isSound ? exitCode.done : exitCode.refused,
  };
}

/**
 * Compares the sources with the table, too. Those of a configuration that cannot be loaded here are told of, since nothing else
 * rests on them; those of an option are an error.
 */
async function withSources(
  context: Context,
  examine: (schema: PublishableSchema | undefined) => Promise<DoctorReport>,
): Promise<DoctorReport> {
  if (context.namesSchema) return examine(await context.schema());
  let why: string | undefined;
  const schema = await context.namedSchema().catch((error: unknown) => {
    if (!(error instanceof SchemaFileError)) throw error;
    why = error.message;
    return undefined;
  });
  const report = await examine(schema);
  if (why === undefined) return report;
  return { ...report, checks: [...report.checks, { check: 'schema', verdict: 'warning', message: oneLine(why) }] };
}

const wouldRaise = ({ lowFences }: DoctorReport): string =>
  lowFences === 0 ? 'Would raise no fence.' : `Would raise ${lowFences} of 64 fences.`;

/** The most pressing first: in a table that was restored nothing else is to be done before. */
function nextAfter(
  context: Context,
  { checks, lowFences, waiting }: DoctorReport,
  raised: boolean,
): Pick<Outcome, 'next' | 'caution'> {
  if (checks.some(({ check, verdict }) => check === 'stamps' && verdict === 'problem')) {
    return { next: context.commandLine('doctor --restored'), caution: CAUTIONS.mendRestored };
  }
  if (lowFences > 0) return { next: context.commandLine(raised ? 'verify --all' : 'doctor --repair') };
  return nextOf(context, waiting);
}

async function mended(context: Context, values: ValuesOf<typeof workOptions>): Promise<Outcome> {
  // What goes on with what was begun was confirmed then.
  if (isRestoreSwept((await look(context)).registry.knowledge)) {
    await context.confirm('The registry will get a new id, which ends all applications that knew the table before.');
  }
  const report = await mendRestored(await operatorOptions(context, values));
  return {
    text: lines(`The registry of the table is ${report.registry} from now on.`, sweptText(report, context.reporter)),
    json: report,
    ...ended(context, report, context.commandLine('verify', '--all', '--repair')),
  };
}

async function wouldMend(context: Context, values: ValuesOf<typeof limitOptions>): Promise<Outcome> {
  const { plan, text } = await planned(await look(context), 'mendRestored', values);
  return {
    text: lines('Would give the registry a new id, and bring every item to it.', text),
    json: { dryRun: true, plan },
    next: context.realCommand,
  };
}

const MARK: Readonly<Record<DoctorCheck['verdict'], string>> = { ok: '✓', warning: '!', problem: '✖' };

const doctorText = ({ checks, waiting }: DoctorReport): string =>
  grid(
    checks.map(({ check, verdict, message }) => {
      // The function names functions.
      const work = check === 'work' && waiting.length > 0;
      return [MARK[verdict], check, work ? waiting.map((step) => `${wordsOf(step)}: ${step.why}.`).join(' ') : message];
    }),
  );
