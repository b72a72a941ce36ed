import { Inject } from '@nestjs/common';
import type { EntityClass } from '../decorators/declared.js';
import { getRepositoryToken, getStoreToken } from './tokens.js';

/**
 * Injects the repository of an item type, which `DuctileModule.forFeature` provides.
 *
 * @param storeName the name that the store has in `forRoot`; left out for the store without a name
 * @example
 * constructor(@InjectRepository(Order) private readonly orders: Repository<Order>) {}
 */
export function InjectRepository(entityClass: EntityClass, storeName?: string): PropertyDecorator & ParameterDecorator {
  return Inject(getRepositoryToken(entityClass, storeName));
}

/**
 * Injects a store by its name; the one without a name can also be injected by its type, `Store`.
 *
 * @example
 * constructor(@InjectStore('billing') private readonly billing: Store) {}
 */
export function InjectStore(storeName?: string): PropertyDecorator & ParameterDecorator {
  return Inject(getStoreToken(storeName));
}
