import { bigint, type Bigint } from './bigint.js';
import { boolean, type Flag } from './boolean.js';
import { bytes, type Bytes } from './bytes.js';
import { decimal } from './decimal.js';
import { double } from './double.js';
import { durationSeconds } from './duration-seconds.js';
import { int } from './int.js';
import { isoDate, type IsoDate } from './iso-date.js';
import { json, type Json } from './json.js';
import type { Numeric } from './number.js';
import type { ScalarType } from './scalar-type.js';
import { string } from './string.js';
import type { Text } from './text.js';
import type { Time } from './time.js';
import { timestampMilliseconds } from './timestamp-milliseconds.js';
import { timestampSeconds } from './timestamp-seconds.js';
import { uint } from './uint.js';
import { ulid } from './ulid.js';
import { url } from './url.js';
import { uuid } from './uuid.js';

/** Every scalar type, by the name that `@Field` takes: what the compiler knows of it. */
export interface ScalarFacts {
  string: Text;
  boolean: Flag;
  int: Numeric;
  uint: Numeric;
  bigint: Bigint;
  double: Numeric;
  decimal: Text;
  bytes: Bytes;
  uuid: Text;
  ulid: Text;
  url: Text;
  json: Json;
  timestampSeconds: Time;
  timestampMilliseconds: Time;
  isoDate: IsoDate;
  durationSeconds: Numeric;
}

/** The scalar types of a field, by the name that `@Field` takes. */
export type ScalarName = keyof ScalarFacts;

const types = {
  string,
  boolean,
  int,
  uint,
  bigint,
  double,
  decimal,
  bytes,
  uuid,
  ulid,
  url,
  json,
  timestampSeconds,
  timestampMilliseconds,
  isoDate,
  durationSeconds,
} satisfies { readonly [Name in ScalarName]: ScalarType<ScalarFacts[Name]> };

/** Every scalar type. `check` is what makes it safe to hand any value to one that is only known from data. */
export const scalarTypes: Readonly<Record<ScalarName, ScalarType>> = types;

export const scalarNames = Object.keys(types) as readonly ScalarName[];
