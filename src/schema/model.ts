import type { FieldType, JsonValue } from '../fields/field-type.js';
import type { KeyPathModel } from '../keypaths/model.js';

export type { KeyParameterModel, KeyPathModel } from '../keypaths/model.js';

/**
 * One schema version as plain data: what `publish` writes to the registry and what every process, however old, can
 * read rows with. Records are keyed by storage name; `name` is the name in this version.
 *
 * @example
 * { version: 2,
 *   types: { Order: { storageName: 'Order', name: 'Order',
 *     fields: [{ storageName: 'createdAt', name: 'orderDate', type: { kind: 'timestampSeconds' }, required: true }],
 *     keyPaths: [{ id: '0', template: '/customer-:customerId/order-:orderId', generation: 1, since: 1,
 *                  parameters: [{ field: 'customerId', encoding: { kind: 'uuid' } }, …] }] } },
 *   objects: { OrderItem: { … } },
 *   enums: {} }
 */
export interface SchemaVersion {
  readonly version: number;
  readonly types: Readonly<Record<string, ItemTypeModel>>;
  readonly objects: Readonly<Record<string, ObjectTypeModel>>;
  readonly enums: Readonly<Record<string, EnumModel>>;
}

export interface ObjectTypeModel {
  readonly storageName: string;
  readonly name: string;
  /** Sorted by storage name, so that the order in the source does not matter. */
  readonly fields: readonly FieldModel[];
}

export interface ItemTypeModel extends ObjectTypeModel {
  /** The first is primary; the rest are in the order of their ids. */
  readonly keyPaths: readonly KeyPathModel[];
  /** Absent where its items never expire. */
  readonly expiry?: ExpiryModel;
}

/** When the items of a type expire. An object, so that there can be other rules than a time that the user gives. */
export interface ExpiryModel {
  /** Storage name of the timestamp field that holds the time. Where it is unset the item never expires. */
  readonly at: string;
}

export interface FieldModel {
  readonly storageName: string;
  readonly name: string;
  readonly type: FieldType;
  /** True where a value must be there on every write. */
  readonly required: boolean;
  /** What a reader of this version gets where nothing is stored; in the form that JSON can say. */
  readonly readDefault?: JsonValue;
  /** How `create` fills the field where the caller leaves it out. */
  readonly initialValue?: 'uuid';
}

export interface EnumModel {
  readonly storageName: string;
  readonly name: string;
  readonly base: 'string' | 'int';
  readonly values: readonly EnumValueModel[];
}

export interface EnumValueModel {
  /** What entities of this version hold. */
  readonly value: string | number;
  /** What rows hold: the value's first form, which a rename does not change. */
  readonly stored: string | number;
}

/**
 * What a migration tells readers on its two sides beyond what the two versions' data say, over storage names.
 * `older` is what readers below the migration's version get; `newer` what readers at or above it get.
 */
export type LensStep =
  | { readonly op: 'olderDefault'; readonly owner: string; readonly field: string; readonly default: JsonValue }
  | {
      readonly op: 'enumAdded';
      readonly enum: string;
      readonly stored: string | number;
      readonly olderReadAs: string | number;
    }
  | {
      readonly op: 'enumRemoved';
      readonly enum: string;
      readonly stored: string | number;
      readonly newerReadAs: string | number;
    };

/** One migration as it is published beside the version that it leads to. */
export interface MigrationModel {
  readonly from: number;
  readonly description: string;
  /** In words of the version's own names, for people: `Order: add field deliveryDate`. */
  readonly changes: readonly string[];
  readonly lens: readonly LensStep[];
}
