import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  defineSchema,
  Field,
  ItemType,
  KeyPath,
  Migration,
  type Migrator,
  type SchemaMigration,
} from '../../src/index.js';
import type { LocalEngine } from '../../src/local/index.js';
import { KeyPathConflictError } from '../../src/protocol/errors.js';
import { openStoreOver } from '../../src/store/open-store.js';
import type { Repository } from '../../src/store/repository.js';
import { gatewayOver } from '../../src/table/gateway-over.js';
import { startEngine } from '../support/engine.js';
import { Bench } from './bench.js';

@ItemType('Member')
@KeyPath('/member-:id', '/email-:email')
class MemberV1 {
  @Field('string') id!: string;
  @Field('int') visits!: number;
  @Field('string') email!: string;
}

@ItemType('Member')
@KeyPath('/member-:id')
class Member {
  @Field('string') id!: string;
  @Field('int') visits!: number;
}

@Migration({ from: 1, description: 'Members have no email' })
class DropEmail implements SchemaMigration {
  change(m: Migrator): void {
    m.changeType('Member', (t) => {
      t.removeKeyPath('/email-:email');
      t.removeField('email', 'none');
    });
  }
}

const first = defineSchema({ name: 'members', types: [MemberV1] });
const second = defineSchema({ name: 'members', types: [Member], migrations: [DropEmail] });

const BY_EMAIL = '/email-:email';
const NONE = { email: 'none' };
const MINUTE = 60_000;

let engine: LocalEngine;
let bench: Bench;
let old: Repository<MemberV1>;
let members: Repository<Member>;
/** Of the process that `members` belongs to. */
let elapsed: number;
let writes: { readonly rows: readonly string[] }[];

beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

/** The path is promoted; Ada has the row at the default of the older version, Bob's entry there is open. */
beforeEach(async () => {
  bench = await Bench.on(engine);
  old = (await bench.open(first)).repository(MemberV1);
  await old.insert(old.create({ id: 'zoe', visits: 0, email: 'zoe@x' }));
  await bench.publish(second);
  elapsed = 0;
  writes = [];
  const watched = gatewayOver(bench.gateway, {
    elapsed: () => elapsed,
    write: (actions, ...rest) => {
      writes.push({ rows: actions.map(({ key }) => key.pk) });
      return bench.gateway.write(actions, ...rest);
    },
  });
  members = (await openStoreOver(watched, { schema: second })).repository(Member);
  await members.insert(members.create({ id: 'ada', visits: 0 }));
  await members.insert(members.create({ id: 'bob', visits: 0 }));
  writes.length = 0;
});

const visit = (id: string): Promise<Member> => members.update({ id }, (member) => void member.visits++);
const tries = (): number => writes.filter(({ rows }) => rows.includes('/email-none')).length;
/** But for that items are not found which meet another one at the default. */
const wrong = async (): Promise<readonly string[]> =>
  (await bench.wrong()).filter((fault) => !fault.startsWith('[COMPLETE]'));
const foundByOlder = async (): Promise<string | undefined> => (await old.findByKeyPath(BY_EMAIL, NONE))?.id;

describe('items that meet at the default of older readers, on a promoted path', () => {
  it('are tried for their row by a process at most once a minute, new ones too', async () => {
    for (let i = 0; i < 5; i++) await visit('bob');
    await members.insert(members.create({ id: 'cleo', visits: 0 }));
    expect(tries()).toBe(0);
    elapsed += MINUTE;
    for (let i = 0; i < 5; i++) await visit('bob');
    await members.insert(members.create({ id: 'dora', visits: 0 }));
    expect(tries()).toBe(1);
    expect(await foundByOlder()).toBe('ada');
    expect(await wrong()).toEqual([]);
  });

  it('[COMPLETE] take over the row once its owner has gone', async () => {
    const other = (await bench.open(second)).repository(Member);
    await other.delete({ id: 'ada' });
    await visit('bob');
    expect(await foundByOlder()).toBeUndefined();
    elapsed += MINUTE;
    await visit('bob');
    expect(await foundByOlder()).toBe('bob');
    expect(await wrong()).toEqual([]);
  });

  it('[COMPLETE] take it over at once where the process itself deleted the owner', async () => {
    await members.delete({ id: 'ada' });
    await visit('bob');
    expect(await foundByOlder()).toBe('bob');
  });

  it('[COMPLETE] by a process that has not met the key, at the first write', async () => {
    await members.delete({ id: 'ada' });
    const other = (await bench.open(second)).repository(Member);
    await other.update({ id: 'bob' }, (member) => void member.visits++);
    expect(await foundByOlder()).toBe('bob');
  });

  it('are tried for by a save without a change only where another write would try, too', async () => {
    const bob = (await members.findByKeyPath('/member-:id', { id: 'bob' }))!;
    await members.save(bob);
    expect(writes).toEqual([]);
    elapsed += MINUTE;
    await members.save(bob);
    await members.save(bob);
    // One try, and the write that leaves the entry open as it was.
    expect(writes.map(({ rows }) => rows.length)).toEqual([2, 1]);
    await (await bench.open(second)).repository(Member).delete({ id: 'ada' });
    elapsed += MINUTE;
    await members.save(bob);
    expect(await foundByOlder()).toBe('bob');
  });

  it('are in conflict once one of them gets the default as a value of its own', async () => {
    const bob = async (): Promise<MemberV1> => (await old.findByKeyPath('/member-:id', { id: 'bob' }))!;
    expect((await bob()).email).toBe('none');
    const given = await bob();
    given.email = 'x';
    await old.save(given);
    given.email = 'none';
    await expect(old.save(given)).rejects.toThrow(KeyPathConflictError);
    expect(await wrong()).toEqual([]);
  });
});
