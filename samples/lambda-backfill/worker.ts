import { DuctileError } from 'ductile';
import { backfill, drop, promote, retire, verify } from 'ductile/operator';
import type {
  DropChoice,
  KeyPathReport,
  OperatorOptions,
  PassedOver,
  RetireChoice,
  VerifyChoice,
  VerifyReport,
} from 'ductile/operator';

/** What of AWS Lambda's context a worker uses. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

/** Which table, by which schema. */
export type Place = Pick<OperatorOptions, 'schema' | 'table' | 'client' | 'keys'>;

type Options = Pick<OperatorOptions, 'concurrency' | 'maxWcu' | 'maxRcu' | 'segments' | 'drain'>;

/** What a worker is asked to take part in. */
export type WorkerEvent =
  | { readonly step: 'backfill' | 'promote'; readonly options: Options }
  | { readonly step: 'verify'; readonly options: Options & VerifyChoice }
  | { readonly step: 'retire'; readonly options: Options & RetireChoice }
  | { readonly step: 'drop'; readonly options: Options & DropChoice };

/** What the state machine goes by: small, because the answers of all workers must fit into 256 KiB. */
export interface WorkerResult {
  /** True once the whole step is done, whoever did it. */
  readonly finished: boolean;
  /** In whole seconds: calling again before is of no use. */
  readonly wait: number;
  /** What verify found, in words: the keys are in the log only. */
  readonly faults: readonly string[];
  /** Always empty: where a worker fails, the state machine puts the error here. */
  readonly errors: readonly [];
}

/** The call ends so long before Lambda ends the function … */
const MARGIN_MS = 30_000;
/** … and, where one row takes longer than that, so long before it by a signal. */
const LAST_MARGIN_MS = 5_000;

/** Why a call was cut short: what it has come to is written down, and the next one goes on from there. */
class CutShort extends Error {
  constructor(readonly wait: number) {
    super('the rest is left to the next call');
  }
}

/** A Lambda handler that takes part in a step for as long as the function has time. */
export function workerAt(place: Place): (event: WorkerEvent, context: LambdaContext) => Promise<WorkerResult> {
  return async (event, context) => {
    const time = context.getRemainingTimeInMillis();
    const cut = new AbortController();
    const last = setTimeout(() => cut.abort(new CutShort(1)), Math.max(0, time - LAST_MARGIN_MS));
    const call: OperatorOptions = {
      ...place,
      timeLimit: Math.max(0, time - MARGIN_MS),
      signal: cut.signal,
      // A state machine waits for nothing, and a function is paid while it waits.
      onProgress: (progress) => {
        if (progress.step === 'drain') cut.abort(new CutShort(Math.ceil(progress.milliseconds / 1_000)));
      },
    };
    try {
      const report = await take(event, call);
      console.log(JSON.stringify({ step: event.step, report }));
      assertNonePassedOver(report);
      return { finished: report.finished, wait: 1, faults: faultsIn(report), errors: [] };
    } catch (error) {
      if (error instanceof CutShort) return { finished: false, wait: error.wait, faults: [], errors: [] };
      throw namedByCode(error);
    } finally {
      clearTimeout(last);
    }
  };
}

interface Report {
  readonly finished: boolean;
  readonly passedOver?: PassedOver;
}

/** Rows that a pass went on past wait for a person: another round would meet them again. */
function assertNonePassedOver({ passedOver }: Report): void {
  const [row] = passedOver?.first ?? [];
  if (row !== undefined) throw Object.assign(new Error(row.message), { name: row.code });
}

async function take(event: WorkerEvent, call: OperatorOptions): Promise<Report> {
  // What says where the table is comes last: an event does not decide that.
  switch (event.step) {
    case 'backfill':
      return backfill({ ...event.options, ...call });
    case 'verify':
      return verify({ ...event.options, ...call });
    case 'promote':
      return { finished: true, ...(await promote({ ...event.options, ...call })) };
    case 'retire':
      return retire({ ...event.options, ...call });
    case 'drop':
      return drop({ ...event.options, ...call });
    default:
      throw new Error(`There is no step ${JSON.stringify((event as { step: unknown }).step)}.`);
  }
}

/** A verify that is not at its end has not found all yet. */
function faultsIn(report: Report | VerifyReport): readonly string[] {
  return 'complete' in report && report.finished && !report.complete ? report.keyPaths.flatMap(faultsOn) : [];
}

const KINDS = ['missing', 'stale', 'foreign', 'dangling', 'manifest', 'open', 'damaged'] as const;

function faultsOn(found: KeyPathReport): readonly string[] {
  const counts = KINDS.filter((kind) => found[kind] > 0).map((kind) => `${found[kind]} ${kind}`);
  return counts.length === 0 ? [] : [`${found.type} ${found.keyPath}: ${counts.join(', ')}`];
}

/** Step Functions tells errors apart by their `name`. That of a class changes with a bundler that minifies; a code stays. */
function namedByCode(error: unknown): unknown {
  if (!(error instanceof DuctileError)) return error;
  return Object.assign(new Error(error.message, { cause: error }), { name: error.code });
}
