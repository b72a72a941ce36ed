import { ItemWriter } from '../../src/protocol/writer.js';
import { type PrimaryRow, readPrimary, userAttributes } from '../../src/protocol/row.js';
import type { EntryContent } from '../../src/registry/entry.js';
import { Registry } from '../../src/registry/registry.js';
import type { ItemTypeModel, KeyPathModel, SchemaVersion } from '../../src/schema/model.js';
import type { Gateway } from '../../src/table/gateway.js';
import type { AttributeMap, RowKey } from '../../src/values/attribute-value.js';
import { gatewayOver } from '../../src/table/gateway-over.js';

/*
 * Sessions that expire: at `/session-:id`, and found by each of any number of other names that they have, at
 * `/alias1-:alias1`, `/alias2-:alias2`, …
 */

const path = (id: number, field: string): KeyPathModel => ({
  id: String(id),
  template: `/${id === 0 ? 'session' : field}-:${field}`,
  storageTemplate: `/${id === 0 ? 'session' : field}-:${field}`,
  generation: 1,
  since: 1,
  parameters: [{ field, encoding: { kind: 'string' } }],
});

const text = (name: string) => ({
  storageName: name,
  name,
  type: { kind: 'string' as const },
  required: name === 'id',
});

/** The type with so many aliases. */
export function session(aliases: number, expires = true): ItemTypeModel {
  const names = Array.from({ length: aliases }, (_, i) => `alias${i + 1}`);
  return {
    storageName: 'Session',
    name: 'Session',
    fields: [
      ...names.map(text),
      text('id'),
      { ...text('until'), type: { kind: 'timestampSeconds' as const } },
      text('user'),
    ],
    keyPaths: [path(0, 'id'), ...names.map((name, i) => path(i + 1, name))],
    ...(expires ? { expiry: { at: 'until' } } : {}),
  };
}

const schemaOf = (version: number, Session: ItemTypeModel): SchemaVersion => ({
  version,
  types: { Session },
  objects: {},
  enums: {},
});

export const sessionKey = (id: string): RowKey => ({ pk: `/session-${id}`, sk: '/' });
export const aliasKey = (alias: string, path = 1): RowKey => ({ pk: `/alias${path}-${alias}`, sk: '/' });

/** Publishes a version; of the first one the key paths are promoted, of later ones they are in expand. */
export async function publishSessions(gateway: Gateway, version: number, type: ItemTypeModel): Promise<void> {
  const registry = await Registry.open(gateway);
  const opened: EntryContent = {
    kind: 'opened',
    registry: '5b7e5a3c-0000-4000-8000-000000000000',
    schemaName: 'sessions',
    createGuard: 'fence',
    registryMaxAge: 60_000,
    format: 1,
  };
  const published: EntryContent = {
    kind: 'published',
    version,
    versionHash: String(version),
    schema: schemaOf(version, type),
    ...(version === 1 && { promoted: true }),
  };
  await registry.appendAll(({ epoch, newestVersion }) => {
    if (newestVersion === version) return undefined;
    return epoch === 0 ? opened : published;
  });
}

/** All times are seconds from now on. What is to expire by the shifted clocks is there by the table's own. */
const NOW = Math.floor(Date.now() / 1000);
export const SOON = NOW + 3600;
export const LATER = NOW + 10 * 3600;

/** The same gateway by a clock that is ahead: whose sessions of `SOON` have expired by more than a minute. */
export const afterwards = (gateway: Gateway): Gateway => at(gateway, SOON + 61);
/** By a clock at which sessions of `SOON` have just expired, and still count as there. */
export const justAfter = (gateway: Gateway): Gateway => at(gateway, SOON + 10);

const at = (gateway: Gateway, seconds: number): Gateway => gatewayOver(gateway, { serverTime: () => seconds * 1000 });

/** Deletes single rows, as DynamoDB's TTL does. */
export async function ttlDeletes(gateway: Gateway, ...keys: readonly RowKey[]): Promise<void> {
  for (const key of keys) await gateway.write([{ kind: 'delete', key }], 'ttl');
}

/** One process, and what it knows of the registry. It learns only when the protocol makes it. */
export class SessionProcess {
  private constructor(
    readonly gateway: Gateway,
    readonly registry: Registry,
    readonly writer: ItemWriter,
    readonly type: ItemTypeModel,
  ) {}

  static async start(gateway: Gateway, type: ItemTypeModel = session(2)): Promise<SessionProcess> {
    const registry = await Registry.open(gateway);
    return new SessionProcess(gateway, registry, new ItemWriter({ gateway, registry }), type);
  }

  insert(id: string, until: number, ...aliases: readonly (string | undefined)[]): Promise<PrimaryRow> {
    return this.writer.insert(this.type, {
      id: { S: id },
      until: { N: String(until) },
      ...Object.fromEntries(aliases.flatMap((alias, i) => (alias ? [[`alias${i + 1}`, { S: alias }]] : []))),
    });
  }

  async find(id: string): Promise<PrimaryRow | undefined> {
    const row = await this.gateway.get(sessionKey(id));
    return row && readPrimary(row, sessionKey(id));
  }

  async load(id: string): Promise<PrimaryRow> {
    return (await this.find(id))!;
  }

  save(seen: PrimaryRow, change: AttributeMap): Promise<PrimaryRow> {
    const apply = ({ raw }: PrimaryRow): AttributeMap => ({ ...userAttributes(raw, this.gateway.keys), ...change });
    return this.writer.replace({ type: this.type, seen, apply });
  }

  /** Lets a session live longer: what a process does whose clock says that it has not expired. */
  async extend(id: string): Promise<PrimaryRow> {
    return this.save(await this.load(id), { until: { N: String(LATER) } });
  }
}
