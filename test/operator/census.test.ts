import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openStore, publish } from '../../src/index.js';
import type { LocalEngine } from '../../src/local/index.js';
import {
  census,
  drop,
  DropRefusedError,
  retire,
  RetireRefusedError,
  withdraw,
  WithdrawRefusedError,
} from '../../src/operator/index.js';
import { openGateway } from '../../src/dynamo/gateway.js';
import { assertOutOfUse, censusIn } from '../../src/operator/census.js';
import { openSessionOver } from '../../src/operator/session.js';
import { CENSUS_PERIOD_MS, CensusTaker, readCensus } from '../../src/registry/census.js';
import { LibraryInUseTooOldError, VersionRetiredError } from '../../src/registry/errors.js';
import { libraryVersion } from '../../src/registry/library-version.js';
import { assertLibrariesCan } from '../../src/registry/publish.js';
import type { Gateway } from '../../src/table/gateway.js';
import { newTable } from '../dynamo/wire.js';
import { gatewayOver } from '../../src/table/gateway-over.js';
import { startEngine } from '../support/engine.js';
import { BY_EMAIL, BY_ID, Member, v1, v2 } from './library.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

/** A table of its own, and gateways to it whose clocks go together. */
class Place {
  ahead = 0;
  /** What was asked of the table. */
  readonly requests: string[] = [];

  private constructor(readonly base: Gateway) {}

  static async open(): Promise<Place> {
    return new Place(await newTable(engine));
  }

  get options() {
    return { table: this.base.table, client: engine.client };
  }

  gateway(changes: Partial<Gateway> = {}): Gateway {
    const { base } = this;
    return gatewayOver(base, {
      elapsed: () => this.ahead,
      serverTime: () => base.serverTime() + this.ahead,
      get: (key, options) => {
        this.requests.push('get');
        return base.get(key, options);
      },
      write: (actions, token, options) => {
        this.requests.push('write');
        return base.write(actions, token, options);
      },
      ...changes,
    });
  }

  taker(build?: string, changes?: Partial<Gateway>, version = 1): CensusTaker {
    return new CensusTaker(this.gateway(changes), { version, ...(build === undefined ? {} : { build }) });
  }
}

describe('the census', () => {
  it('has one row for a release, however many processes it has', async () => {
    const place = await Place.open();
    for (const build of ['a', 'a', undefined, undefined, 'b', 'a']) await place.taker(build).begin();
    const seen = await readCensus(place.base);
    expect(seen.map(({ build }) => build ?? '').sort()).toEqual(['', 'a', 'b']);
  });

  it('is not written by those whose release was seen a moment ago, and is again after a while', async () => {
    const place = await Place.open();
    await place.taker().begin();
    await place.taker().begin();
    expect(place.requests).toEqual(['get', 'write', 'get']);
    place.ahead += CENSUS_PERIOD_MS;
    await place.taker().begin();
    expect(place.requests).toEqual(['get', 'write', 'get', 'get', 'write']);
    const [release] = await readCensus(place.base);
    expect(release!.last - release!.first).toBeGreaterThanOrEqual(CENSUS_PERIOD_MS);
  });

  it('is written at most once in seven and a half minutes, however many processes open meanwhile', async () => {
    const place = await Place.open();
    await place.taker().begin();
    const writes = (): number => place.requests.filter((request) => request === 'write').length;
    for (const seconds of [1, 448]) {
      place.ahead += seconds * 1000;
      await place.taker().begin();
      expect(writes()).toBe(1);
    }
    place.ahead += 1000;
    await place.taker().begin();
    expect(writes()).toBe(2);
  });

  it('knows within half an hour of a process that is used, also where that found its release seen just now', async () => {
    const MINUTE = 60_000;
    for (const late of [1, 7, 8, 14]) {
      const place = await Place.open();
      await place.taker().begin();
      place.ahead += late * MINUTE;
      const taker = place.taker();
      await taker.begin();
      for (let minute = 0; minute < 60; minute++) {
        place.ahead += MINUTE;
        taker.seen();
        await taker.end();
        const [release] = await readCensus(place.base);
        expect(place.base.serverTime() + place.ahead - release!.last).toBeLessThan(24 * MINUTE);
      }
    }
  });

  it('is asked once a period by a process that is used, and by one that is not never', async () => {
    const place = await Place.open();
    const taker = place.taker();
    await taker.begin();
    for (let call = 0; call < 5; call++) taker.seen();
    expect(place.requests).toEqual(['get', 'write']);
    place.ahead += CENSUS_PERIOD_MS;
    for (let call = 0; call < 5; call++) taker.seen();
    await taker.end();
    expect(place.requests).toEqual(['get', 'write', 'get', 'write']);
  });

  it('knows a release that reads through more key paths than a row could name as they are', async () => {
    const place = await Place.open();
    const taker = place.taker();
    await taker.begin();
    const many = Array.from({ length: 20_000 }, (_, i) => `${1 + (i % 5)}`);
    many.forEach((path, i) => taker.readThrough(`ItemTypeNumber${Math.floor(i / 5)}`, path));
    await taker.end();
    taker.readThrough('Member', '1');
    await taker.end();
    const [release] = await readCensus(place.base);
    expect(Object.keys(release!.keyPaths)).toHaveLength(20_001);
  });

  it('knows through which key paths a release reads: at its next report, or at its end', async () => {
    const place = await Place.open();
    const [first, second] = [place.taker(), place.taker()];
    await first.begin();
    first.readThrough('Member', '1');
    await first.end();
    second.readThrough('Member', '1');
    second.readThrough('Member', '2');
    await second.end();
    const [release] = await readCensus(place.base);
    expect(Object.keys(release!.keyPaths).sort()).toEqual(['Member/1', 'Member/2']);
    const before = place.requests.length;
    await second.end();
    expect(place.requests).toHaveLength(before);
  });

  it.each([false, true])('loses no key path where two processes write at once (seen before: %s)', async (isThere) => {
    const place = await Place.open();
    if (isThere) await place.taker().begin();
    const other = place.taker();
    let first = true;
    const taker = place.taker(undefined, {
      async write(...write) {
        if (first) {
          first = false;
          other.readThrough('Member', '2');
          await other.end();
        }
        return place.base.write(...write);
      },
    });
    taker.readThrough('Member', '1');
    await taker.end();
    const [release] = await readCensus(place.base);
    expect(Object.keys(release!.keyPaths).sort()).toEqual(['Member/1', 'Member/2']);
  });

  it('tells at the next report what the last one could not, or came too late for', async () => {
    const place = await Place.open();
    let writes = 0;
    const taker: CensusTaker = place.taker(undefined, {
      async write(...write) {
        if (++writes === 1) return { kind: 'unknown', cause: new Error('no answer') };
        if (writes === 2) taker.readThrough('Member', '2');
        return place.base.write(...write);
      },
    });
    taker.readThrough('Member', '1');
    for (let nth = 1; nth <= 3; nth++) await taker.end();
    const [release] = await readCensus(place.base);
    expect([writes, Object.keys(release!.keyPaths).sort()]).toEqual([3, ['Member/1', 'Member/2']]);
  });

  it('tells versions, builds and releases of Ductile apart by their keys, and is read page by page', async () => {
    const place = await Place.open();
    for (const version of [1, 2]) for (const build of ['a', 'b']) await place.taker(build, {}, version).begin();
    const { rows } = await place.base.query({ pk: '$census' });
    const hashOf = (build: string): string =>
      createHash('sha256')
        .update(JSON.stringify([build, libraryVersion]))
        .digest('hex')
        .slice(0, 16);
    const keys = rows.map((row) => place.base.keyOf(row).sk);
    expect(keys.sort()).toEqual([1, 2].flatMap((version) => ['a', 'b'].map((b) => `${version}#${hashOf(b)}`)).sort());
    const paged = gatewayOver(place.base, { query: (request) => place.base.query({ ...request, limit: 1 }) });
    expect(await readCensus(paged)).toHaveLength(4);
  });

  it('never fails who is counted', async () => {
    const place = await Place.open();
    const refused = (): Promise<never> => Promise.reject(new Error('AccessDeniedException'));
    await expect(place.taker('a', { get: refused }).begin()).resolves.toBeUndefined();
    await expect(place.taker('a', { write: refused }).begin()).resolves.toBeUndefined();
    expect(await readCensus(place.base)).toEqual([]);
  });
});

describe('the versions in use', () => {
  it('are told with their builds and key paths, by the names of today', async () => {
    const { base, options } = await Place.open();
    await publish({ schema: v2, ...options });
    const old = await openStore({ schema: v1, ...options, build: 'abc123' });
    await old.repository(Member).insert(old.repository(Member).create({ id: 'ada', team: 'red' }));
    const now = await openStore({ schema: v2, ...options });
    await now.repository(Member).findByKeyPath(BY_EMAIL, { email: 'ada@x' });
    await (await openStore({ schema: v2, ...options, build: 'unseen', census: false })).close();
    await now.close();
    const { versions } = await census({ ...options });
    expect(versions).toMatchObject([
      { version: 1, state: 'active', lastSeen: expect.any(String), builds: [{ build: 'abc123', keyPaths: [] }] },
      {
        version: 2,
        state: 'published',
        builds: [{ library: '0.1.0', keyPaths: [{ type: 'Member', keyPath: BY_EMAIL }] }],
      },
    ]);
    expect(versions[1]!.builds).toHaveLength(1);
    expect(await readCensus(base)).toHaveLength(2);
  });

  it('are not retired, nor dropped, until they were not seen for a day, or somebody knows better', async () => {
    const { base, options } = await Place.open();
    await publish({ schema: v2, ...options });
    await openStore({ schema: v1, ...options, build: 'abc123' });
    await openStore({ schema: v2, ...options });
    const place = { schema: v2, ...options, version: 1 };
    await expect(retire(place)).rejects.toThrow(RetireRefusedError);
    await expect(retire(place)).rejects.toThrow(
      /Version 1 of schema 'library' is in use: a process of the build 'abc123'/,
    );
    const session = await openSessionOver(base, v2);
    const later = { ...session, gateway: gatewayOver(base, { serverTime: () => base.serverTime() + 86_400_001 }) };
    await expect(assertOutOfUse(later, 1, 'retire', {})).resolves.toBeUndefined();
    await expect(assertOutOfUse(later, 1, 'retire', { unseenFor: 90_000_000 })).rejects.toThrow(RetireRefusedError);
    await expect(retire({ ...place, force: true })).resolves.toMatchObject({ floor: 2 });
    // What is under way is not asked about again.
    await expect(retire(place)).resolves.toMatchObject({ floor: 2 });
    expect((await census({ ...options })).versions[0]).toMatchObject({
      state: 'retired',
    });
    await expect(drop(place)).rejects.toThrow(DropRefusedError);
    await expect(drop({ ...place, force: true })).resolves.toMatchObject({ finished: true });
    // As the status calls it.
    expect((await census({ ...options })).versions[0]).toMatchObject({ state: 'dropped' });
    await expect(drop(place)).resolves.toMatchObject({ finished: true });
  });

  describe('are not withdrawn while one of their processes was seen', () => {
    /** Version 1 writes, and version 2 was published after it. */
    async function announced() {
      const { base, options } = await Place.open();
      await publish({ schema: v1, ...options });
      const old = (await openStore({ schema: v1, ...options, build: 'old' })).repository(Member);
      await old.insert(old.create({ id: 'ada' }));
      await publish({ schema: v2, ...options });
      return { base, options, place: { schema: v2, ...options, version: 2 } };
    }

    it('though it only reads; until somebody knows better, and what is under way is not asked about again', async () => {
      const { base, options, place } = await announced();
      const reader = await openStore({ schema: v2, ...options, build: 'reader' });
      const find = () => reader.repository(Member).findByKeyPath(BY_ID, { id: 'ada' });
      const refused = withdraw(place);
      await expect(refused).rejects.toThrow(WithdrawRefusedError);
      await expect(refused).rejects.toThrow(
        /^Version 2 of schema 'library' is in use: a process of the build 'reader' was seen just now, and one that has ended since looks the same\. Stop those that run and withdraw when none was seen .*--unseen-for.* with force: true \(--force\)\.$/,
      );
      expect(await find()).toMatchObject({ id: 'ada' });
      const later = gatewayOver(base, { serverTime: () => base.serverTime() + 86_400_001 });
      const session = await openSessionOver(later, v2);
      await expect(assertOutOfUse(session, 2, 'withdraw', {})).resolves.toBeUndefined();
      await expect(assertOutOfUse(session, 2, 'withdraw', { unseenFor: 90_000_000 })).rejects.toThrow(
        WithdrawRefusedError,
      );
      expect(await withdraw({ ...place, force: true })).toMatchObject({ newest: 1 });
      await expect(find()).rejects.toThrow(VersionRetiredError);
      await expect(withdraw(place)).resolves.toMatchObject({ newest: 1, finished: true });
    });

    it('and are where only older ones were', async () => {
      const { place } = await announced();
      await expect(withdraw(place)).resolves.toMatchObject({ newest: 1, finished: true });
    });

    it('nor, with force, where one has written', async () => {
      const { options, place } = await announced();
      const now = (await openStore({ schema: v2, ...options, census: false })).repository(Member);
      await now.insert(now.create({ id: 'bob' }));
      await expect(withdraw({ ...place, force: true })).rejects.toThrow(
        /a process that is compiled at it has begun to write/,
      );
    });
  });

  it('are told in order: of builds the one that was seen last first, and versions that are published no more, too', async () => {
    const place = await Place.open();
    await publish({ schema: v2, ...place.options });
    for (const version of [10, 3]) await place.taker('gone', {}, version).begin();
    for (const build of ['a', 'b', 'c']) await place.taker(build).begin();
    const builds = (await readCensus(place.base)).flatMap(({ version, build }) => (version === 1 ? build! : []));
    // Seen again in the reverse of the order in which they stand in the table.
    for (const build of builds) {
      place.ahead += CENSUS_PERIOD_MS;
      await place.taker(build).begin();
    }
    const { versions } = await censusIn(await openSessionOver(place.gateway(), v2));
    expect(versions.map(({ version, state }) => [version, state])).toEqual([
      [1, 'published'],
      [2, 'published'],
      [3, 'withdrawn'],
      [10, 'withdrawn'],
    ]);
    expect(versions[0]!.builds.map(({ build }) => build)).toEqual(builds.toReversed());
  });

  it('are those up to the one that is to go: the newest sight of them is told', async () => {
    const place = await Place.open();
    await publish({ schema: v2, ...place.options });
    await place.taker('new', {}, 3).begin();
    const session = await openSessionOver(place.gateway(), v2);
    await expect(assertOutOfUse(session, 2, 'retire', {})).resolves.toBeUndefined();
    for (const [build, version] of [
      ['early', 2],
      ['late', 1],
      ['earlier', 2],
    ] as const) {
      place.ahead += build === 'late' ? 60_000 : 0;
      await place.taker(build, {}, version).begin();
      if (build === 'late') place.ahead -= 60_000;
    }
    place.ahead += 60_000 + 5 * 60_000;
    await place.base.get({ pk: 'any', sk: 'row' });
    await expect(assertOutOfUse(session, 2, 'retire', {})).rejects.toThrow(
      /^Version 1 of .* a process of the build 'late' was seen 5 minutes ago, /,
    );
  });

  it('are not asked about by an undo', async () => {
    const { options } = await Place.open();
    await publish({ schema: v2, ...options });
    const place = { schema: v2, ...options, version: 1 };
    await retire({ ...place, force: true });
    await openStore({ schema: v2, ...options });
    await new CensusTaker(await openGateway(options), { version: 1 }).begin();
    await expect(retire({ ...place, undo: true })).resolves.toMatchObject({ floor: 1 });
  });

  it('stop a publish of what their release of Ductile cannot carry out', async () => {
    const place = await Place.open();
    await place.taker().begin();
    await expect(assertLibrariesCan(place.base, '0.1.0')).resolves.toBeUndefined();
    await expect(assertLibrariesCan(place.base, '0.2.0')).rejects.toThrow(LibraryInUseTooOldError);
    place.ahead += 86_400_001;
    await expect(assertLibrariesCan(place.gateway(), '0.2.0')).resolves.toBeUndefined();
  });
});
