import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import {
  ClassSerializerInterceptor,
  type ExecutionContext,
  Inject,
  Injectable,
  Module,
  type ModuleMetadata,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Test, type TestingModule } from '@nestjs/testing';
import { instanceToPlain, plainToInstance, Type } from 'class-transformer';
import { lastValueFrom, of } from 'rxjs';
import { NotPublishedError, Repository, Store, StoreClosedError } from '../../src/index.js';
import type { LocalEngine } from '../../src/local/index.js';
import {
  DuctileModule,
  type DuctileModuleOptions,
  getRepositoryToken,
  getStoreToken,
  InjectRepository,
  InjectStore,
} from '../../src/nestjs/index.js';
import { startEngine } from '../support/engine.js';
import { billing, Order, shop } from './shop.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

let tables = 0;
const options = (schema = shop): DuctileModuleOptions => ({
  schema,
  table: `nest-${process.pid}-${++tables}`,
  client: engine.client,
  createTable: true,
  publish: 'auto',
});
const start = async (metadata: ModuleMetadata): Promise<TestingModule> =>
  (await Test.createTestingModule(metadata).compile()).init();

/** As a validation pipe makes it of a body: what was left out is there, and undefined. */
class UpdateOrder {
  @Type(() => String) customer?: string;
  @Type(() => String) internalNote?: string | null;
}

@Injectable()
class OrderService {
  constructor(
    @InjectRepository(Order) private readonly orders: Repository<Order>,
    readonly store: Store,
  ) {}

  place(orderId: string): Promise<Order> {
    return this.orders.insert(this.orders.create({ orderId, customer: 'ada', internalNote: 'late payer' }));
  }

  edit(orderId: string, body: UpdateOrder): Promise<Order> {
    return this.orders.update({ orderId }, (order) => void this.orders.assign(order, body));
  }

  find(orderId: string): Promise<Order | undefined> {
    return this.orders.findByKeyPath('/order-:orderId', { orderId });
  }
}

describe('DuctileModule', () => {
  it('gives a service its repository and the store, by the types of its constructor', async () => {
    const app = await start({
      imports: [DuctileModule.forRoot(options()), DuctileModule.forFeature([Order])],
      providers: [OrderService],
    });
    const service = app.get(OrderService);
    await service.place('1');
    expect(await service.find('1')).toBeInstanceOf(Order);
    expect(service.store).toBeInstanceOf(Store);
    expect(service.store.repository(Order)).toBe(app.get(getRepositoryToken(Order)));
    await app.close();
  });

  it('makes its options of injected providers', async () => {
    @Injectable()
    class Config {
      readonly table = 'nest-from-config';
    }
    @Module({ providers: [Config], exports: [Config] })
    class ConfigModule {}

    const app = await start({
      imports: [
        DuctileModule.forRootAsync({
          imports: [ConfigModule],
          inject: [Config, { token: 'ABSENT', optional: true }],
          useFactory: async (config: Config, absent: string | undefined) => ({
            ...options(),
            table: `${config.table}${absent ?? ''}`,
          }),
        }),
        DuctileModule.forFeature([Order]),
      ],
      providers: [OrderService],
    });
    expect(app.get(Store).table).toBe('nest-from-config');
    await app.get(OrderService).place('1');
    await app.close();
  });

  it('serves modules that import a feature module', async () => {
    @Module({
      imports: [DuctileModule.forFeature([Order])],
      providers: [OrderService],
      exports: [OrderService, DuctileModule],
    })
    class OrderModule {}
    @Injectable()
    class Report {
      constructor(
        @InjectRepository(Order) readonly orders: Repository<Order>,
        readonly service: OrderService,
      ) {}
    }
    const app = await start({ imports: [DuctileModule.forRoot(options()), OrderModule], providers: [Report] });
    expect(app.get(Report).orders.entityClass).toBe(Order);
    expect(app.get(Report).service).toBe(app.get(OrderService));
    await app.close();
  });

  it('holds several stores by their names, also of classes with one name', async () => {
    @Injectable()
    class Both {
      constructor(
        readonly store: Store,
        @InjectStore() readonly unnamed: Store,
        @InjectStore('billing') readonly accounts: Store,
        @InjectRepository(Order) readonly orders: Repository<Order>,
        @InjectRepository(billing.Order, 'billing') readonly billed: Repository<InstanceType<typeof billing.Order>>,
        @Inject(getStoreToken('archive')) readonly archive: Store,
        @InjectRepository(Order, 'archive') readonly archived: Repository<Order>,
      ) {}
    }
    const app = await start({
      imports: [
        DuctileModule.forRoot(options()),
        DuctileModule.forRoot(options(billing.schema), 'billing'),
        DuctileModule.forRootAsync({ useFactory: () => options() }, 'archive'),
        DuctileModule.forFeature([Order]),
        DuctileModule.forFeature([billing.Order], 'billing'),
        DuctileModule.forFeature([Order], 'archive'),
      ],
      providers: [Both],
    });
    const both = app.get(Both);
    expect(both.store).toBe(both.unnamed);
    expect(new Set([both.store.table, both.accounts.table, both.archive.table]).size).toBe(3);
    await both.billed.insert(both.billed.create({ orderId: '1', cents: 5 }));
    await both.archived.insert(both.archived.create({ orderId: '1', customer: 'ada' }));
    expect(await both.orders.findByKeyPath('/order-:orderId', { orderId: '1' })).toBeUndefined();
    expect(both.billed.entityClass).toBe(billing.Order);

    await app.close();
    for (const store of [both.store, both.accounts, both.archive]) {
      expect(() => store.repository(Order)).toThrow(StoreClosedError);
    }
  });

  it('closes its store when the application ends, and leaves the client open', async () => {
    const given = options();
    const app = await start({
      imports: [DuctileModule.forRoot(given), DuctileModule.forFeature([Order])],
      providers: [OrderService],
    });
    const service = app.get(OrderService);
    await app.close();
    await expect(service.find('1')).rejects.toThrow(StoreClosedError);
    const { Table } = await engine.client.send(new DescribeTableCommand({ TableName: given.table }));
    expect(Table?.TableStatus).toBe('ACTIVE');
  });

  it("fails the start with openStore's own error", async () => {
    const { publish: _, ...unpublished } = options();
    const failing = Test.createTestingModule({ imports: [DuctileModule.forRoot(unpublished)] }).compile();
    await expect(failing).rejects.toThrow(NotPublishedError);
  });

  it('lets a test put others in the place of repositories and stores', async () => {
    const orders = { findByKeyPath: async () => Object.assign(new Order(), { orderId: '7' }) };
    const given = { ...options(), schema: undefined as never };
    const app = await Test.createTestingModule({
      imports: [DuctileModule.forRoot(given), DuctileModule.forFeature([Order])],
      providers: [OrderService],
    })
      .overrideProvider(getStoreToken())
      .useValue({})
      .overrideProvider(getRepositoryToken(Order))
      .useValue(orders)
      .compile();
    expect((await app.get(OrderService).find('1'))?.orderId).toBe('7');
    await app.close();
  });

  it('opens a store of its own for each application made of one module', async () => {
    @Module({
      imports: [DuctileModule.forRoot(options()), DuctileModule.forFeature([Order])],
      providers: [OrderService],
    })
    class ShopModule {}
    const [one, two] = await Promise.all([start({ imports: [ShopModule] }), start({ imports: [ShopModule] })]);
    expect(one.get(Store)).not.toBe(two.get(Store));
    await one.close();
    await two.get(OrderService).place('1');
    await two.close();
  });

  it('gives tokens that belong to the class, not to its name', () => {
    expect(getRepositoryToken(Order)).toBe(getRepositoryToken(Order));
    expect(getRepositoryToken(Order)).not.toBe(getRepositoryToken(billing.Order));
    expect(getRepositoryToken(Order, 'archive')).not.toBe(getRepositoryToken(Order));
    class Special extends Order {}
    expect(getRepositoryToken(Special)).not.toBe(getRepositoryToken(Order));
    expect(Object.keys(Order)).toEqual([]);
  });
});

describe('a DTO', () => {
  it('is assigned: what its body left out stays, null unsets, and what is no field is refused', async () => {
    const app = await start({
      imports: [DuctileModule.forRoot(options()), DuctileModule.forFeature([Order])],
      providers: [OrderService],
    });
    const service = app.get(OrderService);
    const dto = (body: object): UpdateOrder => plainToInstance(UpdateOrder, body);
    expect(Object.keys(dto({}))).toEqual(['customer', 'internalNote']);
    await service.place('1');
    await service.edit('1', dto({ customer: 'bob' }));
    expect(await service.find('1')).toMatchObject({ customer: 'bob', internalNote: 'late payer' });
    await service.edit('1', dto({ internalNote: null }));
    expect(await service.find('1')).toEqual(Object.assign(new Order(), { orderId: '1', customer: 'bob' }));
    await expect(service.edit('1', dto({ isAdmin: true }))).rejects.toMatchObject({ code: 'UNKNOWN_PROPERTY' });
    await app.close();
  });
});

describe('what a loaded entity is to Nest', () => {
  it('is an instance that class-transformer serialises by its decorators', async () => {
    const app = await start({
      imports: [DuctileModule.forRoot(options()), DuctileModule.forFeature([Order])],
      providers: [OrderService],
    });
    await app.get(OrderService).place('1');
    const order = (await app.get(OrderService).find('1'))!;
    expect(order.internalNote).toBe('late payer');
    expect(instanceToPlain(order)).toEqual({ orderId: '1', customer: 'ada' });
    const context = { getHandler: () => OrderService, getClass: () => OrderService } as unknown as ExecutionContext;
    const interceptor = new ClassSerializerInterceptor(new Reflector());
    const answer = await interceptor.intercept(context, { handle: () => of([order]) });
    expect(await lastValueFrom(answer)).toEqual([{ orderId: '1', customer: 'ada' }]);
    await app.close();
  });
});
