import type { FieldType } from '../fields/field-type.js';
import { Automaton } from './automaton.js';
import { keyFormsOf, TERMINATOR } from './encoding.js';
import { anyText, integers, type KeyForm } from './key-forms.js';
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

/** Adds every key text that a value of the type can have, as `keyText` and `terminatorOf` make them. */
function addValues(keys: Automaton, encoding: FieldType, follows: boolean, enumBase: EnumBaseOf): Automaton {
  const forms = encoding.kind === 'enum' ? formsOfEnum(enumBase(encoding.enum)) : keyFormsOf(encoding);
  // Of a type that this library does not know, or that no longer may stand in keys, nothing is known.
  if (forms.length === 0) return keys.any('\u0000-\uffff');
  return keys.either(
    ...forms.map((form) => (branch: Automaton) => {
      form.addTexts(branch);
      return follows && form.isTerminated ? branch.text(TERMINATOR) : branch;
    }),
  );
}

function formsOfEnum(base: ReturnType<EnumBaseOf>): readonly KeyForm[] {
  if (base === undefined) return [anyText, integers];
  return base === 'string' ? [anyText] : [integers];
}
