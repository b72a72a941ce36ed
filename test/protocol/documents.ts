import { ItemWriter } from '../../src/protocol/writer.js';
import { type PrimaryRow, readPrimary, userAttributes } from '../../src/protocol/row.js';
import type { EntryContent } from '../../src/registry/entry.js';
import { Registry } from '../../src/registry/registry.js';
import type { ItemTypeModel, KeyPathModel, SchemaVersion } from '../../src/schema/model.js';
import type { Condition } from '../../src/table/condition.js';
import type { Action, Gateway } from '../../src/table/gateway.js';
import type { AttributeMap, RowKey } from '../../src/values/attribute-value.js';
import { gatewayOver } from '../../src/table/gateway-over.js';

/**
 * The smallest schema that has every rule of the protocol: a Doc at `/doc-:id`, which from version 2 on is also found at
 * `/tag-:tag`.
 */
const byId: KeyPathModel = {
  id: '0',
  template: '/doc-:id',
  storageTemplate: '/doc-:id',
  generation: 1,
  since: 1,
  parameters: [{ field: 'id', encoding: { kind: 'string' } }],
};
export const byTag: KeyPathModel = {
  ...byId,
  id: '1',
  template: '/tag-:tag',
  storageTemplate: '/tag-:tag',
  since: 2,
  parameters: [{ field: 'tag', encoding: { kind: 'string' } }],
};

const doc = (version: number): ItemTypeModel => ({
  storageName: 'Doc',
  name: 'Doc',
  fields: ['body', 'id', 'tag'].map((name) => ({
    storageName: name,
    name,
    type: { kind: 'string' as const },
    required: name === 'id',
  })),
  keyPaths: version === 1 ? [byId] : [byId, byTag],
});

const schemaOf = (version: number): SchemaVersion => ({
  version,
  types: { Doc: doc(version) },
  objects: {},
  enums: {},
});

export const Doc = doc(2);
export const docKey = (id: string): RowKey => ({ pk: `/doc-${id}`, sk: '/' });
export const tagKey = (tag: string): RowKey => ({ pk: `/tag-${tag}`, sk: '/' });
export const attributes = (id: string, tag?: string, body?: string): AttributeMap => ({
  id: { S: id },
  ...(tag === undefined ? {} : { tag: { S: tag } }),
  ...(body === undefined ? {} : { body: { S: body } }),
});

/** One process: what it knows of the registry, and its writer. It learns only when the protocol makes it. */
export class Process {
  private constructor(
    readonly gateway: Gateway,
    readonly registry: Registry,
    readonly writer: ItemWriter,
  ) {}

  static async start(gateway: Gateway): Promise<Process> {
    const registry = await Registry.open(gateway);
    return new Process(gateway, registry, new ItemWriter({ gateway, registry }));
  }

  insert(id: string, tag?: string): Promise<PrimaryRow> {
    return this.writer.insert(Doc, attributes(id, tag));
  }

  async load(id: string): Promise<PrimaryRow> {
    const row = await this.gateway.get(docKey(id));
    if (row === undefined) throw new Error(`there is no ${id}`);
    return readPrimary(row, docKey(id));
  }

  save(seen: PrimaryRow, change: AttributeMap): Promise<PrimaryRow> {
    return this.writer.replace({
      type: Doc,
      seen,
      apply: ({ raw }) => ({ ...userAttributes(raw, this.gateway.keys), ...change }),
    });
  }

  delete(seen: PrimaryRow): Promise<boolean> {
    return this.writer.delete(Doc, seen);
  }

  /** Closes the open entry of an item, as verify does. */
  async close(id: string): Promise<PrimaryRow | undefined> {
    return this.writer.sweep(await this.load(id), undefined, new Set(['1']));
  }
}

/** Publishes version 1 with processes at work, so that the key path of version 2 starts in expand. */
export async function publishFirst(gateway: Gateway, createGuard: 'age' | 'fence' = 'fence'): Promise<void> {
  const registry = await Registry.open(gateway);
  const log: readonly EntryContent[] = [
    {
      kind: 'opened',
      registry: '5b7e5a3c-0000-4000-8000-000000000000',
      schemaName: 'docs',
      createGuard,
      registryMaxAge: 60_000,
      format: 1,
    },
    { kind: 'published', version: 1, versionHash: 'one', schema: schemaOf(1) },
    { kind: 'active', version: 1 },
  ];
  await registry.appendAll(({ epoch }) => log[epoch]);
}

/** Expand: publishes version 2. */
export async function publishSecond(gateway: Gateway): Promise<void> {
  const registry = await Registry.open(gateway);
  await registry.append(() => ({ kind: 'published', version: 2, versionHash: 'two', schema: schemaOf(2) }));
}

export async function makeStrict(gateway: Gateway): Promise<void> {
  const registry = await Registry.open(gateway);
  await registry.append(() => ({ kind: 'strict', type: 'Doc', paths: ['1'] }));
}

/** A gateway that sends an action without its condition, or with another, where `change` says so. */
export function tampered(gateway: Gateway, change: (action: Action) => Condition | 'none' | undefined): Gateway {
  return gatewayOver(gateway, {
    write: (actions, token, options) =>
      gateway.write(
        actions.flatMap((action) => changed(action, change(action))),
        token,
        options,
      ),
  });
}

function changed(action: Action, condition: Condition | 'none' | undefined): readonly Action[] {
  if (condition === undefined) return [action];
  if (condition !== 'none') return [{ ...action, condition }];
  // A check without a condition is no action at all. It is always the last, so the others keep their places.
  if (action.kind === 'check') return [];
  const { condition: _, ...rest } = action;
  return [rest];
}

/** A gateway that runs `before` once, just before the first write that `when` holds for. */
export function interrupted(
  gateway: Gateway,
  when: (actions: readonly Action[]) => boolean,
  before: () => Promise<void>,
): Gateway {
  let done = false;
  return gatewayOver(gateway, {
    write: async (actions, token, options) => {
      if (!done && when(actions)) {
        done = true;
        await before();
      }
      return gateway.write(actions, token, options);
    },
  });
}

/** A gateway whose first write of a Doc is sent again, as after a lost reply; `between` runs in between. */
export function repeating(gateway: Gateway, between: () => Promise<void>): Gateway {
  let done = false;
  return gatewayOver(gateway, {
    write: async (actions, token, options) => {
      const first = await gateway.write(actions, token, options);
      if (done || !actions.some(({ key }) => key.pk.startsWith('/doc-'))) return first;
      done = true;
      await between();
      return gateway.write(actions, `${token}-again`, options);
    },
  });
}
