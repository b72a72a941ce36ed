import type { FieldType } from '../fields/field-type.js';
import { Automaton } from './automaton.js';
import { LONGEST_INTEGER, negativeSign, positiveSign, TERMINATOR } from './encoding.js';
import type { KeyPathModel } from './model.js';
import { type KeyLayout, keyLayout, type KeySegment } from './physical-key.js';

/** Tells what an enum's stored values are, by its storage name; undefined where that is not known. */
export type EnumBaseOf = (enumName: string) => 'string' | 'int' | undefined;

/**
 * True where items on the two key paths could have one key: such paths cannot be in one schema. It may be true where no
 * values would make it so, never false where some would.
 *
 * Each path's keys are described as a set of texts, and the question is whether the sets meet. That two parameters may
 * stand for one field is left out of account.
 *
 * @example
 * // All of strings
 * canShareRow(order '/customer-:c/order-:o', item '/customer-:c/order-:o/item-:i') // false: a string inside a key is terminated
 * canShareRow('/customer-:c/order-:o', '/customer-:c/order-item-:i')               // true: an order 'item-1'
 */
export function canShareRow(a: KeyPathModel, b: KeyPathModel, enumBase: EnumBaseOf = () => undefined): boolean {
  const [left, right] = [keyLayout(a), keyLayout(b)];
  return (
    partitionKeys(left, enumBase).meets(partitionKeys(right, enumBase)) &&
    sortKeys(left, enumBase).meets(sortKeys(right, enumBase))
  );
}

function partitionKeys({ group, mark }: KeyLayout, enumBase: EnumBaseOf): Automaton {
  return addSegment(new Automaton(), group, false, enumBase).text(mark);
}

function sortKeys({ rest }: KeyLayout, enumBase: EnumBaseOf): Automaton {
  const keys = new Automaton();
  for (const [i, segment] of rest.entries()) addSegment(keys, segment, i < rest.length - 1, enumBase);
  return rest.length === 0 ? keys.text('/') : keys;
}

function addSegment(
  keys: Automaton,
  { opening, parameter }: KeySegment,
  follows: boolean,
  enumBase: EnumBaseOf,
): Automaton {
  keys.text(opening);
  return parameter === undefined ? keys : addValues(keys, parameter.encoding, follows, enumBase);
}

const DIGIT = '0-9';
const HEX = '0-9a-f';
/** Every character that can be in the key text of a string, and a few that cannot. */
const ANY = '\u0002-\uffff';

/** Adds every key text that a value of the type can have, as `keyText` and `terminatorOf` make them. */
function addValues(keys: Automaton, encoding: FieldType, follows: boolean, enumBase: EnumBaseOf): Automaton {
  const strings = (): Automaton => (follows ? keys.any(ANY).text(TERMINATOR) : keys.any(ANY));
  const integers = (): Automaton => addIntegers(keys);
  switch (encoding.kind) {
    case 'string':
      return strings();
    case 'boolean':
      return keys.one('01');
    case 'int':
    case 'bigint':
    case 'timestampSeconds':
    case 'timestampMilliseconds':
    case 'durationSeconds':
      return integers();
    case 'uint':
      return addNaturals(keys);
    case 'isoDate':
      return keys.exactly(4, DIGIT).text('-').exactly(2, DIGIT).text('-').exactly(2, DIGIT);
    case 'uuid':
      return [4, 4, 4, 12].reduce((all, length) => all.text('-').exactly(length, HEX), keys.exactly(8, HEX));
    case 'bytes':
      return keys.any(HEX);
    case 'enum': {
      const base = enumBase(encoding.enum);
      if (base === 'string') return strings();
      return base === 'int' ? integers() : keys.either(strings, integers);
    }
    default:
      return keys.any('\u0000-\uffff');
  }
}

function addNaturals(keys: Automaton): Automaton {
  return keys.announced(LONGEST_INTEGER, positiveSign, DIGIT);
}

function addIntegers(keys: Automaton): Automaton {
  return keys.announced(LONGEST_INTEGER, (digits) => positiveSign(digits) + negativeSign(digits), DIGIT);
}
