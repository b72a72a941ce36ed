import { keyOnPath } from '../protocol/demand.js';
import { ForeignRowError, printKey } from '../protocol/errors.js';
import { isSecondary, own, readPrimary, readSecondary, sameKey, stampOf, typeOf } from '../protocol/row.js';
import type { KeyPathModel } from '../schema/model.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import { DamagedRowError } from '../views/errors.js';
import { RawTrail } from '../views/raw-trail.js';
import type { TypeView } from '../views/type-view.js';
import type { StoreContext } from './context.js';
import { type Origin, rememberEntity } from './entity-state.js';
import { PRIMARY } from './path-state.js';

/** Makes entities of the rows of one item type. */
export class ItemReader {
  constructor(
    private readonly context: StoreContext,
    /** Storage name of the item type. */
    private readonly type: string,
    /** What the entities are remembered to belong to. */
    private readonly home: object,
  ) {}

  get view(): TypeView {
    return this.context.views.of(this.type);
  }

  /**
   * The entity of a row that was read by its key.
   *
   * @throws ForeignRowError, DamagedRowError, RegistryBehindError, RegistryForkError
   */
  async found(row: AttributeMap, key: RowKey, path: KeyPathModel): Promise<object> {
    this.assertOnPath(row, key, path);
    await this.catchUp(row, key);
    const entity = this.entityOf(row, key);
    const demanded = keyOnPath(path, row);
    if (demanded === undefined || !sameKey(demanded, key)) {
      throw this.damaged(key, `its key on ${path.template}`, 'is not the key that its attributes make');
    }
    return entity;
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

  /** The entity of a row of this type whose stamp is known. */
  entityOf(row: AttributeMap, key: RowKey): object {
    const { view } = this;
    const origin = originOf(row, key);
    const trail = new RawTrail();
    const entity = this.naming(key, () => view.decode(row, trail));
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

  private assertOnPath(row: AttributeMap, key: RowKey, path: KeyPathModel): void {
    const type = typeOf(row);
    if (type === undefined) throw new ForeignRowError(key);
    if (type !== this.type) throw this.damaged(key, own.type, 'names another item type');
    if (isSecondary(row) !== (path.id !== PRIMARY)) {
      throw this.damaged(key, own.owner, isSecondary(row) ? 'is on a primary row' : 'is missing on a secondary row');
    }
    if (!isSecondary(row)) return;
    const secondary = readSecondary(row, key);
    if (secondary.path !== path.id) throw this.damaged(key, own.path, 'names another key path');
    if (secondary.owner.type !== this.type) throw this.damaged(key, own.owner, 'names another item type');
  }

  private damaged(key: RowKey, path: string, reason: string): DamagedRowError {
    return new DamagedRowError({ type: this.view.model.name, path, reason, key: printKey(key) });
  }
}

function originOf(row: AttributeMap, key: RowKey): Origin {
  if (!isSecondary(row)) return { kind: 'primary', row: readPrimary(row, key) };
  const { owner, revision } = readSecondary(row, key);
  return { kind: 'secondary', owner, revision };
}
