import type { Loss } from './check.js';
import { nameOf } from './ledger.js';
import type { Ledger } from './ledger.js';
import { releaseNames, type ReleaseName, type SeenOrder } from './protocol.js';
import { complain, say, styled, tell } from './screen.js';
import type { Stage } from './stage.js';
import { tableOf } from './table.js';

const SHOWN_LOSSES = 20;

/** Shows one order as each release reads it, and checks all of them. False where something was lost. */
export async function compare(stage: Stage): Promise<boolean> {
  const { ledger } = stage;
  const { losses, seen } = await stage.check();
  tell('all', `at rest; each release has read all ${ledger.names.length} orders, by key and by date`);
  say();
  showOneOrder(stage, seen);
  say();
  for (const release of releaseNames) say(`${release} made ${ledger.changesBy(release)} changes`);
  say(`${ledger.changes} changes of ${ledger.names.length} orders, ${ledger.conflicts} conflicts retried`);
  say();
  if (losses.length > 0) {
    showLosses(losses);
    return false;
  }
  say(styled('green', `Nothing was lost: every release reads all ${ledger.changes} changes that it has a field for.`));
  return true;
}

function showOneOrder({ ledger }: Stage, seen: Readonly<Record<ReleaseName, readonly SeenOrder[]>>): void {
  const name = mostTold(ledger);
  const asSeenBy = (release: ReleaseName) => seen[release].find((order) => nameOf(order) === name) ?? emptyHanded;
  const views = Object.fromEntries(releaseNames.map((release) => [release, asSeenBy(release)]));
  say(`Order ${name} as each release reads it (· marks what is no field of that release):`);
  say();
  for (const line of tableOf(views as Record<ReleaseName, SeenOrder>)) say(`  ${line}`);
}

/** The order that most kinds of changes were made to; of several, the one with the fewest changes. */
function mostTold(ledger: Ledger): string {
  const kinds = (name: string): number => new Set(ledger.changesOf(name).map(({ line }) => line)).size;
  const changes = (name: string): number => ledger.changesOf(name).length;
  const [first] = [...ledger.names].sort((a, b) => kinds(b) - kinds(a) || changes(a) - changes(b));
  return first ?? 'none';
}

/** In the place of an order that a release does not find; the check tells of it. */
const emptyHanded: SeenOrder = { customerId: '', orderId: '', history: [] };

function showLosses(losses: readonly Loss[]): void {
  complain(`LOST: ${losses.length} differences between what was acknowledged and what the releases read`);
  for (const { release, order, what } of losses.slice(0, SHOWN_LOSSES)) complain(`  ${release}  ${order}: ${what}`);
  if (losses.length > SHOWN_LOSSES) complain(`  … and ${losses.length - SHOWN_LOSSES} more`);
}
