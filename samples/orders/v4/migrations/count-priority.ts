import { Migration, type Migrator, type SchemaMigration } from 'ductile';

@Migration({ from: 2, description: 'Replace the text priority by a number' })
export class CountPriority implements SchemaMigration {
  change(m: Migrator): void {
    m.changeType('Order', (t) => {
      // Two fields, each kept: releases 1 and 2 go on with the text, and read 'medium' where there is none.
      t.removeField('priority', 'medium');
      t.addField('priorityLevel');
    });
  }
}
