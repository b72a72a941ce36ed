import type { EntityClass } from '../decorators/declared.js';
import { DamagedValue } from '../fields/errors.js';
import { describe, describeStored, isBuiltIn } from '../fields/kinds.js';
import type { AttributeMap, AttributeValue } from '../values/attribute-value.js';
import { sameValue } from '../values/same-value.js';
import { checkContent } from './containers.js';
import type { FieldPlan } from './field-plan.js';
import { checkFields, mergeFields, readFields, settleFields, writeFields } from './fields.js';
import { makerOf } from './maker.js';
import type { Problem } from './problem.js';
import type { RawTrail } from './raw-trail.js';
import type { ValueCodec, Writing } from './value-codec.js';

/**
 * A nested object, stored as a map over storage names. A save goes onto the raw map that the object was read from,
 * wherever it has moved to, else onto the one in its place.
 */
export class ObjectCodec implements ValueCodec {
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
    trail?.push(object, map, this.storageName);
    return object;
  }

  check(value: unknown, path: string, ancestors: object[], problems: Problem[]): void {
    if (!isObject(value)) {
      problems.push({ code: 'type', path, message: `must be an object (${this.name}), got ${describe(value)}` });
      return;
    }
    checkContent(value, path, ancestors, problems, () => checkFields(this.fields, value, path, ancestors, problems));
  }

  encode(value: object, writing: Writing): AttributeValue {
    const origin = writing.loaded?.rawOf(value, this.storageName);
    const map =
      origin === undefined
        ? writeFields(this.fields, value, writing)
        : mergeFields(this.fields, value, origin, writing);
    writing.written?.push(value, map, this.storageName);
    return { M: map };
  }

  merge(value: object, raw: AttributeValue, writing: Writing): AttributeValue {
    const inPlace = mapOf(raw);
    const origin = writing.loaded?.rawOf(value, this.storageName);
    if (origin !== undefined && origin !== inPlace) {
      // Another object takes this place; damage in what it replaces is not overwritten unseen.
      this.decode(raw, undefined);
    }
    const map = mergeFields(this.fields, value, origin ?? inPlace, writing);
    writing.written?.push(value, map, this.storageName);
    if (map === inPlace) return raw;
    const next = { M: map };
    return sameValue(next, raw) ? raw : next;
  }

  settle(value: object): object {
    settleFields(this.fields, value);
    return value;
  }

  origin(value: object, loaded: RawTrail): AttributeMap | undefined {
    return loaded.rawOf(value, this.storageName);
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
