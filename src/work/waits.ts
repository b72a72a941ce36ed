import type { Gateway } from '../table/gateway.js';
import type { RowKey } from '../values/attribute-value.js';
import { putWorkRow } from './put.js';
import { type Held, readWorkRow, workPk } from './rows.js';
import { workerName } from './worker-name.js';

/** A process that waits before it begins, or goes on with, a pass over the table. */
export interface Wait {
  /** Who waits, for people: the machine and the process. */
  readonly by: string;
  /** When it began to, and when it will have ended, by the server's clock, in milliseconds. */
  readonly since: number;
  readonly until: number;
}

/**
 * All waits of the table are in one row beside its works. A wait that is over says so by its date, so nobody has to take
 * it away, and whoever writes the row next leaves it out:
 * { pk: '$work', sk: 'waits', $token: '0b7e…', $work: '{"registry":"9c1e04d2","waits":[{"by":"host:4711",…}]}' }
 */
const waitsKey: RowKey = { pk: workPk, sk: 'waits' };

interface Waits {
  /** The short id of the registry: in a restored table, nobody waits for what another one says. */
  readonly registry: string;
  readonly waits: readonly Wait[];
}

/** How many are kept, the newest: of a large fleet that waits for the same, some are enough. */
const MOST = 20;

/** How often the row is written that others write at the same time. */
const ATTEMPTS = 8;

/** The waits that are not over, the one that ends first at the head. Costs a strongly consistent GetItem. */
export async function readWaits(gateway: Gateway, registry: string): Promise<readonly Wait[]> {
  const now = gateway.serverTime();
  const waits = waitsIn(await heldWaits(gateway), registry).filter(({ until }) => until > now);
  return [...waits].sort((a, b) => a.until - b.until);
}

/**
 * Writes down that this process waits. Where it cannot, because many others do at the same time, nothing is: it only serves
 * people. Costs a GetItem and a write; no write where the same is there already.
 */
export const noteWait = (gateway: Gateway, registry: string, until: number): Promise<void> =>
  changeWaits(gateway, registry, (waits, now) => {
    if (waits.some((wait) => isOwn(wait, until))) return undefined;
    return [...waits, { by: workerName(), since: now, until }].slice(-MOST);
  });

/** Takes away what `noteWait` wrote: this process waits no longer. Costs as much. */
export const takeWait = (gateway: Gateway, registry: string, until: number): Promise<void> =>
  changeWaits(gateway, registry, (waits) => {
    const others = waits.filter((wait) => !isOwn(wait, until));
    return others.length === waits.length ? undefined : others;
  });

const isOwn = ({ by, until }: Wait, end: number): boolean => by === workerName() && until === end;

async function changeWaits(
  gateway: Gateway,
  registry: string,
  change: (waits: readonly Wait[], now: number) => readonly Wait[] | undefined,
): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const held = await heldWaits(gateway);
    const now = gateway.serverTime();
    const waits = change(
      waitsIn(held, registry).filter(({ until }) => until > now),
      now,
    );
    if (waits === undefined) return;
    const content: Waits = { registry, waits };
    if ((await putWorkRow(gateway, waitsKey, held, content)) !== undefined) return;
  }
}

async function heldWaits(gateway: Gateway): Promise<Held<Waits> | undefined> {
  const row = await gateway.get(waitsKey);
  return row === undefined ? undefined : readWorkRow<Waits>(row);
}

const waitsIn = (held: Held<Waits> | undefined, registry: string): readonly Wait[] =>
  held === undefined || held.content.registry !== registry ? [] : held.content.waits;
