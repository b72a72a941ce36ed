import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  defineSchema,
  Field,
  ItemType,
  KeyPath,
  Migration,
  type Migrator,
  type SchemaMigration,
} from '../../src/index.js';
import { KeyPathConflictError } from '../../src/protocol/errors.js';
import type { LocalEngine } from '../../src/local/index.js';
import { startEngine } from '../support/engine.js';
import { Bench } from './bench.js';

@ItemType('Task')
@KeyPath('/task-:id', '/priority-:priority/task-:id')
class TaskV1 {
  @Field('string') id!: string;
  @Field('string') priority!: string;
}

@ItemType('Task')
@KeyPath('/task-:id')
class TaskV2 {
  @Field('string') id!: string;
}

@Migration({ from: 1, description: 'Priorities are gone' })
class DropPriority implements SchemaMigration {
  change(m: Migrator): void {
    m.changeType('Task', (t) => {
      t.removeKeyPath('/priority-:priority/task-:id');
      t.removeField('priority', 'medium');
    });
  }
}

@ItemType('Task')
@KeyPath('/task-:id', '/priority-:priority/task-:id')
class TaskOptional {
  @Field('string') id!: string;
  @Field({ type: 'string', required: false }) priority?: string;
}

@Migration({ from: 1, description: 'Priorities become optional' })
class OptionalPriority implements SchemaMigration {
  change(m: Migrator): void {
    m.changeType('Task', (t) => t.markFieldAsNotRequired('priority', 'medium'));
  }
}

@ItemType('Code')
@KeyPath('/item-:id', '/code-:code')
class CodeV1 {
  @Field('string') id!: string;
  @Field('string') code!: string;
}

@ItemType('Code')
@KeyPath('/item-:id')
class CodeV2 {
  @Field('string') id!: string;
}

@Migration({ from: 1, description: 'Codes are gone' })
class DropCode implements SchemaMigration {
  change(m: Migrator): void {
    m.changeType('Code', (t) => {
      t.removeKeyPath('/code-:code');
      t.removeField('code', 'none');
    });
  }
}

@ItemType('Note')
@KeyPath('/note-:id', '/label-:label/note-:id')
class NoteV1 {
  @Field('string') id!: string;
  @Field({ type: 'string', required: false }) label?: string;
}

@ItemType('Note')
@KeyPath('/note-:id')
class NoteV2 {
  @Field('string') id!: string;
  @Field({ type: 'string', readDefault: 'plain' }) label!: string;
}

@ItemType('Note')
@KeyPath('/note-:id')
class NoteV3 {
  @Field('string') id!: string;
}

@Migration({ from: 1, description: 'Every note has a label' })
class DemandLabel implements SchemaMigration {
  change(m: Migrator): void {
    m.changeType('Note', (t) => {
      t.removeKeyPath('/label-:label/note-:id');
      t.markFieldAsRequired('label');
    });
  }
}

@Migration({ from: 2, description: 'Labels are gone' })
class DropLabel implements SchemaMigration {
  change(m: Migrator): void {
    m.changeType('Note', (t) => t.removeField('label', { type: 'string', readDefault: 'plain' }));
  }
}

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

it('[COMPLETE] lists for an older version, under the default that it reads, what a newer one wrote without the field', async () => {
  const bench = await Bench.on(engine);
  const one = await bench.open(defineSchema({ name: 'tasks', types: [TaskV1] }));
  const old = one.repository(TaskV1);
  await old.insert(old.create({ id: 'a', priority: 'high' }));
  const two = await bench.open(defineSchema({ name: 'tasks', types: [TaskV2], migrations: [DropPriority] }));
  const young = two.repository(TaskV2);
  await young.insert(young.create({ id: 'b' }));
  await young.update({ id: 'a' }, () => undefined);

  const listed = await old.listByKeyPath('/priority-:priority', { priority: 'medium' }).toArray();
  expect(listed).toEqual([{ id: 'b', priority: 'medium' }]);
  expect(await old.findByKeyPath('/priority-:priority/task-:id', { priority: 'medium', id: 'b' })).toEqual(listed[0]);
  expect(await old.findByKeyPath('/priority-:priority/task-:id', { priority: 'high', id: 'a' })).toEqual({
    id: 'a',
    priority: 'high',
  });
  expect(await bench.wrong()).toEqual([]);
});

it('lets newer versions write items that meet at the default of older readers: they chose no value and cannot choose one', async () => {
  const bench = await Bench.on(engine);
  const one = await bench.open(defineSchema({ name: 'codes', types: [CodeV1] }));
  const old = one.repository(CodeV1);
  await old.insert(old.create({ id: 'a', code: 'mine' }));
  const two = await bench.open(defineSchema({ name: 'codes', types: [CodeV2], migrations: [DropCode] }));
  const young = two.repository(CodeV2);
  for (const id of ['b', 'c']) await young.insert(young.create({ id }));
  expect(await old.findByKeyPath('/code-:code', { code: 'none' })).toEqual({ id: 'b', code: 'none' });
  await expect(old.insert(old.create({ id: 'd', code: 'mine' }))).rejects.toThrow(KeyPathConflictError);
  await young.delete({ id: 'b' });
  await young.update({ id: 'c' }, () => undefined);
  expect(await old.findByKeyPath('/code-:code', { code: 'none' })).toEqual({ id: 'c', code: 'none' });
  expect(await bench.wrong()).toEqual([]);
});

it('[COMPLETE] does not say that a list is complete which may lack items that meet at an older default', async () => {
  const bench = await Bench.on(engine);
  const one = await bench.open(defineSchema({ name: 'codes', types: [CodeV1] }));
  const old = one.repository(CodeV1);
  await old.insert(old.create({ id: 'a', code: 'mine' }));
  const list = (code: string) => old.listByKeyPath('/code-:code', { code });
  expect(await list('none').page()).toEqual({ items: [], complete: true });
  const two = await bench.open(defineSchema({ name: 'codes', types: [CodeV2], migrations: [DropCode] }));
  const young = two.repository(CodeV2);
  for (const id of ['b', 'c']) await young.insert(young.create({ id }));
  expect(await list('none').page()).toEqual({ items: [{ id: 'b', code: 'none' }], complete: false });
  expect(await list('mine').page()).toEqual({ items: [{ id: 'a', code: 'mine' }], complete: true });
  // What an older application iterated over without an error before, it still does.
  expect(await list('none').toArray()).toHaveLength(1);
});

it('[COMPLETE] says that a list is complete at an older default where every item has a key of its own', async () => {
  const bench = await Bench.on(engine);
  const one = await bench.open(defineSchema({ name: 'tasks', types: [TaskV1] }));
  const two = await bench.open(defineSchema({ name: 'tasks', types: [TaskV2], migrations: [DropPriority] }));
  for (const id of ['b', 'c']) await two.repository(TaskV2).insert(two.repository(TaskV2).create({ id }));
  const list = one.repository(TaskV1).listByKeyPath('/priority-:priority', { priority: 'medium' });
  expect(await list.page()).toMatchObject({ items: [{ id: 'b' }, { id: 'c' }], complete: true });
});

it('[LAYOUT] leaves a path sparse whose own version let the field be unset: the rows of before have none on it', async () => {
  const bench = await Bench.on(engine);
  const one = await bench.open(defineSchema({ name: 'notes', types: [NoteV1] }));
  await one.repository(NoteV1).insert(one.repository(NoteV1).create({ id: 'a' }));
  await bench.open(defineSchema({ name: 'notes', types: [NoteV2], migrations: [DemandLabel] }));
  const schema = defineSchema({ name: 'notes', types: [NoteV3], migrations: [DemandLabel, DropLabel] });
  const three = await bench.open(schema);
  await three.repository(NoteV3).insert(three.repository(NoteV3).create({ id: 'b' }));
  expect((await bench.rows()).filter((row) => '$owner' in row)).toEqual([]);
  expect(await bench.wrong()).toEqual([]);
});

it('refuses to make a field of a key path optional while the path goes on: two versions would want different rows', () => {
  expect(() => defineSchema({ name: 'tasks', types: [TaskOptional], migrations: [OptionalPriority] })).toThrow(
    /t\.removeKeyPath\('\/priority-:priority\/task-:id'\) before the change/,
  );
});
