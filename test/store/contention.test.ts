import { describe, expect, it } from '@jest/globals';
import {
  defineSchema,
  Field,
  ItemType,
  KeyPath,
  Migration,
  type Migrator,
  openStore,
  type SchemaMigration,
} from '../../src/index.js';
import { TransactionConflictError } from '../../src/dynamo/errors.js';
import { ContentionError, OptimisticLockError } from '../../src/protocol/errors.js';
import { ItemNotFoundError } from '../../src/store/errors.js';
import { publishInto } from '../../src/registry/publish.js';
import { Registry } from '../../src/registry/registry.js';
import { openStoreOver } from '../../src/store/open-store.js';
import type { Repository } from '../../src/store/repository.js';
import type { Schema } from '../../src/schema/schema.js';
import type { Gateway } from '../../src/table/gateway.js';
import { gatewayOver } from '../../src/table/gateway-over.js';
import { ContendedTable } from '../support/contended-table.js';
import { startEngine } from '../support/engine.js';

@ItemType('Parcel')
@KeyPath('/parcel-:id')
class ParcelV1 {
  @Field('string') id!: string;
  @Field('int') weight!: number;
}

@ItemType('Parcel')
@KeyPath('/parcel-:id', '/shelf-:shelf')
class Parcel {
  @Field('string') id!: string;
  @Field('int') weight!: number;
  @Field({ type: 'string', readDefault: 'none' }) shelf!: string;
}

@Migration({ from: 1, description: 'Parcels are found by their shelf' })
class AddShelf implements SchemaMigration {
  change(m: Migrator): void {
    m.changeType('Parcel', (t) => {
      t.addField('shelf');
      t.addKeyPath('/shelf-:shelf');
    });
  }
}

const first = defineSchema({ name: 'parcels', types: [ParcelV1] });
const second = defineSchema({ name: 'parcels', types: [Parcel], migrations: [AddShelf] });

type Parcels = Repository<ParcelV1>;

async function publish(table: ContendedTable, schema: Schema): Promise<void> {
  const gateway = table.gateway();
  await publishInto(await Registry.open(gateway), gateway, schema);
}

/** The repository of one process. */
const parcelsOver = async (gateway: Gateway): Promise<Parcels> =>
  (await openStoreOver(gateway, { schema: first })).repository(ParcelV1);

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);
const heavier = (parcel: ParcelV1): void => void parcel.weight++;
const failed = (ends: readonly PromiseSettledResult<unknown>[]): readonly unknown[] =>
  ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));

describe('old items that all meet on one key of a newer version', () => {
  const ids = numbers(150).map((i) => `p${i}`);

  /** Three processes update each of the items three times. */
  async function updateAll(table: ContendedTable): Promise<readonly unknown[]> {
    const processes = await Promise.all(numbers(3).map(() => parcelsOver(table.gateway())));
    const updates = processes.map(async (parcels, process) => {
      const mine = ids.filter((_, i) => i % 3 === process);
      const ends: PromiseSettledResult<unknown>[] = [];
      for (let round = 0; round < 3; round++) {
        ends.push(...(await Promise.allSettled(mine.map((id) => parcels.update({ id }, heavier)))));
      }
      return failed(ends);
    });
    return (await Promise.all(updates)).flat();
  }

  it('do not queue on its row', async () => {
    const table = new ContendedTable();
    await table.run(async () => {
      await publish(table, first);
      const parcels = await parcelsOver(table.gateway());
      await Promise.all(ids.map((id) => parcels.insert(parcels.create({ id, weight: 1 }))));
    });
    const before = await table.run(() => updateAll(table));
    expect(before.result).toEqual([]);

    await table.run(() => publish(table, second));
    const meeting = await table.run(() => updateAll(table));
    expect(meeting.result).toEqual([]);
    // 2,674 and 1,777 while every write of every item tried for the row.
    expect(meeting.sent('TransactWriteItems')).toBeLessThan(500);
    expect(meeting.conflicts).toBeLessThan(400);

    // From then on it is as if there were no such key path: a read and a plain write for each update, but for the item
    // that has the row.
    const after = await table.run(() => updateAll(table));
    expect(after.result).toEqual([]);
    expect(after.sent('TransactWriteItems')).toBe(3);
    expect(after.requests).toBe(before.requests);
  });
});

describe('many updates of one item at once', () => {
  async function newTable(schema: Schema = first): Promise<ContendedTable> {
    const table = new ContendedTable();
    await table.run(async () => {
      await publish(table, schema);
      const parcels = await parcelsOver(table.gateway());
      await parcels.insert(parcels.create({ id: 'a', weight: 0 }));
    });
    return table;
  }

  async function updates(table: ContendedTable, processes: number, each: number) {
    const all = await table.run(() => Promise.all(numbers(processes).map(() => parcelsOver(table.gateway()))));
    const run = await table.run(async () =>
      failed(
        await Promise.allSettled(
          all.result.flatMap((parcels) => numbers(each).map(() => parcels.update({ id: 'a' }, heavier))),
        ),
      ),
    );
    const { result: parcel } = await table.run(() => all.result[0]!.findByKeyPath('/parcel-:id', { id: 'a' }));
    return { ...run, weight: parcel!.weight };
  }

  it('go one after another in one process: 50 take the requests and the time of 50 in turn', async () => {
    const inTurn = await newTable();
    const { result: parcels } = await inTurn.run(() => parcelsOver(inTurn.gateway()));
    const one = await inTurn.run(async () => {
      for (let i = 0; i < 50; i++) await parcels.update({ id: 'a' }, heavier);
    });
    const { result, requests, took, weight } = await updates(await newTable(), 1, 50);
    expect({ result, requests, weight }).toEqual({ result: [], requests: one.requests, weight: 50 });
    expect(took).toBeLessThanOrEqual(1.1 * one.took);
  });

  it.each([
    [1, 200],
    [4, 50],
    [50, 1],
    [20, 10],
  ])('all succeed: %d processes of %d each', async (processes, each) => {
    const { result, weight } = await updates(await newTable(), processes, each);
    expect({ result, weight }).toEqual({ result: [], weight: processes * each });
  });

  it.each([
    [4, 50],
    [20, 10],
  ])('all succeed where the item has rows, and transactions conflict: %d processes of %d each', async (n, each) => {
    const table = await newTable(second);
    const { result, weight, conflicts } = await updates(table, n, each);
    expect({ result, weight }).toEqual({ result: [], weight: n * each });
    expect(conflicts).toBeGreaterThan(0);
  });

  it('all succeed on an engine over the wire: 4 stores of 50 each', async () => {
    const engine = await startEngine();
    try {
      const place = { schema: second, table: 'updates', client: engine.client };
      const stores = [await openStore({ ...place, createTable: true, publish: 'auto' })];
      while (stores.length < 4) stores.push(await openStore(place));
      const all = stores.map((store) => store.repository(Parcel));
      await all[0]!.insert(all[0]!.create({ id: 'a', weight: 0, shelf: 'x' }));
      const ends = await Promise.allSettled(
        all.flatMap((parcels) => numbers(50).map(() => parcels.update({ id: 'a' }, heavier))),
      );
      expect(failed(ends)).toEqual([]);
      expect(await all[0]!.findByKeyPath('/shelf-:shelf', { shelf: 'x' })).toMatchObject({ weight: 200 });
      for (const store of stores) await store.close();
    } finally {
      await engine.stop();
    }
  }, 120_000);

  it('begin again from the row that was faster, without a read', async () => {
    const table = await newTable();
    const { result: rival } = await table.run(() => parcelsOver(table.gateway()));
    const gateway = table.gateway();
    let lost = 0;
    const outrun = gatewayOver(gateway, {
      write: async (...write) => {
        if (lost++ < 2) await rival.update({ id: 'a' }, heavier);
        return gateway.write(...write);
      },
    });
    const { result: parcels } = await table.run(() => parcelsOver(outrun));
    const { result, sent } = await table.run(() => parcels.update({ id: 'a' }, heavier));
    expect(result.weight).toBe(3);
    // One read and three writes, and the rival's two reads and two writes; and that the version is in use.
    expect([sent('GetItem'), sent('PutItem')]).toEqual([3, 5]);
  });

  it('do not keep out a process that comes along', async () => {
    const table = await newTable();
    const { result: busy } = await table.run(() => parcelsOver(table.gateway()));
    const { result: guest } = await table.run(() => parcelsOver(table.gateway()));
    let tries = 0;
    await table.run(async () => {
      let isOver = false;
      const stream = (async () => {
        while (!isOver) await busy.update({ id: 'a' }, heavier);
      })();
      for (let i = 0; i < 20; i++) await guest.update({ id: 'a' }, (parcel) => (heavier(parcel), void tries++));
      isOver = true;
      await stream;
    });
    expect(tries).toBeLessThan(20 * 5);
  });

  it('may begin in the callback of another one, and fail, without keeping the others waiting', async () => {
    const table = await newTable();
    const { result: parcels } = await table.run(() => parcelsOver(table.gateway()));
    const inner: Promise<unknown>[] = [];
    const { result } = await table.run(async () => {
      const all = [
        parcels.update({ id: 'a' }, (parcel) => {
          heavier(parcel);
          inner.push(parcels.update({ id: 'a' }, heavier));
        }),
        parcels.update({ id: 'a' }, () => {
          throw new RangeError('too heavy');
        }),
        parcels.update({ id: 'a' }, heavier),
        parcels.delete({ id: 'a' }),
        parcels.update({ id: 'a' }, heavier),
      ];
      return [failed(await Promise.allSettled(all)), failed(await Promise.allSettled(inner))];
    });
    const notFound = expect.any(ItemNotFoundError) as unknown;
    expect(result).toEqual([[expect.any(RangeError), notFound], [notFound]]);
  });

  it('wait twice for as long as transactions of others are waited for, and then say that the item is hot', async () => {
    const table = await newTable();
    const gateway = table.gateway();
    let held = 1;
    const holding = gatewayOver(gateway, {
      write: (...write) =>
        held-- > 0 ? Promise.reject(new TransactionConflictError('held', {})) : gateway.write(...write),
    });
    const { result: parcels } = await table.run(() => parcelsOver(holding));
    expect((await table.run(() => parcels.update({ id: 'a' }, heavier))).result.weight).toBe(1);
    held = Infinity;
    const { result: error } = await table.run(() => parcels.update({ id: 'a' }, heavier).catch((e: unknown) => e));
    expect(error).toBeInstanceOf(ContentionError);
    expect(error).toMatchObject({ facts: { attempts: 2 }, cause: expect.any(TransactionConflictError) as unknown });
  });

  it('end with an error that says that the item is hot, how often it was tried, and what to use instead', async () => {
    const table = await newTable();
    const { result: rival } = await table.run(() => parcelsOver(table.gateway()));
    const gateway = table.gateway();
    const outrun = gatewayOver(gateway, {
      write: async (...write) => {
        await rival.update({ id: 'a' }, heavier);
        return gateway.write(...write);
      },
    });
    const { result: parcels } = await table.run(() => parcelsOver(outrun));
    const { result: error } = await table.run(() => parcels.update({ id: 'a' }, heavier).catch((e: unknown) => e));
    expect(error).toBeInstanceOf(ContentionError);
    expect(error).toMatchObject({ facts: { call: 'update', type: 'Parcel', keyPath: '/parcel-:id', attempts: 30 } });
    expect((error as Error).message).toMatch(/tried 30 times.*hot.*item of its own.*queue/s);
    expect((error as Error).cause).toBeInstanceOf(OptimisticLockError);
    const { result: gone } = await table.run(() => parcels.delete({ id: 'a' }).catch((e: unknown) => e));
    expect(gone).toMatchObject({ code: 'CONTENTION', facts: { call: 'delete', attempts: 30 } });
  });
});
