import type { AttributeValue } from '../values/attribute-value.js';
import { TERMINATOR, terminatorOf } from './encoding.js';
import { InvalidKeyRangeError, KeyTooLargeError } from './errors.js';
import { beginningWith, exactRangeOf, type KeyInterval, type KeyRange, prefixRangeOf, rangeOf } from './interval.js';
import { keyProblem } from './limits.js';
import type { KeyParameterModel, KeyPathModel } from './model.js';
import { type KeyLayout, keyLayout, partitionKey, segmentText, type StoredOf, valueText } from './physical-key.js';
import { matchesPrefix } from './prefix.js';
import type { ParsedTemplate } from './template.js';

export type { KeyRange } from './interval.js';

/**
 * Bounds on the first parameter after a prefix: at most one lower and one upper, or `between` (both ends included), or
 * `beginsWith` (strings only; by whole characters, so that half a surrogate pair begins nothing).
 */
export interface KeyBounds<Value = AttributeValue> {
  readonly gt?: Value;
  readonly gte?: Value;
  readonly lt?: Value;
  readonly lte?: Value;
  readonly between?: readonly [low: Value, high: Value];
  readonly beginsWith?: Value;
}

/**
 * The rows of a key path that lie under a prefix, in the order of the path's values. Rows of other key paths can lie
 * between them: who reads the range tells them apart by their type and path.
 *
 * @param storedOf gives the stored values of the prefix's parameters, by storage name of the field
 * @throws InvalidKeyRangeError where the prefix is none of the path, or the bounds contradict the path or each other
 * @throws KeyTooLargeError where the prefix alone is longer than a key may be
 * @throws DamagedKeyValueError where a value is not of the type that the path pinned for it
 */
export function keyRange(
  path: KeyPathModel,
  prefix: ParsedTemplate,
  storedOf: StoredOf,
  bounds: KeyBounds = {},
): KeyRange {
  const layout = keyLayout(path);
  const { text } = layout.template;
  const refuse: Refuse = (what, mend) => {
    throw new InvalidKeyRangeError(text, prefix.text, what, mend);
  };
  if (!matchesPrefix(layout.template, prefix)) {
    refuse(
      'it does not begin with this prefix',
      'write whole segments of the key path, the last one at least to the end of its literal',
    );
  }

  const given = checkedBounds(bounds, refuse);
  const pk = partitionKey(layout, storedOf);
  const { base, next } = headOf(layout, prefix, storedOf);
  if (keyProblem({ pk, sk: base }) !== undefined) throw new KeyTooLargeError(text, { pk, sk: base });

  if (next === undefined) {
    if (given.length > 0) refuse('no parameter is left for the bounds', 'shorten the prefix, or leave the bounds out');
    return exactRangeOf(pk, base);
  }
  if (bounds.beginsWith !== undefined) {
    if (next.parameter.encoding.kind !== 'string') {
      refuse('beginsWith is for strings only', 'use gte and lt, or between');
    }
    return prefixRangeOf(pk, base + valueText(layout, next.parameter, bounds.beginsWith));
  }
  if (given.length === 0) return prefixRangeOf(pk, base);
  return rangeOf(
    pk,
    intervalOf(base, bounds, (value) => spanOf(layout, base, next, value)),
  );
}

type Refuse = (what: string, mend: string) => never;

/** The parameter that bounds are about. */
interface NextParameter {
  readonly parameter: KeyParameterModel;
  /** True where another segment follows it in the key. */
  readonly follows: boolean;
}

/** All of the sort key that the prefix determines, and the parameter that comes after. */
interface Head {
  readonly base: string;
  /** Undefined where the prefix determines the whole key. */
  readonly next: NextParameter | undefined;
}

function headOf(layout: KeyLayout, prefix: ParsedTemplate, storedOf: StoredOf): Head {
  const { rest } = layout;
  let base = '';
  for (const [i, segment] of rest.entries()) {
    const { opening, parameter } = segment;
    const follows = i < rest.length - 1;
    if (parameter !== undefined && prefix.segments[i + 1]?.parameter === undefined) {
      return { base: base + opening, next: { parameter, follows } };
    }
    base += segmentText(layout, segment, storedOf, follows);
  }
  return { base: base === '' ? '/' : base, next: undefined };
}

/** The keys that have a value at the next parameter, whatever comes after it. */
function spanOf(
  layout: KeyLayout,
  base: string,
  { parameter, follows }: NextParameter,
  value: AttributeValue,
): KeyInterval {
  const text = base + valueText(layout, parameter, value);
  if (!follows) return { from: text, to: text + TERMINATOR };
  return beginningWith(`${text}${terminatorOf(parameter.encoding, value)}/`);
}

function intervalOf(base: string, bounds: KeyBounds, span: (value: AttributeValue) => KeyInterval): KeyInterval {
  const { gt, gte, lt, lte, between } = bounds;
  let { from, to } = beginningWith(base);
  if (gt !== undefined) from = span(gt).to;
  if (gte !== undefined) from = span(gte).from;
  if (lt !== undefined) to = span(lt).from;
  if (lte !== undefined) to = span(lte).to;
  if (between !== undefined) [from, to] = [span(between[0]).from, span(between[1]).to];
  return { from, to };
}

const BOUNDS: ReadonlySet<string> = new Set(['gt', 'gte', 'lt', 'lte', 'between', 'beginsWith']);

/** The names of the bounds that are given. A bound that is undefined is refused: it would select all by mistake. */
function checkedBounds(bounds: KeyBounds, refuse: Refuse): readonly string[] {
  const given = Object.keys(bounds);
  for (const name of given) {
    if (!BOUNDS.has(name)) refuse(`there is no bound '${name}'`, `use one of ${[...BOUNDS].join(', ')}`);
    const value: unknown = bounds[name as keyof KeyBounds];
    const missing =
      value === undefined ||
      (name === 'between' && (!Array.isArray(value) || value.length !== 2 || value.includes(undefined)));
    if (missing) {
      refuse(
        `the bound '${name}' has no value`,
        name === 'between' ? 'give it two values' : 'give it a value, or leave it out',
      );
    }
  }
  const both = (a: string, b: string): boolean => given.includes(a) && given.includes(b);
  const alone = given.includes('between') || given.includes('beginsWith');
  if (both('gt', 'gte') || both('lt', 'lte') || (alone && given.length > 1)) {
    refuse(
      `${given.join(' and ')} cannot be combined`,
      'give at most one lower and one upper bound, or between, or beginsWith',
    );
  }
  return given;
}
