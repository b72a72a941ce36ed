import type { Gateway } from '../table/gateway.js';
import type { RowKey } from '../values/attribute-value.js';
import { type Head, type Held, placeOf, readWorkRow, type Segment, workPk } from './rows.js';
import type { WorkProgress } from './work.js';

/** Everything that is recorded of a work. */
export interface Board {
  readonly id: string;
  readonly head: Held<Head>;
  /** By number: those that somebody has claimed in this run. */
  readonly segments: ReadonlyMap<number, Held<Segment>>;
  /** The rows of earlier runs that nobody has claimed anew. */
  readonly leftovers: ReadonlyMap<number, Held<Segment>>;
}

/**
 * The works of the table, or one of them. Costs one strongly consistent Query for each megabyte: a row of some 300 bytes
 * for each segment, and what the works keep.
 */
export async function readBoards(gateway: Gateway, id?: string): Promise<readonly Board[]> {
  const heads = new Map<string, Held<Head>>();
  const segments = new Map<string, Map<number, Held<Segment>>>();
  let after: RowKey | undefined;
  do {
    const page = await gateway.query({
      pk: workPk,
      ...(id === undefined ? {} : { prefix: id }),
      ...(after === undefined ? {} : { after }),
    });
    for (const row of page.rows) {
      const place = placeOf(gateway.keyOf(row));
      if (id !== undefined && place.id !== id) continue;
      if (place.segment === undefined) {
        const head = readWorkRow<Head>(row);
        if (head?.content.segments !== undefined) heads.set(place.id, head);
      } else {
        const segment = readWorkRow<Segment>(row);
        const ofWork = segments.get(place.id) ?? new Map<number, Held<Segment>>();
        segments.set(place.id, ofWork);
        if (segment !== undefined) ofWork.set(place.segment, segment);
      }
    }
    after = page.last;
  } while (after !== undefined);
  return [...heads].map(([name, head]) => boardOf(name, head, segments.get(name) ?? new Map<number, Held<Segment>>()));
}

function boardOf(id: string, head: Held<Head>, segments: ReadonlyMap<number, Held<Segment>>): Board {
  const isOfRun = ([, { content }]: readonly [number, Held<Segment>]): boolean => content.run === head.content.run;
  const all = [...segments];
  return {
    id,
    head,
    segments: new Map(all.filter(isOfRun)),
    leftovers: new Map(all.filter((each) => !isOfRun(each))),
  };
}

/** True where every segment is finished. */
export function isFinished({ head, segments }: Board): boolean {
  const finished = [...segments.values()].filter(({ content }) => content.finished === true);
  return finished.length === head.content.segments;
}

/** What each segment has kept, in their order. */
export const resultsOf = <Result>({ head, segments }: Board): readonly (Result | undefined)[] =>
  Array.from(
    { length: head.content.segments },
    (_, number) => segments.get(number)?.content.result as Result | undefined,
  );

/** True where nobody works on it: its lease has ended, or it was given back. */
export const isFree = ({ content }: Held<Segment>, now: number): boolean =>
  content.finished !== true && content.until <= now;

/** How many workers are at it, beside that one: each of them at one segment at a time. */
export function otherWorkers({ segments }: Board, worker: string, now: number): number {
  const leased = [...segments.values()].filter(({ content }) => content.finished !== true && content.until > now);
  return leased.filter(({ content }) => content.worker !== worker).length;
}

/** How the work stands, at a moment of the server's clock. */
export function progressOf(board: Board, now: number): WorkProgress {
  const { id, head, segments } = board;
  const { kind, about, paused, begun, forecast, maxWcu, maxRcu, segments: all } = head.content;
  const contents = [...segments.values()].map(({ content }) => content);
  const sum = (of: 'rows' | 'read' | 'write'): number => contents.reduce((total, each) => total + each[of], 0);
  const passedOver = contents.reduce((total, { result }) => total + passedOverIn(result), 0);
  const finished = contents.filter((each) => each.finished === true).length;
  const leased = contents.filter((each) => each.finished !== true && each.until > now).length;
  const state = finished === all ? 'finished' : paused === true ? 'paused' : 'running';
  return {
    id,
    kind,
    ...(about === undefined ? {} : { about }),
    state,
    segments: { all, finished, leased },
    rows: sum('rows'),
    ...(passedOver === 0 ? {} : { passedOver }),
    consumed: { read: sum('read'), write: sum('write') },
    ...(forecast === undefined ? {} : { forecast }),
    begun,
    ...(state === 'running' && leased === 0 ? { idle: lastOf(board) } : {}),
    ...(maxWcu === undefined ? {} : { maxWcu }),
    ...(maxRcu === undefined ? {} : { maxRcu }),
  };
}

/** What else is kept of a segment is its task's own. */
const passedOverIn = (result: unknown): number =>
  (result as { readonly passedOver?: { readonly count: number } } | undefined)?.passedOver?.count ?? 0;

/** Who worked on it last, and when. */
function lastOf({ head, segments }: Board): NonNullable<WorkProgress['idle']> {
  const { by, begun } = head.content;
  let last = { seen: Date.parse(begun), by };
  for (const { content } of segments.values()) {
    if (content.seen !== undefined && content.seen >= last.seen) last = { seen: content.seen, by: content.by };
  }
  return { since: new Date(last.seen).toISOString(), ...(last.by === undefined ? {} : { worker: last.by }) };
}
