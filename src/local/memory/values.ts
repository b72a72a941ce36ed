import type { AttributeMap, AttributeValue } from '../../values/attribute-value.js';
import { compareNumbers, numberSize, sortableNumber } from './decimal.js';

export type { AttributeMap, AttributeValue };

export type TypeName = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'L' | 'M' | 'SS' | 'NS' | 'BS';

/** The one member that an accepted value has. */
export function typeOf(value: AttributeValue): TypeName {
  for (const type in value) return type as TypeName;
  throw new TypeError('An attribute value without a type was accepted.');
}

/** Values must be accepted ones (`acceptValue`): then numbers are the same exactly when their texts are. */
export function sameValue(a: AttributeValue, b: AttributeValue): boolean {
  if ('S' in a) return 'S' in b && a.S === b.S;
  if ('N' in a) return 'N' in b && a.N === b.N;
  if ('B' in a) return 'B' in b && sameBytes(a.B, b.B);
  if ('BOOL' in a) return 'BOOL' in b && a.BOOL === b.BOOL;
  if ('NULL' in a) return 'NULL' in b;
  if ('L' in a) return 'L' in b && a.L.length === b.L.length && a.L.every((v, i) => sameValue(v, b.L[i]!));
  if ('M' in a) return 'M' in b && sameMap(a.M, b.M);
  if ('SS' in a) return 'SS' in b && sameSet(a.SS, b.SS);
  if ('NS' in a) return 'NS' in b && sameSet(a.NS, b.NS);
  return 'BS' in b && sameSet(a.BS.map(latin1), b.BS.map(latin1));
}

function sameMap(a: AttributeMap, b: AttributeMap): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => Object.hasOwn(b, name) && sameValue(a[name]!, b[name]!));
}

const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((element) => b.includes(element));

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);

/** Bytes as a text of as many characters: a form that can be compared, and be the key of a map. */
export const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

/** Negative, 0 or positive; undefined where the values have no order between them: other types, or not S, N or B. */
export function compareValues(a: AttributeValue, b: AttributeValue): number | undefined {
  if ('N' in a && 'N' in b) return compareNumbers(a.N, b.N);
  if ('S' in a && 'S' in b) return compareTexts(sortableText(a.S), sortableText(b.S));
  if ('B' in a && 'B' in b) return compareTexts(latin1(a.B), latin1(b.B));
  return undefined;
}

export const compareTexts = (a: string, b: string): number => (a < b ? -1 : a === b ? 0 : 1);

/** The value of a key attribute as a text whose order by code units is DynamoDB's order. */
export function sortable(value: AttributeValue): string {
  if ('S' in value) return sortableText(value.S);
  if ('N' in value) return sortableNumber(value.N);
  if ('B' in value) return latin1(value.B);
  throw new TypeError('Only S, N and B can be keys.');
}

/**
 * UTF-16 puts the code points above U+FFFF, which are surrogates there, before U+E000; UTF-8 puts them last. So
 * surrogates change places with what is above them.
 */
function sortableText(text: string): string {
  if (!/[\ud800-\uffff]/.test(text)) return text;
  return text.replace(/[\ud800-\uffff]/g, (unit) => {
    const code = unit.charCodeAt(0);
    return String.fromCharCode(code < 0xe000 ? code + 0x2000 : code - 0x800);
  });
}

/** The bytes that DynamoDB counts for a row: names and values. */
export function sizeOfRow(row: AttributeMap): number {
  let size = 0;
  for (const name in row) size += sizeOfText(name) + sizeOfValue(row[name]!);
  return size;
}

/** Most texts are short and ASCII, and then counting them here is quicker than asking Node. */
function sizeOfText(text: string): number {
  if (text.length > 64) return Buffer.byteLength(text);
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return Buffer.byteLength(text);
  return text.length;
}

export function sizeOfValue(value: AttributeValue): number {
  if ('S' in value) return sizeOfText(value.S);
  if ('N' in value) return numberSize(value.N);
  if ('B' in value) return value.B.length;
  if ('BOOL' in value || 'NULL' in value) return 1;
  if ('L' in value) return 3 + sum(value.L, (element) => 1 + sizeOfValue(element));
  if ('M' in value) return 3 + Object.keys(value.M).length + sizeOfRow(value.M);
  if ('SS' in value) return sum(value.SS, sizeOfText);
  if ('NS' in value) return sum(value.NS, numberSize);
  return sum(value.BS, (bytes) => bytes.length);
}

function sum<T>(elements: readonly T[], size: (element: T) => number): number {
  return elements.reduce((total, element) => total + size(element), 0);
}

/** A copy that shares nothing with the row. */
export function copyRow(row: AttributeMap): AttributeMap {
  const copy: Record<string, AttributeValue> = {};
  for (const name in row) setOwn(copy, name, copyValue(row[name]!));
  return copy;
}

export function copyValue(value: AttributeValue): AttributeValue {
  if ('S' in value) return { S: value.S };
  if ('N' in value) return { N: value.N };
  if ('M' in value) return { M: copyRow(value.M) };
  if ('L' in value) return { L: value.L.map(copyValue) };
  if ('B' in value) return { B: new Uint8Array(value.B) };
  if ('SS' in value) return { SS: [...value.SS] };
  if ('NS' in value) return { NS: [...value.NS] };
  if ('BS' in value) return { BS: value.BS.map((bytes) => new Uint8Array(bytes)) };
  return { ...value };
}

/** Sets a member whatever its name is: `__proto__` too is a legal name of an attribute. */
export function setOwn<T>(target: Record<string, T>, name: string, value: T): void {
  if (name !== '__proto__') target[name] = value;
  else Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}
