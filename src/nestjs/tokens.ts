import type { EntityClass } from '../decorators/declared.js';
import { Store } from '../store/store.js';

/** What Nest finds a provider by. */
export type InjectionToken = typeof Store | symbol | string;

const TOKENS = Symbol.for('ductile.nestjs.repositoryTokens');

/**
 * The token of a store: `Store` itself for the store without a name.
 *
 * @example
 * { provide: Billing, useFactory: (store: Store) => new Billing(store), inject: [getStoreToken('billing')] }
 */
export function getStoreToken(name?: string): InjectionToken {
  return name === undefined ? Store : `DuctileStore:${name}`;
}

/**
 * The token of the repository of an item type: what a test overrides. It hangs on the class itself, so two classes of
 * one name in one process have two repositories.
 *
 * @example
 * Test.createTestingModule({ … }).overrideProvider(getRepositoryToken(Order)).useValue(fakeOrders)
 */
export function getRepositoryToken(entityClass: EntityClass, name?: string): InjectionToken {
  const owner = entityClass as EntityClass & { [TOKENS]?: Map<string | undefined, symbol> };
  if (!Object.hasOwn(owner, TOKENS)) Object.defineProperty(owner, TOKENS, { value: new Map() });
  const tokens = owner[TOKENS]!;
  let token = tokens.get(name);
  if (token === undefined) {
    token = Symbol(`Repository<${entityClass.name}>${name === undefined ? '' : ` of ${name}`}`);
    tokens.set(name, token);
  }
  return token;
}
