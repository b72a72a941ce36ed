import { isBytes, isError, isMap, isSet } from '../fields/kinds.js';

/** One JSON document. What JSON has no form for is written in a plain one: entities hold dates, sets, bytes and large numbers. */
export const jsonText = (document: object): string => `${JSON.stringify(document, plain, 2)}\n`;

/** The same in one line, for a command that writes one document after another. */
export const jsonLine = (document: object): string => `${JSON.stringify(document, plain)}\n`;

function plain(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (isError(value)) return { name: value.name, message: value.message };
  if (isSet(value)) return [...value];
  if (isMap(value)) return Object.fromEntries(value as ReadonlyMap<string, unknown>);
  return isBytes(value) ? Buffer.from(value).toString('base64') : value;
}
