import type { EntityClass } from '../decorators/declared.js';
import type { EnumType } from '../decorators/field-spec.js';
import type { EnumChanger, FieldThatWas, Migrator, TypeChanger } from './migrator.js';
import { refuse, type Place } from './place.js';
import { Recording } from './recording.js';
import { removedField, removedType } from './removed.js';
import type { EnumChange, MigrationStep, TypeChange } from './steps.js';

/** Records the steps of one migration. */
export class StepRecorder implements Migrator {
  private readonly recorded: Recording<MigrationStep>;

  constructor(private readonly place: Place) {
    this.recorded = new Recording(place);
  }

  end(): readonly MigrationStep[] {
    return this.recorded.end();
  }

  addType(name: string): void {
    this.recorded.add({ op: 'addType', name: this.text(name, 'm.addType') });
  }

  removeType(removed: EntityClass | EnumType): void {
    this.recorded.add({ op: 'removeType', ...removedType(removed, this.place) });
  }

  renameType(from: string, to: string): void {
    this.recorded.add({ op: 'renameType', ...this.rename(from, to, 'm.renameType') });
  }

  changeType(name: string, change: (t: TypeChanger) => void): void {
    const recorder = new TypeChangeRecorder(this.place);
    this.run(change, recorder, `m.changeType('${name}', …)`);
    this.recorded.add({ op: 'changeType', name: this.text(name, 'm.changeType'), changes: recorder.changes.end() });
  }

  changeEnum(name: string, change: (e: EnumChanger) => void): void {
    const recorder = new EnumChangeRecorder(this.place);
    this.run(change, recorder, `m.changeEnum('${name}', …)`);
    this.recorded.add({ op: 'changeEnum', name: this.text(name, 'm.changeEnum'), changes: recorder.changes.end() });
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
  readonly changes: Recording<TypeChange>;

  constructor(private readonly place: Place) {
    this.changes = new Recording(place);
  }

  addField(name: string): void {
    this.changes.add({ op: 'addField', name: this.text(name, 't.addField') });
  }

  removeField(name: string, was: string | boolean | FieldThatWas): void {
    const field = this.text(name, 't.removeField');
    this.changes.add({ op: 'removeField', name: field, removed: removedField(field, was, this.place) });
  }

  renameField(from: string, to: string): void {
    this.changes.add({
      op: 'renameField',
      from: this.text(from, 't.renameField'),
      to: this.text(to, 't.renameField'),
    });
  }

  markFieldAsRequired(name: string, was: { readonly olderReadDefault?: unknown } = {}): void {
    const { olderReadDefault } = was;
    this.changes.add({ op: 'markFieldAsRequired', name: this.text(name, 't.markFieldAsRequired'), olderReadDefault });
  }

  markFieldAsNotRequired(name: string, readDefault: unknown, options: { readonly declared?: boolean } = {}): void {
    const field = this.text(name, 't.markFieldAsNotRequired');
    this.changes.add({ op: 'markFieldAsNotRequired', name: field, readDefault, ...options });
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
    this.changes.add({ op: 'modifyFieldReadDefault', name: field, from: change.from, to: change.to });
  }

  addKeyPath(template: string): void {
    this.changes.add({ op: 'addKeyPath', template: this.text(template, 't.addKeyPath') });
  }

  removeKeyPath(template: string): void {
    this.changes.add({ op: 'removeKeyPath', template: this.text(template, 't.removeKeyPath') });
  }

  private text(value: unknown, step: string): string {
    return textOf(value, step, this.place);
  }
}

class EnumChangeRecorder implements EnumChanger {
  readonly changes: Recording<EnumChange>;

  constructor(private readonly place: Place) {
    this.changes = new Recording(place);
  }

  addValue(value: string | number, reading: { readonly olderReadAs: string | number }): void {
    const olderReadAs = demandValue(
      reading?.olderReadAs,
      `e.addValue(${JSON.stringify(value)}, { olderReadAs: … })`,
      this.place,
    );
    this.changes.add({ op: 'addValue', value, olderReadAs });
  }

  renameValue(from: string | number, to: string | number): void {
    this.changes.add({ op: 'renameValue', from, to });
  }

  removeValue(value: string | number, reading: { readonly newerReadAs: string | number }): void {
    const newerReadAs = demandValue(
      reading?.newerReadAs,
      `e.removeValue(${JSON.stringify(value)}, { newerReadAs: … })`,
      this.place,
    );
    this.changes.add({ op: 'removeValue', value, newerReadAs });
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
