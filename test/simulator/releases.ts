import type { DeclaredEnum, DeclaredField } from '../../src/decorators/declared.js';
import type { Schema } from '../../src/schema/schema.js';
import type { RowKey } from '../../src/values/attribute-value.js';
import { schemaFrom } from '../../src/schema/schema-from.js';
import type { MigrationStep, RecordedMigration, TypeChange } from '../../src/schema/steps.js';
import { field } from '../schema/declare-by-hand.js';

/*
 * A noticeboard in five releases, small and yet with every kind of change that the protocol has to carry: key paths that
 * come with version 2, 3 and 5, two that newer versions have no longer, a field in one of them that was removed, so that
 * all newer notes meet there, one that was renamed, three by which items quarrel (alias, rank and code), and enums in two
 * key paths (code and day) to which two versions add a value,
 * and an object that gets a field. With version 2 comes a second item type, the card: it stands in the group of the notes, does not
 * expire, and gets a key path by which cards quarrel with version 5.
 */

export const BY_ID = '/board-:board/note-:id';
export const BY_ALIAS = '/alias-:alias';
export const BY_RANK = '/rank-:rank';
export const BY_CODE = '/code-:code';
export const BY_DAY = '/day-:day/board-:board/note-:id';
export const BY_COLOUR = '/colour-:colour/note-:id';
export const CARD_BY_ID = '/board-:board/card-:id';
export const BY_SHADE = '/shade-:colour/card-:id';
export const BY_TEXT = '/text-:text';

export type Kind = 'note' | 'card';

/** What an id is of: those of cards begin with a c. */
export const kindOf = (id: string): Kind => (id.startsWith('c') ? 'card' : 'note');
/** The version that brought the cards. */
export const CARDS_SINCE = 2;

/** The key of an item's primary row. */
export const keyOfItem = (board: string, id: string): RowKey => ({ pk: `/board-${board}`, sk: `/${kindOf(id)}-${id}` });

/** All fields of all versions, by their storage names. */
export interface Doc {
  readonly board: string;
  readonly id: string;
  /** Unlike in any other write. */
  readonly mark: string;
  readonly text?: string;
  readonly rank?: string;
  readonly alias?: string;
  readonly code?: string;
  readonly level?: number;
  /** Of the object `place`. */
  readonly 'place.x'?: string;
  /** The same: newer versions only. */
  readonly 'place.y'?: string;
  readonly day?: string;
  readonly colour?: string;
  /** When it expires, in seconds since 1970. */
  readonly until?: number;
}
export type DocField = keyof Doc;

/** A note as any version sees it. */
export type AnyNote = Record<string, string | number | Date | undefined>;

export class PlaceV1 {}
export class PlaceV3 {}
export class NoteV1 {}
export class NoteV2 {}
export class NoteV3 {}
export class NoteV4 {}
export class NoteV5 {}
export class CardV2 {}
export class CardV3 {}
export class CardV4 {}
export class CardV5 {}
const cards: readonly (new () => object)[] = [CardV2, CardV3, CardV4, CardV5];

/** How one version sees a field. */
interface Seen {
  readonly field: DocField;
  readonly name: string;
  /** What it reads where nothing is stored. */
  readonly unset?: string | number;
}

export interface Release {
  readonly version: number;
  readonly schema: Schema;
  /** The classes of the items that it has. */
  readonly classes: Readonly<Partial<Record<Kind, new () => object>>>;
  /** What it sees of an item: an oracle of its own, which owes nothing to the library's lenses. */
  readonly sees: Readonly<Record<Kind, readonly Seen[]>>;
}

const optional = { required: false } as const;
const common = [field('board', 'string'), field('id', 'string'), field('mark', 'string')];
const x = field('x', 'string');
const y = field('y', 'string', optional);
const text = field('text', 'string', optional);
const rank = field('rank', 'string');
const alias = field('alias', 'string', optional);
const level = field('level', 'int', { readDefault: 1 });
const colour = field('colour', 'string', { readDefault: 'white' });
const shade = field('colour', 'string');
const until = field('until', 'timestampSeconds', optional);
const body = { ...text, name: 'body' };

/** Values of enums that came later: with which version, and what those before it read in their place. */
export const LATER: Partial<
  Record<DocField, Readonly<Record<string, { readonly since: number; readonly before: string }>>>
> = {
  code: { s: { since: 4, before: 'p' }, t: { since: 5, before: 's' } },
  day: { wed: { since: 4, before: 'mon' }, thu: { since: 5, before: 'wed' } },
};

const enumAt = (version: number, name: 'code' | 'day', first: readonly string[]): DeclaredEnum => ({
  name,
  values: [
    ...first,
    ...Object.entries(LATER[name]!).flatMap(([value, { since }]) => (since <= version ? [value] : [])),
  ],
});
const codesAt = (version: number): DeclaredEnum => enumAt(version, 'code', ['p', 'q', 'r']);
const daysAt = (version: number): DeclaredEnum => enumAt(version, 'day', ['mon', 'tue']);
const codeAt = (version: number): DeclaredField => field('code', { kind: 'enum', enum: codesAt(version) }, optional);
const dayAt = (version: number): DeclaredField =>
  field('day', { kind: 'enum', enum: daysAt(version) }, { readDefault: 'mon' });
const placeAt = (version: number): DeclaredField =>
  field('place', { kind: 'object', class: version < 3 ? PlaceV1 : PlaceV3 });
const added = (version: number): readonly MigrationStep[] =>
  (['code', 'day'] as const).flatMap((name) =>
    Object.entries(LATER[name]!).flatMap(([value, { since, before }]): readonly MigrationStep[] =>
      since === version ? [{ op: 'changeEnum', name, changes: [{ op: 'addValue', value, olderReadAs: before }] }] : [],
    ),
  );

const change = (...changes: TypeChange[]): MigrationStep => ({ op: 'changeType', name: 'Note', changes });
const placeGrows: MigrationStep = { op: 'changeType', name: 'Place', changes: [{ op: 'addField', name: 'y' }] };
/** Cards come with one version, and one of their key paths with a later one. */
function ofCards(version: number): readonly MigrationStep[] {
  if (version === CARDS_SINCE) return [{ op: 'addType', name: 'Card' }];
  if (version < 5) return [];
  return [{ op: 'changeType', name: 'Card', changes: [{ op: 'addKeyPath', template: BY_TEXT }] }];
}
const migration = (from: number, ...changes: TypeChange[]): RecordedMigration => ({
  name: `From${from}`,
  from,
  description: `from ${from}`,
  steps: [change(...changes), ...added(from + 1), ...(from === 2 ? [placeGrows] : []), ...ofCards(from + 1)],
});

const migrations: readonly RecordedMigration[] = [
  migration(
    1,
    { op: 'addField', name: 'code' },
    { op: 'addField', name: 'level' },
    { op: 'addKeyPath', template: BY_RANK },
    { op: 'addKeyPath', template: BY_CODE },
  ),
  migration(
    2,
    { op: 'removeKeyPath', template: BY_RANK },
    {
      op: 'removeField',
      name: 'rank',
      removed: {
        field: { ...rank, readDefault: 'medium' },
        declared: false,
        reaches: { objects: [], enums: [] },
      },
    },
    { op: 'addField', name: 'day' },
    { op: 'addKeyPath', template: BY_DAY },
  ),
  migration(3, { op: 'renameField', from: 'text', to: 'body' }, { op: 'removeKeyPath', template: BY_ALIAS }),
  migration(4, { op: 'addField', name: 'colour' }, { op: 'addKeyPath', template: BY_COLOUR }),
];

const key = [sees('board'), sees('id'), sees('mark'), sees('until'), sees('place.x')];
const cardSeen = [sees('board'), sees('id'), sees('mark'), sees('text'), sees('colour')];
const grown = [...key, sees('place.y')];
const byVersion: readonly (readonly [
  new () => object,
  readonly string[],
  readonly DeclaredField[],
  readonly Seen[],
])[] = [
  [NoteV1, [BY_ID, BY_ALIAS], [text, rank, alias], [...key, sees('text'), sees('rank', 'medium'), sees('alias')]],
  [
    NoteV2,
    [BY_ID, BY_ALIAS, BY_RANK, BY_CODE],
    [text, rank, alias, codeAt(2), level],
    [...key, sees('text'), sees('rank', 'medium'), sees('alias'), sees('code'), sees('level', 1)],
  ],
  [
    NoteV3,
    [BY_ID, BY_ALIAS, BY_CODE, BY_DAY],
    [text, alias, codeAt(3), level, dayAt(3)],
    [...grown, sees('text'), sees('alias'), sees('code'), sees('level', 1), sees('day', 'mon')],
  ],
  [
    NoteV4,
    [BY_ID, BY_CODE, BY_DAY],
    [body, alias, codeAt(4), level, dayAt(4)],
    [...grown, { field: 'text', name: 'body' }, sees('alias'), sees('code'), sees('level', 1), sees('day', 'mon')],
  ],
  [
    NoteV5,
    [BY_ID, BY_CODE, BY_DAY, BY_COLOUR],
    [body, alias, codeAt(5), level, dayAt(5), colour],
    [
      ...grown,
      { field: 'text', name: 'body' },
      sees('alias'),
      sees('code'),
      sees('level', 1),
      sees('day', 'mon'),
      sees('colour', 'white'),
    ],
  ],
];

export const releases: readonly Release[] = byVersion.map(([note, keyPaths, fields, seen], i) => ({
  version: i + 1,
  classes: { note, ...(i + 1 < CARDS_SINCE ? {} : { card: cards[i - 1]! }) },
  sees: { note: seen, card: i + 1 < CARDS_SINCE ? [] : cardSeen },
  schema: schemaFrom(
    'board',
    {
      types: [
        {
          name: 'Note',
          class: note,
          keyPaths,
          fields: [...common, until, placeAt(i + 1), ...fields],
          expiry: { at: 'until' },
        },
        ...(i + 1 < CARDS_SINCE
          ? []
          : [
              {
                name: 'Card',
                class: cards[i - 1]!,
                keyPaths: [CARD_BY_ID, BY_SHADE, ...(i + 1 < 5 ? [] : [BY_TEXT])],
                fields: [...common, text, shade],
              },
            ]),
      ],
      objects: [
        i < 2 ? { name: 'Place', class: PlaceV1, fields: [x] } : { name: 'Place', class: PlaceV3, fields: [x, y] },
      ],
      enums: [...(i < 1 ? [] : [codesAt(i + 1)]), ...(i < 2 ? [] : [daysAt(i + 1)])],
    },
    migrations.slice(0, i),
  ),
}));

/** A field under its own name. */
function sees(name: DocField, unset?: string | number): Seen {
  return { field: name, name, ...(unset === undefined ? {} : { unset }) };
}

/** What a version reads of a stored value: of one that came later, what it has in the place of that. */
export function readAt<V>(version: number, name: DocField, stored: V): V {
  let value: unknown = stored;
  for (;;) {
    const later = LATER[name]?.[value as string];
    if (later === undefined || later.since <= version) return value as V;
    value = later.before;
  }
}

/** What a version reads of an item; a field that reads as undefined is absent. */
export function viewOf({ version, sees: seen }: Release, doc: Doc): AnyNote {
  const view: AnyNote = {};
  for (const { field: stored, name, unset } of seen[kindOf(doc.id)]) {
    const value = readAt(version, stored, doc[stored]) ?? unset;
    if (value !== undefined) view[name] = value;
  }
  return view;
}

/** What a version calls a field; undefined where it has none. */
export const nameIn = ({ sees: seen }: Release, kind: Kind, stored: DocField): string | undefined =>
  seen[kind].find(({ field: each }) => each === stored)?.name;

/** The fields that a version from `oldest` on sees. */
const fieldsFrom = (oldest: number, kind: Kind): ReadonlySet<DocField> =>
  new Set(
    releases
      .filter(({ version }) => version >= oldest)
      .flatMap(({ sees: seen }) => seen[kind].flatMap(({ field: each }) => [each, objectOf(each) as DocField])),
  );

/** The attribute that a field is in: of one of an object, that object. */
const objectOf = (stored: DocField): string => stored.split('.', 1)[0]!;

/** What is left of an item once the versions below `oldest` are dropped. */
export function remainingOf<D extends object>(doc: D, oldest: number, kind: Kind): D {
  const fields = fieldsFrom(oldest, kind);
  return Object.fromEntries(Object.entries(doc).filter(([field]) => fields.has(field as DocField))) as D;
}
