import type { AttributeMap, AttributeValue } from '../values/attribute-value.js';
import type { Problem } from './problem.js';
import type { Origin, Origins } from './origins.js';
import type { RawTrail } from './raw-trail.js';

/** What one field type is for one schema version, compiled: how its values are read, checked and written. */
export interface ValueCodec {
  /** Throws `DamagedValue`. */
  decode(stored: AttributeValue, trail: RawTrail | undefined): unknown;

  /**
   * Adds everything that is wrong with a value to `problems`. `ancestors` are the objects, arrays and maps that the
   * value lies in, the field's own first.
   */
  check(value: unknown, path: string, ancestors: object[], problems: Problem[]): void;

  /** The stored form of a value that has passed `check`. */
  encode(value: unknown, writing: Writing): AttributeValue;

  /** The stored form with what differs from it in `value` put on; `raw` itself where nothing does. */
  merge(value: unknown, raw: AttributeValue, writing: Writing): AttributeValue;

  /** What a read will give for a value that has passed `check`; containers are changed in place. */
  settle?(value: unknown): unknown;

  /** Makes every nested object of a value known to `origins`; absent where there can be none. */
  visit?(value: unknown, origins: Origins): void;

  /** For object types only: what tells one object from another. */
  readonly objects?: ObjectRules;
}

/** How the elements of an array, which has no keys, are told apart and written. */
export interface ObjectRules {
  /** What an object continues by itself. To be asked once for each place. */
  takeOrigin(value: object, place: AttributeMap | undefined, writing: Writing): Origin;

  /**
   * Whether an object that is not known may be what is stored, changed: at least half of the fields that either of them
   * has are equal, and its own object is not elsewhere in the item.
   */
  mayContinue(value: object, raw: AttributeMap, writing: Writing): boolean;

  /** The stored form of an object that continues this raw map, or nothing. */
  writeOnto(value: object, from: Exclude<Origin, undefined>, writing: Writing): AttributeMap;
}

/** Where nested objects came from, and where they go. */
export interface Writing {
  readonly origins?: Origins | undefined;
  readonly written?: RawTrail | undefined;
}

/** A writing that only asks what a value says to this version, whatever it was read from. */
export const contentOnly: Writing = Object.freeze({});
