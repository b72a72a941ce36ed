import {
  type DynamicModule,
  type FactoryProvider,
  Global,
  Inject,
  Module,
  type ModuleMetadata,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { EntityClass } from '../decorators/declared.js';
import { openStore, type OpenStoreOptions } from '../application/open-store.js';
import type { Store } from '../store/store.js';
import { getRepositoryToken, getStoreToken, type InjectionToken } from './tokens.js';

/** What `openStore` takes. */
export type DuctileModuleOptions = OpenStoreOptions;

export interface DuctileModuleAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  /** Makes the options once the injected providers are there. */
  readonly useFactory: (...dependencies: never[]) => DuctileModuleOptions | Promise<DuctileModuleOptions>;
  readonly inject?: FactoryProvider['inject'];
}

const STORE_TOKEN = Symbol('DuctileStoreToken');

/**
 * Opens a store when the application starts and closes it when the application shuts down (Nest calls that on
 * `app.close()`, and on signals after `app.enableShutdownHooks()`). The client stays the application's.
 *
 * @example
 * \@Module({
 *   imports: [
 *     DuctileModule.forRoot({ schema: shop, table: 'shop', client: new DynamoDBClient() }),
 *     DuctileModule.forFeature([Order]),
 *   ],
 *   providers: [OrderService],
 * })
 * export class ShopModule {}
 */
@Module({})
export class DuctileModule {
  /**
   * The store of the application, visible in all its modules. A failure to open it fails the start of the application
   * with `openStore`'s own error.
   *
   * @param storeName only where there are several stores
   */
  static forRoot(options: DuctileModuleOptions, storeName?: string): DynamicModule {
    return DuctileModule.forRootAsync({ useFactory: () => options }, storeName);
  }

  /**
   * The same, with options that depend on other providers.
   *
   * @example
   * DuctileModule.forRootAsync({
   *   inject: [ConfigService],
   *   useFactory: (config: ConfigService) => ({ schema: shop, table: config.getOrThrow('TABLE'), client: new DynamoDBClient() }),
   * })
   */
  static forRootAsync(options: DuctileModuleAsyncOptions, storeName?: string): DynamicModule {
    const token = getStoreToken(storeName);
    const core: DynamicModule = {
      module: DuctileCoreModule,
      imports: options.imports ?? [],
      providers: [
        {
          provide: token,
          useFactory: async (...dependencies: never[]): Promise<Store> =>
            openStore(await options.useFactory(...dependencies)),
          inject: options.inject ?? [],
        },
        { provide: STORE_TOKEN, useValue: token },
      ],
      exports: [token],
    };
    return { module: DuctileModule, imports: [core] };
  }

  /** The repositories that a module injects with `@InjectRepository`. */
  static forFeature(entityClasses: readonly EntityClass[], storeName?: string): DynamicModule {
    const providers = entityClasses.map((entityClass) => ({
      provide: getRepositoryToken(entityClass, storeName),
      useFactory: (store: Store) => store.repository(entityClass),
      inject: [getStoreToken(storeName)],
    }));
    return { module: DuctileModule, providers, exports: providers.map(({ provide }) => provide) };
  }
}

/** Holds one store, for all modules of the application. */
@Global()
@Module({})
class DuctileCoreModule implements OnApplicationShutdown {
  constructor(
    @Inject(ModuleRef) private readonly moduleRef: ModuleRef,
    @Inject(STORE_TOKEN) private readonly token: InjectionToken,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    // What a test put in the place of the store may have nothing to close.
    await this.moduleRef.get<Partial<Store>>(this.token).close?.();
  }
}
