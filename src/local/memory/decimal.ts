import { invalid } from './errors.js';

/** A number exactly: 0.DIGITS × 10^exponent. The digits begin and end with another digit than 0; zero has none. */
interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

const MOST_DIGITS = 38;
const SMALL_INTEGER = /^(?:0|-?[1-9]\d{0,14})$/;
const NUMBER = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/;

/**
 * A number as DynamoDB gives it back: plain digits, without an exponent, a plus or zeros that mean nothing. So two
 * numbers are the same exactly when their texts are.
 *
 * @throws MemoryDynamoError (ValidationException) for what is no number, or has more than 38 digits or too large an exponent
 */
export function normalNumber(text: string): string {
  return SMALL_INTEGER.test(text) ? text : print(parse(text));
}

/** Negative, 0 or positive, as `a` is below, equal to or above `b`; both as `normalNumber` gives them. */
export function compareNumbers(a: string, b: string): number {
  if (a === b) return 0;
  if (SMALL_INTEGER.test(a) && SMALL_INTEGER.test(b)) return Number(a) - Number(b);
  return sortableNumber(a) < sortableNumber(b) ? -1 : 1;
}

/** A text whose order by code units is the order of the numbers. */
export function sortableNumber(text: string): string {
  const { negative, digits, exponent } = parse(text);
  if (digits === '') return 'o';
  if (!negative) return `p${String(500 + exponent)}${digits}`;
  // Of negative numbers, the larger size and the longer digits come first.
  return `n${String(500 - exponent)}${digits.replace(/\d/g, (digit) => String(9 - Number(digit)))}~`;
}

/** @throws MemoryDynamoError (ValidationException) where the sum has more than 38 digits */
export function addNumbers(a: string, b: string): string {
  const [left, right] = [parse(a), parse(b)];
  const scale = Math.min(scaleOf(left), scaleOf(right));
  return print(fromInteger(integerAt(left, scale) + integerAt(right, scale), scale));
}

export function negated(text: string): string {
  return text === '0' ? text : text.startsWith('-') ? text.slice(1) : `-${text}`;
}

/** How many bytes DynamoDB counts for a number: a byte for two digits, and one more. */
export function numberSize(text: string): number {
  const { negative, digits } = parse(text);
  return digits === '' ? 1 : Math.ceil(digits.length / 2) + 1 + (negative ? 1 : 0);
}

function parse(text: string): Decimal {
  const [, sign, whole = '', fraction = '', power = '0'] = NUMBER.exec(text) ?? [];
  if (sign === undefined || whole + fraction === '') {
    throw invalid(`The parameter cannot be converted to a numeric value${text === '' ? '' : `: ${text}`}`);
  }
  const all = whole + fraction;
  const digits = all.replace(/^0+/, '').replace(/0+$/, '');
  const leadingZeros = all.length - all.replace(/^0+/, '').length;
  return checked({
    negative: sign === '-' && digits !== '',
    digits,
    exponent: whole.length - leadingZeros + Number(power),
  });
}

function checked(decimal: Decimal): Decimal {
  const { digits, exponent } = decimal;
  if (digits === '') return { negative: false, digits, exponent: 0 };
  if (digits.length > MOST_DIGITS) throw invalid('Attempting to store more than 38 significant digits in a Number');
  if (exponent > 126) {
    throw invalid('Number overflow. Attempting to store a number with magnitude larger than supported range');
  }
  if (exponent < -129) {
    throw invalid('Number underflow. Attempting to store a number with magnitude smaller than supported range');
  }
  return decimal;
}

function print({ negative, digits, exponent }: Decimal): string {
  if (digits === '') return '0';
  const plain =
    exponent <= 0
      ? `0.${'0'.repeat(-exponent)}${digits}`
      : exponent >= digits.length
        ? digits + '0'.repeat(exponent - digits.length)
        : `${digits.slice(0, exponent)}.${digits.slice(exponent)}`;
  return negative ? `-${plain}` : plain;
}

/** The power of ten of the last digit. */
const scaleOf = ({ digits, exponent }: Decimal): number => exponent - digits.length;

function integerAt(decimal: Decimal, scale: number): bigint {
  if (decimal.digits === '') return 0n;
  const size = BigInt(decimal.digits + '0'.repeat(scaleOf(decimal) - scale));
  return decimal.negative ? -size : size;
}

function fromInteger(value: bigint, scale: number): Decimal {
  const negative = value < 0n;
  const all = String(negative ? -value : value);
  return checked({
    negative,
    digits: value === 0n ? '' : all.replace(/0+$/, ''),
    exponent: all.length + scale,
  });
}
