import type { EntryContent } from '../../src/registry/entry.js';
import type { RowKey } from '../../src/values/attribute-value.js';
import {
  BY_ALIAS,
  BY_CODE,
  BY_COLOUR,
  BY_DAY,
  BY_RANK,
  BY_SHADE,
  BY_TEXT,
  type Doc,
  type Kind,
  kindOf,
  readAt,
} from './releases.js';

/*
 * Which rows a note or a card must have, written down by hand for this one noticeboard: an oracle that owes nothing to the library's
 * demand, to its keys or to its fold of the registry.
 */

/** Which versions there are, as far as rows go, from an entry of the registry on. */
export interface Live {
  /** The newest version that rows are made for: also one that was withdrawn, until its rows are to go. */
  readonly newest: number;
  /** The newest version that is not withdrawn. */
  readonly published: number;
  /** Readers below it were told to stop. */
  readonly dropping: number;
  /** Rows that only versions below it read are to go. */
  readonly dropped: number;
}

export const noneLive: Live = { newest: 0, published: 0, dropping: 1, dropped: 1 };

/** Of version 4 nothing is left where it is the last to be withdrawn: it has no key path of its own. */
const LEAVES_NO_TRACE = 4;

/** What an entry of the registry makes of it. */
export function afterEntry(live: Live, content: EntryContent): Live {
  switch (content.kind) {
    case 'published':
      return { ...live, newest: content.version, published: content.version };
    case 'withdrawn': {
      const published = content.version - 1;
      const isGone = content.version === LEAVES_NO_TRACE && live.newest === LEAVES_NO_TRACE;
      return { ...live, published, newest: isGone ? published : live.newest };
    }
    case 'dropping':
      return { ...live, dropping: content.version };
    case 'dropped':
      return { ...live, newest: live.published, dropped: live.dropping };
    default:
      return live;
  }
}

interface Path {
  readonly id: string;
  readonly template: string;
  /** The versions that have it. */
  readonly first: number;
  readonly last: number;
  readonly kind: Kind;
  readonly field: 'alias' | 'rank' | 'code' | 'day' | 'colour' | 'text';
  /** What its keys begin with; the field unless said otherwise. */
  readonly literal?: string;
  /** What all versions that have it read where the field is unset. */
  readonly unset?: string;
  /** The version from which on the field is left out, and what older ones read then. */
  readonly leftOut?: { readonly since: number; readonly read: string };
  /** The versions that added a value to its enum, the newest first. */
  readonly added?: readonly number[];
  readonly sk: (doc: Doc) => string;
}

const alone = (): string => '/';

const paths: readonly Path[] = [
  { kind: 'note', id: '1', template: BY_ALIAS, first: 1, last: 3, field: 'alias', sk: alone },
  {
    kind: 'note',
    id: '3',
    template: BY_RANK,
    first: 2,
    last: 2,
    field: 'rank',
    leftOut: { since: 3, read: 'medium' },
    sk: alone,
  },
  { kind: 'note', id: '2', template: BY_CODE, first: 2, last: 5, field: 'code', added: [5, 4], sk: alone },
  {
    kind: 'note',
    id: '4',
    template: BY_DAY,
    first: 3,
    last: 5,
    field: 'day',
    unset: 'mon',
    added: [5, 4],
    sk: ({ board, id }) => `/board-${board}\u0001/note-${id}`,
  },
  {
    kind: 'note',
    id: '5',
    template: BY_COLOUR,
    first: 5,
    last: 5,
    field: 'colour',
    unset: 'white',
    sk: ({ id }) => `/note-${id}`,
  },
  {
    kind: 'card',
    id: '1',
    template: BY_SHADE,
    first: 2,
    last: 5,
    field: 'colour',
    literal: 'shade',
    sk: ({ id }) => `/card-${id}`,
  },
  { kind: 'card', id: '2', template: BY_TEXT, first: 5, last: 5, field: 'text', sk: alone },
];

/** A row that an item must have, or an open entry in its place. */
export interface WantedRow {
  /** In the manifest. */
  readonly id: string;
  readonly template: string;
  readonly key: RowKey;
  /** True where only older versions look for the note under this key: there others may be in its way for ever. */
  readonly mayStayOpen: boolean;
}

/** Every secondary row that an item must have. */
export function wantedRows({ newest, dropped }: Live, doc: Doc): readonly WantedRow[] {
  return paths.flatMap((path) => {
    const { kind, id, template, first, last, field, literal = field, unset, leftOut, added = [] } = path;
    if (kind !== kindOf(doc.id) || newest < first || last < dropped) return [];
    const isLeftOut = leftOut !== undefined && doc[field] === undefined && newest >= leftOut.since;
    const stored = doc[field] ?? unset ?? (isLeftOut ? leftOut.read : undefined);
    if (stored === undefined) return [];
    const at = (value: string): RowKey => ({ pk: `/${literal}-${value}`, sk: path.sk(doc) });
    const row = (rowId: string, key: RowKey, mayStayOpen: boolean): WantedRow => ({
      id: rowId,
      template,
      key,
      mayStayOpen,
    });
    const rows = [row(id, at(stored), isLeftOut)];
    for (const version of added) {
      if (version > newest || version - 1 < Math.max(first, dropped)) continue;
      const key = at(readAt(version - 1, field, stored));
      if (rows.some((other) => other.key.pk === key.pk)) continue;
      rows.push(row(`${id}~${version}`, key, true));
    }
    return rows;
  });
}

/** The partition key under which a version looks for an item on a key path. */
export function lookedForAt(version: number, template: string, doc: Doc): string | undefined {
  const { field, literal = field, unset, leftOut } = paths.find((each) => each.template === template)!;
  const stored = readAt(version, field, doc[field]) ?? unset ?? leftOut?.read;
  return stored === undefined ? undefined : `/${literal}-${stored}`;
}

/** The partition key of a value on a key path; that of a board where the path is a primary one. */
export function groupOf(template: string, value: string): string {
  const path = paths.find((each) => each.template === template);
  return `/${path === undefined ? 'board' : (path.literal ?? path.field)}-${value}`;
}
