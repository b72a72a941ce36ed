/** One thing that one of the processes of a model can do now. */
export interface Step<State> {
  /** Who does it: `writer 0`, `operator`, `clock`. */
  readonly by: string;
  readonly does: string;
  readonly to: State;
  /** Where doing it breaks what must always hold: what. */
  readonly breaks?: string | undefined;
}

/**
 * A protocol for a few processes, small enough to look at everything that can happen. States are plain data that is never
 * changed; two states are the same where their JSON is, so every state of a model has its fields in one order.
 */
export interface Model<State> {
  readonly start: State;
  steps(state: State): readonly Step<State>[];
  /** What does not hold in the state, and must in every one. */
  broken?(state: State): string | undefined;
}

export interface Violation {
  readonly problem: string;
  /** What happened, from the start; there is no shorter way to any violation. */
  readonly trace: readonly string[];
}

export interface Verdict {
  /** How many different states were looked at. */
  readonly states: number;
  readonly violation?: Violation;
}

/** A model that is larger than this is a mistake, not a proof. */
const MOST_STATES = 3_000_000;

/** Looks at every state that can be reached, nearest first, until one violates the protocol. */
export function check<State>(model: Model<State>): Verdict {
  const reached = new Reached(model.start);
  for (let from = 0; from < reached.count; from++) {
    const state = reached.take(from);
    for (const { by, does, to, breaks } of model.steps(state)) {
      const at = reached.add(to, from, `${by}: ${does}`);
      const problem = breaks ?? (at.fresh ? model.broken?.(to) : undefined);
      if (problem !== undefined) {
        return { states: reached.count, violation: { problem, trace: [...reached.trace(from), `${by}: ${does}`] } };
      }
    }
  }
  return { states: reached.count };
}

/**
 * Whether every call that was started ends, for a model whose calls are finitely many:
 * - from every state that can be reached, the end of all calls can be reached still;
 * - nobody goes round in a circle alone: every repetition is owed to something that another process did.
 *
 * Together: where every process that can move does so after some time, every call ends.
 *
 * @param over whether all calls have ended in this state
 * @param waits the steps that wait for another process, which has begun and will end: they may be repeated
 */
export function checkEnds<State>(
  model: Model<State>,
  over: (state: State) => boolean,
  waits: (step: Step<State>) => boolean = () => false,
): Verdict {
  const reached = new Reached(model.start);
  const ends: number[] = [];
  const edges: Edge[] = [];
  for (let from = 0; from < reached.count; from++) {
    const state = reached.take(from);
    if (over(state)) ends.push(from);
    for (const step of model.steps(state)) {
      const { index: to } = reached.add(step.to, from, `${step.by}: ${step.does}`);
      edges.push({ from, to, by: step.by, waits: waits(step) });
    }
  }
  const found = (problem: string, at: number): Verdict => ({
    states: reached.count,
    violation: { problem, trace: reached.trace(at) },
  });
  for (const by of new Set(edges.map((edge) => edge.by))) {
    const circle = stateOnCircle(
      edges.filter((edge) => edge.by === by && !edge.waits),
      reached.count,
    );
    if (circle !== undefined) return found(`ENDLESS: ${by} goes round in a circle, and nobody else moves`, circle);
  }
  const stuck = stateThatCannotReach(ends, edges, reached.count);
  return stuck === undefined ? { states: reached.count } : found('STUCK: some call cannot end', stuck);
}

interface Edge {
  readonly from: number;
  readonly to: number;
  readonly by: string;
  readonly waits: boolean;
}

/** The states that were reached, in the order in which they were, each with the shortest way to it. */
class Reached<State> {
  readonly #indexOf = new Map<string, number>();
  /** Those that were not looked at yet; a state is let go once it was. */
  readonly #waiting: (State | undefined)[] = [];
  readonly #from: number[] = [];
  readonly #label: string[] = [];

  constructor(start: State) {
    this.add(start, -1, '');
  }

  get count(): number {
    return this.#from.length;
  }

  add(state: State, from: number, label: string): { readonly index: number; readonly fresh: boolean } {
    const key = JSON.stringify(state);
    const known = this.#indexOf.get(key);
    if (known !== undefined) return { index: known, fresh: false };
    const index = this.count;
    if (index >= MOST_STATES) throw new Error(`More than ${MOST_STATES} states: the model's bounds are too wide.`);
    this.#indexOf.set(key, index);
    this.#waiting.push(state);
    this.#from.push(from);
    this.#label.push(label);
    return { index, fresh: true };
  }

  take(index: number): State {
    const state = this.#waiting[index]!;
    this.#waiting[index] = undefined;
    return state;
  }

  trace(index: number): readonly string[] {
    const labels: string[] = [];
    for (let at = index; at > 0; at = this.#from[at]!) labels.push(this.#label[at]!);
    return labels.reverse();
  }
}

function stateThatCannotReach(ends: readonly number[], edges: readonly Edge[], count: number): number | undefined {
  const into = Array.from({ length: count }, (): number[] => []);
  for (const { from, to } of edges) into[to]!.push(from);
  const can = new Uint8Array(count);
  const next = [...ends];
  for (const end of ends) can[end] = 1;
  for (let at = next.pop(); at !== undefined; at = next.pop()) {
    for (const from of into[at]!) {
      if (can[from] === 1) continue;
      can[from] = 1;
      next.push(from);
    }
  }
  const stuck = can.indexOf(0);
  return stuck < 0 ? undefined : stuck;
}

/** Takes away what nothing leads to, as often as it goes: what is left over is on a circle, or comes after one. */
function stateOnCircle(edges: readonly Edge[], count: number): number | undefined {
  const leadHere = new Uint32Array(count);
  const out = Array.from({ length: count }, (): number[] => []);
  for (const { from, to } of edges) {
    leadHere[to]!++;
    out[from]!.push(to);
  }
  const next = [...leadHere.keys()].filter((state) => leadHere[state] === 0);
  let left = count - next.length;
  for (let at = next.pop(); at !== undefined; at = next.pop()) {
    for (const to of out[at]!) {
      if (--leadHere[to]! > 0) continue;
      left--;
      next.push(to);
    }
  }
  return left === 0 ? undefined : leadHere.findIndex((edgesLeft) => edgesLeft > 0);
}
