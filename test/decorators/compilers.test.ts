import { describe, expect, jest, test } from '@jest/globals';
import { arrayOf } from '../../src/decorators/collections.js';
import type { EntityClass } from '../../src/decorators/declared.js';
import { discover } from '../../src/decorators/discover.js';
import { enumType } from '../../src/decorators/enum-type.js';
import { SchemaDefinitionError } from '../../src/decorators/errors.js';
import { Field } from '../../src/decorators/field.js';
import { ItemType, ObjectType } from '../../src/decorators/item-type.js';
import { KeyPath } from '../../src/decorators/key-path.js';
import { Migration, migrationMetadata } from '../../src/decorators/migration.js';
import { compilers, run, standardCompilers } from './compilers.js';
import { problemsOf } from './problems-of.js';

const ductile = { arrayOf, enumType, Field, ItemType, ObjectType, KeyPath, Migration };

const SHOP = `
  import { arrayOf, Field, ItemType, KeyPath, Migration, ObjectType } from 'ductile';

  @ObjectType('OrderItem')
  export class OrderItem {
    @Field('string') sku!: string;
    @Field({ type: () => OrderItem, required: false }) instead?: OrderItem;
  }

  export class Timed {
    @Field('timestampSeconds') createdAt!: Date;
  }

  export class Interlude {
    @Field('string') ofNoSchema!: string;
  }

  @ItemType('Order')
  @KeyPath('/customer-:customerId/order-:orderId')
  @KeyPath('/order-:orderId')
  export class Order extends Timed {
    @Field('uuid') customerId!: string;
    @Field({ type: 'uuid', initialValue: 'uuid' }) orderId!: string;
    @Field(arrayOf(() => OrderItem)) items!: OrderItem[];
  }

  @ItemType('Rush')
  @KeyPath('/rush-:orderId')
  export class Rush extends Order {
    @Field({ type: 'int', readDefault: 1 }) level = 1;
  }

  @Migration({ from: 1, description: 'Add the rush' })
  export class AddRush {
    change() {}
  }
`;

describe.each(Object.keys(compilers))('%s', (name) => {
  const compile = compilers[name]!;
  const { OrderItem, Order, Rush, AddRush } = run(compile(SHOP), ductile) as Record<string, EntityClass>;

  test('says the same as any other', () => {
    const { types, objects } = discover([Order!, Rush!]);
    const order = [
      { name: 'createdAt', type: { kind: 'timestampSeconds' }, required: true },
      { name: 'customerId', type: { kind: 'uuid' }, required: true },
      { name: 'orderId', type: { kind: 'uuid' }, required: true, initialValue: 'uuid' },
      { name: 'items', type: { kind: 'array', of: { kind: 'object', class: OrderItem } }, required: true },
    ];
    const level = { name: 'level', type: { kind: 'int' }, required: true, readDefault: 1 };
    expect(types).toEqual([
      {
        name: 'Order',
        class: Order,
        keyPaths: ['/customer-:customerId/order-:orderId', '/order-:orderId'],
        fields: order,
      },
      { name: 'Rush', class: Rush, keyPaths: ['/rush-:orderId'], fields: [...order, level] },
    ]);
    expect(objects).toEqual([
      {
        name: 'OrderItem',
        class: OrderItem,
        fields: [
          { name: 'sku', type: { kind: 'string' }, required: true },
          { name: 'instead', type: { kind: 'object', class: OrderItem }, required: false },
        ],
      },
    ]);
  });

  test('keeps what a migration says', () => {
    expect(migrationMetadata(AddRush!)).toEqual({ from: 1, description: 'Add the rush' });
    expect(migrationMetadata(class extends AddRush! {})).toBeUndefined();
  });
});

describe.each(Object.keys(compilers))('%s, unchecked', (name) => {
  const refusal = (body: string): unknown => {
    const source = `import { Field, ItemType, KeyPath, Migration, ObjectType } from 'ductile'; ${body}`;
    try {
      return run(compilers[name]!(source), ductile);
    } catch (error) {
      return error;
    }
  };

  test.each([
    ['class Note { @Field text!: string; }', /text: @Field is written without parentheses\. Mend: write @Field\(\)/],
    ['class Note { @Field static text: string; }', /text: @Field is written without parentheses/],
    ['class Note { @Field text() {} }', /text: @Field is written without parentheses/],
    ['@ItemType class Note {}', /^Note: @ItemType is written without parentheses\. Mend: write @ItemType\('Note'\)\.$/],
    ['@ObjectType class Note {}', /^Note: @ObjectType is written without .+ Mend: write @ObjectType\('Note'\)\.$/],
    [
      '@KeyPath class Note {}',
      /^Note: @KeyPath is written without .+ Mend: write @KeyPath\('\/literal-:parameter'\)\.$/,
    ],
    ['@KeyPath() class Note {}', /^Note: @KeyPath has no template\. Mend: write @KeyPath\('\/literal-:parameter'\)\.$/],
    ['@Migration class Add {}', /^Add: @Migration is written without parentheses\. Mend: write @Migration\(\{ from: 1/],
    ['@Migration() class Add {}', /^Add: @Migration has no options\. Mend: write @Migration\(\{ from: 1/],
  ])('refuses a decorator without what it needs where the class is defined: %s', (source, message) => {
    const error = refusal(source);
    expect(error).toBeInstanceOf(SchemaDefinitionError);
    expect((error as Error).message).toMatch(message);
  });
});

describe.each(standardCompilers)('%s', (name) => {
  const compile = compilers[name]!;

  test('names every field whose type is left out, because it tells none', () => {
    const { Note } = run(
      compile(`
        import { Field, ItemType, KeyPath } from 'ductile';
        @ItemType('Note') @KeyPath('/note')
        export class Note { @Field() text!: string; }
      `),
      ductile,
    );
    expect(problemsOf([Note as EntityClass])).toEqual([
      expect.stringMatching(/^Note\.text: the field names no type, and the compiler tells none\. Mend: write the type/),
    ]);
  });

  test('names what is no field', () => {
    const { Odd } = run(
      compile(`
        import { Field, ItemType, KeyPath } from 'ductile';
        @ItemType('Odd') @KeyPath('/odd')
        export class Odd {
          @Field('string') static shared: string;
          @Field('string') #hidden!: string;
          @Field('string') accessor held!: string;
          @Field('string') get computed() { return ''; }
          @Field('string') method() {}
        }
      `),
      ductile,
    );
    expect([...problemsOf([Odd as EntityClass])].sort()).toEqual([
      expect.stringMatching(/^Odd\.#hidden: @Field stands on a #private property, which no one but the class can read/),
      expect.stringMatching(/^Odd\.computed: @Field stands on an accessor/),
      expect.stringMatching(/^Odd\.held: @Field stands on an accessor/),
      expect.stringMatching(/^Odd\.method: @Field stands on a method/),
      expect.stringMatching(/^Odd\.shared: @Field stands on a static property/),
    ]);
  });
});

test('a compiler without the metadata of standard decorators is told off at the class', () => {
  const context = { kind: 'field', name: 'sku', static: false, private: false };
  const decorate = Field('string') as (target: undefined, context: object) => void;
  expect(() => decorate(undefined, context)).toThrow(/sku.*TypeScript 5\.2 or newer, or legacy decorators/s);
});

test('two copies of the package in one process share what classes say', async () => {
  jest.resetModules();
  const copy = await import('../../src/decorators/discover.js');
  expect(copy.discover).not.toBe(discover);
  const { Order } = run(compilers['tsc, standard decorators']!(SHOP), ductile);
  @ItemType('Legacy')
  @KeyPath('/legacy')
  class Legacy {
    @Field('string') name!: string;
  }
  expect(copy.discover([Order as EntityClass, Legacy])).toEqual(discover([Order as EntityClass, Legacy]));
});
