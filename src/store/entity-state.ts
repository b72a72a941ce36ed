import { types } from 'node:util';
import type { Owner, PrimaryRow } from '../protocol/row.js';
import type { RawTrail } from '../views/raw-trail.js';
import type { TypeView } from '../views/type-view.js';
import type { EntityClass } from '../decorators/declared.js';
import { kindOf, NotAnEntityError } from './errors.js';

/** Where an entity came from, as its store last saw it. */
export type Origin =
  /** Made by `create`. */
  | { readonly kind: 'new' }
  /** Made by the caller's own `new`, and given to `insert`, which has not stored it yet. */
  | { readonly kind: 'foreign' }
  | { readonly kind: 'primary'; readonly row: PrimaryRow }
  /** A secondary row has no manifest: who writes the item reads its primary row first. */
  | { readonly kind: 'secondary'; readonly owner: Owner; readonly revision: string };

/** What a store remembers of an entity. Kept beside it, so that the entity itself carries no trace. */
export interface EntityState {
  /** The repository that made or loaded it, by identity. */
  readonly home: EntityHome;
  /** The view that it was decoded with: what differs from that view's decode of the row is what the caller changed. */
  view: TypeView;
  origin: Origin;
  trail: RawTrail;
  /** The write under way; the next one begins when it has ended. */
  busy: Promise<void> | undefined;
}

/** What a message may say of the repository that an entity belongs to. */
export interface EntityHome {
  readonly entityClass: EntityClass;
  readonly table: string;
}

const states = new WeakMap<object, EntityState>();

/*
 * A second copy of the package in the process (one loaded as ESM, one as CommonJS) has entities of its own. Each copy
 * shows its own to the others, so that an error can tell them apart from copies.
 */
const EVERY_COPY = Symbol.for('ductile.entities');
const ofEveryCopy = ((globalThis as { [EVERY_COPY]?: Pick<WeakMap<object, unknown>, 'has'>[] })[EVERY_COPY] ??= []);
ofEveryCopy.push(states);

export function rememberEntity(entity: object, state: Omit<EntityState, 'busy'>): EntityState {
  const remembered = { ...state, busy: undefined };
  states.set(entity, remembered);
  return remembered;
}

export const stateOf = (entity: object): EntityState | undefined => states.get(entity);

/** True for an entity that another copy of this package made or loaded. */
export const isOfAnotherCopy = (entity: object): boolean =>
  !states.has(entity) && ofEveryCopy.some((entities) => entities.has(entity));

/** What no repository of this process can know, in words for an error; undefined for other objects. */
export function describeUnknowable(given: unknown): string | undefined {
  if (typeof given !== 'object' || given === null) return kindOf(given);
  if (types.isProxy(given)) return 'a Proxy. Give the object that it stands before';
  if (!isOfAnotherCopy(given)) return undefined;
  return (
    'an entity of another copy of the package ductile in this process (one is loaded as ESM and one as CommonJS, or two ' +
    'are installed). See to it that one copy is loaded, or use the repository that it came from'
  );
}

/**
 * The revision of an item as it was loaded or last saved through this entity: a text that is new with every write of
 * a user, whichever schema version wrote. Serves as an ETag, with `save(entity, { ifRevision })`.
 *
 * Costs no request.
 *
 * @example
 * response.setHeader('ETag', `"${revisionOf(order)}"`);
 * await orders.save(order, { ifRevision: request.headers['if-match'].replaceAll('"', '') });
 *
 * @throws NotAnEntityError where the object was neither loaded nor saved by a store.
 */
export function revisionOf(entity: object): string {
  const state = stateOf(entity);
  if (state === undefined) {
    const what = describeUnknowable(entity) ?? `${kindOf(entity)} that no store made, loaded or stored`;
    throw new NotAnEntityError('a type', `revisionOf() was given ${what}`);
  }
  const { name } = state.view.model;
  const { origin } = state;
  if (origin.kind === 'new' || origin.kind === 'foreign')
    throw new NotAnEntityError(name, `This ${name} is not stored yet and has no revision`);
  return origin.kind === 'primary' ? origin.row.revision : origin.revision;
}
