import { DamagedKeyValueError } from '../keypaths/errors.js';
import { type PathAsRead, pathIdOf, PRIMARY } from '../keypaths/model.js';
import { isKeyOnPath } from '../protocol/demand.js';
import { ForeignRowError, printKey } from '../protocol/errors.js';
import { isExpired } from '../protocol/expiry.js';
import { isSecondary, own, readExpiry, readPrimary, readSecondary, rowIdOf, stampOf, typeOf } from '../protocol/row.js';
import { pathsEver } from '../registry/demanded.js';
import type { DemandedPath } from '../registry/knowledge.js';
import { pathReadBy } from '../registry/readings.js';
import type { KeyPathModel } from '../schema/model.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import { DamagedRowError } from '../views/errors.js';
import { RawTrail } from '../views/raw-trail.js';
import type { TypeView } from '../views/type-view.js';
import type { StoreContext } from './context.js';
import { type EntityHome, type Origin, rememberEntity } from './entity-state.js';

/** Makes entities of the rows of one item type. */
export class ItemReader {
  constructor(
    private readonly context: StoreContext,
    /** Storage name of the item type. */
    private readonly type: string,
    /** What the entities are remembered to belong to. */
    private readonly home: EntityHome,
  ) {}

  get view(): TypeView {
    return this.context.views.of(this.type);
  }

  /**
   * The entity of a row that was read by its key; undefined where the item has expired, or has the row for readers of
   * other versions.
   *
   * @throws ForeignRowError, DamagedRowError, RegistryBehindError, RegistryForkError, VersionRetiredError
   */
  async found(row: AttributeMap, key: RowKey, path: KeyPathModel): Promise<object | undefined> {
    this.assertOnPath(row, key, path);
    const expired = this.isExpired(row, key);
    await this.catchUp(row, key);
    this.context.assertMayRead();
    return expired || this.isForOthers(row, key, path) ? undefined : this.entityOf(row, key, path);
  }

  /** True where the row's item counts as absent by now. To be asked when the row has just been read. */
  isExpired(row: AttributeMap, key: RowKey): boolean {
    const expiry = readExpiry(row, key);
    return expiry !== undefined && isExpired({ expiry }, this.context.gateway.serverTime());
  }

  /**
   * What is known must be young where an answer came through a secondary key path: the path may be going, and no row
   * that is missing can tell. To be asked after the answer; undefined where nothing needs to be waited for.
   */
  freshen({ id }: KeyPathModel): Promise<void> | undefined {
    if (id === PRIMARY) return undefined;
    this.context.census?.readThrough(this.type, id);
    return this.context.registry.freshen(this.context.gateway.newestDate());
  }

  /**
   * Makes sure that what the row's writer knew is known: a refresh where its stamp is newer. Undefined where nothing
   * needs to be waited for, so that long lists do not wait row by row.
   */
  catchUp(row: AttributeMap, key: RowKey): Promise<unknown> | undefined {
    const { epoch, registry } = stampOf(row, key);
    const { knowledge } = this.context.registry;
    if (epoch <= knowledge.epoch && registry === knowledge.shortId) return undefined;
    return this.context.registry.catchUp(epoch, registry);
  }

  /**
   * The entity of a row on a key path of this type, whose stamp is known.
   *
   * @throws DamagedRowError
   */
  entityOf(row: AttributeMap, key: RowKey, path: KeyPathModel): object {
    const { view } = this;
    const origin = this.originOf(row, key);
    const trail = new RawTrail();
    const entity = this.naming(key, () => view.decode(row, trail));
    if (!isKeyOnPath(this.asReadHere(path), row, key)) {
      throw this.damaged(key, `its key on ${path.template}`, 'is not the key that its attributes make');
    }
    rememberEntity(entity, { home: this.home, view, origin, trail });
    return entity;
  }

  /** Runs a view's work; an error about the row gets its key. */
  naming<R>(key: RowKey, work: () => R): R {
    try {
      return work();
    } catch (error) {
      throw error instanceof DamagedRowError ? error.withKey(printKey(key)) : error;
    }
  }

  /**
   * True for a row that is where only other versions look for its item: this one reads another value of an enum in it. To be
   * asked when the row's stamp is known.
   */
  isForOthers(row: AttributeMap, key: RowKey, path: KeyPathModel): boolean {
    if (this.demandedOn(path)?.olderReadings === undefined && rowIdOf(row, key) === path.id) return false;
    try {
      if (isKeyOnPath(this.asReadHere(path), row, key)) return false;
      const others = pathsEver(this.context.registry.knowledge, this.type, rowIdOf(row, key));
      return others.some((other) => isKeyOnPath(other, row, key));
    } catch (error) {
      // Whoever makes an entity of it says what is damaged.
      if (error instanceof DamagedKeyValueError) return false;
      throw error;
    }
  }

  /** The path as this version reads it, with what newer versions have it read where they leave out a field. */
  private asReadHere(path: KeyPathModel): PathAsRead {
    const demanded = this.demandedOn(path);
    return demanded === undefined ? path : pathReadBy(demanded, this.view.version);
  }

  private demandedOn({ id }: KeyPathModel): DemandedPath | undefined {
    return this.context.registry.knowledge.demanded.get(this.type)?.find(({ path }) => path.id === id);
  }

  /**
   * Refuses a row that is no item of this type, or on no such key path.
   *
   * @throws ForeignRowError, DamagedRowError
   */
  assertOnPath(row: AttributeMap, key: RowKey, path: KeyPathModel): void {
    const type = typeOf(row);
    if (type === undefined) throw new ForeignRowError(key);
    if (type !== this.type) throw this.damaged(key, own.type, 'names another item type');
    if (isSecondary(row) !== (path.id !== PRIMARY)) {
      throw this.damaged(key, own.owner, isSecondary(row) ? 'is on a primary row' : 'is missing on a secondary row');
    }
    if (!isSecondary(row)) return;
    if (pathIdOf(rowIdOf(row, key)) !== path.id) throw this.damaged(key, own.path, 'names another key path');
  }

  private originOf(row: AttributeMap, key: RowKey): Origin {
    if (!isSecondary(row)) return { kind: 'primary', row: readPrimary(row, key) };
    const { owner, revision } = readSecondary(row, key);
    if (owner.type !== this.type) throw this.damaged(key, own.owner, 'names another item type');
    return { kind: 'secondary', owner, revision };
  }

  private damaged(key: RowKey, path: string, reason: string): DamagedRowError {
    return new DamagedRowError({ type: this.view.model.name, path, reason, key: printKey(key) });
  }
}
