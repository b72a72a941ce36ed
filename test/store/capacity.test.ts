import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  enumType,
  type EnumValue,
  Field,
  ItemType,
  KeyPath,
  Migration,
  type Migrator,
  type SchemaMigration,
} from '../../src/index.js';
import type { LocalEngine } from '../../src/local/index.js';
import { rowSize } from '../../src/table/row-size.js';
import { defineSchema } from '../../src/schema/define-schema.js';
import { openStore } from '../../src/application/open-store.js';
import { publish } from '../../src/store/publish.js';
import type { AttributeMap } from '../../src/values/attribute-value.js';
import { startEngine } from '../support/engine.js';
import { clientOf } from '../dynamo/wire.js';

@ItemType('Note')
@KeyPath('/note-:id')
class Note {
  @Field('string') id!: string;
  @Field('string') title!: string;
  @Field('string') text!: string;
}

@ItemType('Page')
@KeyPath('/page-:id')
@KeyPath('/title-:title/page-:id')
class Page {
  @Field('string') id!: string;
  @Field('string') title!: string;
  @Field('string') text!: string;
}

const State = enumType('State', ['open', 'disputed']);

@ItemType('Claim')
@KeyPath('/claim-:id')
@KeyPath('/state-:state/claim-:id')
class Claim {
  @Field('string') id!: string;
  @Field(State) state!: EnumValue<typeof State>;
  @Field('string') title!: string;
  @Field('string') text!: string;
}

@Migration({ from: 1, description: 'Claims can be disputed' })
class AddDisputed implements SchemaMigration {
  change(m: Migrator): void {
    m.changeEnum('State', (e) => e.addValue('disputed', { olderReadAs: 'open' }));
  }
}

const schema = defineSchema({ name: 'capacity', types: [Note, Page, Claim], migrations: [AddDisputed] });

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

/** Adds up the capacity units that the client's requests consume. */
class Meter {
  units = 0;

  constructor(readonly client: DynamoDBClient) {
    client.middlewareStack.add(
      (next) => async (args) => {
        Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' });
        const result = await next(args);
        const { ConsumedCapacity } = result.output as { ConsumedCapacity?: Consumed | Consumed[] };
        for (const { CapacityUnits } of [ConsumedCapacity ?? []].flat()) this.units += CapacityUnits ?? 0;
        return result;
      },
      { step: 'initialize', name: 'meter' },
    );
  }

  async of(work: () => Promise<unknown>): Promise<number> {
    const before = this.units;
    await work();
    return this.units - before;
  }
}

interface Consumed {
  readonly CapacityUnits?: number;
}

/** An item of one row, of two, or of three: one is for versions that read another value of its enum. */
const shapes = {
  'one key path': { entityClass: Note, primary: '/note-:id' },
  'two key paths': { entityClass: Page, primary: '/page-:id' },
  'two key paths and an older reading': { entityClass: Claim, primary: '/claim-:id' },
} as const;
type Shape = keyof typeof shapes;
type Guard = 'age' | 'fence';

const CALLS = ['insert', 'save', 'findByKeyPath', 'update', 'delete'] as const;
type Units = Record<(typeof CALLS)[number], number>;

/** The units of each call on an item whose rows are a little smaller than so many kilobytes each. */
async function unitsOf(createGuard: Guard, shape: Shape, kilobytes: number): Promise<Units> {
  const { entityClass, primary } = shapes[shape];
  const meter = new Meter(clientOf(engine));
  const { client } = meter;
  const table = `capacity-${createGuard}-${entityClass.name}-${kilobytes}`;
  await publish({ schema, table, client, createTable: true, createGuard });
  const items = (await openStore({ schema, table, client })).repository<Note | Page | Claim>(entityClass);
  const make = (id: string, length: number) =>
    items.create({ id, title: 'title', text: 'x'.repeat(length), ...(entityClass === Claim && { state: 'disputed' }) });
  // The first write of a version appends to the registry; it is not what is measured.
  await items.insert(make('first', 1));

  const item = make('it', kilobytes * 1024 - 500);
  const find = () => items.findByKeyPath(primary as never, { id: 'it' } as never);
  const change = (each: Note | Page | Claim): void => {
    each.text = `${each.text.slice(1)}y`;
  };
  const insert = await meter.of(() => items.insert(item));
  await assertSizes(table, kilobytes);
  change(item);
  const save = await meter.of(() => items.save(item));
  const findByKeyPath = await meter.of(find);
  const update = await meter.of(() => items.update({ id: 'it' }, change));
  const loaded = (await find())!;
  const units = { insert, save, findByKeyPath, update, delete: await meter.of(() => items.delete(loaded)) };
  client.destroy();
  return units;
}

/** Every row of the item is of that size, rounded up as DynamoDB does. */
async function assertSizes(table: string, kilobytes: number): Promise<void> {
  const { Items = [] } = await engine.client.send(new ScanCommand({ TableName: table }));
  const sizes = Items.filter(({ id }) => id?.S === 'it').map((row) => rowSize(row as unknown as AttributeMap));
  for (const size of sizes) expect(Math.ceil(size / 1024)).toBe(kilobytes);
}

/** The rows of the table in docs/costs.md: what is documented for each kind of item. */
function documented(): Record<string, Units> {
  const text = readFileSync(new URL('../../docs/costs.md', import.meta.url), 'utf8');
  const rows = text.split('\n').filter((line) => /^\| (one|two) key path/.test(line));
  return Object.fromEntries(
    rows.map((row) => {
      const [label = '', ...units] = row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim());
      return [label, Object.fromEntries(CALLS.map((call, i) => [call, Number(units[i])])) as Units];
    }),
  );
}

const cases = (Object.keys(shapes) as Shape[]).flatMap((shape) =>
  [1, 3].flatMap((kilobytes) => (['age', 'fence'] as const).map((guard) => ({ shape, kilobytes, guard }))),
);

it.each(cases)('costs what docs/costs.md says: $shape, $kilobytes KB, $guard', async ({ shape, kilobytes, guard }) => {
  const label = `${shape}, ${kilobytes} KB, \`${guard}\``;
  expect({ [label]: await unitsOf(guard, shape, kilobytes) }).toEqual({ [label]: documented()[label] });
});
