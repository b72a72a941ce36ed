import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DynamoGateway } from '../../src/dynamo/gateway.js';
import type { LocalEngine } from '../../src/local/index.js';
import { assertAutoPublish, assertCompiled } from '../../src/registry/check.js';
import { activate } from '../../src/registry/decisions.js';
import {
  AutoPublishError,
  NotPublishedError,
  OtherSchemaError,
  PastChangedError,
  RegistrySettingError,
  TooManyKeyPathsError,
  VersionGapError,
  VersionTakenError,
} from '../../src/registry/errors.js';
import { nothingKnown } from '../../src/registry/fold.js';
import type { PublishableSchema } from '../../src/registry/past.js';
import { publishInto } from '../../src/registry/publish.js';
import { Registry } from '../../src/registry/registry.js';
import { publish, type PublishOptions } from '../../src/store/publish.js';
import { newTable } from '../dynamo/wire.js';
import { gatewayOver } from '../../src/table/gateway-over.js';
import { startEngine } from '../support/engine.js';
import { published, schemaOf, versionData } from './fixtures.js';

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
const v2 = versionData(2, { Order: ['/o-:id', '/d-:id', '/e-:id'] });
const v3 = versionData(3, { Order: ['/o-:id', '/d-:id', '/e-:id'], Invoice: ['/i-:id'] });
const one = schemaOf([v1]);
const two = schemaOf([v1, v2]);
const three = schemaOf([v1, v2, v3]);

/** Key paths with these ids, and the primary one. */
const paths = (first: number, last: number): readonly string[] =>
  Array.from({ length: last + 1 }, (_, i) => (i === 0 ? '/o-:id' : i < first ? '' : `/p${i}-:id`));

const put = (schema: PublishableSchema, options: Partial<PublishOptions> = {}) =>
  publish({ schema, table: gateway.table, client: engine.client, ...options });
const known = async () => (await Registry.open(gateway)).knowledge;
const states = async () => (await known()).demanded.get('Order')?.map(({ path, state }) => `${path.id} ${state}`);
const item = (pk: string) => gateway.write([{ kind: 'put', key: { pk, sk: '/' }, row: { $type: { S: 'Order' } } }], '');

describe('publish', () => {
  test('adds every missing version, in order, once', async () => {
    expect(await put(two)).toEqual({ published: [1, 2], version: 2, epoch: 3 });
    expect(await put(two)).toEqual({ published: [], version: 2, epoch: 3 });
    expect(await put(three)).toEqual({ published: [3], version: 3, epoch: 4 });
    expect(await put(one)).toEqual({ published: [], version: 1, epoch: 4 });
    const { versions, schemaName, createGuard } = await known();
    expect([...versions.keys()]).toEqual([1, 2, 3]);
    expect(versions.get(2)).toMatchObject({
      schema: v2,
      migration: two.migrations[0],
      hash: two.hashes[1],
      active: false,
    });
    expect([schemaName, createGuard]).toEqual(['shop', 'fence']);
  });

  test('creates the table where it is told to', async () => {
    const table = `${gateway.table}-made`;
    expect(await put(one, { table, createTable: true })).toMatchObject({ published: [1] });
    expect(await put(one, { table, createTable: true })).toMatchObject({ published: [] });
  });

  test('may race: each version is there once, and each deployer says what it added', async () => {
    const results = await Promise.all([put(three), put(three), put(two), put(three)]);
    expect(results.flatMap(({ published }) => published).sort()).toEqual([1, 2, 3]);
    expect((await known()).epoch).toBe(4);
  });

  test('raises the fences that a deployer who died left behind', async () => {
    await put(one);
    const registry = await Registry.open(gateway);
    const head = registry.knowledge.epoch;
    await gateway.write([{ kind: 'delete', key: { pk: '$ductile', sk: 'fences' } }], '');
    expect(await registry.fencesRaised()).toBe(false);
    await put(one);
    expect(await registry.fencesRaised(head)).toBe(true);
  });

  test('records settings, and changes of them', async () => {
    await put(one, { registryMaxAge: 5_000, createGuard: 'fence' });
    expect(await known()).toMatchObject({ registryMaxAge: 5_000, epoch: 2 });
    await put(one, { registryMaxAge: 5_000 });
    await put(one);
    expect(await known()).toMatchObject({ registryMaxAge: 5_000, epoch: 2 });
    await put(one, { registryMaxAge: 9_000 });
    expect(await known()).toMatchObject({ registryMaxAge: 9_000, epoch: 3 });
    await expect(put(one, { registryMaxAge: 0 })).rejects.toThrow(RegistrySettingError);
    await expect(put(one, { createGuard: 'none' as 'fence' })).rejects.toThrow(RegistrySettingError);
    await put(one, { createGuard: 'age' });
    expect(await known()).toMatchObject({ createGuard: 'age', registryMaxAge: 9_000, epoch: 4 });
  });
});

describe('new key paths', () => {
  test('start promoted in a table without items, before any application has written [COMPLETE]', async () => {
    await gateway.write([{ kind: 'put', key: { pk: 'other software', sk: 'x' }, row: { type: { S: 'Order' } } }], '');
    await put(one);
    await put(two);
    expect(await states()).toEqual(['0 promoted', '1 promoted', '2 promoted']);
  });

  test('are in expand once an application may write [COMPLETE]', async () => {
    await put(one);
    await (await Registry.open(gateway)).append(activate(1));
    await put(two);
    expect(await states()).toEqual(['0 promoted', '1 promoted', '2 expand']);
  });

  test('are in expand where the table holds items already [COMPLETE]', async () => {
    await item('/o-1');
    await put(one);
    expect(await states()).toEqual(['0 promoted', '1 expand']);
  });
});

describe('a deployer', () => {
  test('looks for items only until the first application has written', async () => {
    await put(one);
    await (await Registry.open(gateway)).append(activate(1));
    let scans = 0;
    const counted = gatewayOver(gateway, { scan: (request) => (scans++, gateway.scan(request)) });
    await publishInto(await Registry.open(counted), counted, two);
    expect(scans).toBe(0);
  });

  test('leaves new key paths in expand where an application begins to write meanwhile [COMPLETE]', async () => {
    await put(one);
    const slow = gatewayOver(gateway, {
      scan: async (request) => {
        const page = await gateway.scan(request);
        await (await Registry.open(gateway)).append(activate(1));
        return page;
      },
    });
    await publishInto(await Registry.open(slow), slow, two);
    expect(await states()).toEqual(['0 promoted', '1 promoted', '2 expand']);
  });

  test('records that creates are guarded by age where the endpoint is not loopback', async () => {
    const remote = gatewayOver(gateway, { loopback: false });
    await publishInto(await Registry.open(remote), remote, one);
    expect(await known()).toMatchObject({ createGuard: 'age', registryMaxAge: 60_000 });
  });
});

const edited = versionData(2, { Order: ['/o-:id', '/d-:id', '/changed-:id'] });

describe('a changed past', () => {
  test('is refused, and the message says what changed and what to do', async () => {
    await put(two);
    const publishing = put(schemaOf([versionData(1, { Order: ['/o-:id', '/changed-:id'] })]));
    await expect(publishing).rejects.toThrow(PastChangedError);
    await expect(publishing).rejects.toThrow(/Version 1 of schema 'shop' is published[^]*with from: 2/);
    await expect(publishing).rejects.toThrow(/m\.changeType\('Order', \(t\) => t\.addKeyPath\('\/changed-:id'\)\)/);
    await expect(publishing).rejects.toThrow(/m\.changeType\('Order', \(t\) => t\.removeKeyPath\('\/d-:id'\)\)/);
    expect((await known()).epoch).toBe(3);
  });

  test('of another branch is one wherever its migration has the same description', async () => {
    await put(two);
    const branch = put(schemaOf([v1, edited]));
    await expect(branch).rejects.toThrow(VersionTakenError);
    await expect(branch).rejects.toMatchObject({ facts: { version: 2, from: 2 } });
    await expect(branch).rejects.toThrow(/If another branch published first, merge it, and renumber .* to from: 2, so/);
    await expect(branch).rejects.toThrow(/If this migration was edited [^]*put it back as it was/);
  });

  test('is not to be mended by removing what the other branch added', async () => {
    await put(three);
    for (const descriptions of [[], ['another branch']]) {
      const error = await put(schemaOf([v1, edited], descriptions)).catch((reason: Error) => reason);
      if (!(error instanceof Error)) throw new Error('it was published');
      expect(error.message).toMatch(/key path '\/e-:id', is in version 2 as it is published, but not in the classes/);
      expect(error.message).not.toMatch(/remove/i);
    }
  });

  test('of sources that know what came after it is no branch: a migration was edited', async () => {
    await put(three);
    const publishing = put(schemaOf([v1, edited, v3]));
    await expect(publishing).rejects.toThrow(PastChangedError);
    await expect(publishing).rejects.not.toThrow(VersionTakenError);
    await expect(publishing).rejects.toThrow(/m\.changeType\('Order', \(t\) => t\.removeKeyPath\('\/e-:id'\)\)/);
  });

  test('in which a type has the name that a bundler gave its class is told how to name the class', async () => {
    await put(schemaOf([versionData(1, { po: ['/o-:id', '/d-:id'] })]));
    await expect(put(one)).rejects.toThrow(
      /Order seems to be what is called po in version 1 as it is published\n +@ItemType\('po'\) \/\/ the class may/,
    );
  });

  test('is told how to name the class of a later version too, and not to remove what another branch may have added', async () => {
    const later = (name: string) => versionData(2, { Order: ['/o-:id', '/d-:id'], [name]: ['/n-:id'] });
    await put(schemaOf([v1, later('po')]));
    for (const descriptions of [[], ['another branch']]) {
      const error = await put(schemaOf([v1, later('Note')], descriptions)).catch((reason: Error) => reason);
      expect(error).toBeInstanceOf(VersionTakenError);
      const { message } = error as Error;
      expect(message).toMatch(
        /Note seems to be what is called po in version 2[^\n]*\n +@ItemType\('po'\) \/\/ the class/,
      );
      expect(message).toMatch(/If what seems to have another name is the same type, give it the published one\./);
      expect(message).not.toMatch(/remove|addType/i);
    }
  });

  test('of another branch is refused with the number to take', async () => {
    await put(three);
    const branch = put(schemaOf([v1, edited], ['another branch']));
    await expect(branch).rejects.toThrow(VersionTakenError);
    await expect(branch).rejects.toThrow(PastChangedError);
    await expect(branch).rejects.toMatchObject({ facts: { version: 2, from: 3 } });
    await expect(branch).rejects.toThrow(/from: 3, so that it leads to version 4/);
  });

  test('of two branches that race, one is refused and nothing of it is left', async () => {
    await put(one);
    const results = await Promise.allSettled([put(two), put(schemaOf([v1, edited], ['another branch']))]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await known()).epoch).toBe(3);
  });

  test('of another schema is refused', async () => {
    await put(one);
    await expect(put(schemaOf([v1], [], 'bakery'))).rejects.toThrow(OtherSchemaError);
  });

  test('with a gap is refused', async () => {
    await put(one);
    const sources = { ...three, versions: three.versions.slice(2), hashes: three.hashes.slice(2) };
    await expect(put(sources)).rejects.toThrow(VersionGapError);
  });
});

describe('an application', () => {
  test('may be compiled at any published version, not only the newest', async () => {
    await put(two);
    expect(assertCompiled(await known(), one, gateway.table)).toMatchObject({ version: 1, hash: one.hashes[0] });
    expect(assertCompiled(await known(), two, gateway.table).version).toBe(2);
  });

  test('compiled at one that is not published is told what to run', async () => {
    expect(() => assertCompiled(nothingKnown, one, 'shop')).toThrow(NotPublishedError);
    await put(one);
    const knowledge = await known();
    expect(() => assertCompiled(knowledge, two, 'shop')).toThrow(/publish\(\{ schema, table: 'shop', client \}\)/);
    expect(() => assertCompiled(knowledge, schemaOf([v1], [], 'bakery'), 'shop')).toThrow(OtherSchemaError);
    const changed = schemaOf([versionData(1, { Order: ['/changed-:id'] })]);
    expect(() => assertCompiled(knowledge, changed, 'shop')).toThrow(PastChangedError);
  });

  test('whose past differs is refused, also where its own version is the same', async () => {
    await put(three);
    const otherPast = schemaOf([v1, edited, v3]);
    expect(otherPast.hashes[2]).toBe(three.hashes[2]);
    const knowledge = await known();
    expect(() => assertCompiled(knowledge, otherPast, 'shop')).toThrow(PastChangedError);
    expect(() => assertCompiled(knowledge, otherPast, 'shop')).toThrow(/put the migration from 1 back as it was/);
  });

  test('publishes by itself on a local engine only', () => {
    expect(() => assertAutoPublish(gateway)).not.toThrow();
    expect(() => assertAutoPublish({ loopback: false, table: 'shop' })).toThrow(AutoPublishError);
  });
});

describe('a version with whose key paths an item would need too many actions', () => {
  const wide = versionData(1, { Order: paths(1, 50) });
  const narrow = versionData(2, { Order: paths(0, 0) });
  const other = (last: number) => versionData(3, { Order: paths(51, last) });

  test('is not published as long as older versions ask for theirs in the table', async () => {
    await put(schemaOf([wide, narrow]));
    const tooMany = put(schemaOf([wide, narrow, other(99)]));
    await expect(tooMany).rejects.toThrow(TooManyKeyPathsError);
    await expect(tooMany).rejects.toThrow(/every insert of Order would need 101 actions.*`ductile drop`/);
    await expect(tooMany).rejects.toMatchObject({ facts: { type: 'Order', version: 3, actions: 101 } });
    expect((await known()).newestVersion).toBe(2);
    expect(await put(schemaOf([wide, narrow, other(98)]))).toMatchObject({ published: [3] });
  });

  test('is published once those are dropped', async () => {
    await put(schemaOf([wide, narrow]));
    const registry = await Registry.open(gateway);
    await registry.append(() => ({ kind: 'floor', version: 2 }));
    await registry.append(({ epoch }) => ({ kind: 'swept', reached: epoch }));
    await registry.append(() => ({ kind: 'dropping', version: 2 }));
    await registry.append(({ epoch }) => ({ kind: 'dropped', reached: epoch }));
    expect(await put(schemaOf([wide, narrow, other(140)]))).toMatchObject({ published: [3] });
  });

  test('is no reason to refuse another type, where it is published already', async () => {
    await put(schemaOf([wide, narrow]));
    const registry = await Registry.open(gateway);
    await registry.append(() => published(other(120)));
    const more = versionData(4, { Order: paths(51, 120), Invoice: ['/i-:id'] });
    expect(await put(schemaOf([wide, narrow, other(120), more]))).toMatchObject({ published: [4] });
  });
});
