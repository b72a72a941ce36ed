import type { AttributeValue } from '../../values/attribute-value.js';
import type { JsonValue } from '../json-value.js';

/** What is wrong with a value that a caller gave. */
export interface Objection {
  /** `type`: another kind of value; `range`: the right kind, but not one that can be stored. */
  readonly code: 'type' | 'range';
  /** In words that follow the field's name: "must be a whole number, got 1.5". */
  readonly message: string;
  /** The place inside the value (`.lines[2]`), for values that have places. */
  readonly path?: string;
}

/** What the compiler knows of a scalar type. */
export interface Facts<Value, Holds extends string = string, Default = Value, Read = Value> {
  /** What a save takes. */
  readonly value: Value;
  /** What a property holds, in words: the compiler says them where a property has another type. */
  readonly holds: Holds;
  /** What a `readDefault` may be: also what JSON says for a value. */
  readonly default: Default;
  /** What a load gives. */
  readonly read: Read;
}

/** How values of a scalar type are stored, checked and written in JSON. */
export interface ScalarCodec<T = unknown> {
  /** The stored value as the entity's; strict: throws `DamagedValue` for anything that `encode` does not write. */
  decode(stored: AttributeValue): T;
  /** The entity's value as it is stored. The value must have passed `check`. Shares nothing mutable with the value. */
  encode(value: T): AttributeValue;
  /** What is wrong with a value, or undefined. `depth`: how many maps and lists it lies in already. */
  check(value: unknown, depth?: number): Objection | undefined;
  /** What a later read will give for a value that has passed `check`, for the types where that may differ. */
  settle?(value: T): T;
  /** The value that a JSON form stands for; the form itself where it stands for none, so that `check` can object. */
  fromJson(json: unknown): unknown;
  /** The JSON form of a value that has passed `check`. */
  toJson(value: T): JsonValue;
  /** The value that a person means by a text; the text itself where it means none, so that `check` can object. */
  fromText(text: string): unknown;
}

/** All there is to know of one scalar type; how it stands in keys is said in `keypaths/key-forms.ts`. */
export interface ScalarType<Of extends Facts<unknown> = Facts<unknown>> extends ScalarCodec<Of['value']> {
  readonly holds: Of['holds'];
  /** The DynamoDB set that a set of such values is stored as; undefined for a type that sets refuse. */
  readonly set: 'SS' | 'NS' | undefined;
  /** The version of Ductile that first knew it: an older one must not read schemas that have it. */
  readonly since: string;
}
