import { defineSchema, Field, ItemType, KeyPath, Migration, type Migrator, type SchemaMigration } from 'ductile';

/** A type of which a version takes a field and a key path away. */
@ItemType('Leaf')
@KeyPath('/leaf-:id', '/colour-:colour/leaf-:id')
export class Leaf {
  @Field('string') id!: string;
  @Field({ type: 'string', readDefault: 'green' }) colour!: string;
  @Field('string') shade!: string;
}

@ItemType('Twig')
@KeyPath('/twig-:id')
class Twig {
  @Field('string') id!: string;
}

export const leavesV1 = defineSchema({ name: 'leaves', types: [Leaf, Twig], migrations: [] });

@ItemType('Leaf')
@KeyPath('/leaf-:id')
class LeafV2 {
  @Field('string') id!: string;
  @Field('string') shade!: string;
}

@Migration({ from: 1, description: 'No more colours, and no twigs' })
class NoColours implements SchemaMigration {
  change(m: Migrator): void {
    m.changeType('Leaf', (t) => {
      t.removeKeyPath('/colour-:colour/leaf-:id');
      t.removeField('colour', { type: 'string', readDefault: 'green', declared: true });
    });
    m.removeType(Twig);
  }
}

export const leaves = defineSchema({ name: 'leaves', types: [LeafV2], migrations: [NoColours] });
