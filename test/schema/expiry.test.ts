import { describe, expect, it } from '@jest/globals';
import type { DeclaredExpiry } from '../../src/decorators/declared.js';
import { SchemaDefinitionError } from '../../src/decorators/errors.js';
import { Field } from '../../src/decorators/field.js';
import { ItemType } from '../../src/decorators/item-type.js';
import { KeyPath } from '../../src/decorators/key-path.js';
import { defineSchema } from '../../src/schema/define-schema.js';
import { differences } from '../../src/schema/differences.js';
import { schemaFrom } from '../../src/schema/schema-from.js';
import type { Schema } from '../../src/schema/schema.js';
import { change, field, itemType, migration, schemaOf } from './declare-by-hand.js';

@ItemType('Session')
@KeyPath('/session-:id')
class Session {
  @Field('string') id!: string;
  @Field({ type: 'timestampSeconds', required: false }) expiresAt?: Date;
  @Field({ type: 'timestampMilliseconds', readDefault: '2024-01-01' }) seenAt!: Date;
}

const define = (expiry?: Record<string, DeclaredExpiry>): Schema =>
  defineSchema({ name: 'sessions', types: [Session], ...(expiry === undefined ? {} : { expiry }) });

describe('an expiry is a part of the data of a version', () => {
  it('by the storage name of its field, and of the hash where there is one', () => {
    const without = define();
    const at = define({ Session: { at: 'expiresAt' } });
    expect(at.typeOf(Session).expiry).toEqual({ at: 'expiresAt' });
    expect('expiry' in without.typeOf(Session)).toBe(false);
    expect(at.hashes).not.toEqual(without.hashes);
    // What hashes without one are must never change.
    expect(without.hashes[0]).toBe('7dcff9ef67354f4764f3155c7cc0e5092159867406e5c478f877215043bbf822');
  });

  it('shows as a difference that no step mends', () => {
    const [version] = define().versions;
    const [other] = define({ Session: { at: 'expiresAt' } }).versions;
    expect(differences(version!, other!)).toEqual([
      {
        place: 'Session',
        what: 'expires at expiresAt, but never in version 1 as it is published; no step changes that',
      },
    ]);
  });

  it('from the version on that it is said to hold since, whatever the field is called in each', () => {
    const expiry = (since: number) => ({ expiry: { at: 'until', since } });
    const until = field('until', 'timestampMilliseconds', { required: false });
    const declared = (since: number) =>
      schemaOf([{ ...itemType('Session', ['/session-:id'], field('id', 'string'), until), ...expiry(since) }]);
    const migrations = [
      migration(1, change('Session', { op: 'addField', name: 'expiresAt' })),
      migration(2, change('Session', { op: 'renameField', from: 'expiresAt', to: 'until' })),
    ];
    const { versions } = schemaFrom('sessions', declared(2), migrations);
    expect(versions.map(({ types }) => types['Session']!.expiry)).toEqual([
      undefined,
      { at: 'expiresAt' },
      { at: 'expiresAt' },
    ]);
    expect(() => schemaFrom('sessions', declared(1), migrations)).toThrow(/has no field to expire at in version 1/);
  });
});

describe('an expiry that is wrong is refused when the schema is defined', () => {
  it.each<[string, Record<string, DeclaredExpiry>, RegExp]>([
    ['no item type', { Sesion: { at: 'expiresAt' } }, /no item type Sesion.*Session/],
    ['no field', { Session: { at: 'expireAt' } }, /field expireAt, which it does not have.*expiresAt/],
    ['no time', { Session: { at: 'id' } }, /field id, which is of type string/],
    ['a default', { Session: { at: 'seenAt' } }, /field seenAt, which has a readDefault/],
    ['no version', { Session: { at: 'expiresAt', since: 0 } }, /since 0, which is no version/],
  ])('%s', (_, expiry, message) => {
    expect(() => define(expiry)).toThrow(SchemaDefinitionError);
    expect(() => define(expiry)).toThrow(message);
  });
});
