import type {
  DeclaredField,
  DeclaredItemType,
  DeclaredObjectType,
  EntityClass,
} from '../../src/decorators/declared.js';
import type { Generated } from '../../src/decorators/generated.js';
import type { MigrationStep, RecordedMigration, TypeChange } from '../../src/schema/steps.js';
import type { Schema } from '../../src/schema/schema.js';
import { schemaFrom } from '../../src/schema/schema-from.js';
import { field } from '../schema/declare-by-hand.js';

/*
 * One shop in four releases, each as its sources were on its day: classes of that day, and the migrations up to it.
 */

export const BY_CUSTOMER = '/customer-:customerId/order-:orderId';
export const BY_DELIVERY = '/delivery-:deliveryDate/customer-:customerId/order-:orderId';
export const BY_CODE = '/code-:code';

export class ItemV1 {
  sku!: string;
  quantity!: number;
}
export class OrderV1 {
  customerId!: string;
  orderId!: Generated<string>;
  items!: ItemV1[];
  createdAt!: Date;
  priority!: string;
  note?: string;
}
export class InvoiceV1 {
  customerId!: string;
  number!: number;
}

export class Item {
  sku!: string;
  quantity!: number;
  gift!: boolean;
}
export class OrderV2 {
  customerId!: string;
  orderId!: Generated<string>;
  items!: Item[];
  createdAt!: Date;
  priority!: string;
  note?: string;
  deliveryDate!: Date;
}
export class OrderV3 {
  customerId!: string;
  orderId!: Generated<string>;
  items!: Item[];
  createdAt!: Date;
  note?: string;
  deliveryDate!: Date;
  priorityLevel!: number;
}
export class Order {
  customerId!: string;
  orderId!: Generated<string>;
  items!: Item[];
  orderDate!: Date;
  note?: string;
  deliveryDate!: Date;
  priorityLevel!: number;
  code?: string;
}
export class Invoice {
  customerId!: string;
  number!: number;
}

const itemV1 = object('Item', ItemV1, field('sku', 'string'), field('quantity', 'int'));
const item = object('Item', Item, ...itemV1.fields, field('gift', 'boolean', { readDefault: false }));

const customerId = field('customerId', 'string');
const orderId = field('orderId', 'uuid', { initialValue: 'uuid' });
const createdAt = field('createdAt', 'timestampSeconds');
const note = field('note', 'string', { required: false });
const priority = field('priority', 'string');
const deliveryDate = field('deliveryDate', 'timestampSeconds', { readDefault: '2024-01-01' });
const priorityLevel = field('priorityLevel', 'int', { readDefault: 2 });
const code = field('code', 'string', { required: false });
const items = (of: DeclaredObjectType): DeclaredField =>
  field('items', { kind: 'array', of: { kind: 'object', class: of.class } });

const invoice = (entityClass: EntityClass): DeclaredItemType => ({
  name: 'Invoice',
  class: entityClass,
  keyPaths: ['/customer-:customerId/invoice-:number'],
  fields: [field('customerId', 'string'), field('number', 'int')],
});

const changeOrder = (...changes: TypeChange[]): MigrationStep => ({ op: 'changeType', name: 'Order', changes });

const migrations: readonly RecordedMigration[] = [
  migration(1, changeOrder({ op: 'addField', name: 'deliveryDate' }, { op: 'addKeyPath', template: BY_DELIVERY }), {
    op: 'changeType',
    name: 'Item',
    changes: [{ op: 'addField', name: 'gift' }],
  }),
  migration(
    2,
    changeOrder(
      {
        op: 'removeField',
        name: 'priority',
        removed: {
          field: { ...priority, readDefault: 'medium' },
          declared: false,
          reaches: { objects: [], enums: [] },
        },
      },
      { op: 'addField', name: 'priorityLevel' },
    ),
  ),
  migration(
    3,
    changeOrder(
      { op: 'renameField', from: 'createdAt', to: 'orderDate' },
      { op: 'addField', name: 'code' },
      { op: 'addKeyPath', template: BY_CODE },
    ),
  ),
];

export const shopV1 = release(
  [order(OrderV1, [BY_CUSTOMER], items(itemV1), createdAt, priority), invoice(InvoiceV1)],
  itemV1,
);
export const shopV2 = release(
  [order(OrderV2, [BY_CUSTOMER, BY_DELIVERY], items(item), createdAt, priority, deliveryDate), invoice(Invoice)],
  item,
);
export const shop = release(
  [
    order(
      Order,
      [BY_CUSTOMER, BY_DELIVERY, BY_CODE],
      items(item),
      { ...createdAt, name: 'orderDate' },
      deliveryDate,
      priorityLevel,
      code,
    ),
    invoice(Invoice),
  ],
  item,
);

/** The schema that the sources of one day define; its version follows from the classes of its order. */
function release(types: readonly DeclaredItemType[], nested: DeclaredObjectType): Schema {
  const version = [OrderV1, OrderV2, OrderV3, Order].indexOf(types[0]!.class as typeof Order) + 1;
  return schemaFrom('shop', { types, objects: [nested], enums: [] }, migrations.slice(0, version - 1));
}

function order(entityClass: EntityClass, keyPaths: readonly string[], ...more: DeclaredField[]): DeclaredItemType {
  return { name: 'Order', class: entityClass, keyPaths, fields: [customerId, orderId, note, ...more] };
}

function object(name: string, entityClass: EntityClass, ...fields: DeclaredField[]): DeclaredObjectType {
  return { name, class: entityClass, fields };
}

function migration(from: number, ...steps: MigrationStep[]): RecordedMigration {
  return { name: `From${from}`, from, description: `from ${from}`, steps };
}
