// An application at one of the two versions: it places, changes and deletes orders until it is told to end.
import { setTimeout as sleep } from 'node:timers/promises';
import { KeyPathIncompleteError, openStore, OptimisticLockError } from 'ductile';
import { runHand } from './crew.js';
import { idsOf } from './fill.js';
import { clientAt, type Place } from './place.js';

/** Between two changes: an application leaves most of the machine to the backfill. */
const PAUSE_MS = 20;

interface Task extends Place {
  readonly version: 1 | 2;
  /** How many orders were there at first. */
  readonly items: number;
}

await runHand(async ({ endpoint, table, version, items }: Task, signal) => {
  const { schema, Order } = version === 1 ? await import('./release-1.js') : await import('./release-2.js');
  const client = clientAt({ endpoint });
  const store = await openStore({ schema, table, client });
  const orders = store.repository<InstanceType<typeof Order>>(Order);
  const said = { placed: 0, changed: 0, deleted: 0, found: 0, conflicts: 0 };
  for (let turn = 0; !signal.aborted; turn++) {
    const key = idsOf(Math.floor(Math.random() * items));
    const found = await orders.findByKeyPath('/customer-:customerId/order-:orderId', key);
    try {
      if (turn % 10 === 0) {
        const placed = {
          ...idsOf(turn),
          orderId: `v${version}-${turn}`,
          status: 'new',
          total: turn,
          address: 'Main 1',
        };
        await orders.insert(orders.create({ ...placed, placedAt: new Date(1_700_000_000_000 + turn * 1_000) }));
        said.placed++;
      } else if (turn % 50 === 1 && found !== undefined) {
        if (await orders.delete(found)) said.deleted++;
      } else if (found !== undefined) {
        found.status = `turn ${turn} of version ${version}`;
        found.placedAt = new Date(found.placedAt.getTime() + 86_400_000);
        await orders.save(found);
        said.changed++;
      }
    } catch (error) {
      if (!(error instanceof OptimisticLockError) && !(error instanceof KeyPathIncompleteError)) throw error;
      said.conflicts++;
    }
    await sleep(PAUSE_MS);
  }
  await store.close();
  client.destroy();
  return said;
});
