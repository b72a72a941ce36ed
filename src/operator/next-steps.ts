import {
  goneAt,
  isDropSwept,
  isFloorSwept,
  isRestoreSwept,
  type Knowledge,
  unsweptWithdrawal,
} from '../registry/knowledge.js';
import type { WorkProgress } from '../work/work.js';
import { jobNameOf } from './job-name.js';
import { keyPathsIn } from './key-path-status.js';
import { isBackfillOf, purposeOf, stuckPast, sweepId, verifyKindOf } from './pass.js';
import { type KeyPathName, leftBy, namesOf, pathsIn } from './paths.js';

/** The step that comes next, as the functions of `ductile/operator` are called. */
export interface NextStep {
  readonly step:
    | 'backfill'
    | 'verify'
    | 'promote'
    | 'retire'
    | 'drop'
    | 'withdraw'
    | 'mendRestored'
    | 'resume'
    | 'cancel'
    | 'runJob';
  /** Of `retire`, `drop` and `withdraw`. */
  readonly version?: number;
  /** Of `verify`, where there are faults that a repair mends. */
  readonly repair?: true;
  /** Of `verify`, where a repair has left nothing but rows whose items are gone: each may be the last copy of one. */
  readonly orphans?: 'delete';
  /** Of `verify`, where one of all key paths was begun, and nobody works on it. */
  readonly all?: true;
  /** Of `cancel`: the id of the pass. */
  readonly work?: string;
  /** True where a person has to change items first: before that the step comes to the same as the last time. */
  readonly byHand?: true;
  /** Of `runJob`: the name of the job. What it does is known where it was written, not in the table. */
  readonly job?: string;
  /** One sentence, for people. */
  readonly why: string;
}

/** What waits to be done, the most pressing first, with what is known of passes over the table. Pure. */
export function nextSteps(knowledge: Knowledge, works: readonly WorkProgress[] = []): readonly NextStep[] {
  const { floor, dropping, restored } = knowledge;
  const swept = (name: NextStep['step'], why: string, epoch: number, more: StepChoice = {}): NextStep =>
    unlessStuck(
      step(name, why, more),
      stuckPast(works, (id) => id === sweepId(epoch)),
    );
  const withdrawal = unsweptWithdrawal(knowledge);
  const retired = floor.version - 1;
  const paused = works.filter(({ state }) => state === 'paused').map(({ id }) => id);
  return [
    // Whatever else is to be done, their workers wait.
    ...(paused.length === 0
      ? []
      : [step('resume', `${paused.join(', ')} ${paused.length === 1 ? 'is' : 'are'} paused`)]),
    ...(isRestoreSwept(knowledge)
      ? []
      : [
          swept(
            'mendRestored',
            'the table was restored, and items are not brought to its registry yet',
            restored!.since,
          ),
        ]),
    ...(withdrawal === undefined
      ? []
      : [
          swept(
            'withdraw',
            `rows of version ${withdrawal.version}, which was withdrawn, may still be there`,
            goneAt(knowledge),
            {
              version: withdrawal.version,
            },
          ),
        ]),
    ...(isFloorSwept(knowledge)
      ? []
      : [swept('retire', `versions up to ${retired} are not shut out yet`, floor.since, { version: retired })]),
    ...(isDropSwept(knowledge)
      ? []
      : [swept('drop', 'what was dropped is not gone yet', goneAt(knowledge), { version: dropping!.version - 1 })]),
    ...stepsOfPaths(knowledge, works),
    ...stepsOfJobs(works),
    ...stepsOfLeft(knowledge, works),
  ];
}

/** Of passes that nobody works on, and that no other step goes on with. */
function stepsOfLeft(knowledge: Knowledge, works: readonly WorkProgress[]): readonly NextStep[] {
  return works.flatMap((work) => {
    if (work.idle === undefined || work.kind === 'job') return [];
    const why = `${work.id} was begun, and nobody works on it`;
    switch (purposeOf(knowledge, work.id)) {
      case 'waited for':
        return [];
      case 'mendRestored':
        return [step('mendRestored', why)];
      case 'verify':
        return [step('verify', why, verifyKindOf(work.id))];
      case undefined:
        return [step('cancel', `${why}, nor waits for it`, { work: work.id })];
    }
  });
}

/** Jobs that are at rest before their end: all of their workers were stopped, or ended with an error. */
function stepsOfJobs(works: readonly WorkProgress[]): readonly NextStep[] {
  const left = works.filter(({ kind, idle }) => kind === 'job' && idle !== undefined);
  return left.map(({ id, about, segments }) => {
    const job = jobNameOf(id);
    const items = about === undefined ? '' : ` for items of ${about}`;
    return step(
      'runJob',
      `the job ${job}${items} has done ${segments.finished} of ${segments.all} segments, and nobody works on it`,
      { job },
    );
  });
}

function stepsOfPaths(knowledge: Knowledge, works: readonly WorkProgress[]): readonly NextStep[] {
  const waiting = pathsIn(knowledge, 'expand');
  const strict = keyPathsIn(pathsIn(knowledge, 'strict'), 'strict');
  const unproved = strict.filter(({ verified }) => verified === undefined);
  const faulty = (left: ReturnType<typeof leftBy>) =>
    strict.find(({ verified }) => verified && leftBy(verified) === left);
  const [unmended, orphans, others] = [faulty('unmended'), faulty('orphans'), faulty('others')];
  const faults = strict.filter(({ verified }) => (verified?.missing ?? 0) > 0);
  const open = strict.filter(({ verified }) => verified?.missing === 0 && verified.open > 0);
  const proved = strict.length - unproved.length - faults.length - open.length;
  return [
    ...(waiting.size === 0
      ? []
      : [
          unlessStuck(
            step('backfill', `${count(namesOf(waiting).length)} not filled yet`),
            stuckPast(works, (id) => isBackfillOf(waiting, id)),
          ),
        ]),
    ...(unproved.length === 0 ? [] : [step('verify', `${count(unproved.length)} filled, and not proved complete`)]),
    ...(unmended === undefined
      ? []
      : [step('verify', `the last verify of ${named(unmended)} found faults: have them mended`, { repair: true })]),
    ...(orphans === undefined
      ? []
      : [
          step(
            'verify',
            `a repair of ${named(orphans)} has left rows whose items are gone: inspect them, and let them go`,
            {
              repair: true,
              orphans: 'delete',
            },
          ),
        ]),
    ...(others === undefined
      ? []
      : [
          step(
            'verify',
            `no repair mends what was found on ${named(others)}: inspect the items, and mend them by hand`,
            {
              repair: true,
              byHand: true,
            },
          ),
        ]),
    ...(open.length === 0
      ? []
      : [
          step(
            'verify',
            `the last verify of ${named(open[0]!)} found items whose key another item has: change or delete one of each two`,
            { byHand: true },
          ),
        ]),
    ...(proved > 0 && proved === strict.length ? [step('promote', `${count(proved)} proved complete`)] : []),
  ];
}

const count = (paths: number): string => (paths === 1 ? 'one key path is' : `${paths} key paths are`);

const named = ({ type, keyPath }: KeyPathName): string => `${keyPath} of ${type}`;

/** The step as a person has to prepare it, where its last pass went on past rows. */
const unlessStuck = (next: NextStep, rows: number): NextStep =>
  rows === 0
    ? next
    : {
        ...next,
        byHand: true,
        why: `${next.why}: the last pass went on past ${rows === 1 ? 'a row' : `${rows} rows`} that somebody has to mend first`,
      };

type StepChoice = Omit<NextStep, 'step' | 'why'>;

const step = (name: NextStep['step'], why: string, more: StepChoice = {}): NextStep => ({
  step: name,
  why,
  ...more,
});
