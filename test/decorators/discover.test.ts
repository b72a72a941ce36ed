import { describe, expect, test } from '@jest/globals';
import { arrayOf, mapOf, setOf } from '../../src/decorators/collections.js';
import { discover } from '../../src/decorators/discover.js';
import { enumType, type EnumValue } from '../../src/decorators/enum-type.js';
import { Field } from '../../src/decorators/field.js';
import type { Generated } from '../../src/decorators/generated.js';
import { ItemType, ObjectType } from '../../src/decorators/item-type.js';
import { KeyPath } from '../../src/decorators/key-path.js';
import { keyPaths } from '../../src/decorators/key-paths.js';
import { scalarTypes } from '../../src/fields/scalars/index.js';

const Priority = enumType('Priority', ['low', 'medium', 'high']);

@ObjectType('OrderItem')
class OrderItem {
  @Field('string') sku!: string;
  @Field('int') quantity!: number;
  @Field({ type: () => OrderItem, required: false }) instead?: OrderItem;
}

@ItemType('Order')
@KeyPath('/customer-:customerId/order-:orderId')
@KeyPath('/delivery-:deliveryDate/customer-:customerId/order-:orderId', '/order-:orderId')
class Order {
  @Field('uuid') customerId!: string;
  @Field({ type: 'uuid', initialValue: 'uuid' }) orderId!: Generated<string>;
  @Field(arrayOf(() => OrderItem)) items!: OrderItem[];
  @Field({ type: 'timestampSeconds', readDefault: '2024-01-01' }) deliveryDate!: Date;
  @Field({ type: Priority, deprecated: 'use priorityLevel' }) priority!: EnumValue<typeof Priority>;
  @Field({ type: mapOf(setOf('string')), required: false, description: 'by language' }) words?: Record<
    string,
    Set<string>
  >;

  declare readonly [keyPaths]?: [
    '/customer-:customerId/order-:orderId',
    '/delivery-:deliveryDate/customer-:customerId/order-:orderId',
    '/order-:orderId',
  ];
}

describe('a class', () => {
  test('is gathered with its fields, and what they reach, once', () => {
    expect(discover([Order])).toEqual({
      types: [
        {
          name: 'Order',
          class: Order,
          keyPaths: [
            '/customer-:customerId/order-:orderId',
            '/delivery-:deliveryDate/customer-:customerId/order-:orderId',
            '/order-:orderId',
          ],
          fields: [
            { name: 'customerId', type: { kind: 'uuid' }, required: true },
            { name: 'orderId', type: { kind: 'uuid' }, required: true, initialValue: 'uuid' },
            { name: 'items', type: { kind: 'array', of: { kind: 'object', class: OrderItem } }, required: true },
            { name: 'deliveryDate', type: { kind: 'timestampSeconds' }, required: true, readDefault: '2024-01-01' },
            {
              name: 'priority',
              type: { kind: 'enum', enum: Priority },
              required: true,
              deprecated: 'use priorityLevel',
            },
            {
              name: 'words',
              type: { kind: 'map', of: { kind: 'set', of: { kind: 'string' } } },
              required: false,
              description: 'by language',
            },
          ],
        },
      ],
      objects: [
        {
          name: 'OrderItem',
          class: OrderItem,
          fields: [
            { name: 'sku', type: { kind: 'string' }, required: true },
            { name: 'quantity', type: { kind: 'int' }, required: true },
            { name: 'instead', type: { kind: 'object', class: OrderItem }, required: false },
          ],
        },
      ],
      enums: [Priority],
    });
  });

  test('is known by the name that its decorator gives, whatever a bundler calls the class', () => {
    @ObjectType('Part')
    class po {
      @Field('int') size!: number;
    }
    @ItemType('Whole')
    @KeyPath('/whole')
    class Whole2 {
      @Field(po) part!: po;
    }
    const { types, objects } = discover([Whole2]);
    expect([...types, ...objects].map(({ name }) => name)).toEqual(['Whole', 'Part']);
  });

  test('counts once where it is given twice', () => {
    expect(discover([Order, Order], [Order]).types).toHaveLength(1);
  });

  test('shares a name with classes of other schemas: there is no list by name', () => {
    const make = () => {
      @ItemType('Coupon')
      @KeyPath('/coupon-:code')
      class Coupon {
        @Field('string') code!: string;
      }
      return Coupon;
    };
    const [one, other] = [make(), make()];
    expect(discover([one]).types[0]?.class).toBe(one);
    expect(discover([other]).types[0]?.class).toBe(other);
  });

  test('may be an object type that no field reaches, given as an extra', () => {
    const { types, objects } = discover([], [OrderItem]);
    expect(types).toEqual([]);
    expect(objects.map(({ name }) => name)).toEqual(['OrderItem']);
  });
});

test.each(Object.keys(scalarTypes) as (keyof typeof scalarTypes)[])('the type %s can be named', (kind) => {
  class Holder {}
  (Field(kind) as (target: object, key: string) => void)(Holder.prototype, 'value');
  ItemType('Holder')(Holder);
  KeyPath('/holder')(Holder);
  expect(discover([Holder]).types[0]?.fields).toEqual([{ name: 'value', type: { kind }, required: true }]);
});

test('a type that is left out is what the compiler tells', () => {
  @ItemType('All')
  @KeyPath('/all')
  class All {
    @Field() text!: string;
    @Field() flag!: boolean;
    @Field() large!: bigint;
    @Field() bytes!: Uint8Array;
    @Field() item!: OrderItem;
    @Field({ required: false }) note?: string;
  }
  expect(discover([All]).types[0]?.fields.map(({ type }) => type)).toEqual([
    { kind: 'string' },
    { kind: 'boolean' },
    { kind: 'bigint' },
    { kind: 'bytes' },
    { kind: 'object', class: OrderItem },
    { kind: 'string' },
  ]);
});

describe('inheritance', () => {
  abstract class Timed {
    @Field('timestampSeconds') createdAt!: Date;
    @Field('string') author!: string;
  }

  @ItemType('Base')
  @KeyPath('/base-:id')
  class Base extends Timed {
    @Field('uuid') id!: string;
  }

  @ItemType('Derived')
  @KeyPath('/derived-:id')
  class Derived extends Base {
    @Field({ type: 'string', readDefault: 'nobody' }) override author = 'nobody';
    @Field('int') level!: number;
  }

  test('gives the fields of base classes, decorated or not, in the order written', () => {
    expect(discover([Derived]).types[0]?.fields.map(({ name }) => name)).toEqual([
      'createdAt',
      'author',
      'id',
      'level',
    ]);
  });

  test('lets a class declare an inherited field again, which leaves its base class as it was', () => {
    const author = (c: typeof Base) => discover([c]).types[0]?.fields.find(({ name }) => name === 'author');
    expect(author(Derived)).toMatchObject({ readDefault: 'nobody' });
    expect(author(Base)).not.toHaveProperty('readDefault');
  });

  test('does not give key paths', () => {
    expect(discover([Base, Derived]).types.map((type) => type.keyPaths)).toEqual([['/base-:id'], ['/derived-:id']]);
  });
});

test('an entity shows nothing of its decorators', () => {
  const order = Object.assign(Object.create(Order.prototype) as Order, { customerId: 'c' });
  expect(JSON.stringify(order)).toBe('{"customerId":"c"}');
  expect(Object.keys(Order)).toEqual([]);
  expect(Object.keys(Order.prototype)).toEqual([]);
});
