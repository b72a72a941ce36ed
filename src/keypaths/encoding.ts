import type { FieldType } from '../fields/field-type.js';
import type { AttributeValue } from '../values/attribute-value.js';
import { own } from '../values/own.js';
import { UnsupportedKeyTypeError } from './errors.js';
import { anyText, integers, type KeyForm, keyForms } from './key-forms.js';

/** Ends a text of variable length inside a sort key. It sorts before every text, so that 'a' comes before 'a!'. */
export const TERMINATOR = '\u0001';

/** True where values of the type can be parameters of a key path. */
export function isKeyEncodable(type: FieldType): boolean {
  return keyFormsOf(type).length > 0;
}

/**
 * The text that a stored value has in keys, without a terminator.
 *
 * @throws UnsupportedKeyTypeError for a type that key paths refuse.
 * @throws DamagedKeyValueError for an attribute that is no value of the type.
 * @example
 * keyText({ kind: 'int' }, { N: '42' }) // 'b42'
 * keyText({ kind: 'int' }, { N: '-7' }) // 'Z2'
 */
export function keyText(encoding: FieldType, stored: AttributeValue): string {
  return keyFormOf(encoding, stored).text(stored);
}

/** What follows the text of a value inside a sort key, before the next segment. */
export function terminatorOf(encoding: FieldType, stored: AttributeValue): string {
  return keyFormOf(encoding, stored).isTerminated ? TERMINATOR : '';
}

/** The types that key paths take, for messages. */
export const keyTypes: readonly string[] = [
  ...Object.entries(keyForms).flatMap(([name, form]) => (form === undefined ? [] : [name])),
  'enum',
];

/** How values of a type may stand in keys: an enum's are strings or whole numbers. Empty where key paths refuse it. */
export function keyFormsOf({ kind }: FieldType): readonly KeyForm[] {
  if (kind === 'enum') return [anyText, integers];
  const form = own(keyForms, kind);
  return form === undefined ? [] : [form];
}

function keyFormOf(type: FieldType, stored: AttributeValue): KeyForm {
  const [form, ofNumbers] = keyFormsOf(type);
  if (form === undefined) throw new UnsupportedKeyTypeError(type.kind, keyTypes);
  return ofNumbers !== undefined && 'N' in stored ? ofNumbers : form;
}
