import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  defineSchema,
  Field,
  ItemType,
  KeyPath,
  Migration,
  type Migrator,
  openStore,
  printSnapshot,
  publish,
  type Schema,
  SchemaDefinitionError,
  snapshotOf,
  SnapshotError,
} from '../../src/index.js';
import type { LocalEngine } from '../../src/local/index.js';
import { startEngine } from '../support/engine.js';

@ItemType('Task')
@KeyPath('/user-:userId/task-:taskId', '/owner-:owner/task-:taskId')
class Task {
  @Field('string') userId!: string;
  @Field('string') taskId!: string;
  @Field({ type: 'string', readDefault: 'nobody' }) owner!: string;
  @Field({ type: 'int', required: false }) rank?: number;
}

@Migration({ from: 1, description: 'Rank' })
class AddRank {
  change(m: Migrator): void {
    m.changeType('Task', (t) => t.addField('rank'));
  }
}

@Migration({ from: 2, description: 'Rank goes' })
class RemoveRank {
  change(m: Migrator): void {
    m.changeType('Task', (t) => t.removeField('rank', { type: 'int', required: false }));
  }
}

/** Another rank: its storage name is not that of the first one. */
@Migration({ from: 3, description: 'Rank comes back' })
class RankAgain {
  change(m: Migrator): void {
    m.changeType('Task', (t) => t.addField('rank'));
  }
}

@Migration({ from: 4, description: 'Owners' })
class AddOwner {
  change(m: Migrator): void {
    m.changeType('Task', (t) => {
      t.addField('owner');
      t.addKeyPath('/owner-:owner/task-:taskId');
    });
  }
}

const whole = defineSchema({
  name: 'tasks',
  types: [Task],
  migrations: [AddRank, RemoveRank, RankAgain, AddOwner],
});
const baseAt = (version: number): object => JSON.parse(printSnapshot(snapshotOf(whole, { version }))) as object;
const over = (version: number, ...migrations: (typeof AddOwner)[]): Schema =>
  defineSchema({ name: 'tasks', types: [Task], migrations, base: baseAt(version) });

describe('a schema over a base', () => {
  let engine: LocalEngine;
  beforeAll(async () => {
    engine = await startEngine();
  });
  afterAll(() => engine.stop());

  it('is the schema of all migrations, storage names of older versions too', () => {
    for (const schema of [over(3, RankAgain, AddOwner), over(4, AddOwner), over(5)]) {
      expect({ ...schema, classes: 0, typeOf: 0 }).toEqual({ ...whole, classes: 0, typeOf: 0 });
      expect(schema.typeOf(Task).fields.map(({ storageName }) => storageName)).toContain('rank#4');
    }
  });

  it('is published, and opened, beside processes that have all migrations', async () => {
    const [first, second] = ['first', 'second'].map((table) => ({ table, client: engine.client }));
    await publish({ schema: whole, ...first!, createTable: true });
    expect(await publish({ schema: over(4, AddOwner), ...first! })).toMatchObject({ published: [] });
    expect(await publish({ schema: over(5), ...second!, createTable: true })).toMatchObject({
      published: [1, 2, 3, 4, 5],
    });
    const [one, other] = await Promise.all(
      [whole, over(4, AddOwner)].map((schema) => openStore({ schema, ...second!, census: false })),
    );
    const tasks = one!.repository(Task);
    await tasks.insert(tasks.create({ userId: 'ann', taskId: 't1', owner: 'bob', rank: 3 }));
    const key = { userId: 'ann', taskId: 't1' };
    expect(await other!.repository(Task).findByKeyPath('/user-:userId/task-:taskId', key)).toMatchObject({ rank: 3 });
    await Promise.all([one!.close(), other!.close()]);
  });

  it('is refused where the migrations do not lead back to the base', () => {
    expect(() => over(3, AddOwner)).toThrow(/no migration leads from version 3 to version 4/);
    expect(() => over(4)).toThrow(
      /do not lead back to version 4 of the base:\n {2}- Task\.owner is in .* not in version 4 of the base/,
    );
    expect(() => over(4, RankAgain, AddOwner)).toThrow(/RankAgain has from: 3, and the base has version 4 already/);
    expect(() => defineSchema({ name: 'others', types: [Task], base: baseAt(5) })).toThrow(SchemaDefinitionError);
  });

  it('is told the step that says what the classes changed, as it is without a base', () => {
    expect(() => over(4)).toThrow(
      /m\.changeType\('Task', \(t\) => t\.addField\('owner'\)\);[^]*\nMend: give every migration from version 4 on, [^]*if they are all there, no step says what the classes changed[^]*such as one with from: 4\./,
    );
  });

  it('is refused a base that is none, or was changed by hand', () => {
    const define = (base: object): Schema => defineSchema({ name: 'tasks', types: [Task], base });
    expect(() => define({})).toThrow(SnapshotError);
    const changed = JSON.parse(JSON.stringify(baseAt(5)).replaceAll('"nobody"', '"somebody"')) as object;
    expect(() => define(changed)).toThrow(/does not have the hash that it says/);
    for (const none of ['5', '', 0, false, null])
      expect(() => define(none as unknown as object)).toThrow(SnapshotError);
  });

  it('says of a snapshot which versions there are', () => {
    expect(() => snapshotOf(whole, { version: 6 })).toThrow(/has versions 1 to 5; 6 is none of them/);
  });
});
