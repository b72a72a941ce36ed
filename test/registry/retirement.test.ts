import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { assertCompiled, assertMayRead, assertMayWrite } from '../../src/registry/check.js';
import { activate } from '../../src/registry/decisions.js';
import type { EntryContent } from '../../src/registry/entry.js';
import {
  DropRefusedError,
  NotPublishedError,
  RegistryDamagedError,
  RetireRefusedError,
  VersionRetiredError,
  WithdrawRefusedError,
} from '../../src/registry/errors.js';
import { extend, nothingKnown } from '../../src/registry/fold.js';
import {
  isDropSwept,
  isFloorSwept,
  type Knowledge,
  newestRemoval,
  unsweptWithdrawal,
} from '../../src/registry/knowledge.js';
import {
  beginDrop,
  lowerFloor,
  raiseFloor,
  recordSweep,
  takeAway,
  takeBack,
} from '../../src/registry/retire-decisions.js';
import { histories } from '../schema/arbitraries.js';
import { schemaOfHistory } from '../schema/releases.js';
import { chain, opened, published, schemaOf, versionData } from './fixtures.js';

const v1 = versionData(1, { Order: ['/o-:id', '/d-:id'], Coupon: ['/c-:id', '/k-:id'] });
const v2 = versionData(2, { Order: ['/o-:key', '', '/e-:id'] });
const v3 = versionData(3, { Order: ['/o-:name', '', '/e-:title', '/f-:id'], Invoice: ['/i-:id', '/j-:id'] });
const start: readonly EntryContent[] = [opened, published(v1), published(v2), { kind: 'active', version: 1 }];
const three: readonly EntryContent[] = [...start, published(v3)];

const floor = (version: number): EntryContent => ({ kind: 'floor', version });
const swept = (reached: number): EntryContent => ({ kind: 'swept', reached });
const dropping = (version: number): EntryContent => ({ kind: 'dropping', version });
const dropped = (reached: number): EntryContent => ({ kind: 'dropped', reached });
const withdrawn = (version: number): EntryContent => ({ kind: 'withdrawn', version });

const knowing = (contents: readonly EntryContent[]): Knowledge => extend(nothingKnown, chain(contents));
const paths = ({ demanded }: Knowledge, type: string) =>
  demanded.get(type)?.map(({ path }) => `${path.id} ${path.template}`);
const hashOf = (version: number): string => knowing(three).versions.get(version)!.hash;
const compiled = (version: number) => ({ name: 'shop', version, hash: hashOf(version) });
const mayWrite = (knowledge: Knowledge, version: number): void => assertMayWrite(knowledge, compiled(version), 'shop');
const mayRead = (knowledge: Knowledge, version: number): void => assertMayRead(knowledge, compiled(version), 'shop');

describe('the floor', () => {
  test('keeps versions below it from writing, and not from reading', () => {
    const knowledge = knowing([...three, floor(3)]);
    expect(() => mayWrite(knowledge, 2)).toThrow(VersionRetiredError);
    expect(() => mayWrite(knowledge, 2)).toThrow(/Version 2 of schema 'shop' was retired: only versions from 3 on/);
    expect(() => mayWrite(knowledge, 3)).not.toThrow();
    expect(() => mayRead(knowledge, 2)).not.toThrow();
  });

  test('retires them once every item was swept to it', () => {
    expect(isFloorSwept(knowing([...three, floor(2)]))).toBe(false);
    expect(isFloorSwept(knowing([...three, floor(2), swept(5)]))).toBe(false);
    expect(isFloorSwept(knowing([...three, floor(2), swept(6)]))).toBe(true);
  });

  test('may be lowered again: what is below both stays retired', () => {
    const knowledge = knowing([...three, floor(3), swept(6), floor(2)]);
    expect(knowledge.floor).toEqual({ version: 2, since: 6 });
    expect(isFloorSwept(knowledge)).toBe(true);
    expect(() => mayWrite(knowledge, 2)).not.toThrow();
    expect(() => mayWrite(knowledge, 1)).toThrow(VersionRetiredError);
    expect(knowing([...three, floor(3), floor(1)]).floor).toEqual(nothingKnown.floor);
  });

  test('raised again, it asks for another sweep', () => {
    const knowledge = knowing([...three, floor(2), swept(6), floor(3)]);
    expect(knowledge.floor).toEqual({ version: 3, since: 8 });
    expect(isFloorSwept(knowledge)).toBe(false);
  });
});

describe('dropping', () => {
  const dropping2 = [...three, floor(2), swept(6), dropping(2)];
  const announced = knowing(dropping2);
  const knowledge = knowing([...dropping2, dropped(8)]);

  test('keeps versions below the floor from reading too', () => {
    expect(() => mayRead(announced, 1)).toThrow(VersionRetiredError);
    expect(() => mayRead(announced, 1)).toThrow(/what only versions before 2 could see is dropped/);
    expect(() => mayRead(announced, 2)).not.toThrow();
  });

  test('takes away nothing before readers have heard of it [COMPLETE]', () => {
    expect(announced.demanded).toEqual(knowing(three).demanded);
    expect(newestRemoval(announced)).toBe(8);
    expect(newestRemoval(knowledge)).toBe(0);
  });

  test('then takes away the key paths that no remaining version has, and leaves types that none has', () => {
    expect(paths(announced, 'Order')).toEqual(['0 /o-:name', '1 /d-:id', '2 /e-:title', '3 /f-:id']);
    expect(paths(knowledge, 'Order')).toEqual(['0 /o-:name', '2 /e-:title', '3 /f-:id']);
    expect(paths(knowledge, 'Coupon')).toEqual(['0 /c-:id', '1 /k-:id']);
  });

  test('is over once every item was swept to that', () => {
    expect(isDropSwept(announced)).toBe(false);
    expect(isDropSwept(knowledge)).toBe(false);
    expect(isDropSwept(knowing([...dropping2, dropped(8), swept(8)]))).toBe(false);
    expect(isDropSwept(knowing([...dropping2, dropped(8), swept(9)]))).toBe(true);
  });

  test('goes on with the next floor', () => {
    const next = knowing([...dropping2, dropped(8), swept(9), floor(3), swept(11), dropping(3), dropped(13)]);
    expect(next.dropped).toEqual({ version: 3, since: 14 });
    expect(paths(next, 'Order')).toEqual(['0 /o-:name', '2 /e-:title', '3 /f-:id']);
    const both = knowing([...dropping2, floor(3), swept(9), dropping(3), dropped(11)]);
    expect(both.dropped).toEqual({ version: 3, since: 12 });
  });
});

describe('a withdrawal', () => {
  test('leaves what there was without the version, once its readers have heard of it [COMPLETE]', () => {
    const announced = knowing([...three, withdrawn(3)]);
    expect(announced.newestVersion).toBe(2);
    expect(announced.versions.has(3)).toBe(false);
    expect(announced.demanded).toEqual(knowing(three).demanded);
    const knowledge = knowing([...three, withdrawn(3), dropped(6)]);
    expect(paths(knowledge, 'Order')).toEqual(['0 /o-:key', '1 /d-:id', '2 /e-:id']);
    expect(knowledge.demanded.has('Invoice')).toBe(false);
  });

  test('is unswept while writers may have made rows on its key paths', () => {
    const log = [...three, withdrawn(3)];
    expect(unsweptWithdrawal(knowing(log))).toMatchObject({ version: 3, since: 6 });
    expect(unsweptWithdrawal(knowing([...log, swept(6)]))).toBeDefined();
    expect(unsweptWithdrawal(knowing([...log, dropped(6)]))).toMatchObject({ version: 3, gone: 7 });
    expect(unsweptWithdrawal(knowing([...log, dropped(6), swept(7)]))).toBeUndefined();
  });

  test('leaves nothing to sweep where it has no key paths of its own', () => {
    const noPaths = versionData(3, { Order: ['/o-:name', '', '/e-:title'] });
    const renamed = knowing([...start, published(noPaths), withdrawn(3)]);
    expect(unsweptWithdrawal(renamed)).toBeUndefined();
    expect(paths(renamed, 'Order')).toEqual(['0 /o-:key', '1 /d-:id', '2 /e-:id']);
  });

  test('leaves items to sweep that may expire by its rule', () => {
    const expiring = { ...v2.types['Order']!, expiry: { at: 'id' } };
    const rule = { ...v2, version: 3, types: { Order: expiring } };
    expect(unsweptWithdrawal(knowing([...start, published(rule), withdrawn(3)]))).toMatchObject({ version: 3 });
    const elsewhere = { ...v2, version: 3, types: { ...v2.types, Invoice: { ...expiring, storageName: 'Invoice' } } };
    const known = knowing([...start, published({ ...elsewhere }), withdrawn(3), dropped(6), swept(7)]);
    expect(unsweptWithdrawal(known)).toBeUndefined();
  });

  test('may go on with the version before it', () => {
    const both = knowing([...three, withdrawn(3), withdrawn(2), dropped(7)]);
    expect(both.newestVersion).toBe(1);
    expect(paths(both, 'Order')).toEqual(['0 /o-:id', '1 /d-:id']);
  });

  test('keeps its own processes from writing and reading, also where its number was published anew', () => {
    const log = [...three, withdrawn(3), dropped(6), swept(7)];
    expect(() => mayWrite(knowing(log), 3)).toThrow(/Version 3 of schema 'shop' was withdrawn from table shop/);
    expect(() => mayRead(knowing(log), 3)).toThrow(VersionRetiredError);
    const other = versionData(3, { Order: ['/o-:name', '', '/e-:title', '/g-:id'] });
    const anew = knowing([...log, published(other)]);
    expect(() => mayWrite(anew, 3)).toThrow(/published anew with another content/);
    expect(paths(anew, 'Order')).toEqual(['0 /o-:name', '1 /d-:id', '2 /e-:title', '3 /g-:id']);
    expect(() => mayWrite(knowing([...log, published(v3)]), 3)).not.toThrow();
  });

  test('is told to an application that starts, apart from a version that was never published', () => {
    const knowledge = knowing([...three, withdrawn(3)]);
    expect(() => assertCompiled(knowledge, schemaOf([v1, v2, v3]), 'shop')).toThrow(VersionRetiredError);
    const another = versionData(3, { Order: ['/o-:name', '', '/e-:title'] });
    expect(() => assertCompiled(knowledge, schemaOf([v1, v2, another]), 'shop')).toThrow(NotPublishedError);
  });
});

describe('a log that cannot be', () => {
  test.each<[string, readonly EntryContent[]]>([
    ['a floor above the newest version', [...three, floor(4)]],
    ['the floor that is in force', [...three, floor(2), floor(2)]],
    ['a floor below what was dropped', [...three, floor(2), swept(6), dropping(2), floor(1)]],
    ['a sweep to an epoch that was not there', [...three, swept(6)]],
    ['a sweep to less than the one before', [...three, swept(4), swept(4)]],
    ['a drop below another floor', [...three, floor(3), swept(6), dropping(2)]],
    ['a drop before the sweep', [...three, floor(3), swept(5), dropping(3)]],
    ['a drop without a floor', [...three, swept(5), dropping(1)]],
    ['a drop twice', [...three, floor(2), swept(6), dropping(2), dropping(2)]],
    ['what goes, where nothing was to go', [...three, dropped(5)]],
    ['what goes, before readers have heard of it', [...three, withdrawn(3), dropped(5)]],
    ['what goes, at an epoch that was not there', [...three, withdrawn(3), dropped(7)]],
    ['what goes, twice', [...three, withdrawn(3), dropped(6), dropped(7)]],
    ['a withdrawal of an older version', [...three, withdrawn(2)]],
    ['a withdrawal of a version in use', [...three, { kind: 'active', version: 3 }, withdrawn(3)]],
    ['a withdrawal of the only one that may write', [...three, floor(3), withdrawn(3)]],
    ['a version after a withdrawal that was not swept', [...three, withdrawn(3), published(v3)]],
  ])('%s', (_, contents) => expect(() => knowing(contents)).toThrow(RegistryDamagedError));
});

describe('decisions', () => {
  const known = knowing(three);

  test('raise the floor above a version, once', () => {
    expect(raiseFloor(1)(known)).toEqual(floor(2));
    expect(raiseFloor(1)(knowing([...three, floor(3)]))).toBeUndefined();
    expect(() => raiseFloor(3)(known)).toThrow(RetireRefusedError);
    expect(() => raiseFloor(9)(known)).toThrow(/There is no version 9/);
    // Who was faster took back the version that was to be the floor.
    expect(() => raiseFloor(2)(knowing([...three, withdrawn(3)]))).toThrow(RetireRefusedError);
  });

  test('lower it until something was dropped: who is first wins', () => {
    expect(lowerFloor(1)(knowing([...three, floor(3)]))).toEqual(floor(1));
    expect(lowerFloor(2)(knowing([...three, floor(2)]))).toBeUndefined();
    expect(() => lowerFloor(1)(knowing([...three, floor(2), swept(6), dropping(2)]))).toThrow(
      /only versions before 2 of schema 'shop' could see is being dropped, or is gone/,
    );
    expect(() => beginDrop(1)(knowing([...three, floor(2), swept(6), floor(1)]))).toThrow(/no version is retired/);
  });

  test('drop what is retired and swept, once', () => {
    expect(beginDrop(1)(knowing([...three, floor(2), swept(6)]))).toEqual(dropping(2));
    expect(beginDrop(1)(knowing([...three, floor(2), swept(6), dropping(2)]))).toBeUndefined();
    expect(() => beginDrop(1)(knowing([...three, floor(2)]))).toThrow(DropRefusedError);
  });

  test('drop nothing else, and say what can be done instead', () => {
    const dropOf =
      (version: number, ...more: Parameters<typeof knowing>[0]) =>
      () =>
        beginDrop(version)(knowing([...three, ...more]));
    // The floor of a table where nothing is retired is that of a drop of version 0.
    for (const version of [0, -1, 99]) {
      expect(dropOf(version)).toThrow(DropRefusedError);
      expect(dropOf(version)).toThrow(`There is no version ${version} of schema 'shop' (the newest is 3).`);
    }
    expect(dropOf(1)).toThrow(/no version is retired\. Retire up to 1 first: `ductile retire 1`/);
    expect(dropOf(2, floor(2), swept(6))).toThrow(/those up to 1 are retired\. Retire up to 2 first/);
    expect(dropOf(1, floor(3), swept(6))).toThrow(/those up to 2 are retired\. Drop all of them: `ductile drop 2`/);
    expect(dropOf(3, floor(3), swept(6))).toThrow(/those up to 2 are retired\. It is the newest/);
  });

  test('take back the newest version, once, unless a process was faster', () => {
    expect(takeBack(3, hashOf(3))(known)).toEqual(withdrawn(3));
    expect(takeBack(3, hashOf(3))(knowing([...three, withdrawn(3)]))).toBeUndefined();
    const used = knowing([...three, { kind: 'active', version: 3 }]);
    expect(() => takeBack(3, hashOf(3))(used)).toThrow(/a process that is compiled at it has begun to write/);
    expect(() => takeBack(2, hashOf(2))(known)).toThrow(/it is not the newest/);
    expect(() => takeBack(3, 'other')(known)).toThrow(/another content/);
    expect(() => takeBack(7, 'other')(known)).toThrow(WithdrawRefusedError);
    expect(() => takeBack(3, hashOf(3))(knowing([...three, floor(3)]))).toThrow(/every other version is retired/);
  });

  test('say that a version is in use, unless it was taken back first', () => {
    const asserting = (version: number) => activate(version, (knowledge) => mayWrite(knowledge, version));
    expect(asserting(3)(known)).toEqual({ kind: 'active', version: 3 });
    expect(() => asserting(3)(knowing([...three, withdrawn(3)]))).toThrow(VersionRetiredError);
    expect(() => asserting(2)(knowing([...three, floor(3)]))).toThrow(VersionRetiredError);
  });

  test('let go what was taken away, unless more was since', () => {
    expect(takeAway(6)(knowing([...three, withdrawn(3)]))).toEqual(dropped(6));
    expect(takeAway(6)(knowing([...three, withdrawn(3), withdrawn(2)]))).toBeUndefined();
    expect(takeAway(6)(knowing([...three, withdrawn(3), dropped(6)]))).toBeUndefined();
  });

  test('record a sweep where it is news', () => {
    expect(recordSweep(5)(known)).toEqual(swept(5));
    expect(recordSweep(5)(knowing([...three, swept(5)]))).toBeUndefined();
  });
});

describe('settings that a process may still act by', () => {
  const settings = (registryMaxAge: number): EntryContent => ({ kind: 'settings', registryMaxAge });
  const changed = [...three, settings(600_000), settings(1_000)];
  const agesFor = (whom: 'writers' | 'readers', contents: readonly EntryContent[]) =>
    knowing(contents)
      .settings.filter(({ readersOnly }) => whom === 'readers' || readersOnly !== true)
      .map((each) => each.registryMaxAge);

  test('are all until a drain is known to have ended after them', () => {
    expect(agesFor('writers', changed)).toEqual([60_000, 600_000, 1_000]);
    expect(agesFor('writers', [...changed, swept(5)])).toEqual([60_000, 600_000, 1_000]);
    expect(agesFor('writers', [...changed, swept(6)])).toEqual([600_000, 1_000]);
    expect(agesFor('writers', [...changed, swept(7)])).toEqual([1_000]);
  });

  test('a verify tells of a drain as well', () => {
    const strict: EntryContent = { kind: 'strict', type: 'Order', paths: ['2'] };
    const verify = { epoch: 7, begun: '', items: 0, missing: 0, open: 0 };
    const verified: EntryContent = { kind: 'verified', type: 'Order', paths: ['2'], verify };
    const contents = [...three, settings(1_000), strict, verified];
    expect(agesFor('writers', contents)).toEqual([1_000]);
    expect(agesFor('readers', contents)).toEqual([60_000, 1_000]);
  });

  test('[COMPLETE] are all for readers until a drain of readers has ended: one of writers may be the shorter', () => {
    const retired = [...changed, floor(2), swept(8)];
    expect(agesFor('writers', retired)).toEqual([1_000]);
    expect(agesFor('readers', retired)).toEqual([60_000, 600_000, 1_000]);
    expect(agesFor('readers', [...retired, dropping(2), dropped(10)])).toEqual([1_000]);
  });
});

test('[LAYOUT] after a withdrawal all is known as if the version had never been, whatever happened in between', () => {
  const numbers = fc.infiniteStream(fc.nat());
  fc.assert(
    fc.property(
      histories({ minMigrations: 2, maxMigrations: 5 }),
      numbers,
      fc.boolean(),
      (history, stream, promoted) => {
        const below = (n: number): number => stream.next().value! % n;
        const { versions, migrations, hashes } = schemaOfHistory(history);
        const entries = versions.map((schema, i): EntryContent => {
          const migration = migrations[i - 1];
          return published(schema, { versionHash: hashes[i]!, ...(migration && { migration }) });
        });
        const newest = {
          ...(entries.pop()! as Extract<EntryContent, { kind: 'published' }>),
          ...(promoted && { promoted }),
        };
        const nothing: EntryContent = { kind: 'active', version: 1 };
        // The same log, with the newest version and with an entry that says nothing new in its place.
        let withIt = knowing([opened, entries[0]!, nothing, ...entries.slice(1)]);
        let without = withIt;
        const append = (content: EntryContent, instead = content): void => {
          withIt = extend(withIt, chain([content], withIt));
          without = extend(without, chain([instead], without));
        };
        const others = (count: number): void => {
          for (let i = 0; i < count; i++) {
            const content = anyContent(withIt, below, newest.version);
            if (content !== undefined) append(content, isAbout(without, content) ? content : nothing);
          }
        };
        others(below(8));
        append(newest, nothing);
        others(below(12));
        if (withIt.floor.version === newest.version) return;
        append(withdrawn(newest.version), nothing);
        others(below(3));
        const { epoch } = withIt;
        if (newestRemoval(withIt) > 0) append(dropped(epoch), newestRemoval(without) > 0 ? dropped(epoch) : nothing);
        // A verify of its own key paths tells of a drain, and so which settings are past.
        const rest = { headHash: '', fenced: 0, withdrawn: [], settings: [] };
        expect({ ...withIt, ...rest }).toEqual({ ...without, ...rest });
        others(3);
        expect(withIt.demanded).toEqual(without.demanded);
      },
    ),
    { numRuns: 80 },
  );
});

/** A random entry that may follow; the version that will be withdrawn is not used. */
function anyContent(known: Knowledge, below: (n: number) => number, newest: number): EntryContent | undefined {
  const { demanded, floor: now, dropping: lowest, newestVersion, epoch } = known;
  const types = [...demanded.keys()];
  const type = types[below(types.length)]!;
  const all = demanded.get(type)!;
  const { path, state, verified, since } = all[below(all.length)]!;
  const one = { type, paths: [path.id] };
  switch (below(7)) {
    case 0:
      return { kind: 'active', version: 1 + below(Math.min(newestVersion, newest - 1)) };
    case 1:
      return { kind: 'settings', registryMaxAge: 1 + below(9) };
    case 2: {
      const version = 1 + below(Math.min(newestVersion, newest - 1));
      return version === now.version || version < (lowest?.version ?? 1) ? undefined : floor(version);
    }
    case 3:
      return known.swept < epoch ? swept(epoch) : undefined;
    case 4:
      if (now.version <= (lowest?.version ?? 1) || !isFloorSwept(known)) return undefined;
      return dropping(now.version);
    default:
      if (state === 'expand') return { kind: 'strict', ...one };
      if (state === 'promoted') return undefined;
      if (verified !== undefined && verified.epoch >= since) return { kind: 'promoted', ...one };
      return { kind: 'verified', ...one, verify: { epoch, begun: '', items: 0, missing: 0, open: 0 } };
  }
}

/** True where the entry speaks of nothing that only the withdrawn version had. */
function isAbout({ demanded }: Knowledge, content: EntryContent): boolean {
  if (!('paths' in content)) return true;
  const ids = demanded.get(content.type)?.map(({ path }) => path.id) ?? [];
  return content.paths.every((id) => ids.includes(id));
}
