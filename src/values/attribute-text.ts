import type { AttributeValue } from './attribute-value.js';

/**
 * One text for one attribute value, whatever the order of its maps' keys and its sets' members: equal texts exactly
 * where `sameValue` holds. Used to look values up by their content.
 */
export function attributeText(value: AttributeValue): string {
  if ('S' in value) return `S${JSON.stringify(value.S)}`;
  if ('N' in value) return `N${value.N}`;
  if ('BOOL' in value) return value.BOOL ? 'T' : 'F';
  if ('NULL' in value) return '0';
  if ('B' in value) return `B${base64(value.B)}`;
  if ('L' in value) return `[${value.L.map(attributeText).join(',')}]`;
  if ('SS' in value)
    return `SS[${[...value.SS]
      .sort()
      .map((text) => JSON.stringify(text))
      .join(',')}]`;
  if ('NS' in value) return `NS[${[...value.NS].sort().join(',')}]`;
  if ('BS' in value) return `BS[${value.BS.map(base64).sort().join(',')}]`;
  const map = value.M;
  const members = Object.keys(map)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${attributeText(map[name] as AttributeValue)}`);
  return `{${members.join(',')}}`;
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
