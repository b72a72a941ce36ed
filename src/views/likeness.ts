import { DamagedValue } from '../fields/errors.js';
import type { AttributeMap, AttributeValue } from '../values/attribute-value.js';
import { sameValue } from '../values/same-value.js';
import { isUnset, storedValue, valueOf, type FieldPlan } from './field-plan.js';
import { contentOnly } from './value-codec.js';

/**
 * Whether an object agrees with a raw map in at least half of what this version sees of the two: of the fields that one
 * of them has, or both, how many are equal. A nested object, an array or a map counts as one field.
 */
export function isLike(fields: readonly FieldPlan[], object: object, raw: AttributeMap): boolean {
  let seen = 0;
  let equal = 0;
  for (const field of fields) {
    const says = contentOf(field, object);
    const said = storedContentOf(field, raw);
    if (says === undefined && said === undefined) continue;
    seen += 1;
    if (sameValue(says, said)) equal += 1;
  }
  return equal * 2 >= seen;
}

function contentOf(field: FieldPlan, object: object): AttributeValue | undefined {
  const value = valueOf(field, object);
  return value === undefined ? field.fallback?.canonical() : field.codec.encode(value, contentOnly);
}

/** What a map says for a field, as this version would write it. */
function storedContentOf(field: FieldPlan, raw: AttributeMap): AttributeValue | undefined {
  const stored = storedValue(field, raw);
  if (isUnset(stored)) return field.fallback?.canonical();
  try {
    return field.codec.encode(field.codec.decode(stored, undefined), contentOnly);
  } catch (error) {
    throw error instanceof DamagedValue ? error.within(`.${field.name}`) : error;
  }
}
