import { describe, expect, it } from '@jest/globals';
import { arrayOf } from '../../src/decorators/collections.js';
import { enumType } from '../../src/decorators/enum-type.js';
import { SchemaDefinitionError } from '../../src/decorators/errors.js';
import { Field } from '../../src/decorators/field.js';
import { ItemType, ObjectType } from '../../src/decorators/item-type.js';
import { KeyPath } from '../../src/decorators/key-path.js';
import { Migration } from '../../src/decorators/migration.js';
import { defineSchema } from '../../src/schema/define-schema.js';
import type { Migrator, TypeChanger } from '../../src/schema/migrator.js';
import type { MigrationClass, SchemaMigration } from '../../src/schema/record-migration.js';

const State = enumType('State', ['open', 'closed']);

@ObjectType('OrderItem')
class OrderItem {
  @Field('string') sku!: string;
  @Field('int') quantity!: number;
}

@ItemType('Order')
@KeyPath('/customer-:customerId/order-:orderId')
@KeyPath('/delivery-:deliveryDate/customer-:customerId/order-:orderId')
class Order {
  @Field('uuid') customerId!: string;
  @Field('uuid') orderId!: string;
  @Field({ type: arrayOf(() => OrderItem) }) items!: OrderItem[];
  @Field({ type: 'timestampSeconds', readDefault: '2024-01-01' }) deliveryDate!: Date;
  @Field({ type: State, required: false }) state?: 'open' | 'closed';
}

@ItemType('Coupon')
@KeyPath('/coupon-:code')
class CouponV3 {
  @Field('string') code!: string;
  @Field({ type: OrderItem, required: false }) gift?: OrderItem;
}

const AddressV2 = (() => {
  @ObjectType('Address')
  class Address {
    @Field('string') street!: string;
  }
  return Address;
})();

@Migration({ from: 1, description: 'Add delivery date tracking' })
class AddDeliveryDate implements SchemaMigration {
  change(m: Migrator) {
    m.changeType('Order', (t) => {
      t.addField('deliveryDate');
      t.addKeyPath('/delivery-:deliveryDate/customer-:customerId/order-:orderId');
    });
  }
}

@Migration({ from: 2, description: 'Drop what nobody used' })
class Tidy implements SchemaMigration {
  change(m: Migrator) {
    m.changeType('Order', (t) => {
      t.removeField('priority', 'medium');
      t.removeField('express', false);
      t.removeField('rank', { type: 'int', readDefault: 3, declared: true });
      t.removeField('address', { type: AddressV2, required: false });
      t.removeField('earlier', { type: arrayOf(() => OrderItem), required: false });
    });
    m.changeEnum('State', (e) => {
      e.removeValue('lost', { newerReadAs: 'closed' });
    });
  }
}

@Migration({ from: 3, description: 'No more coupons' })
class RemoveCoupons implements SchemaMigration {
  change(m: Migrator) {
    m.removeType(CouponV3);
  }
}

describe('defineSchema', () => {
  const schema = defineSchema({ name: 'shop', types: [Order], migrations: [RemoveCoupons, AddDeliveryDate, Tidy] });

  it('yields every version from decorated classes and migrations alone', () => {
    expect(schema.version).toBe(4);
    expect(schema.versions.map(({ types }) => Object.keys(types))).toEqual([
      ['Coupon', 'Order'],
      ['Coupon', 'Order'],
      ['Coupon', 'Order'],
      ['Order'],
    ]);
    expect(schema.versions.map(({ types }) => types['Order']?.fields.map(({ name }) => name))).toEqual([
      ['address', 'customerId', 'earlier', 'express', 'items', 'orderId', 'priority', 'rank', 'state'],
      ['address', 'customerId', 'deliveryDate', 'earlier', 'express', 'items', 'orderId', 'priority', 'rank', 'state'],
      ['customerId', 'deliveryDate', 'items', 'orderId', 'state'],
      ['customerId', 'deliveryDate', 'items', 'orderId', 'state'],
    ]);
    expect(schema.versions.map(({ objects }) => Object.keys(objects))).toEqual([
      ['Address', 'OrderItem'],
      ['Address', 'OrderItem'],
      ['OrderItem'],
      ['OrderItem'],
    ]);
    expect(schema.versions[0]?.enums['State']?.values.map(({ value }) => value)).toEqual(['closed', 'lost', 'open']);
    expect(schema.versions[3]?.types['Order']?.keyPaths).toHaveLength(2);
  });

  it('publishes what each migration does and what it tells readers', () => {
    expect(schema.migrations[1]).toEqual({
      from: 2,
      description: 'Drop what nobody used',
      changes: [
        'Order: remove field priority',
        'Order: remove field express',
        'Order: remove field rank',
        'Order: remove field address',
        'Order: remove field earlier',
        'State: remove value "lost", which newer versions read as "closed"',
      ],
      lens: [
        { op: 'olderDefault', owner: 'Order', field: 'priority', default: 'medium' },
        { op: 'olderDefault', owner: 'Order', field: 'express', default: false },
        { op: 'enumRemoved', enum: 'State', stored: 'lost', newerReadAs: 'closed' },
      ],
    });
  });

  it('knows the classes of the compiled version', () => {
    expect([...schema.classes.types]).toEqual([['Order', Order]]);
    expect([...schema.classes.objects]).toEqual([['OrderItem', OrderItem]]);
    expect(schema.typeOf(Order).name).toBe('Order');
  });

  it('gives back the type that a removed class stood for', () => {
    expect(schema.versions[2]?.types['Coupon']).toMatchObject({
      fields: [{ name: 'code' }, { name: 'gift', type: { kind: 'object', object: 'OrderItem' } }],
      keyPaths: [{ id: '0', template: '/coupon-:code', since: 1 }],
    });
  });
});

describe('m.removeType', () => {
  it('of an object type or an enum says that the newer version does not use it any more', () => {
    const Mood = enumType('Mood', ['good', 'bad']);
    @Migration({ from: 1, description: 'No address, no mood' })
    class Simplify implements SchemaMigration {
      change(m: Migrator) {
        m.changeType('Order', (t) => {
          t.removeField('address', { type: AddressV2, required: false });
          t.removeField('mood', { type: Mood, required: false });
        });
        m.removeType(AddressV2);
        m.removeType(Mood);
      }
    }
    const schema = defineSchema({ name: 'shop', types: [Order], migrations: [Simplify] });
    expect(Object.keys(schema.versions[0]!.objects)).toEqual(['Address', 'OrderItem']);
    expect(Object.keys(schema.versions[0]!.enums)).toEqual(['Mood', 'State']);
    expect(schema.migrations[0]?.changes.slice(2)).toEqual(['remove type Address', 'remove type Mood']);
  });
});

describe('a migration class is refused', () => {
  const define = (change: (m: Migrator) => unknown, decorate: (target: MigrationClass) => void = decorated) => {
    class Broken {
      change(m: Migrator): void {
        return change(m) as void;
      }
    }
    decorate(Broken);
    return () => defineSchema({ name: 'shop', types: [Order], migrations: [Broken] });
  };
  const decorated = (target: MigrationClass): void => Migration({ from: 1, description: 'broken' })(target);
  const untyped = (value: unknown): never => value as never;

  it.each<[string, (m: Migrator) => unknown, RegExp]>([
    ['that is asynchronous', async () => {}, /change returned a promise.*Mend: remove async and await/],
    [
      'with an asynchronous changeType',
      (m) =>
        m.changeType(
          'Order',
          untyped(async () => {}),
        ),
      /m\.changeType\('Order', …\) returned a promise/,
    ],
    [
      'that removes a field without saying what it was',
      (m) => m.changeType('Order', (t) => t.removeField('rank', untyped(undefined))),
      /does not say what the field was\. Mend: write t\.removeField\('rank', \{ type: …/,
    ],
    [
      'that removes a field of no type',
      (m) => m.changeType('Order', (t) => t.removeField('rank', untyped({ type: 'integer', readDefault: 1 }))),
      /rank.*integer/,
    ],
    ['that removes a type by name', (m) => m.removeType(untyped('Coupon')), /takes a class or an enum, and got Coupon/],
    [
      'that adds an enum value without saying what older versions read',
      (m) => m.changeEnum('State', (e) => e.addValue('open', untyped(undefined))),
      /Mend: write e\.addValue\("open", \{ olderReadAs: … \}\)/,
    ],
    [
      'that names no field',
      (m) => m.changeType('Order', (t) => t.addField(untyped(undefined))),
      /t\.addField takes a name/,
    ],
    [
      'that modifies a default without saying from what',
      (m) => m.changeType('Order', (t) => t.modifyFieldReadDefault('deliveryDate', untyped(undefined))),
      /does not say from what and to what/,
    ],
  ])('%s', (_, change, message) => {
    expect(define(change)).toThrow(SchemaDefinitionError);
    expect(define(change)).toThrow(message);
    expect(define(change)).toThrow(/Broken/);
  });

  it.each<[string, (t: TypeChanger, m: Migrator) => void]>([
    ['of a type', (t) => t.addField('rank')],
    ['of the schema', (_, m) => m.addType('Coupon')],
  ])('that says a step %s when it is too late', (_, say) => {
    let late: () => void = () => {};
    const keep = (m: Migrator): void =>
      m.changeType('Order', (t) => {
        t.addField('deliveryDate');
        late = () => say(t, m);
      });
    const afterwards = (m: Migrator): void => {
      keep(m);
      m.changeType('Order', () => {});
    };
    try {
      define(afterwards)();
    } catch {
      // Whether these classes bear the steps is not the question here.
    }
    expect(late).toThrow(/Broken.*a step was said after its function had returned/);
  });

  it('that throws names the migration, and keeps the cause', () => {
    const misspelt = define((m) => m.changeType('Order', (t) => (t as unknown as { addfield(): void }).addfield()));
    expect(misspelt).toThrow(/Broken \(1 → 2\): change threw TypeError: .*addfield is not a function/);
    expect(misspelt).toThrow(expect.objectContaining({ cause: expect.any(TypeError) }));
  });

  it('that is not decorated', () => {
    expect(
      define(
        () => {},
        () => {},
      ),
    ).toThrow(/Broken: the class is no migration\. Mend: write @Migration/);
  });
});

describe('a definition is refused', () => {
  it.each<[unknown, RegExp]>([
    [undefined, /was given no definition/],
    [{ name: 'shop' }, /types: is no list/],
    [{ name: 'shop', types: [Order], migration: [] }, /defineSchema has no option 'migration'/],
    [{ name: 'shop', types: [Order], migrations: {} }, /migrations: is no list/],
    [{ name: 'shop', types: [Order], migrations: [undefined] }, /migrations: has undefined, which is no class/],
    [
      { name: 'shop', types: [Order], migrations: [new Tidy()] },
      /migrations: has \[object Object\], which is no class/,
    ],
    [{ name: 'my shop', types: [Order] }, /'my shop' is no name of a schema/],
  ])('%j', (definition, message) => {
    expect(() => defineSchema(definition as never)).toThrow(SchemaDefinitionError);
    expect(() => defineSchema(definition as never)).toThrow(message);
  });
});
