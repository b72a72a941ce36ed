import { Migration, type Migrator, type SchemaMigration } from '../../../src/index.js';

@Migration({ from: 1, description: 'Days of delivery, and a key path by them' })
export class AddDelivery implements SchemaMigration {
  change(m: Migrator): void {
    m.changeType('Order', (t) => {
      t.addField('deliveryDate');
      t.addKeyPath('/delivery-:deliveryDate/customer-:customerId/order-:orderId');
    });
  }
}

@Migration({ from: 2, description: 'The priority goes, notes get another name, and old fields a new key path' })
export class ReplacePriority implements SchemaMigration {
  change(m: Migrator): void {
    m.changeType('Order', (t) => {
      t.removeField('priority', '');
      t.renameField('note', 'remark');
      t.addField('memo');
      t.addKeyPath('/born-:born');
    });
  }
}

@Migration({ from: 3, description: 'Dates get another name, and orders a code of their own' })
export class AddCode implements SchemaMigration {
  change(m: Migrator): void {
    m.changeType('Order', (t) => {
      t.renameField('createdAt', 'orderDate');
      t.addField('code');
      t.addKeyPath('/code-:code');
    });
  }
}
