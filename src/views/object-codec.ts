import type { EntityClass } from '../decorators/declared.js';
import { DamagedValue } from '../fields/errors.js';
import { describe, describeStored, isBuiltIn } from '../fields/kinds.js';
import type { AttributeMap, AttributeValue } from '../values/attribute-value.js';
import { checkContent } from './containers.js';
import type { FieldPlan } from './field-plan.js';
import { checkFields, mergeFields, readFields, settleFields, visitFields, writeFields } from './fields.js';
import { isLike } from './likeness.js';
import { makerOf } from './maker.js';
import type { Origin, Origins } from './origins.js';
import type { Problem } from './problem.js';
import type { RawTrail } from './raw-trail.js';
import { contentOnly, type ObjectRules, type ValueCodec, type Writing } from './value-codec.js';

/**
 * A nested object, stored as a map over storage names. A save goes onto the raw map that the object was read from,
 * wherever it has moved to; an object that was not read from the row goes onto the one in its place, where that is like it
 * and has not moved away.
 */
export class ObjectCodec implements ValueCodec, ObjectRules {
  readonly objects = this;
  /** Filled in after all object types are known, because they may contain each other. */
  fields: readonly FieldPlan[] = [];
  private readonly Instance: new () => object;

  constructor(
    private readonly storageName: string,
    private readonly name: string,
    entityClass: EntityClass,
  ) {
    this.Instance = makerOf(entityClass);
  }

  decode(stored: AttributeValue, trail: RawTrail | undefined): object {
    const map = mapOf(stored);
    const object = new this.Instance();
    readFields(this.fields, map, object, trail);
    trail?.push(object, this.storageName, map);
    return object;
  }

  check(value: unknown, path: string, ancestors: object[], problems: Problem[]): void {
    if (!isObject(value)) {
      problems.push({ code: 'type', path, message: `must be an object (${this.name}), got ${describe(value)}` });
      return;
    }
    checkContent(value, path, ancestors, problems, () => checkFields(this.fields, value, path, ancestors, problems));
  }

  visit(value: object, origins: Origins): void {
    if (!origins.meet(value)) visitFields(this.fields, value, origins);
  }

  encode(value: object, writing: Writing): AttributeValue {
    return { M: this.writeOnto(value, this.takeOrigin(value, undefined, writing) ?? 'new', writing) };
  }

  merge(value: object, raw: AttributeValue, writing: Writing): AttributeValue {
    const place = mapOf(raw);
    const from =
      this.takeOrigin(value, place, writing) ?? (this.mayContinue(value, place, writing) ? place : ('new' as const));
    // Another object takes this place; damage in what it replaces is not overwritten unseen.
    if (from !== place) this.decode(raw, undefined);
    const map = this.writeOnto(value, from, writing);
    return map === place ? raw : { M: map };
  }

  takeOrigin(value: object, place: AttributeMap | undefined, { origins }: Writing): Origin {
    return origins?.take(value, this.storageName, place);
  }

  mayContinue(value: object, raw: AttributeMap, { origins }: Writing): boolean {
    return origins?.lives(raw) !== true && isLike(this.fields, value, raw);
  }

  writeOnto(value: object, from: Exclude<Origin, undefined>, writing: Writing): AttributeMap {
    // What lies in an object that stands in several places goes with the one that continues its raw map.
    if (from === 'again') return writeFields(this.fields, value, contentOnly);
    const isNew = from === 'new';
    const map = isNew ? writeFields(this.fields, value, writing) : mergeFields(this.fields, value, from, writing);
    writing.written?.push(value, this.storageName, map, isNew ? undefined : from);
    return map;
  }

  settle(value: object): object {
    settleFields(this.fields, value);
    return value;
  }
}

function mapOf(stored: AttributeValue): AttributeMap {
  const map = (stored as { M?: unknown }).M;
  if (typeof map === 'object' && map !== null) return map as AttributeMap;
  throw new DamagedValue(`is stored as ${describeStored(stored)}, not as a map (M)`);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !isBuiltIn(value);
}
