// A process of the soak: publishes one version, fills its key paths, proves them and promotes them. One that is killed
// is started again, and goes on with what the table says is to be done.
import { setTimeout as sleep } from 'node:timers/promises';
import { DuctileError, openStore, publish, type Schema } from '../../src/index.js';
import { backfill, promote, verify } from '../../src/operator/index.js';
import { type Member, runMember } from './member.js';
import { releaseOf, VERSIONS } from './shop/release.js';

await runMember(async (member) => {
  const { task, client, journal } = member;
  const { schema } = await releaseOf(task.version);
  const place = { schema, table: task.table, client };
  const step = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    await work();
    journal.reached(`${what} ${task.version}`);
  };
  await step('publish', () => publish(place));
  if (task.version === VERSIONS[0]) return;
  for (;;) {
    await step('backfill', () => backfill(place));
    await step('verify', () => verify(place));
    try {
      return await step('promote', () => promote(place));
    } catch (error) {
      // Another version was published meanwhile, or two orders met at one code.
      if (!(error instanceof DuctileError) || error.code !== 'NOT_VERIFIED') throw error;
      await resolveCodes(member, schema);
      await sleep(50);
    }
  }
});

/** Takes the codes of all contested orders away: what was open is closed with that, and in strict none is opened. */
async function resolveCodes({ task, client }: Member, schema: Schema): Promise<void> {
  const { entityClass, names, paths } = await releaseOf(task.version);
  if (names.code === undefined) return;
  const store = await openStore({ schema, table: task.table, client });
  const orders = store.repository(entityClass);
  const list = orders.listByKeyPath(paths.id!.replace(/:orderId$/, '') as never, { customerId: 'contested' } as never);
  for await (const order of list) {
    const { customerId, orderId } = order as { customerId: string; orderId: string };
    await orders
      .update({ customerId, orderId }, (each) => void delete (each as { code?: string }).code)
      .catch((error: unknown) => {
        if (
          !(error instanceof DuctileError) ||
          !/^(ITEM_NOT_FOUND|OPTIMISTIC_LOCK|CONTENTION|OUTCOME_UNKNOWN)$/.test(error.code)
        )
          throw error;
      });
  }
  await store.close();
}
