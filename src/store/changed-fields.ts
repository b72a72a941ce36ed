import type { AttributeMap } from '../values/attribute-value.js';
import { own } from '../values/own.js';
import { sameValue } from '../values/same-value.js';
import type { TypeView } from '../views/type-view.js';

/** One field of an item, as it is and as it would be. */
export interface FieldChange {
  readonly field: string;
  /** As an entity has it; undefined where it is not set. */
  readonly before: unknown;
  readonly after: unknown;
}

/** What a version sees change between two sets of stored attributes of one item. */
export function changedFields(view: TypeView, before: AttributeMap, after: AttributeMap): readonly FieldChange[] {
  const was = view.decode(before) as Readonly<Record<string, unknown>>;
  const is = view.decode(after) as Readonly<Record<string, unknown>>;
  return view.model.fields
    .filter(({ storageName }) => !sameValue(own(before, storageName), own(after, storageName)))
    .map(({ name }) => ({ field: name, before: own(was, name), after: own(is, name) }));
}
