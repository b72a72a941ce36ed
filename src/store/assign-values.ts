import type { FieldType } from '../fields/field-type.js';
import { DEEPEST } from '../fields/scalars/json.js';
import { isBuiltIn } from '../fields/kinds.js';
import type { ItemTypeModel } from '../schema/model.js';
import type { Schema } from '../schema/schema.js';
import { own, putOwn } from '../values/own.js';
import { ValidationError } from '../views/errors.js';
import type { Problem } from '../views/problem.js';
import { UnknownPropertyError } from './errors.js';
import { type NestedType, type Part, TakeApart } from './take-apart.js';

/**
 * Puts plain data onto an entity: what is undefined is skipped, null unsets, and a plain object for a nested object that
 * is there is put onto that, so that it stays the same object. All is looked at before anything is changed.
 *
 * @throws UnknownPropertyError
 * @throws ValidationError where an object is frozen, or a property of it cannot be changed
 */
export function assignValues(schema: Schema, type: ItemTypeModel, entity: object, plain: object): void {
  const assignment = new Assignment(new TakeApart(schema, { nullLeavesOut: true }));
  assignment.plan(entity, assignment.taking.parts(type, plain, ''), '');
  const { unknown } = assignment.taking;
  if (unknown.length > 0) throw new UnknownPropertyError('assign', type.name, unknown);
  const { readonly } = assignment;
  if (readonly.length > 0) throw new ValidationError(type.name, readonly);
  assignment.carryOut();
}

class Assignment {
  /** What no change could be made to. */
  readonly readonly: Problem[] = [];
  private readonly changes: (() => void)[] = [];
  private depth = 0;

  constructor(readonly taking: TakeApart) {}

  plan(target: object, parts: readonly Part[], place: string): void {
    for (const part of parts) this.planPart(target, part, place + part.name);
  }

  carryOut(): void {
    for (const change of this.changes) change();
  }

  private planPart(target: object, { name, type, value }: Part, place: string): void {
    if (value === null) {
      this.expect(canDelete(target, name), place);
      this.changes.push(() => delete (target as Record<string, unknown>)[name]);
      return;
    }
    const present = own(target as Readonly<Record<string, unknown>>, name);
    const nested = this.nestedType(type, value, present);
    if (nested === undefined) {
      const next = this.taking.value(type, value, place);
      this.expect(canPut(target, name), place);
      this.changes.push(() => putOwn(target, name, next));
      return;
    }
    this.depth++;
    const inside = `${place}.`;
    this.plan(present as object, this.taking.nestedParts(nested, value as object, inside), inside);
    this.depth--;
  }

  private expect(isPossible: boolean, path: string): void {
    const message = 'cannot be assigned: its object is frozen or sealed, or the property is read-only';
    if (!isPossible) this.readonly.push({ code: 'readonly', path, message });
  }

  /** The type of a nested object, where one is there and properties for it are given. */
  private nestedType(type: FieldType, value: unknown, present: unknown): NestedType | undefined {
    if (type.kind !== 'object' || this.depth > DEEPEST || !isObject(value) || !isObject(present)) return undefined;
    return isBuiltIn(present) ? undefined : this.taking.nestedType(type.object, value);
  }
}

function canPut(target: object, name: string): boolean {
  const property = Object.getOwnPropertyDescriptor(target, name);
  if (property === undefined) return Object.isExtensible(target);
  return property.writable === true || property.set !== undefined;
}

const canDelete = (target: object, name: string): boolean =>
  Object.getOwnPropertyDescriptor(target, name)?.configurable !== false;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
