import type { AttributeMap, AttributeValue } from '../values/attribute-value.js';

/**
 * The size of a row in bytes, by DynamoDB's rules: names and values count, in UTF-8. Key attributes count too, so give
 * them with the row where the limit of 400 KB is at stake.
 *
 * Numbers are counted as DynamoDB documents them, "approximately": one byte for two significant digits, and one more.
 */
export function rowSize(row: AttributeMap): number {
  let size = 0;
  for (const attribute of Object.keys(row)) size += utf8Length(attribute) + valueSize(row[attribute]!);
  return size;
}

/** What a list or a map costs beyond its elements, and each element beyond its own size. */
const COLLECTION_OVERHEAD = 3;
const ELEMENT_OVERHEAD = 1;

function valueSize(value: AttributeValue): number {
  if ('S' in value) return utf8Length(value.S);
  if ('N' in value) return numberSize(value.N);
  if ('B' in value) return value.B.byteLength;
  if ('BOOL' in value || 'NULL' in value) return 1;
  if ('L' in value) return COLLECTION_OVERHEAD + sum(value.L, (v) => ELEMENT_OVERHEAD + valueSize(v));
  if ('M' in value) return COLLECTION_OVERHEAD + ELEMENT_OVERHEAD * Object.keys(value.M).length + rowSize(value.M);
  if ('SS' in value) return sum(value.SS, utf8Length);
  if ('NS' in value) return sum(value.NS, numberSize);
  return sum(value.BS, (bytes) => bytes.byteLength);
}

function numberSize(text: string): number {
  return Math.ceil(significantDigits(text) / 2) + 1 + (text.startsWith('-') ? 1 : 0);
}

/** Zeros at either end do not count, nor does the exponent. */
function significantDigits(text: string): number {
  let digits = 0;
  let zeros = 0;
  for (const character of text) {
    if (character === 'e' || character === 'E') break;
    if (character === '0' && digits > 0) zeros++;
    else if (character >= '1' && character <= '9') {
      digits += zeros + 1;
      zeros = 0;
    }
  }
  return digits;
}

function utf8Length(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

function sum<T>(values: readonly T[], size: (value: T) => number): number {
  let total = 0;
  for (const value of values) total += size(value);
  return total;
}
