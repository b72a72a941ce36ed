import type { AttributeMap, AttributeValue } from '../values/attribute-value.js';
import type { Problem } from './problem.js';
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

  /** For objects only: the raw map that this very object was read from. */
  origin?(value: unknown, loaded: RawTrail): AttributeMap | undefined;
}

/** Where nested objects came from, and where they go. */
export interface Writing {
  readonly loaded?: RawTrail | undefined;
  readonly written?: RawTrail | undefined;
}

/** A writing that only asks what a value says to this version, whatever it was read from. */
export const contentOnly: Writing = Object.freeze({});
