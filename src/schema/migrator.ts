import type { EntityClass } from '../decorators/declared.js';
import type { FieldTypeSpec } from '../decorators/field-spec.js';
import { refuse, type Place } from './place.js';
import { removedField, removedType } from './removed.js';
import type { EnumChange, MigrationStep, TypeChange } from './steps.js';

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
  removeType(removed: EntityClass | object): void;
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

/** Records the steps of one migration. */
export class StepRecorder implements Migrator {
  private readonly recorded: MigrationStep[] = [];

  constructor(private readonly place: Place) {}

  get steps(): readonly MigrationStep[] {
    return this.recorded;
  }

  addType(name: string): void {
    this.recorded.push({ op: 'addType', name: this.text(name, 'm.addType') });
  }

  removeType(removed: EntityClass | object): void {
    this.recorded.push({ op: 'removeType', ...removedType(removed, this.place) });
  }

  renameType(from: string, to: string): void {
    this.recorded.push({ op: 'renameType', ...this.rename(from, to, 'm.renameType') });
  }

  changeType(name: string, change: (t: TypeChanger) => void): void {
    const recorder = new TypeChangeRecorder(this.place);
    this.run(change, recorder, `m.changeType('${name}', …)`);
    this.recorded.push({ op: 'changeType', name: this.text(name, 'm.changeType'), changes: recorder.changes });
  }

  changeEnum(name: string, change: (e: EnumChanger) => void): void {
    const recorder = new EnumChangeRecorder(this.place);
    this.run(change, recorder, `m.changeEnum('${name}', …)`);
    this.recorded.push({ op: 'changeEnum', name: this.text(name, 'm.changeEnum'), changes: recorder.changes });
  }

  private text(value: unknown, step: string): string {
    return textOf(value, step, this.place);
  }

  private rename(from: unknown, to: unknown, step: string): { readonly from: string; readonly to: string } {
    return { from: this.text(from, step), to: this.text(to, step) };
  }

  private run<T>(change: (recorder: T) => unknown, recorder: T, step: string): void {
    if (typeof change !== 'function')
      refuse(this.place, `${step} has no function`, `write ${step.replace('…', '(t) => { … }')}`);
    refusePromise(change(recorder), step, this.place);
  }
}

class TypeChangeRecorder implements TypeChanger {
  readonly changes: TypeChange[] = [];

  constructor(private readonly place: Place) {}

  addField(name: string): void {
    this.changes.push({ op: 'addField', name: this.text(name, 't.addField') });
  }

  removeField(name: string, was: string | boolean | FieldThatWas): void {
    const field = this.text(name, 't.removeField');
    this.changes.push({ op: 'removeField', name: field, removed: removedField(field, was, this.place) });
  }

  renameField(from: string, to: string): void {
    this.changes.push({
      op: 'renameField',
      from: this.text(from, 't.renameField'),
      to: this.text(to, 't.renameField'),
    });
  }

  markFieldAsRequired(name: string, was: { readonly olderReadDefault?: unknown } = {}): void {
    const { olderReadDefault } = was;
    this.changes.push({ op: 'markFieldAsRequired', name: this.text(name, 't.markFieldAsRequired'), olderReadDefault });
  }

  markFieldAsNotRequired(name: string, readDefault: unknown, options: { readonly declared?: boolean } = {}): void {
    const field = this.text(name, 't.markFieldAsNotRequired');
    this.changes.push({ op: 'markFieldAsNotRequired', name: field, readDefault, ...options });
  }

  modifyFieldReadDefault(name: string, change: { readonly from?: unknown; readonly to?: unknown }): void {
    const field = this.text(name, 't.modifyFieldReadDefault');
    if (typeof change !== 'object' || change === null || !('from' in change || 'to' in change)) {
      refuse(
        { ...this.place, property: field },
        't.modifyFieldReadDefault does not say from what and to what',
        `write t.modifyFieldReadDefault('${field}', { from: …, to: … })`,
      );
    }
    this.changes.push({ op: 'modifyFieldReadDefault', name: field, from: change.from, to: change.to });
  }

  addKeyPath(template: string): void {
    this.changes.push({ op: 'addKeyPath', template: this.text(template, 't.addKeyPath') });
  }

  removeKeyPath(template: string): void {
    this.changes.push({ op: 'removeKeyPath', template: this.text(template, 't.removeKeyPath') });
  }

  private text(value: unknown, step: string): string {
    return textOf(value, step, this.place);
  }
}

class EnumChangeRecorder implements EnumChanger {
  readonly changes: EnumChange[] = [];

  constructor(private readonly place: Place) {}

  addValue(value: string | number, reading: { readonly olderReadAs: string | number }): void {
    const olderReadAs = demandValue(
      reading?.olderReadAs,
      `e.addValue(${JSON.stringify(value)}, { olderReadAs: … })`,
      this.place,
    );
    this.changes.push({ op: 'addValue', value, olderReadAs });
  }

  renameValue(from: string | number, to: string | number): void {
    this.changes.push({ op: 'renameValue', from, to });
  }

  removeValue(value: string | number, reading: { readonly newerReadAs: string | number }): void {
    const newerReadAs = demandValue(
      reading?.newerReadAs,
      `e.removeValue(${JSON.stringify(value)}, { newerReadAs: … })`,
      this.place,
    );
    this.changes.push({ op: 'removeValue', value, newerReadAs });
  }
}

/** A promise would record its steps after the schema is defined. */
export function refusePromise(result: unknown, what: string, place: Place): void {
  if (typeof (result as { then?: unknown } | null | undefined)?.then !== 'function') return;
  refuse(place, `${what} returned a promise, but migrations are recorded synchronously`, 'remove async and await');
}

function textOf(value: unknown, step: string, place: Place): string {
  if (typeof value === 'string' && value !== '') return value;
  return refuse(
    place,
    `${step} takes a name, and got ${String(value)}`,
    'give the name that it had at that point, as a string',
  );
}

/** A side that does not know the value must be told what to read instead: there is no safe guess. */
function demandValue(value: unknown, step: string, place: Place): string | number {
  if (typeof value === 'string' || typeof value === 'number') return value;
  return refuse(place, `a reader that does not know the value needs another one to read instead`, `write ${step}`);
}
