import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DynamoGateway } from '../../src/dynamo/gateway.js';
import type { LocalEngine } from '../../src/local/index.js';
import { activate, makeStrict, promote, recordVerify } from '../../src/registry/decisions.js';
import { entryKey, entryRow, sealEntry, type EntryContent } from '../../src/registry/entry.js';
import {
  LibraryTooOldError,
  RegistryBehindError,
  RegistryDamagedError,
  RegistryForkError,
} from '../../src/registry/errors.js';
import { fenceCheck, lowFences, raiseFences } from '../../src/registry/fences.js';
import { Registry } from '../../src/registry/registry.js';
import type { Action, Gateway, QueryRequest } from '../../src/table/gateway.js';
import { newTable } from '../dynamo/wire.js';
import { gatewayOver } from '../../src/table/gateway-over.js';
import { startEngine } from '../support/engine.js';
import { opened, published, versionData } from './fixtures.js';

let engine: LocalEngine;
let gateway: DynamoGateway;

beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  gateway = await newTable(engine);
});

const v1 = versionData(1, { Order: ['/o-:id', '/d-:id'] });
const settings = (registryMaxAge: number): EntryContent => ({ kind: 'settings', registryMaxAge });

/** A gateway that shares the table, counts, and lets a test step in between. */
function watched(
  onQuery: (request: QueryRequest) => void,
  onWrite: (actions: readonly Action[]) => unknown = () => undefined,
): Gateway {
  return gatewayOver(gateway, {
    query: (request) => (onQuery(request), gateway.query(request)),
    write: async (actions, token) => {
      const result = await onWrite(actions);
      const outcome = await gateway.write(actions, token);
      return result === 'lose' ? gateway.write(actions, token) : outcome;
    },
  });
}

const begun = async (...contents: readonly EntryContent[]): Promise<Registry> => {
  const registry = await Registry.open(gateway);
  await registry.appendAll(({ epoch }) => [opened, published(v1), ...contents][epoch]);
  return registry;
};

describe('the log', () => {
  test('is empty before anything is published, and that is no error', async () => {
    const { knowledge } = await Registry.open(gateway);
    expect(knowledge).toMatchObject({ epoch: 0, newestVersion: 0, registryId: '' });
  });

  test('is known alike by its writer, by a later reader and by one that refreshes', async () => {
    const early = await Registry.open(gateway);
    const writer = await begun({ kind: 'active', version: 1 });
    const late = await Registry.open(gateway);
    await early.refresh();
    expect(late.knowledge).toEqual(writer.knowledge);
    expect(early.knowledge).toEqual(writer.knowledge);
    expect(late.knowledge.versions.get(1)).toMatchObject({ active: true, schema: v1 });
  });

  test('takes any number of writers: each entry once, none lost, no gap', async () => {
    await begun();
    const writers = await Promise.all(Array.from({ length: 5 }, () => Registry.open(gateway)));
    await Promise.all(writers.map((writer, i) => writer.append(() => settings(i))));
    const { knowledge } = await Registry.open(gateway);
    expect(knowledge.epoch).toBe(2 + writers.length);
    await Promise.all(writers.map(async (writer) => expect(await writer.refresh()).toEqual(knowledge)));
  });

  test('asks the caller again when another was first', async () => {
    const [a, b] = [await begun(), await Registry.open(gateway)];
    await a.append(activate(1));
    const { epoch } = await b.append(activate(1));
    expect(epoch).toBe(a.knowledge.epoch);
    expect(b.knowledge.versions.get(1)?.active).toBe(true);
  });

  test('has an entry once where the answer to its write was lost [ONCE]', async () => {
    await begun();
    let lose = true;
    const registry = await Registry.open(
      watched(
        () => undefined,
        () => (lose ? ((lose = false), 'lose') : undefined),
      ),
    );
    const appended = await registry.appendAll((k) => (k.registryMaxAge === 7 ? undefined : settings(7)));
    expect(appended).toHaveLength(1);
    expect((await Registry.open(gateway)).knowledge.epoch).toBe(3);
  });

  test('carries a key path from expand through strict to promoted, each once', async () => {
    const registry = await begun();
    await registry.append(makeStrict('Order', ['0', '1']));
    await registry.append(makeStrict('Order', ['1']));
    const verify = { epoch: 3, begun: '2026-01-01T00:00:00.000Z', items: 0, missing: 0, open: 0 };
    // Of a path that was withdrawn after that verify began, and is strict again.
    await registry.append(recordVerify('Order', ['1'], { ...verify, epoch: 2 }));
    await registry.append(recordVerify('Order', ['1'], verify));
    await registry.append(promote('Order', ['1']));
    const { epoch, demanded } = await registry.append(promote('Order', ['1']));
    expect(epoch).toBe(5);
    expect(demanded.get('Order')?.map(({ state }) => state)).toEqual(['promoted', 'promoted']);
  });
});

test('an entry that no reader could understand is never sent', async () => {
  const registry = await begun();
  await registry.append(makeStrict('Order', ['1']));
  await expect(registry.append(promote('Order', ['1']))).rejects.toThrow(/not verified/);
  await expect(registry.append(activate(7))).rejects.toThrow(/not published/);
  expect((await Registry.open(gateway)).knowledge.epoch).toBe(3);
});

describe('a refresh', () => {
  test('is one query after what is known, and concurrent callers share the next one', async () => {
    await begun();
    const queries: QueryRequest[] = [];
    const registry = await Registry.open(watched((request) => void queries.push(request)));
    queries.length = 0;
    const all = await Promise.all([registry.refresh(), registry.refresh(), registry.refresh(), registry.refresh()]);
    expect(queries).toHaveLength(2);
    expect(queries[0]).toMatchObject({ pk: '$ductile', between: [entryKey(2).sk, expect.any(String)] });
    expect(new Set(all).size).toBe(1);
    await registry.refresh();
    expect(queries).toHaveLength(3);
  });

  test('sees what was appended before it was asked for, also while another is under way', async () => {
    const writer = await begun();
    const reader = await Registry.open(gateway);
    const first = reader.refresh();
    await writer.append(() => settings(9));
    expect((await reader.refresh()).epoch).toBe(3);
    await first;
  });

  test('that fails does not stop the next', async () => {
    await begun();
    let broken = false;
    const registry = await Registry.open(
      watched(() => {
        if (broken) throw new Error('broken');
      }),
    );
    broken = true;
    const [a, b] = await Promise.allSettled([registry.refresh(), registry.refresh()]);
    expect([a.status, b.status]).toEqual(['rejected', 'rejected']);
    broken = false;
    expect((await registry.refresh()).epoch).toBe(2);
  });

  test('finds a log that was cut off, or is another', async () => {
    const registry = await begun(settings(1));
    await gateway.write([{ kind: 'delete', key: entryKey(3) }], '');
    await expect(registry.refresh()).rejects.toThrow(RegistryBehindError);
    const other = sealEntry({ epoch: 2, headHash: 'elsewhere' }, settings(2), new Date(0));
    await gateway.write([{ kind: 'put', key: entryKey(3), row: entryRow(other) }], '');
    await expect(registry.refresh()).rejects.toThrow(RegistryForkError);
    await expect(Registry.open(gateway)).rejects.toThrow(RegistryForkError);
    expect(registry.knowledge.epoch).toBe(3);
  });

  test('finds a row that was changed by hand, or needs a newer Ductile [NO-SURPRISE]', async () => {
    const registry = await begun();
    const { epoch, headHash } = registry.knowledge;
    const entry = sealEntry({ epoch, headHash }, settings(3), new Date(0));
    const put = (row: ReturnType<typeof entryRow>) => gateway.write([{ kind: 'put', key: entryKey(3), row }], '');
    await put(entryRow({ ...entry, content: settings(4) }));
    await expect(registry.refresh()).rejects.toThrow(RegistryDamagedError);
    await put(entryRow({ ...entry, needs: '2.0.0' }));
    await expect(registry.refresh()).rejects.toThrow(LibraryTooOldError);
    await put(entryRow(entry));
    expect((await registry.refresh()).registryMaxAge).toBe(3);
  });
});

describe('a stamp', () => {
  test('that is newer is caught up with; one above the head is an error, without a loop', async () => {
    const writer = await begun();
    const reader = await Registry.open(gateway);
    const { epoch, shortId } = await writer.append(activate(1));
    expect((await reader.catchUp(epoch, shortId)).epoch).toBe(epoch);
    await expect(reader.catchUp(epoch + 1, shortId)).rejects.toThrow(RegistryBehindError);
  });

  test('of another registry is an error', async () => {
    const registry = await begun();
    await expect(registry.catchUp(1, 'deadbeef')).rejects.toThrow(RegistryForkError);
  });
});

describe('the fences', () => {
  const holds = async (epoch: number, pk = '/order-1') => {
    const { shortId } = (await Registry.open(gateway)).knowledge;
    return (
      (await gateway.write([fenceCheck({ pk, sk: '/' }, { epoch, shortId })], `check-${epoch}-${pk}`)).kind ===
      'applied'
    );
  };

  test('stand at the newest entry once it is appended, all 64 of them', async () => {
    const registry = await begun();
    expect(await registry.fencesRaised()).toBe(true);
    expect(await registry.fencesRaised(3)).toBe(false);
    const { rows } = await gateway.scan({});
    const fences = rows.filter((row) => gateway.keyOf(row).pk.startsWith('$fence#'));
    expect(fences).toHaveLength(64);
    expect(fences.every((row) => (row['$epoch'] as { N: string }).N === '2')).toBe(true);
  });

  test('stop whoever does not know the newest entry, and nobody else', async () => {
    expect(await holds(0)).toBe(true);
    await begun();
    expect(await holds(1)).toBe(false);
    expect(await holds(2)).toBe(true);
    expect(await holds(5)).toBe(true);
  });

  test('are left where they are by what no create has to know', async () => {
    const registry = await begun();
    let writes = 0;
    const counting = await Registry.open(
      watched(
        () => undefined,
        () => writes++,
      ),
    );
    await counting.append(() => ({ kind: 'active', version: 1 }));
    expect(writes).toBe(1);
    expect(await holds(2, '/order-7')).toBe(true);
    await counting.raiseFences();
    expect(await holds(2, '/order-8')).toBe(true);
    await registry.refresh();
    expect(await registry.fencesRaised()).toBe(true);
  });

  test('of a restore that a process has slept through are left by it', async () => {
    const sleeper = await begun(settings(1));
    const operator = await Registry.open(gateway);
    await operator.append(() => ({ kind: 'restored', registry: 'aaaabbbb-cccc-4ddd-8eee-ffff00001111' }));
    const { fenced: epoch, shortId } = operator.knowledge;
    await sleeper.raiseFences();
    expect(await lowFences(gateway, { epoch, shortId })).toBe(0);
  });

  test('of before the table was restored are raised, however high they stand', async () => {
    await raiseFences(gateway, { epoch: 9, shortId: 'the-past' });
    await raiseFences(gateway, { epoch: 5, shortId: 'of-today' });
    // A process of the past may not know that it is over.
    await raiseFences(gateway, { epoch: 9, shortId: 'the-past' });
    await raiseFences(gateway, { epoch: 5, shortId: 'of-today' });
    expect(await lowFences(gateway, { epoch: 5, shortId: 'of-today' })).toBe(0);
    // One that rises meanwhile stays where it is then.
    await raiseFences(gateway, { epoch: 9, shortId: 'the-past' });
    let attempts = 0;
    const racing = watched(
      () => undefined,
      async ([action]) => {
        const isSecond = action!.key.pk === '$fence#00' && ++attempts === 2;
        if (isSecond) await raiseFences(gateway, { epoch: 10, shortId: 'of-today' });
      },
    );
    await raiseFences(racing, { epoch: 5, shortId: 'of-today' });
    expect(await lowFences(gateway, { epoch: 10, shortId: 'of-today' })).toBe(0);
  });

  test('only rise, and anyone may finish what another began', async () => {
    let writes = 0;
    const dies = watched(
      () => undefined,
      (actions) => {
        if (actions[0]!.key.pk.startsWith('$fence#') && ++writes > 20) throw new Error('died');
      },
    );
    const registry = await begun();
    const dying = await Registry.open(dies);
    await expect(dying.append(() => settings(1))).rejects.toThrow('died');
    expect((await registry.refresh()).epoch).toBe(3);
    expect(await registry.fencesRaised()).toBe(false);
    await registry.raiseFences();
    expect(await registry.fencesRaised()).toBe(true);
    const slow = await Registry.open(gateway);
    await registry.append(() => settings(2));
    await slow.raiseFences();
    expect(await registry.fencesRaised(4)).toBe(true);
    expect(await holds(3)).toBe(false);
  });

  test('spread keys', () => {
    const used = new Set(
      Array.from(
        { length: 2_000 },
        (_, i) => fenceCheck({ pk: `/order-${i}`, sk: '/' }, { epoch: 1, shortId: '' }).key.pk,
      ),
    );
    expect(used.size).toBe(64);
    expect(fenceCheck({ pk: '/a', sk: '/b' }, { epoch: 1, shortId: '' })).toEqual(
      fenceCheck({ pk: '/a', sk: '/b' }, { epoch: 1, shortId: '' }),
    );
  });
});

describe('the age of what is known', () => {
  /** A table whose clock the test sets; the log comes in pages of one entry. */
  class Dated {
    now = 1_000_000;
    /** When each page was asked for; none where answers have no date. */
    dates: (number | undefined)[] = [];
    queries = 0;
    readonly gateway = gatewayOver(gateway, {
      serverTime: () => this.now,
      query: async (request) => {
        this.queries++;
        const { asOf: _, ...page } = await gateway.query({ ...request, limit: 1 });
        const date = this.dates.shift();
        return date === undefined ? page : { ...page, asOf: date };
      },
    });
  }

  test('is that of its first page, less what clocks and dates may disagree by', async () => {
    await begun();
    const dated = new Dated();
    dated.dates = [500_000, 900_000, 950_000];
    expect((await Registry.open(dated.gateway)).asOf).toBe(498_000);
  });

  test('is unknown without dates', async () => {
    await begun();
    expect((await Registry.open(new Dated().gateway)).asOf).toBeUndefined();
  });

  test.each([
    ['by dates', 1_000_000],
    ['without dates, by the time before it was read', undefined],
  ])('is kept young for readers, %s', async (_, date) => {
    await begun();
    const dated = new Dated();
    dated.dates = [date, date, date];
    const registry = await Registry.open(dated.gateway);
    dated.queries = 0;
    expect(registry.freshen(1_000_000 + 28_000)).toBeUndefined();
    expect(dated.queries).toBe(0);
    // In the background from half of the age on, and waited for beyond the whole.
    expect(registry.freshen(1_000_000 + 28_001)).toBeUndefined();
    expect(dated.queries).toBe(1);
    await registry.refresh();
    const waited = registry.freshen(1_000_000 + 58_001 + (date === undefined ? 0 : 60_000));
    expect(waited).toBeInstanceOf(Promise);
    await waited;
  });
});

test('a refresh that fails does not fail the one that waits for it', async () => {
  await begun();
  let broken = false;
  const registry = await Registry.open(
    watched(() => {
      if (!broken) return;
      broken = false;
      throw new Error('broken');
    }),
  );
  broken = true;
  const [first, next] = await Promise.allSettled([registry.refresh(), registry.refresh()]);
  expect([first.status, next.status]).toEqual(['rejected', 'fulfilled']);
});

test('a fence whose answer is lost is raised again', async () => {
  await begun();
  const lost = new Set<string>();
  const unreliable = gatewayOver(gateway, {
    write: async (actions, token, options) => {
      const { pk } = actions[0]!.key;
      if (!pk.startsWith('$fence#') || lost.has(pk)) return gateway.write(actions, token, options);
      lost.add(pk);
      return { kind: 'unknown', cause: new Error('socket hang up') };
    },
  });
  const { shortId } = await (await Registry.open(unreliable)).append(() => settings(1));
  expect(lost.size).toBe(64);
  expect((await gateway.write([fenceCheck({ pk: '/order-1', sk: '/' }, { epoch: 2, shortId })], 'check')).kind).toBe(
    'refused',
  );
});
