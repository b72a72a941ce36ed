import type { EntityClass } from '../decorators/declared.js';
import type { FieldModel, ItemTypeModel } from '../schema/model.js';
import type { AttributeMap, AttributeValue } from '../values/attribute-value.js';
import type { Problem } from './problem.js';
import type { RawTrail } from './raw-trail.js';

/**
 * What one schema version sees of the rows of one item type. Compiled once; every method is a pure function of its
 * arguments, and only `settle` changes one.
 */
export interface TypeView {
  readonly model: ItemTypeModel;
  readonly version: number;
  readonly entityClass: EntityClass;

  /**
   * The entity that a row says, made without running the class's constructor. Every nested object that is made is
   * pushed on `trail` with its raw map.
   * @throws DamagedRowError
   */
  decode(row: AttributeMap, trail?: RawTrail): object;

  /** Everything that is wrong with an entity; empty where it can be stored. Properties that are no field are ignored. */
  check(entity: object): readonly Problem[];

  /**
   * The user attributes of a new item, by storage name. The entity must have passed `check`. `written` is given every
   * nested object with the map that it was written as: the trail for the next save of the same entity.
   */
  encode(entity: object, written?: RawTrail): AttributeMap;

  /**
   * The row with what the caller changed put on: what differs from a fresh decode of it. Everything else stays, as the
   * same objects; where nothing changed, `raw` itself. The entity must have passed `check`. `trail` is what `decode` of
   * the entity was given (or an earlier `written`), also where `raw` is a later reading of the same revision.
   * @throws DamagedRowError where a field of this version is damaged in `raw`: it is not overwritten.
   */
  apply(entity: object, raw: AttributeMap, trail?: RawTrail, written?: RawTrail): AttributeMap;

  /**
   * Makes an entity that has passed `check` say what a read of it would: dates truncated, uuids in lower case, unset
   * fields with a read default at that. Touches only properties that change.
   */
  settle(entity: object): void;

  /**
   * One value of one field, checked and as it is stored: for parameters of key paths.
   * @param what how the message calls the value; the field's name where left out.
   * @throws ValidationError, UnknownFieldError
   */
  attributeOf(fieldName: string, value: unknown, what?: string): AttributeValue;

  /** A field by its name in this version. */
  fieldNamed(name: string): FieldModel | undefined;

  /** A field by its storage name. */
  fieldStoredAs(storageName: string): FieldModel | undefined;
}
