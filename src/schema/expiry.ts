import type { DeclaredExpiry, DeclaredItemType, DeclaredSchema } from '../decorators/declared.js';
import type { ExpiryModel, ObjectTypeModel } from './model.js';
import type { ExpiryState, TypeState } from './moment.js';
import { own } from '../values/own.js';
import { classNameOf, refuse, type Place } from './place.js';
import { didYouMean } from './suggestions.js';

/**
 * The declared types with the rules of expiry that were given apart from their classes.
 *
 * @param rules by name of the item type
 * @throws SchemaDefinitionError where one is for no item type
 */
export function withExpiry(
  declared: DeclaredSchema,
  rules: Readonly<Record<string, DeclaredExpiry>> = {},
): DeclaredSchema {
  const names = declared.types.map(({ name }) => name);
  const unknown = Object.keys(rules).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    refuse({}, `expiry: there is no item type ${unknown}${didYouMean(unknown, names)}`, 'name an item type');
  }
  const types = declared.types.map((type): DeclaredItemType => {
    const expiry = own(rules, type.name);
    return expiry === undefined ? type : { ...type, expiry };
  });
  return { ...declared, types };
}

/**
 * The rule as it goes back through the versions, whatever its field is called there.
 *
 * @throws SchemaDefinitionError where the type has no such field, or it is no timestamp
 */
export function expiryState(type: TypeState, { at, since = 1 }: DeclaredExpiry): ExpiryState {
  const place = { class: classNameOf(type.class), property: at };
  const field = type.fields.find(({ name }) => name === at);
  if (field === undefined) {
    const known = type.fields.map(({ name }) => name);
    refuse(place, `${type.name} expires at its field ${at}, which it does not have${didYouMean(at, known)}`, MEND);
  }
  if (!Number.isSafeInteger(since) || since < 1) {
    refuse(place, `the expiry of ${type.name} holds since ${String(since)}, which is no version`, 'name a version');
  }
  const { kind } = field.type;
  if (kind !== 'timestampSeconds' && kind !== 'timestampMilliseconds') {
    refuse(place, `${type.name} expires at its field ${at}, which is of type ${kind}`, MEND);
  }
  // Items that were never given a time would all expire at that one, and no row would say so.
  if (field.readDefault !== undefined) {
    refuse(
      place,
      `${type.name} expires at its field ${at}, which has a readDefault`,
      'make it optional without one: an item without a time never expires',
    );
  }
  return { field: field.id, since };
}

const MEND = 'name a field of type timestampSeconds or timestampMilliseconds';

/**
 * The rule in one version's data; undefined where that version has none.
 *
 * @param object the type in that version
 * @throws SchemaDefinitionError where the version should have it and lacks the field
 */
export function expiryAt(
  type: TypeState,
  object: ObjectTypeModel,
  version: number,
  place: Place,
): ExpiryModel | undefined {
  if (type.expiry === undefined || version < type.expiry.since) return undefined;
  const state = type.fields.find(({ id }) => id === type.expiry!.field);
  const at = { ...place, class: classNameOf(type.class), version };
  if (state === undefined) {
    refuse(at, `${type.name} has no field to expire at in version ${version}`, 'say since which version it expires');
  }
  if (state.readDefault !== undefined) {
    refuse(
      { ...at, property: state.name },
      `${type.name} expires at its field ${state.name}, which has a readDefault in version ${version}`,
      'say since which later version it expires',
    );
  }
  return { at: object.fields.find(({ name }) => name === state.name)!.storageName };
}
