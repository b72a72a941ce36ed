import type {
  DeclaredField,
  DeclaredItemType,
  DeclaredObjectType,
  DeclaredSchema,
  EntityClass,
} from '../decorators/declared.js';
import { discover } from '../decorators/discover.js';
import type { FieldOptions } from '../decorators/field-options.js';
import { isClass, isEnumType, type EnumType } from '../decorators/field-spec.js';
import { Field } from '../decorators/field.js';
import { ItemType } from '../decorators/item-type.js';
import { KeyPath } from '../decorators/key-path.js';
import type { FieldThatWas } from './migrator.js';
import { refuse, type Place } from './place.js';
import type { RemovedField } from './steps.js';

/** What `m.removeType` records: the type as its class (or enum) declares it, with everything that it reaches. */
export function removedType(
  removed: EntityClass | EnumType,
  place: Place,
): { readonly name: string; readonly removed: DeclaredSchema } {
  if (isEnumType(removed)) {
    return { name: removed.name, removed: { types: [], ...reachedFrom({ type: removed }, 'removed', place) } };
  }
  if (!isClass(removed)) {
    refuse(
      place,
      `m.removeType takes a class or an enum, and got ${String(removed)}`,
      'keep the class as it was beside the migration, and give that: m.removeType(CouponV3)',
    );
  }
  const declared = discover([], [removed]);
  const type = [...declared.types, ...declared.objects].find((candidate) => candidate.class === removed);
  return { name: (type as DeclaredObjectType).name, removed: declared };
}

/** What `t.removeField` records: the field as `@Field` of the older class declared it. */
export function removedField(name: string, was: string | boolean | FieldThatWas, place: Place): RemovedField {
  const said = spelledOut(name, was, place);
  const { declared, ...options } = said;
  const { field, objects, enums } = reachedFrom(options, name, place);
  return { field, reaches: { objects, enums }, ...(declared !== undefined && { declared }) };
}

function spelledOut(name: string, was: string | boolean | FieldThatWas, place: Place): FieldThatWas {
  if (typeof was === 'string') return { type: 'string', readDefault: was };
  if (typeof was === 'boolean') return { type: 'boolean', readDefault: was };
  if (typeof was === 'object' && was !== null && was.type !== undefined) return was;
  return refuse(
    { ...place, property: name },
    `t.removeField('${name}', …) does not say what the field was`,
    `write t.removeField('${name}', { type: …, readDefault: … }), or required: false in place of the default`,
  );
}

/**
 * Declares the field on a class made for it, which is named after the migration, so that it is read and checked just
 * as it was when a class declared it, and messages say where it stands.
 */
function reachedFrom(
  options: FieldOptions,
  name: string,
  place: Place,
): Pick<DeclaredSchema, 'objects' | 'enums'> & { readonly field: DeclaredField } {
  const title = place.migration ?? 'Migration';
  const holder = { [title]: class {} }[title] as EntityClass;
  const decorate = Field(options) as (target: object, property: string) => void;
  decorate(holder.prototype as object, name);
  KeyPath('/removed')(holder);
  ItemType('Removed')(holder);
  const { types, objects, enums } = discover([holder]);
  return { field: (types[0] as DeclaredItemType).fields[0] as DeclaredField, objects, enums };
}
