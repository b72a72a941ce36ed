import { describe, expect, it } from '@jest/globals';
import {
  defineSchema,
  type EntityClass,
  Field,
  ItemType,
  KeyPath,
  Migration,
  type MigrationClass,
  type Migrator,
  type SchemaMigration,
  type SchemaWarning,
} from '../../src/index.js';

@ItemType('Parcel')
@KeyPath('/parcel-:id')
class Parcel {
  @Field('string') id!: string;
}

@ItemType('Parcel')
@KeyPath('/parcel-:id', '/shelf-:shelf')
class ByShelf extends Parcel {
  @Field({ type: 'string', readDefault: 'none' }) shelf!: string;
}

@ItemType('Parcel')
@KeyPath('/parcel-:id', '/hall-:hall/shelf-:shelf')
class ByHallAndShelf extends Parcel {
  @Field({ type: 'int', readDefault: 0 }) hall!: number;
  @Field({ type: 'string', readDefault: 'none' }) shelf!: string;
}

@ItemType('Parcel')
@KeyPath('/parcel-:id', '/shelf-:shelf/parcel-:id')
class ByShelfAndId extends Parcel {
  @Field({ type: 'string', readDefault: 'none' }) shelf!: string;
}

@ItemType('Parcel')
@KeyPath('/parcel-:id', '/shelf-:shelf')
class BySomeShelf extends Parcel {
  @Field({ type: 'string', required: false }) shelf?: string;
}

@Migration({ from: 1, description: 'Parcels lie on shelves' })
class AddShelf implements SchemaMigration {
  change(m: Migrator): void {
    m.changeType('Parcel', (t) => {
      t.addField('shelf');
      t.addKeyPath('/shelf-:shelf');
    });
  }
}

@Migration({ from: 1, description: 'Parcels lie on shelves in halls' })
class AddHallAndShelf implements SchemaMigration {
  change(m: Migrator): void {
    m.changeType('Parcel', (t) => {
      t.addField('shelf');
      t.addField('hall');
      t.addKeyPath('/hall-:hall/shelf-:shelf');
    });
  }
}

@Migration({ from: 1, description: 'Parcels lie on shelves' })
class AddShelfAndId implements SchemaMigration {
  change(m: Migrator): void {
    m.changeType('Parcel', (t) => {
      t.addField('shelf');
      t.addKeyPath('/shelf-:shelf/parcel-:id');
    });
  }
}

@Migration({ from: 1, description: 'Parcels have shelves' })
class AddShelfAlone implements SchemaMigration {
  change(m: Migrator): void {
    m.changeType('Parcel', (t) => t.addField('shelf'));
  }
}

@Migration({ from: 2, description: 'Parcels are found by their shelf' })
class FindByShelf implements SchemaMigration {
  change(m: Migrator): void {
    m.changeType('Parcel', (t) => t.addKeyPath('/shelf-:shelf'));
  }
}

@Migration({ from: 1, description: 'There are parcels' })
class AddParcel implements SchemaMigration {
  change(m: Migrator): void {
    m.addType('Parcel');
  }
}

@ItemType('Hall')
@KeyPath('/hall-:hall')
class Hall {
  @Field('string') hall!: string;
}

const warningsOf = (migrations: readonly MigrationClass[], ...types: EntityClass[]): readonly SchemaWarning[] =>
  defineSchema({ name: 'parcels', types, migrations }).warnings;

describe('a schema warns of a key path', () => {
  it('on which all older items meet, and says what to do', () => {
    const [warning, ...more] = warningsOf([AddShelf], ByShelf);
    expect(more).toEqual([]);
    expect(warning).toMatchObject({
      code: 'OLDER_ITEMS_MEET',
      type: 'Parcel',
      keyPath: '/shelf-:shelf',
      version: 2,
    });
    expect(warning!.message).toBe(
      "Parcel: every item that was written without shelf has the same key on the key path '/shelf-:shelf' of version 2, " +
        'that of the default "none". Only one item can have it: as long as there are two, the path cannot be promoted, ' +
        'and a find through it that misses is an error. End the path with what identifies the item, as the primary path ' +
        "'/parcel-:id' does; or make shelf optional without a readDefault: then the items that do not have it are not on " +
        'the path.',
    );
    expect(Object.isFrozen(warning)).toBe(true);
  });

  it('over several such fields, and over one that came in an earlier version', () => {
    expect(warningsOf([AddHallAndShelf], ByHallAndShelf)).toMatchObject([{ keyPath: '/hall-:hall/shelf-:shelf' }]);
    expect(warningsOf([AddShelfAlone, FindByShelf], ByShelf)).toMatchObject([{ version: 3 }]);
  });

  it('not where the items differ in it, are not on it, or are not there', () => {
    expect(warningsOf([AddShelfAndId], ByShelfAndId)).toEqual([]);
    expect(warningsOf([AddShelf], BySomeShelf)).toEqual([]);
    expect(warningsOf([], ByShelf)).toEqual([]);
    expect(warningsOf([AddParcel], ByShelf, Hall)).toEqual([]);
  });
});
