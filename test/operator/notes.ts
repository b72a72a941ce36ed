import type { DeclaredItemType, DeclaredObjectType, EntityClass } from '../../src/decorators/declared.js';
import type { LocalEngine } from '../../src/local/index.js';
import { openSessionOver, type Session } from '../../src/operator/session.js';
import { entryKey, registryPk } from '../../src/registry/entry.js';
import { Registry } from '../../src/registry/registry.js';
import { schemaFrom } from '../../src/schema/schema-from.js';
import type { Schema } from '../../src/schema/schema.js';
import { openStoreOver } from '../../src/store/open-store.js';
import type { Repository } from '../../src/store/repository.js';
import type { Action, Gateway } from '../../src/table/gateway.js';
import type { AttributeMap } from '../../src/values/attribute-value.js';
import { newTable } from '../dynamo/wire.js';
import { change, field, migration, removed } from '../schema/declare-by-hand.js';
import { allRows, checkTable } from '../support/check-table.js';
import { oncePer, putRows } from '../support/copied-rows.js';
import { gatewayOver } from '../../src/table/gateway-over.js';

/*
 * Notes in three versions. Version 2 takes away the mail of a note with its key paths, and the price of its lines; version
 * 3 adds a key path over the title. The draft is another version 3 that nobody agreed on.
 */

export const BY_ID = '/note-:id';
export const BY_MAIL = '/mail-:mail/note-:id';
/** In the group of the note itself. */
export const BY_OWN_MAIL = '/note-:id/mail-:mail';
export const BY_TITLE = '/title-:title';
export const BY_DRAFT = '/draft-:title';

export class LineV1 {
  text!: string;
  price?: number;
}
export class NoteV1 {
  id!: string;
  title?: string;
  mail?: string;
  lines?: LineV1[];
}
export class CouponV1 {
  code!: string;
}
export class Line {
  text!: string;
}
export class Note {
  id!: string;
  title?: string;
  lines?: Line[];
}

const optional = { required: false } as const;
const mail = field('mail', 'string', optional);
const price = field('price', 'int', optional);

const line = (entityClass: EntityClass, ...more: DeclaredItemType['fields']): DeclaredObjectType => ({
  name: 'Line',
  class: entityClass,
  fields: [field('text', 'string'), ...more],
});
const note = (
  entityClass: EntityClass,
  of: EntityClass,
  keyPaths: readonly string[],
  ...more: DeclaredItemType['fields']
): DeclaredItemType => ({
  name: 'Note',
  class: entityClass,
  keyPaths: [BY_ID, ...keyPaths],
  fields: [
    field('id', 'string'),
    field('title', 'string', optional),
    field('lines', { kind: 'array', of: { kind: 'object', class: of } }, optional),
    ...more,
  ],
});
const coupon: DeclaredItemType = {
  name: 'Coupon',
  class: CouponV1,
  keyPaths: ['/coupon-:code'],
  fields: [field('code', 'string')],
};

const toSecond = migration(
  1,
  change(
    'Note',
    { op: 'removeKeyPath', template: BY_MAIL },
    { op: 'removeKeyPath', template: BY_OWN_MAIL },
    removed(mail),
  ),
  change('Line', removed(price)),
  { op: 'removeType', name: 'Coupon', removed: { types: [coupon], objects: [], enums: [] } },
);
const adds = (template: string) => migration(2, change('Note', { op: 'addKeyPath', template }));

const lineV1 = line(LineV1, price);
const lineV2 = line(Line);
export const v1 = schemaFrom(
  'notes',
  { types: [note(NoteV1, LineV1, [BY_MAIL, BY_OWN_MAIL], mail), coupon], objects: [lineV1], enums: [] },
  [],
);
export const v2 = schemaFrom('notes', { types: [note(Note, Line, [])], objects: [lineV2], enums: [] }, [toSecond]);
const third = (template: string): Schema =>
  schemaFrom('notes', { types: [note(Note, Line, [template])], objects: [lineV2], enums: [] }, [
    toSecond,
    adds(template),
  ]);
export const v3 = third(BY_TITLE);
export const draft = third(BY_DRAFT);

/** A table with notes, and processes of any version over it. */
export class Notes {
  private constructor(readonly gateway: Gateway) {}

  /** Version 1 has written. */
  static async on(engine: LocalEngine): Promise<Notes> {
    const rows = await written(engine);
    const gateway = await newTable(engine);
    await putRows(engine.client, gateway.table, rows);
    return new Notes(gateway);
  }

  /** A process compiled at version 1. */
  async old(gateway = this.gateway): Promise<Repository<NoteV1>> {
    return (await openStoreOver(gateway, { schema: v1, publish: 'auto' })).repository(NoteV1);
  }

  /** A process that was started before version 1 was retired. */
  async olderReader(gateway = this.gateway): Promise<Repository<NoteV1>> {
    const before = (await this.gateway.query({ pk: registryPk })).rows;
    const isBefore = (row: AttributeMap): boolean => this.gateway.keyOf(row).sk <= entryKey(4).sk;
    let started = false;
    const past = gatewayOver(gateway, {
      query: (request) =>
        started || request.pk !== registryPk
          ? gateway.query(request)
          : gateway.query(request).then((page) => ({ ...page, rows: before.filter(isBefore) })),
    });
    const store = await openStoreOver(past, { schema: v1 });
    started = true;
    return store.repository(NoteV1);
  }

  /** A process compiled at another one, which is published where it is not. */
  async at(schema: Schema, gateway = this.gateway): Promise<Repository<Note>> {
    return (await openStoreOver(gateway, { schema, publish: 'auto' })).repository(Note);
  }

  operator(schema: Schema = v2, gateway = this.gateway): Promise<Session> {
    return openSessionOver(gateway, schema, () => undefined);
  }

  async registry(): Promise<Registry> {
    return Registry.open(this.gateway);
  }

  async wrong(): Promise<readonly string[]> {
    return checkTable(this.gateway, (await this.registry()).knowledge);
  }

  /** The keys of all rows of items. */
  async keys(): Promise<readonly string[]> {
    const { rows } = await this.gateway.scan({});
    const items = rows.filter((row) => '$type' in row).map((row) => this.gateway.keyOf(row));
    return items.map(({ pk, sk }) => (sk === '/' ? pk : pk + sk)).sort();
  }
}

/** What version 1 has written: the same in every table. */
const written = oncePer(async (engine: LocalEngine) => {
  const gateway = await newTable(engine);
  const old = (await openStoreOver(gateway, { schema: v1, publish: 'auto' })).repository(NoteV1);
  await old.insert(
    old.create({ id: 'a', mail: 'a@x', title: 'A', lines: [{ text: 'one', price: 1 }, { text: 'two' }] }),
  );
  await old.insert(old.create({ id: 'b', mail: 'b@x', lines: [] }));
  await old.insert(old.create({ id: 'c' }));
  return allRows(gateway);
});

const isFence = ({ key }: Action): boolean => key.pk.startsWith('$fence#');

/** A gateway on which raising the fences costs nothing: for a single process at work, they do nothing. */
export function withoutFences(gateway: Gateway): Gateway {
  return gatewayOver(gateway, {
    write: async (actions, token, options) =>
      actions.every(isFence) ? { kind: 'applied' } : gateway.write(actions, token, options),
  });
}

/** A gateway whose process ends before its nth request, or just after it, before it learns of the answer. */
export function ending(gateway: Gateway, nth: number, when: 'before' | 'after'): Gateway {
  let count = 0;
  const counted = async <R>(request: () => Promise<R>): Promise<R> => {
    count++;
    if (count > nth || (count === nth && when === 'before')) throw new Error('the process has ended');
    const answer = await request();
    if (count === nth) throw new Error('the process has ended');
    return answer;
  };
  return gatewayOver(gateway, {
    get: (key, options) => counted(() => gateway.get(key, options)),
    look: (key) => counted(() => gateway.look(key)),
    query: (request) => counted(() => gateway.query(request)),
    scan: (request) => counted(() => gateway.scan(request)),
    write: (actions, token, options) => counted(() => gateway.write(actions, token, options)),
  });
}

let jumped = 0;

/** A gateway whose waits take no time: its clocks jump, and those of all others like it. */
export function hurried(gateway: Gateway): Gateway {
  return gatewayOver(gateway, {
    pause: (milliseconds) => {
      jumped += milliseconds;
      return Promise.resolve();
    },
    serverTime: () => gateway.serverTime() + jumped,
    newestDate: () => gateway.newestDate() + jumped,
    elapsed: () => gateway.elapsed() + jumped,
  });
}

/** A gateway that holds the first write of an item back, signed, until `during` has ended. */
export function sleeping(gateway: Gateway, during: () => Promise<void>): Gateway {
  let slept = false;
  return gatewayOver(gateway, {
    write: async (actions, token, options) => {
      if (!slept && actions.some(({ key }) => key.pk.startsWith('/note-'))) {
        slept = true;
        await during();
      }
      return gateway.write(actions, token, options);
    },
  });
}
