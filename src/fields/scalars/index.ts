import type { ScalarName } from './field-type.js';
import { jsonCodec } from './json-codec.js';
import { bigintCodec, doubleCodec, durationSecondsCodec, intCodec, uintCodec } from './number-codecs.js';
import { booleanCodec, bytesCodec } from './plain-codecs.js';
import type { ScalarCodec } from './scalar-codec.js';
import { decimalCodec, isoDateCodec, stringCodec, urlCodec, uuidCodec } from './text-codecs.js';
import { timestampMillisecondsCodec, timestampSecondsCodec } from './time-codecs.js';

/** Every scalar type. */
export const scalarCodecs: Readonly<Record<ScalarName, ScalarCodec>> = {
  string: erased(stringCodec),
  boolean: erased(booleanCodec),
  int: erased(intCodec),
  uint: erased(uintCodec),
  bigint: erased(bigintCodec),
  double: erased(doubleCodec),
  decimal: erased(decimalCodec),
  bytes: erased(bytesCodec),
  uuid: erased(uuidCodec),
  url: erased(urlCodec),
  json: erased(jsonCodec),
  timestampSeconds: erased(timestampSecondsCodec),
  timestampMilliseconds: erased(timestampMillisecondsCodec),
  isoDate: erased(isoDateCodec),
  durationSeconds: erased(durationSecondsCodec),
};

/** `check` is what makes it safe to hand any value to a codec whose type is only known from data. */
function erased<T>(codec: ScalarCodec<T>): ScalarCodec {
  return codec;
}
