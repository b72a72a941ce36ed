import { parseArgs } from 'node:util';
import { publish } from 'ductile';
import { startLocalEngine } from 'ductile/local';
import { backfill, promote, verify } from 'ductile/operator';
import type { LocalEngine } from 'ductile/local';
import { compare } from './stage/comparison.js';
import { readOrders } from './stage/order-file.js';
import type { NewOrder } from './stage/protocol.js';
import type { ReleaseProcess } from './stage/release-process.js';
import { complain, say, tell } from './stage/screen.js';
import { Stage } from './stage/stage.js';
import { shop as shopV1 } from './v1/schema.js';
import { shop as shopV2 } from './v2/schema.js';
import { shop as shopV3 } from './v3/schema.js';
import { shop as shopV4 } from './v4/schema.js';

/** The day that release 2 reads where nobody gave a day of delivery. */
const NO_DAY_YET = '2024-01-01';

const table = 'shop';

// On Node 20 each process would print the SDK's notice about the next Node.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

/** Four releases of one order service, published and started one after another, none of them ever stopped. */
async function run(orders: readonly NewOrder[], { client }: LocalEngine, stage: Stage): Promise<boolean> {
  await publish({ schema: shopV1, table, client, createTable: true });
  const v1 = await stage.start('v1');
  await v1.ask('place', orders);
  tell('v1', `published and started: it loads ${orders.length} orders, and goes on changing them`);
  await work(v1, stage);

  await publish({ schema: shopV2, table, client });
  const before = orders.at(-1) as NewOrder;
  const after = { ...before, orderId: `${before.orderId}-again` };
  await v1.ask('place', [after]);
  const v2 = await stage.start('v2');
  await read(v2, stage, 'it adds deliveryDate, and a key path by it');
  await fillKeyPath(v2, client, [before, after]);
  await work(v2, stage);

  await publish({ schema: shopV3, table, client });
  const v3 = await stage.start('v3');
  await read(v3, stage, 'it has no priority, and adds a number, priorityLevel');
  await work(v3, stage);

  await publish({ schema: shopV4, table, client });
  const v4 = await stage.start('v4');
  await read(v4, stage, 'createdAt is called orderDate, and the key path follows');
  await work(v4, stage);

  tell('all', 'four releases change the same orders at the same time');
  await stage.untilEachHasChanged(30);
  return compare(stage);
}

/** A release that has just started reads every order, while others change them. */
async function read(release: ReleaseProcess, stage: Stage, what: string): Promise<void> {
  const placed = stage.ledger.orders.length;
  const orders = await release.ask('read', stage.customers);
  if (orders.length < placed) throw new Error(`${release.name} reads ${orders.length} of ${placed} orders`);
  tell(release.name, `published and started: ${what}; it reads all ${orders.length} orders`);
}

/** The users of a release begin to change orders, and do not stop. */
async function work(release: ReleaseProcess, stage: Stage): Promise<void> {
  await release.ask('work', stage.ledger.orders);
  await stage.untilEachHasChanged(12);
}

/** Makes a new key path complete for orders of older releases, which go on writing meanwhile. */
async function fillKeyPath(
  v2: ReleaseProcess,
  client: LocalEngine['client'],
  [before, after]: [NewOrder, NewOrder],
): Promise<void> {
  const early = await v2.ask('deliveries', NO_DAY_YET);
  tell('v2', `lists ${early.orders.length} orders by their day of delivery; complete: ${early.complete}`);

  const { items, written } = await backfill({ schema: shopV2, table, client });
  const verified = await verify({ schema: shopV2, table, client });
  await promote({ schema: shopV2, table, client });
  tell('operator', `backfilled ${written} of ${items} orders, verified ${verified.items}, promoted the key path`);

  const late = await v2.ask('deliveries', NO_DAY_YET);
  for (const { orderId } of [before, after]) {
    if (!late.orders.some((order) => order.orderId === orderId)) throw new Error(`v2 does not list order ${orderId}`);
  }
  tell('v2', `lists ${late.orders.length} orders by their day of delivery; complete: ${late.complete}`);
  tell('', `among them ${before.orderId}, which v1 placed before v2 was published, and ${after.orderId}, placed after`);
}

async function main(): Promise<boolean> {
  const { values } = parseArgs({ options: { data: { type: 'string' } } });
  const orders = readOrders(values.data ?? new URL('data/orders.json', import.meta.url));
  say('Four releases of one order service, on one table, at the same time');
  say();
  const engine = await startLocalEngine();
  const stage = new Stage(engine.endpoint);
  try {
    tell('engine', `${engine.engine} at ${engine.endpoint}`);
    return await stage.during(() => run(orders, engine, stage));
  } finally {
    await stage.close();
    await engine.stop();
  }
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  complain(`The run failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
