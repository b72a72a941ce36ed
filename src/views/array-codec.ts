import { DamagedValue } from '../fields/errors.js';
import { describe, describeStored, elementsOf } from '../fields/kinds.js';
import type { AttributeValue } from '../values/attribute-value.js';
import { checkContent, isMissing } from './containers.js';
import { matchElements } from './match-elements.js';
import type { ValueCodec } from './value-codec.js';

/** An array, stored as a list. On a save each element goes onto the raw element that it continues. */
export function arrayCodec(of: ValueCodec): ValueCodec {
  const codec: ValueCodec = {
    decode(stored, trail) {
      const list = listOf(stored);
      const elements = new Array<unknown>(list.length);
      let i = 0;
      try {
        for (; i < list.length; i++) elements[i] = of.decode(list[i] as AttributeValue, trail);
      } catch (error) {
        throw error instanceof DamagedValue ? error.within(`[${i}]`) : error;
      }
      return elements;
    },
    encode: (value, writing) => ({
      L: elementsOf(value as readonly unknown[]).map((element) => of.encode(element, writing)),
    }),
    check(value, path, ancestors, problems) {
      if (!Array.isArray(value)) {
        problems.push({ code: 'type', path, message: `must be an array, got ${describe(value)}` });
        return;
      }
      checkContent(value, path, ancestors, problems, () => {
        for (let i = 0; i < value.length; i++) {
          const element: unknown = value[i];
          const place = `${path}[${i}]`;
          if (!isMissing(element, place, problems)) of.check(element, place, ancestors, problems);
        }
      });
    },
    merge(value, raw, writing) {
      const elements = elementsOf(value as readonly unknown[]);
      const before = listOf(raw);
      const next = matchElements(of, elements, before, writing);
      return next.length === before.length && next.every((stored, i) => stored === before[i]) ? raw : { L: next };
    },
  };
  if (of.visit !== undefined)
    codec.visit = (value, origins) => (value as readonly unknown[]).forEach((each) => of.visit?.(each, origins));
  if (of.settle !== undefined)
    codec.settle = (value) => settleElements(value as unknown[], (each) => of.settle?.(each));
  return codec;
}

type Settle = (value: unknown) => unknown;

function settleElements(array: unknown[], settle: Settle): unknown[] {
  for (let i = 0; i < array.length; i++) {
    const settled = settle(array[i]);
    // A frozen array stays as it is: a write that has been done must not fail over it.
    if (!Object.is(settled, array[i])) Reflect.set(array, i, settled);
  }
  return array;
}

function listOf(stored: AttributeValue): readonly AttributeValue[] {
  const list = (stored as { L?: unknown }).L;
  if (Array.isArray(list)) return list as readonly AttributeValue[];
  throw new DamagedValue(`is stored as ${describeStored(stored)}, not as a list (L)`);
}
