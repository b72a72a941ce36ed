const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

/**
 * The whole number that a stored number says, exactly, in whichever of DynamoDB's forms (`42`, `42.0`, `4.2E+1`);
 * undefined where it says none.
 */
export function wholeNumber(text: string): bigint | undefined {
  const match = NUMBER.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const digits = whole + fraction;
  if (digits === '') return undefined;
  const scale = Number(exponent) - fraction.length;
  if (scale < 0 && /[^0]/.test(digits.slice(scale))) return undefined;
  const shifted = scale < 0 ? digits.slice(0, scale) : digits + '0'.repeat(scale);
  const magnitude = BigInt(shifted === '' ? '0' : shifted);
  return sign === '-' ? -magnitude : magnitude;
}
