import { randomUUID } from 'node:crypto';
import { types } from 'node:util';
import { OptimisticLockError } from '../protocol/errors.js';
import { isExpired } from '../protocol/expiry.js';
import { keyId, type PrimaryRow, readPrimary, userAttributes } from '../protocol/row.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import { own, putOwn } from '../values/own.js';
import { ValidationError } from '../views/errors.js';
import { isInheritedName } from '../views/field-plan.js';
import { RawTrail } from '../views/raw-trail.js';
import type { TypeView } from '../views/type-view.js';
import type { StoreContext } from './context.js';
import { changedFields, type FieldChange } from './changed-fields.js';
import {
  type EntityHome,
  type EntityState,
  isOfAnotherCopy,
  type Origin,
  rememberEntity,
  revisionOf,
  stateOf,
} from './entity-state.js';
import { InvalidOptionError, NotAnEntityError } from './errors.js';
import type { ItemReader } from './item-reader.js';
import { type Racer, untilFirst } from './race.js';
import { describeStranger } from './strangers.js';

/** Carries out what callers do to the entities of one repository, by the protocol's writes. */
export class ItemChanges {
  constructor(
    private readonly context: StoreContext,
    private readonly reader: ItemReader,
    private readonly home: EntityHome,
  ) {}

  async insert(entity: object): Promise<void> {
    const state = this.isOwnNew(entity) ? this.remember(entity, 'foreign') : this.stateFor('insert', entity);
    await this.inTurn(state, (its) => this.insertNow(entity, its));
  }

  async save(entity: object, ifRevision: string | undefined): Promise<void> {
    await this.inTurn(this.stateFor('save', entity), async (state) => {
      const { origin } = state;
      // Asked when its turn comes: an insert that is under way makes it an entity.
      if (origin.kind === 'foreign') throw this.stranger('save', entity);
      if (ifRevision !== undefined) this.assertAt(ifRevision, entity, origin);
      await (origin.kind === 'new' ? this.insertNow(entity, state) : this.replaceNow(entity, state, origin));
    });
  }

  /** What a save of a stored entity would change now; empty where nothing. Costs no request. */
  pending(entity: object): readonly FieldChange[] {
    const { view, trail, origin } = this.stateFor('save', entity);
    if (origin.kind !== 'primary') return [];
    assertSound(view, entity);
    const before = this.attributesOf(origin.row);
    const after = this.reader.naming(origin.row.key, () => view.apply(entity, before, trail));
    return after === before ? [] : changedFields(view, before, after);
  }

  async deleteEntity(entity: object): Promise<boolean> {
    return this.inTurn(this.stateFor('delete', entity), async ({ origin }) => {
      const { model } = this.reader.view;
      if (origin.kind === 'new' || origin.kind === 'foreign') {
        throw new NotAnEntityError(model.name, `delete() was given a new ${model.name}, which is not stored`);
      }
      const seen = await this.seenBy(origin);
      return seen !== undefined && this.context.writer.delete(model, seen);
    });
  }

  /** Deletes what stands at a primary key, whoever wrote it last. */
  async deleteAt(key: RowKey): Promise<boolean> {
    return this.inTurnAt('delete', key, async (from) => {
      const row = from?.raw ?? (await this.context.gateway.get(key));
      if (row === undefined) return false;
      const { model } = this.reader.view;
      this.reader.assertOnPath(row, key, model.keyPaths[0]!);
      return !this.reader.isExpired(row, key) && this.context.writer.delete(model, readPrimary(row, key));
    });
  }

  /**
   * Runs work that changes what stands at a key, again where another writer was faster. What this store does at one key
   * goes one after another, so that its own calls do not race each other.
   */
  async inTurnAt<R>(call: Racer['call'], key: RowKey, work: (from: PrimaryRow | undefined) => Promise<R>): Promise<R> {
    const { gateway, turns } = this.context;
    const { name: type, keyPaths } = this.reader.view.model;
    const racer = { call, type, keyPath: keyPaths[0]!.template };
    return turns.take(keyId(key), () => untilFirst(gateway, racer, work));
  }

  /** True for what can only be meant as an entity, whether or not it is one. */
  isEntity(value: object): boolean {
    return stateOf(value) !== undefined || this.isInstance(value);
  }

  /** Remembers what `create` made. */
  adopt(entity: object): void {
    this.remember(entity, 'new');
  }

  /** @throws NotAnEntityError where it is neither an entity of this repository nor an instance that may become one. */
  assertEntity(call: string, value: object): void {
    if (!this.isOwnNew(value)) this.stateFor(call, value);
  }

  private async insertNow(entity: object, state: EntityState): Promise<void> {
    const { view } = this.reader;
    fillInitialValues(view, entity);
    assertSound(view, entity);
    const written = new RawTrail();
    const attributes = view.encode(entity, written);
    // Before the request, while the entity is what was checked: the caller may go on with it meanwhile.
    view.settle(entity);
    const row = await this.context.writer.insert(view.model, attributes);
    Object.assign(state, { view, origin: { kind: 'primary', row }, trail: written });
  }

  private async replaceNow(entity: object, state: EntityState, origin: StoredOrigin): Promise<void> {
    const { view, trail } = state;
    const seen = await this.seenBy(origin);
    if (seen === undefined) throw this.lost('deleted');
    assertSound(view, entity);
    const before = this.attributesOf(seen);
    const written = new RawTrail();
    const attributes = this.reader.naming(seen.key, () => view.apply(entity, before, trail, written));
    view.settle(entity);
    if (attributes === before && this.isUpToDate(seen)) {
      // Nothing to write; but the caller is told that the item is as it was loaded, so that must be so now.
      const row = origin.kind === 'primary' ? await this.primaryAt(seen.key, seen.revision) : seen;
      state.origin = { kind: 'primary', row };
      return;
    }
    const apply = (row: PrimaryRow): AttributeMap => {
      if (row === seen) return attributes;
      // From a copy, not from the entity: the caller may have gone on with that since it was checked.
      const asked = new RawTrail();
      const copy = view.decode(attributes, asked);
      return this.reader.naming(row.key, () => view.apply(copy, this.attributesOf(row), written.before(asked, before)));
    };
    const row = await this.context.writer.replace({ type: view.model, seen, apply });
    state.origin = { kind: 'primary', row };
    state.trail = written;
  }

  /** True where a write without a change would change nothing: no newer epoch asks for rows, and no entry would be closed. */
  private isUpToDate(row: PrimaryRow): boolean {
    const { registry, writer } = this.context;
    return row.epoch >= registry.knowledge.epoch && !writer.triesToClose(this.reader.view.model, row);
  }

  /** The primary row that a write of an entity starts from; read where it was not loaded, or has expired by now. */
  private async seenBy(origin: StoredOrigin): Promise<PrimaryRow | undefined> {
    if (origin.kind === 'secondary') return this.findPrimaryAt(origin.owner.key, origin.revision);
    const { row } = origin;
    return this.hasExpired(row) ? this.findPrimaryAt(row.key, row.revision) : row;
  }

  /** The primary row of an item as it is now, at the revision that the caller saw. */
  private async primaryAt(key: RowKey, revision: string): Promise<PrimaryRow> {
    const primary = await this.findPrimaryAt(key, revision);
    if (primary === undefined) throw this.lost('deleted');
    return primary;
  }

  private async findPrimaryAt(key: RowKey, revision: string): Promise<PrimaryRow | undefined> {
    const row = await this.context.gateway.get(key);
    if (row === undefined) return undefined;
    const primary = readPrimary(row, key);
    if (this.hasExpired(primary)) return undefined;
    if (primary.revision !== revision) throw this.lost('changed');
    return primary;
  }

  private hasExpired(row: PrimaryRow): boolean {
    return isExpired(row, this.context.gateway.serverTime());
  }

  private assertAt(revision: string, entity: object, origin: Origin): void {
    if (origin.kind === 'new') {
      const { name } = this.reader.view.model;
      const what = `asks for a revision of an item that is stored, and this ${name} is new: it was never loaded or written`;
      throw new InvalidOptionError('save', 'ifRevision', `${what}. Load the item and change that, or leave it out`);
    }
    if (revisionOf(entity) !== revision) throw this.lost('changed');
  }

  private attributesOf(row: PrimaryRow): AttributeMap {
    return userAttributes(row.raw, this.context.gateway.keys);
  }

  private lost(what: 'changed' | 'deleted'): OptimisticLockError {
    const { model } = this.reader.view;
    return new OptimisticLockError(model.name, model.keyPaths[0]!.template, what);
  }

  /** Two writes of one entity go one after the other, so that the second starts from what the first stored. */
  private async inTurn<R>(state: EntityState, work: (state: EntityState) => Promise<R>): Promise<R> {
    const turn = state.busy === undefined ? work(state) : state.busy.then(() => work(state));
    const ended = turn.then(
      () => undefined,
      () => undefined,
    );
    state.busy = ended;
    try {
      return await turn;
    } finally {
      if (state.busy === ended) state.busy = undefined;
    }
  }

  private stateFor(call: string, entity: object): EntityState {
    const state = typeof entity === 'object' && entity !== null ? stateOf(entity) : undefined;
    if (state?.home === this.home) return state;
    throw this.stranger(call, entity);
  }

  private stranger(call: string, given: unknown): NotAnEntityError {
    const { name } = this.reader.view.model;
    return new NotAnEntityError(name, `${call}() was given ${describeStranger(given, { type: name, ...this.home })}`);
  }

  /** True for an instance of the class that no store has: `new` made it, or else it is a copy, which looks the same. */
  private isOwnNew(value: object): boolean {
    if (typeof value !== 'object' || value === null || types.isProxy(value) || !this.isInstance(value)) return false;
    const state = stateOf(value);
    // Another repository may have failed to insert it.
    return state === undefined ? !isOfAnotherCopy(value) : state.origin.kind === 'foreign' && state.home !== this.home;
  }

  private isInstance(value: object): boolean {
    return Object.getPrototypeOf(value) === this.home.entityClass.prototype;
  }

  private remember(entity: object, kind: 'new' | 'foreign'): EntityState {
    const { view } = this.reader;
    return rememberEntity(entity, { home: this.home, view, origin: { kind }, trail: new RawTrail() });
  }
}

type StoredOrigin = Exclude<Origin, { readonly kind: 'new' | 'foreign' }>;

/** Gives fields with an initial value theirs, where the caller left them out. */
export function fillInitialValues(view: TypeView, entity: object): void {
  const values = entity as Record<string, unknown>;
  for (const { name, initialValue } of view.model.fields) {
    if (initialValue !== 'uuid') continue;
    const value = isInheritedName(view.entityClass.prototype as object, name) ? own(values, name) : values[name];
    if (value === undefined) putOwn(entity, name, randomUUID());
  }
}

function assertSound(view: TypeView, entity: object): void {
  const problems = view.check(entity);
  if (problems.length > 0) throw new ValidationError(view.model.name, problems);
}
