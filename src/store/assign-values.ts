import type { FieldType } from '../fields/field-type.js';
import { DEEPEST } from '../fields/json-codec.js';
import { isBuiltIn } from '../fields/kinds.js';
import type { ItemTypeModel } from '../schema/model.js';
import type { Schema } from '../schema/schema.js';
import { own, putOwn } from '../values/own.js';
import { UnknownPropertyError } from './errors.js';
import { type NestedType, type Part, TakeApart } from './take-apart.js';

/**
 * Puts plain data onto an entity: what is undefined is skipped, null unsets, and a plain object for a nested object that
 * is there is put onto that, so that it stays the same object. All is looked at before anything is changed.
 *
 * @throws UnknownPropertyError
 */
export function assignValues(schema: Schema, type: ItemTypeModel, entity: object, plain: object): void {
  const assignment = new Assignment(new TakeApart(schema, { nullLeavesOut: true }));
  assignment.plan(entity, assignment.taking.parts(type, plain, ''), '');
  const { unknown } = assignment.taking;
  if (unknown.length > 0) throw new UnknownPropertyError('assign', type.name, unknown);
  assignment.carryOut();
}

class Assignment {
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
      this.changes.push(() => delete (target as Record<string, unknown>)[name]);
      return;
    }
    const present = own(target as Readonly<Record<string, unknown>>, name);
    const nested = this.nestedType(type, value, present);
    if (nested === undefined) {
      const next = this.taking.value(type, value, place);
      this.changes.push(() => putOwn(target, name, next));
      return;
    }
    this.depth++;
    const inside = `${place}.`;
    this.plan(present as object, this.taking.nestedParts(nested, value as object, inside), inside);
    this.depth--;
  }

  /** The type of a nested object, where one is there and properties for it are given. */
  private nestedType(type: FieldType, value: unknown, present: unknown): NestedType | undefined {
    if (type.kind !== 'object' || this.depth > DEEPEST || !isObject(value) || !isObject(present)) return undefined;
    return isBuiltIn(present) ? undefined : this.taking.nestedType(type.object, value);
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
