// A process of the soak: an application that was compiled at one version of the shop.
import { setTimeout as sleep } from 'node:timers/promises';
import { openStore, VersionRetiredError } from '../../src/index.js';
import { Chance } from './chance.js';
import { Desk } from './desk.js';
import { type Member, runMember } from './member.js';
import { OwnOrders } from './own-orders.js';
import { SharedOrders } from './shared-orders.js';
import { releaseOf } from './shop/release.js';

/** Between two calls of a lane, at most: two dozen lanes would else take all of a small machine, and wait for it. */
const PAUSE_MS = 500;

await runMember(async (member) => {
  const { task, client, journal } = member;
  const release = await releaseOf(task.version);
  const store = await openStore({ schema: release.schema, table: task.table, client }).catch((error: unknown) => {
    if (!(error instanceof VersionRetiredError)) throw error;
    journal.refused('VERSION_RETIRED');
  });
  if (store === undefined) return;
  const desk = new Desk(store, release, task.name, journal);
  const [process] = task.name.split(/\.\d+$/);
  const own = new OwnOrders(desk, new Chance(task.seed), journal, process!, task.life);
  const shared = new SharedOrders(desk, new Chance(task.seed + 1), journal);
  journal.reached('open');
  await Promise.all([own.adopt().then(() => lane(member, own, 2)), lane(member, shared, 3), lane(member, shared, 4)]);
  await own.findAll();
  await store.close();
  journal.reached('closed');
});

async function lane(member: Member, work: { step(): Promise<void> }, number: number): Promise<void> {
  const chance = new Chance(member.task.seed + number);
  while (!member.ending) {
    await work.step();
    await sleep(chance.below(PAUSE_MS));
  }
}
