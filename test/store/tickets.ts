import {
  defineSchema,
  enumType,
  type EnumValue,
  Field,
  ItemType,
  KeyPath,
  Migration,
  type Migrator,
  type SchemaMigration,
} from '../../src/index.js';

/*
 * Tickets in three versions. Version 2 adds a state, which version 1 reads as `closed`; version 3 adds another, which version 2
 * reads as the one that it added. A desk has one ticket in each state.
 */

export const BY_ID = '/ticket-:id';
export const BY_STATE = '/state-:state/ticket-:id';
export const BY_DESK = '/desk-:desk/state-:state/ticket-:id';
export const BY_SLOT = '/slot-:slot/state-:state';
const PATHS = [BY_ID, BY_STATE, BY_DESK, BY_SLOT] as const;

const StateV1 = enumType('State', ['open', 'closed']);
const StateV2 = enumType('State', ['open', 'closed', 'refunded']);
const State = enumType('State', ['open', 'closed', 'refunded', 'disputed']);

@ItemType('Ticket')
@KeyPath(...PATHS)
export class TicketV1 {
  @Field('string') id!: string;
  @Field(StateV1) state!: EnumValue<typeof StateV1>;
  @Field({ type: 'string', required: false }) desk?: string;
  @Field({ type: 'string', required: false }) slot?: string;
}

@ItemType('Ticket')
@KeyPath(...PATHS)
export class TicketV2 {
  @Field('string') id!: string;
  @Field(StateV2) state!: EnumValue<typeof StateV2>;
  @Field({ type: 'string', required: false }) desk?: string;
  @Field({ type: 'string', required: false }) slot?: string;
}

@ItemType('Ticket')
@KeyPath(...PATHS)
export class Ticket {
  @Field('string') id!: string;
  @Field(State) state!: EnumValue<typeof State>;
  @Field({ type: 'string', required: false }) desk?: string;
  @Field({ type: 'string', required: false }) slot?: string;
}

@Migration({ from: 1, description: 'Tickets can be refunded' })
export class AddRefunded implements SchemaMigration {
  change(m: Migrator): void {
    m.changeEnum('State', (e) => e.addValue('refunded', { olderReadAs: 'closed' }));
  }
}

@Migration({ from: 2, description: 'Refunds can be disputed' })
export class AddDisputed implements SchemaMigration {
  change(m: Migrator): void {
    m.changeEnum('State', (e) => e.addValue('disputed', { olderReadAs: 'refunded' }));
  }
}

export const v1 = defineSchema({ name: 'tickets', types: [TicketV1] });
export const v2 = defineSchema({ name: 'tickets', types: [TicketV2], migrations: [AddRefunded] });
export const v3 = defineSchema({ name: 'tickets', types: [Ticket], migrations: [AddRefunded, AddDisputed] });

@Migration({ from: 2, description: 'Nothing is refunded any more' })
class RemoveRefunded implements SchemaMigration {
  change(m: Migrator): void {
    const over = PATHS.filter((path) => path !== BY_ID);
    m.changeType('Ticket', (t) => over.forEach((path) => t.removeKeyPath(path)));
    m.changeEnum('State', (e) => e.removeValue('refunded', { newerReadAs: 'closed' }));
    m.changeType('Ticket', (t) => over.forEach((path) => t.addKeyPath(path)));
  }
}

/** Another version 3. */
export const withoutRefunds = defineSchema({
  name: 'tickets',
  types: [TicketV1],
  migrations: [AddRefunded, RemoveRefunded],
});
