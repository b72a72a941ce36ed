import { DamagedValue } from '../fields/errors.js';
import { memberSegment } from '../fields/scalars/json.js';
import { describe, describeStored, isPlainObject } from '../fields/kinds.js';
import { wellFormed } from '../fields/scalars/text.js';
import type { AttributeMap, AttributeValue } from '../values/attribute-value.js';
import { own, setOwn } from '../values/own.js';
import { checkContent, isMissing } from './containers.js';
import type { ValueCodec } from './value-codec.js';

type Content = Record<string, unknown>;

/** A map from any strings to values of one type: an object literal, stored as a map. A save goes key by key. */
export function mapCodec(of: ValueCodec): ValueCodec {
  const codec: ValueCodec = {
    decode(stored, trail) {
      const map = mapOf(stored);
      const content: Content = {};
      for (const key of Object.keys(map)) {
        setOwn(
          content,
          key,
          at(key, () => of.decode(map[key] as AttributeValue, trail)),
        );
      }
      return content;
    },
    encode(value, writing) {
      const map: Record<string, AttributeValue> = {};
      for (const [key, member] of Object.entries(value as Content)) setOwn(map, key, of.encode(member, writing));
      return { M: map };
    },
    check(value, path, ancestors, problems) {
      if (!isPlainObject(value)) {
        problems.push({ code: 'type', path, message: `must be an object of keys and values, got ${describe(value)}` });
        return;
      }
      checkContent(value, path, ancestors, problems, () => {
        for (const [key, member] of Object.entries(value)) {
          const place = path + memberSegment(key);
          const objection = wellFormed(key);
          if (objection !== undefined)
            problems.push({ code: 'range', path: place, message: `as a key ${objection.message}` });
          if (!isMissing(member, place, problems)) of.check(member, place, ancestors, problems);
        }
      });
    },
    merge(value, raw, writing) {
      const before = mapOf(raw);
      const next: Record<string, AttributeValue> = {};
      let changed = false;
      for (const [key, member] of Object.entries(value as Content)) {
        const from = own(before, key);
        const stored = from === undefined ? of.encode(member, writing) : at(key, () => of.merge(member, from, writing));
        setOwn(next, key, stored);
        changed ||= stored !== from;
      }
      for (const key of Object.keys(before)) {
        if (Object.hasOwn(next, key)) continue;
        // A damaged member is not removed unseen either.
        at(key, () => of.decode(before[key] as AttributeValue, undefined));
        changed = true;
      }
      return changed ? { M: next } : raw;
    },
  };
  if (of.visit !== undefined)
    codec.visit = (value, origins) => Object.values(value as Content).forEach((each) => of.visit?.(each, origins));
  if (of.settle !== undefined) codec.settle = (value) => settleMembers(value as Content, (each) => of.settle?.(each));
  return codec;
}

type Settle = (value: unknown) => unknown;

function settleMembers(content: Content, settle: Settle): Content {
  for (const [key, member] of Object.entries(content)) {
    const settled = settle(member);
    if (!Object.is(settled, member)) Reflect.set(content, key, settled);
  }
  return content;
}

function mapOf(stored: AttributeValue): AttributeMap {
  const map = (stored as { M?: unknown }).M;
  if (typeof map === 'object' && map !== null) return map as AttributeMap;
  throw new DamagedValue(`is stored as ${describeStored(stored)}, not as a map (M)`);
}

function at<T>(key: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof DamagedValue ? error.within(memberSegment(key)) : error;
  }
}
