/** One call on one item: when it ran, and what it can have done. */
export interface Event<State> {
  /** Ticks: it took effect at some moment from `began` to `ended`. */
  readonly began: number;
  readonly ended: number;
  /** True where it may never have taken effect, or may yet: then `ended` is Infinity. */
  readonly optional: boolean;
  /** The state after it, where it can have happened in a state with the result that was reported; else undefined. */
  readonly after: (state: State) => State | undefined;
  /** Made when it is needed: to tell of an order that is not there. */
  readonly label: () => string;
}

export interface Verdict {
  readonly linearizable: boolean;
  /** The longest order of events that explains what was reported: all of them where it is linearizable. */
  readonly order: readonly string[];
  /** What could not follow on that order. */
  readonly stuck: readonly string[];
}

/**
 * Whether calls on one item can be put into one order in which each takes effect at a moment between its beginning and
 * its end, and each report is true (Wing and Gong's search, which never visits the same set of calls in the same state
 * twice, as Lowe proposed).
 *
 * @param identity equal for equal states only
 */
export function checkLinearizable<State>(
  events: readonly Event<State>[],
  initial: State,
  identity: (state: State) => string,
): Verdict {
  const sorted = [...events].sort((a, b) => a.began - b.began);
  const visited = new Set<string>();
  const taken = sorted.map(() => false);
  let mandatory = sorted.filter(({ optional }) => !optional).length;
  const order: number[] = [];
  let longest: readonly number[] = [];

  const search = (state: State): boolean => {
    if (mandatory === 0) return true;
    const place = `${bits(taken)}|${identity(state)}`;
    if (visited.has(place)) return false;
    visited.add(place);
    const candidates = nextOf(sorted, taken);
    for (const i of candidates) {
      const event = sorted[i]!;
      const next = event.after(state);
      if (next === undefined) continue;
      taken[i] = true;
      order.push(i);
      if (!event.optional) mandatory--;
      if (order.length > longest.length) longest = [...order];
      if (search(next)) return true;
      taken[i] = false;
      order.pop();
      if (!event.optional) mandatory++;
    }
    return false;
  };
  const linearizable = search(initial);
  const best = linearizable ? order : longest;
  const left = sorted.map((_, i) => best.includes(i));
  return {
    linearizable,
    order: best.map((i) => sorted[i]!.label()),
    stuck: linearizable ? [] : nextOf(sorted, left).map((i) => sorted[i]!.label()),
  };
}

/** The events that may come next: those that began before any event that must still come had ended. Surer ones first. */
function nextOf<State>(sorted: readonly Event<State>[], taken: readonly boolean[]): readonly number[] {
  let firstEnd = Infinity;
  for (let i = 0; i < sorted.length; i++) {
    const { began, ended } = sorted[i]!;
    if (began > firstEnd) break;
    if (!taken[i] && ended < firstEnd) firstEnd = ended;
  }
  const next: number[] = [];
  for (let i = 0; i < sorted.length && sorted[i]!.began <= firstEnd; i++) if (!taken[i]) next.push(i);
  return next.sort((a, b) => sorted[a]!.ended - sorted[b]!.ended);
}

function bits(taken: readonly boolean[]): string {
  let text = '';
  for (let first = 0; first < taken.length; first += 16) {
    let code = 0;
    for (let i = first; i < first + 16 && i < taken.length; i++) if (taken[i]) code |= 1 << (i - first);
    text += String.fromCharCode(code);
  }
  return text;
}
