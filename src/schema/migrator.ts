import type { EntityClass } from '../decorators/declared.js';
import type { EnumType, FieldTypeSpec } from '../decorators/field-spec.js';

/**
 * Records what a migration does, as data. A step speaks in the names of its moment, so the order of steps matters:
 * after `renameField('a', 'b')` the field is called `b`.
 *
 * @example
 * class AddDeliveryDate implements SchemaMigration {
 *   change(m: Migrator) {
 *     m.changeType('Order', (t) => {
 *       t.addField('deliveryDate');
 *       t.addKeyPath('/delivery-:deliveryDate/customer-:customerId/order-:orderId');
 *     });
 *   }
 * }
 */
export interface Migrator {
  /** A type that the newer version adds. Needed for item types; object types and enums come with the fields that use them. */
  addType(name: string): void;
  /**
   * A type that the newer version does not have any more: its class (or enum) as it was, kept beside the migration.
   *
   * @example m.removeType(CouponV3)
   */
  removeType(removed: EntityClass | EnumType): void;
  /** An item type, an object type or an enum. Rows keep its storage name. */
  renameType(from: string, to: string): void;
  /** Changes an item type or an object type, by the name that it has at this point. */
  changeType(name: string, change: (t: TypeChanger) => void): void;
  /** Changes an enum, by the name that it has at this point. */
  changeEnum(name: string, change: (e: EnumChanger) => void): void;
}

export interface TypeChanger {
  /** A field that the newer class declares. It is optional or has a `readDefault`, because older rows lack it. */
  addField(name: string): void;
  /**
   * A field that the newer class does not have any more, and what it was.
   *
   * @param was A plain string or boolean stands for `{ type: 'string' | 'boolean', readDefault: was }`.
   * @example
   * t.removeField('priority', 'medium');
   * t.removeField('rank', { type: 'int', readDefault: 3 });
   * t.removeField('note', { type: 'string', required: false });
   */
  removeField(name: string, was: string | boolean | FieldThatWas): void;
  renameField(from: string, to: string): void;
  /**
   * An optional field that the newer class requires. That class gives it a `readDefault`, because older rows may lack
   * it; `olderReadDefault` is the one that the older class declared, if any.
   */
  markFieldAsRequired(name: string, was?: { readonly olderReadDefault?: unknown }): void;
  /**
   * A required field that is optional in the newer class.
   *
   * @param readDefault What older readers get where a newer writer left it out.
   * @param options `declared`: whether the older class declared that default itself. Left out, it did if the field was
   *   added by an earlier migration; if it was there from the start, the default is only for older readers.
   */
  markFieldAsNotRequired(name: string, readDefault: unknown, options?: { readonly declared?: boolean }): void;
  /** `from` or `to` is left out where that version has none. */
  modifyFieldReadDefault(name: string, change: { readonly from?: unknown; readonly to?: unknown }): void;
  /** A secondary key path that the newer class declares, in the field names of this point. */
  addKeyPath(template: string): void;
  /** A secondary key path that the newer class does not declare any more, in the field names of this point. */
  removeKeyPath(template: string): void;
}

/** What a removed field was: what `@Field` of the older class said. */
export interface FieldThatWas {
  readonly type: FieldTypeSpec;
  /** True unless it says false. */
  readonly required?: boolean;
  /** What older readers get where a newer writer stored nothing. Needed where the field was required. */
  readonly readDefault?: unknown;
  /**
   * Whether the older class declared `readDefault` itself. Left out, it did if the field was optional or added by an
   * earlier migration; if it was required from the start, the default is only for older readers.
   */
  readonly declared?: boolean;
  readonly initialValue?: 'uuid';
}

export interface EnumChanger {
  /** @param reading `olderReadAs`: what versions that do not know the value read instead */
  addValue(value: string | number, reading: { readonly olderReadAs: string | number }): void;
  /** Rows keep what they hold. */
  renameValue(from: string | number, to: string | number): void;
  /** @param reading `newerReadAs`: what newer versions read where rows still hold the value */
  removeValue(value: string | number, reading: { readonly newerReadAs: string | number }): void;
}
