import type { AttributeValue } from '../values/attribute-value.js';
import type { JsonValue } from './field-type.js';

/** What is wrong with a value that a caller gave. */
export interface Objection {
  /** `type`: another kind of value; `range`: the right kind, but not one that can be stored. */
  readonly code: 'type' | 'range';
  /** In words that follow the field's name: "must be a whole number, got 1.5". */
  readonly message: string;
  /** The place inside the value (`.lines[2]`), for values that have places. */
  readonly path?: string;
}

/** Everything there is to know about one scalar type: how a value of it is stored, checked and written in JSON. */
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
}
