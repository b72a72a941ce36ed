import { DamagedValue } from '../fields/errors.js';
import { describe, describeStored } from '../fields/kinds.js';
import type { EnumModel, LensStep } from '../schema/model.js';
import { readableValues } from './lens.js';
import type { ValueCodec } from './value-codec.js';
import { mergeWhole } from './whole-codec.js';

/** An enum as one version knows it, and as other versions' migrations say to read the values that it does not know. */
export function enumCodec(model: EnumModel, lens: readonly LensStep[]): ValueCodec {
  const readable = readableValues(model, lens);
  const storedOf = new Map(model.values.map(({ value, stored }) => [value, stored]));
  const choices = model.values.map(({ value }) => JSON.stringify(value)).join(', ');

  const codec: ValueCodec = {
    decode(stored) {
      const key = 'S' in stored ? stored.S : 'N' in stored ? Number(stored.N) : undefined;
      if (key === undefined) throw new DamagedValue(`is stored as ${describeStored(stored)}, not as an enum value`);
      const value = readable.get(key);
      if (value === undefined) throw new DamagedValue(`is stored as a value that ${model.name} does not have`);
      return value;
    },
    encode(value) {
      const stored = storedOf.get(value as string | number);
      return typeof stored === 'number' ? { N: String(stored) } : { S: stored as string };
    },
    check(value, path, _ancestors, problems) {
      if (storedOf.has(value as string | number)) return;
      const code = typeof value === (model.base === 'int' ? 'number' : 'string') ? 'range' : 'type';
      problems.push({ code, path, message: `must be one of ${choices}, got ${describe(value)}` });
    },
    merge: (value, raw) => mergeWhole(codec, value, raw),
  };
  return codec;
}
