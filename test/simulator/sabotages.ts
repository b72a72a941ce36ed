import { own } from '../../src/protocol/row.js';
import { fenceCheck } from '../../src/registry/fences.js';
import type { Condition } from '../../src/table/condition.js';
import type { Action, Gateway, RowPage, WriteOptions, WriteOutcome } from '../../src/table/gateway.js';
import type { AttributeMap } from '../../src/values/attribute-value.js';
import { gatewayOver } from '../../src/table/gateway-over.js';
import { CredentialsError } from '../../src/dynamo/errors.js';
import type { Sender } from '../../src/dynamo/sender.js';
import { epochOf, registryPk } from '../../src/registry/entry.js';
import { calm, hot, type Pace, type Scenario, type Troubles } from './scenario.js';

/** How many seeds find what nearly every run needs. */
export const SOON = 25;

/** A rule of the protocol, taken away. */
export interface Sabotage {
  readonly name: string;
  /** What must be noticed: the beginning of a violation. */
  readonly breaks: RegExp;
  /** How many seeds may be needed, where it is more than `SOON`. */
  readonly within?: number;
  /** Where it matters. */
  readonly scenario?: Partial<Scenario>;
  /** How long operators wait instead, in milliseconds. */
  readonly drain?: number;
  readonly apply: (gateway: Gateway) => Gateway;
  /** The same below the gateway, where answers are read. */
  readonly sent?: (sender: Sender) => Sender;
}

type Write = Gateway['write'];

/** Nothing goes wrong but what is given. */
const only = (troubles: Partial<Troubles>): Partial<Scenario> => ({ troubles: { ...calm, ...troubles } });

const MINUTE = 60_000;

/** Nobody is at work but applications of these versions, each with two calls at a time. */
const applications = (versions: readonly number[], pace: Pace): Partial<Scenario> => ({
  publishedFirst: Math.max(...versions),
  newest: Math.max(...versions),
  seeded: false,
  cards: [],
  deployers: 0,
  operators: 0,
  workers: 0,
  supervised: false,
  idle: 0,
  crash: 0,
  applications: versions.map((version) => ({ version, lanes: 2, calls: 30, pace })),
});

/** Notes expire all the time, and quarrel about few values. */
const quarrel: Partial<Scenario> = {
  ...only({ freeze: 0.05, longestFreeze: 5 * MINUTE }),
  ...applications([1, 2, 3, 3], { usual: 20_000, longest: 5 * MINUTE }),
  expiring: true,
  values: 1,
  notes: ['1', '2', '3'],
};

export const sabotages: readonly Sabotage[] = [
  {
    name: 'an update does not ask for $rev',
    breaks: /ONCE|NO-LOSS|LAYOUT|NO-RESURRECT|STAMP-MONOTONE/,
    apply: writing((action) => (isItem(action) ? without(action, own.revision) : action)),
  },
  {
    name: 'no write asks for $lay',
    within: 500,
    breaks: /LAYOUT|STAMP-MONOTONE/,
    apply: writing((action) => without(action, own.layout)),
  },
  {
    name: 'a create does not ask whether the item exists',
    breaks: /NO-LOSS|ONCE|LAYOUT/,
    apply: writing((action) => (isItem(action) && action.condition?.kind === 'rowAbsent' ? bare(action) : action)),
  },
  {
    name: 'a row of another item is overwritten',
    breaks: /LAYOUT/,
    apply: writing((action) => (action.kind === 'put' && own.owner in action.row ? bare(action) : action)),
  },
  {
    name: 'rows that are no longer demanded stay',
    breaks: /LAYOUT/,
    apply: writing((action) => (action.kind === 'delete' && asksForOwner(action) ? undefined : action)),
  },
  {
    name: 'rows are written one by one',
    breaks: /LAYOUT/,
    apply: changed((write) => async (actions, token, options) => {
      for (const [i, action] of actions.entries()) {
        if (action.kind === 'check') continue;
        const outcome = await write([action], `${token}-${i}`, options);
        if (outcome.kind !== 'applied') return outcome;
      }
      return { kind: 'applied' };
    }),
  },
  {
    name: 'a create checks no fence',
    breaks: /COMPLETE|FENCE/,
    within: 500,
    scenario: { createGuard: 'fence' },
    apply: writing((action) => (action.kind === 'check' && isFence(action) ? undefined : action)),
  },
  {
    name: 'a create is sent whatever its age',
    breaks: /COMPLETE|FENCE/,
    within: 200,
    scenario: { createGuard: 'age' },
    apply: changed((write) => (actions, token, options = {}) => {
      const { guard: _, ...rest } = options;
      return write(actions, token, rest);
    }),
  },
  {
    name: 'a plain create is sent again after a lost answer',
    within: 200,
    breaks: /NO-RESURRECT|ONCE/,
    // Where all key paths are sparse.
    scenario: {
      ...only({ unanswered: 0.3 }),
      ...applications([1, 1, 1], { usual: 500, longest: 3_000 }),
      createGuard: 'age',
      notes: ['1'],
      expiring: false,
    },
    apply: changed((write) => (actions, token, options = {}) => {
      const { once: _, ...rest } = options;
      return write(actions, token, rest);
    }),
  },
  {
    name: 'a write of unknown outcome is told as a failure',
    within: 200,
    breaks: /ONCE|NO-LOSS/,
    apply: changed((write) => async (actions, token, options) => {
      const outcome = await write(actions, token, options);
      if (outcome.kind === 'unknown') throw Object.assign(new Error('throttled'), { code: 'THROTTLED', facts: {} });
      return outcome;
    }),
  },
  {
    name: 'a refusal after a lost answer is told as a sure one',
    within: 1_000,
    breaks: /ONCE|NO-LOSS/,
    apply: changed((write) => async (actions, token, options) => sure(await write(actions, token, options))),
  },
  {
    name: 'stamps of rows are not looked at',
    breaks: /STAMP-MONOTONE|FENCE/,
    apply: (gateway) =>
      gatewayOver(gateway, {
        get: async (key, options) => oldStamp(await gateway.get(key, options)),
        look: async (key) => {
          const look = await gateway.look(key);
          return { ...look, row: oldStamp(look.row) };
        },
        query: async (request) => oldStamps(await gateway.query(request)),
        write: async (actions, token, options) => {
          const outcome = await gateway.write(actions, token, options);
          if (outcome.kind !== 'refused') return outcome;
          const refusals = outcome.refusals.map(({ action, row }) => ({ action, row: oldStamp(row) }));
          return { ...outcome, refusals };
        },
      }),
  },
  {
    name: 'the operator passes over every other item',
    breaks: /COMPLETE/,
    within: 200,
    scenario: { restore: 0 },
    apply: skipping(isEven),
  },
  {
    name: 'drains are not waited for',
    within: 500,
    breaks: /COMPLETE|FENCE/,
    scenario: {
      ...only({ freeze: 0.1, longestFreeze: 2 * MINUTE, late: 0.1, latest: 2 * MINUTE }),
      ...applications([1, 1, 2, 2], { usual: 5_000, longest: MINUTE }),
      createGuard: 'age',
      registryMaxAge: 10 * MINUTE,
      publishedFirst: 1,
      newest: 3,
      deployers: 1,
      operators: 1,
      fill: 1,
      retire: 0,
      withdraw: 0,
      restore: 0,
      notes: ['1', '2', '3'],
      pace: { usual: 3_000, longest: MINUTE },
    },
    drain: 0,
    apply: (gateway) => gateway,
  },
  {
    name: 'a row of another item is deleted',
    breaks: /LAYOUT|COMPLETE/,
    within: 500,
    // DynamoDB deletes a row of what has expired, another item takes the key, and the manifest still lists it.
    scenario: quarrel,
    apply: writing((action) => (action.kind === 'delete' && asksForOwner(action) ? bare(action) : action)),
  },
  {
    name: 'a row is taken over whatever its owner has done since',
    breaks: /LAYOUT|NO-LOSS/,
    within: 200,
    // An item is there whose row is seen before it is.
    scenario: {
      ...quarrel,
      ...only({ partial: 1 }),
      ...applications([1, 2, 3, 3], { usual: 500, longest: 3_000 }),
      expiring: false,
    },
    apply: writing((action) => (action.kind === 'check' && !isFence(action) ? undefined : action)),
  },
  {
    name: 'what has expired gives way whatever happened to it since',
    breaks: /LAYOUT|NO-LOSS|ONCE/,
    within: 1_000,
    scenario: quarrel,
    apply: changed((write) => (actions, token, options) => {
      const others = actions.map((action, i) => (i > 0 && isItem(action) ? bare(action) : action));
      return write(others, token, options);
    }),
  },
  {
    name: 'expired rows are read as if they were not',
    breaks: /NO-LOSS|COMPLETE/,
    scenario: { expiring: true, values: 1 },
    apply: (gateway) => gatewayOver(gateway, { serverTime: () => gateway.serverTime() - 10 * 60_000 }),
  },
  {
    name: 'a Query of the registry is taken for a snapshot',
    breaks: /NO-SURPRISE/,
    within: 1_000,
    scenario: only({ torn: 0.5, longestPass: 20_000 }),
    apply: (gateway) =>
      gatewayOver(gateway, {
        query: async (request) => {
          const page = await gateway.query(request);
          if (request.pk === registryPk && hasGap(page, gateway)) throw new Error('the registry is damaged');
          return page;
        },
      }),
  },
  {
    name: 'the first page of a Query is taken for all',
    breaks: /COMPLETE|NO-SURPRISE|LIVENESS/,
    scenario: only({ paged: 0.5 }),
    apply: (gateway) =>
      gatewayOver(gateway, {
        query: async (request) => {
          const { last: _, ...page } = await gateway.query(request);
          return page;
        },
      }),
  },
  {
    name: 'a row that is locked counts as written',
    breaks: /ONCE|NO-LOSS|LAYOUT|COMPLETE|STAMP-MONOTONE/,
    scenario: { ...only({ locked: 0.5, longestLock: 5_000 }), ...hot([5, 5], 5) },
    apply: (gateway) => gateway,
    sent: answering((error) => (namesIn(error).includes('TransactionConflict') ? {} : error)),
  },
  {
    name: 'a throttle among the reasons of a cancellation is not tried again',
    breaks: /NO-SURPRISE/,
    scenario: only({ throttle: 0.2 }),
    apply: (gateway) => gateway,
    sent: answering((error) => {
      if (!namesIn(error).includes('ThrottlingError')) return error;
      return Object.assign(new Error('cancelled'), { name: 'TransactionCanceledException' });
    }),
  },
  {
    name: 'what DynamoDB finds invalid counts as written',
    breaks: /ONCE|NO-LOSS|LAYOUT|STAMP-MONOTONE|NO-SURPRISE/,
    scenario: only({ invalid: 0.1 }),
    apply: (gateway) => gateway,
    sent: answering((error) =>
      namesIn(error).some((name) => name === 'ValidationException' || name === 'ValidationError') ? {} : error,
    ),
  },
  {
    name: 'credentials that expire after a lost answer prove that nothing was written',
    breaks: /ONCE|NO-LOSS/,
    within: 200,
    scenario: only({ unanswered: 0.2, expired: 0.2 }),
    apply: changed((write) => async (actions, token, options) => {
      const outcome = await write(actions, token, options);
      if (outcome.kind === 'unknown' && outcome.cause instanceof CredentialsError) throw outcome.cause;
      return outcome;
    }),
  },
  {
    name: 'after a lost create the clock of the machine tells whether its token is known',
    breaks: /NO-RESURRECT|ONCE|NO-LOSS/,
    within: 1_000,
    scenario: {
      ...only({ unanswered: 0.3, freeze: 0.3, longestFreeze: 15 * MINUTE, suspend: 1 }),
      ...applications([3, 3, 3], { usual: 10_000, longest: MINUTE }),
      createGuard: 'fence',
      tokensExpire: true,
      notes: ['1'],
      expiring: false,
    },
    apply: (gateway) =>
      gatewayOver(gateway, {
        look: async (key) => ({ ...(await gateway.look(key)), signed: Date.now(), date: Date.now() }),
      }),
  },
  {
    name: 'a fence is thought to suffice from the moment at which the setting changes',
    // What comes late after a restore is of the former registry, and stays as a row without its item.
    breaks: /COMPLETE|FENCE|LAYOUT|NO-SURPRISE/,
    within: 1_000,
    scenario: { createGuard: 'age', registryMaxAge: 10 * 60_000, settings: 1, crash: 0 },
    drain: 60_000,
    apply: (gateway) => gateway,
  },
  {
    name: 'a process that is stricter than the registry checks no fence',
    breaks: /FENCE/,
    scenario: { createGuard: 'age' },
    apply: writing((action) => (action.kind === 'check' && isFence(action) ? undefined : action)),
  },
  {
    name: 'a process that is stricter than the registry goes by the age that the registry asks for',
    breaks: /FENCE/,
    within: 200,
    scenario: { createGuard: 'age', registryMaxAge: 60_000 },
    apply: changed((write) => (actions, token, options = {}) => {
      const { guard, ...rest } = options;
      return write(actions, token, guard === undefined ? rest : { ...rest, guard: { ...guard, maxAge: 60_000 } });
    }),
  },
  {
    name: 'an action without a reason of its own is thought to have held',
    breaks: /ONCE|NO-LOSS|NO-RESURRECT|LAYOUT|STAMP-MONOTONE/,
    within: 200,
    scenario: only({ reticent: 1 }),
    apply: thinkingItHeld,
  },
  {
    name: 'verify passes over items whose key is too large',
    breaks: /COMPLETE/,
    within: 500,
    scenario: { large: 0.5, publishedFirst: 4, newest: 5, fill: 1, expiring: false },
    apply: skipping(isLarge),
  },
  {
    name: 'the operator passes over the items of one type',
    breaks: /COMPLETE/,
    within: 500,
    scenario: { cards: ['c1', 'c2'], publishedFirst: 4, newest: 5, fill: 1 },
    apply: skipping(isCard),
  },
  {
    name: 'a list of several types leaves one out',
    breaks: /COMPLETE/,
    scenario: { cards: ['c1', 'c2'], publishedFirst: 4 },
    apply: (gateway) =>
      gatewayOver(gateway, {
        query: async (request) => {
          const page = await gateway.query(request);
          return { ...page, rows: page.rows.filter((row) => own.owner in row || !isCard(row)) };
        },
      }),
  },
  {
    name: 'background work passes over every other item',
    breaks: /COMPLETE/,
    within: 200,
    scenario: { operators: 0, workers: 0, fill: 0, background: 1 },
    apply: skipping(isEven),
  },
  {
    name: 'a table that was restored is brought to its new registry in part',
    breaks: /NO-SURPRISE|COMPLETE/,
    within: 200,
    scenario: { restore: 1, operators: 2, seeded: true, expiring: false },
    apply: skipping(isEven),
  },
  {
    name: 'older readers of an enum have no row for a newer value',
    breaks: /LAYOUT/,
    scenario: { newest: 5, publishedFirst: 4 },
    apply: withoutPaths((id) => id.includes('~')),
  },
  {
    name: 'an item gives up the row that becomes the one for older readers',
    breaks: /COMPLETE/,
    within: 200,
    scenario: { newest: 5, publishedFirst: 4 },
    apply: changed((write) => (actions, token, options) => write(actions.map(givenUp), token, options)),
  },
  {
    name: 'what newer versions leave out has no row for older readers',
    breaks: /LAYOUT/,
    scenario: { newest: 5, publishedFirst: 4 },
    apply: withoutPaths((id, row) => id === '3' && !('rank' in row)),
  },
  {
    name: 'of an object a version keeps what it knows',
    breaks: /NO-LOSS/,
    within: 200,
    scenario: { newest: 5, publishedFirst: 3 },
    apply: writing((action) => {
      const place = action.kind === 'put' ? action.row['place'] : undefined;
      if (action.kind !== 'put' || place === undefined || !('M' in place)) return action;
      return { ...action, row: { ...action.row, place: { M: { x: place.M['x']! } } } };
    }),
  },
  {
    name: 'an open entry is not carried',
    breaks: /LAYOUT/,
    scenario: { newest: 5, publishedFirst: 4, values: 1, idle: 30 },
    apply: writing((action) => {
      const paths = action.kind === 'put' ? action.row[own.manifest] : undefined;
      if (action.kind !== 'put' || paths === undefined || !('M' in paths)) return action;
      const closed = Object.entries(paths.M).filter(([, entry]) => !('S' in entry));
      return { ...action, row: { ...action.row, [own.manifest]: { M: Object.fromEntries(closed) } } };
    }),
  },
];

/** Below the gateway: every error is another one, or an answer. */
function answering(change: (error: Error) => Error | object): (sender: Sender) => Sender {
  return (sender) => ({
    send: async (operation, input, watch) => {
      try {
        return await sender.send(operation, input, watch);
      } catch (error) {
        const instead = change(error as Error);
        if (instead instanceof Error) throw instead;
        return { output: instead as never, signed: undefined, date: undefined };
      }
    },
  });
}

/** The name of an error, and the codes of its reasons. */
function namesIn(error: Error): readonly string[] {
  const { CancellationReasons: reasons = [] } = error as { CancellationReasons?: readonly { readonly Code: string }[] };
  return [error.name, ...reasons.map(({ Code }) => Code)];
}

/** Passes over the table that skip some rows. */
function skipping(skips: (row: AttributeMap) => boolean): Sabotage['apply'] {
  return (gateway) =>
    gatewayOver(gateway, {
      scan: async (request) => {
        const page = await gateway.scan(request);
        return { ...page, rows: page.rows.filter((row) => !skips(row)) };
      },
    });
}

/** Items have neither some rows nor the entries for them in their manifests. */
function withoutPaths(gone: (id: string, row: AttributeMap) => boolean): Sabotage['apply'] {
  return writing((action) => {
    if (action.kind !== 'put') return action;
    const path = action.row[own.path];
    if (path !== undefined && 'S' in path && gone(path.S, action.row)) return undefined;
    const paths = action.row[own.manifest];
    if (paths === undefined || !('M' in paths)) return action;
    const left = Object.entries(paths.M).filter(([id]) => !gone(id, action.row));
    return { ...action, row: { ...action.row, [own.manifest]: { M: Object.fromEntries(left) } } };
  });
}

/** In the place of every row for older readers there is an open entry. */
function givenUp(action: Action): Action {
  if (action.kind !== 'put') return action;
  const path = action.row[own.path];
  if (path !== undefined && 'S' in path && path.S.includes('~')) return { ...action, kind: 'delete' };
  const paths = action.row[own.manifest];
  if (paths === undefined || !('M' in paths)) return action;
  const M = Object.fromEntries(
    Object.entries(paths.M).map(([id, entry]) => [id, id.includes('~') ? { S: 'open' } : entry]),
  );
  return { ...action, row: { ...action.row, [own.manifest]: { M } } };
}

function hasGap({ rows }: RowPage, gateway: Gateway): boolean {
  const epochs = rows.map((row) => epochOf(gateway.keyOf(row).sk));
  return epochs.some((epoch, i) => i > 0 && epoch !== epochs[i - 1]! + 1);
}

function writing(change: (action: Action) => Action | undefined): Sabotage['apply'] {
  return changed((write) => async (actions, token, options) => {
    const sent: Action[] = [];
    const places: number[] = [];
    actions.forEach((action, i) => {
      const instead = change(action);
      if (instead === undefined) return;
      sent.push(instead);
      places.push(i);
    });
    const outcome = await write(sent, token, options);
    if (outcome.kind !== 'refused') return outcome;
    const refusals = outcome.refusals.map(({ action, row }) => ({ action: places[action]!, row }));
    return { ...outcome, refusals };
  });
}

function changed(
  change: (
    write: Write,
  ) => (actions: readonly Action[], token: string, options?: WriteOptions) => Promise<WriteOutcome>,
): Sabotage['apply'] {
  return (gateway) => gatewayOver(gateway, { write: change((...all) => gateway.write(...all)) });
}

/** Where the primary row is not among what was refused, it is not asked for again. */
function thinkingItHeld(gateway: Gateway): Gateway {
  const held = new Set<string>();
  return gatewayOver(gateway, {
    write: async ([first, ...rest], token, options) => {
      const id = JSON.stringify(first!.key);
      const outcome = await gateway.write([held.delete(id) ? bare(first!) : first!, ...rest], token, options);
      if (outcome.kind === 'refused' && isItem(first!) && !outcome.refusals.some(({ action }) => action === 0))
        held.add(id);
      return outcome;
    },
  });
}

function isCard(row: AttributeMap): boolean {
  const type = row[own.type];
  return type !== undefined && 'S' in type && type.S === 'Card';
}

function isLarge(row: AttributeMap): boolean {
  const colour = row['colour'];
  return colour !== undefined && 'S' in colour && colour.S.length > 1_000;
}

function isEven(row: AttributeMap): boolean {
  const id = row['id'];
  return id !== undefined && 'S' in id && Number(id.S) % 2 === 0;
}

const isFence = ({ key }: Action): boolean =>
  key.pk.startsWith(fenceCheck(key, { epoch: 1, shortId: '' }).key.pk.slice(0, -2));

/** A primary row, put or deleted. */
function isItem(action: Action): boolean {
  if (action.kind === 'put') return own.type in action.row && !(own.owner in action.row);
  return action.kind === 'delete' && !asksForOwner(action);
}

const asksForOwner = ({ condition }: Action): boolean => JSON.stringify(condition ?? null).includes(own.owner);

function bare(action: Action): Action {
  if (action.kind === 'check') return action;
  const { condition: _, ...rest } = action;
  return rest;
}

/** An action whose condition does not speak of an attribute. */
function without(action: Action, attribute: string): Action {
  const { condition } = action;
  if (condition === undefined) return action;
  const left = pruned(condition, attribute);
  return left === undefined ? bare(action) : { ...action, condition: left };
}

function pruned(condition: Condition, attribute: string): Condition | undefined {
  if ('attribute' in condition) return condition.attribute === attribute ? undefined : condition;
  if (!('of' in condition)) return condition;
  const of = condition.of.map((part) => pruned(part, attribute)).filter((part) => part !== undefined);
  return of.length === 0 ? undefined : { ...condition, of };
}

function sure(outcome: WriteOutcome): WriteOutcome {
  return outcome.kind === 'refused' ? { ...outcome, doubtful: false } : outcome;
}

const oldStamps = (page: RowPage): RowPage => ({ ...page, rows: page.rows.map((row) => oldStamp(row)!) });

/** A row that says it was written when the registry was new. */
function oldStamp(row: AttributeMap | undefined): AttributeMap | undefined {
  const stamp = row?.[own.stamp];
  if (row === undefined || stamp === undefined || !('L' in stamp)) return row;
  return { ...row, [own.stamp]: { L: [{ N: '1' }, ...stamp.L.slice(1)] } };
}
