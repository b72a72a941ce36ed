/*
 * Requests and answers as DynamoDB's wire protocol has them: JSON, with base64 for bytes.
 */

import { isBytes } from '../../fields/kinds.js';

/** @throws SyntaxError where the text is not JSON */
export function fromWire(text: string): object {
  // Nothing else in a request is a text under the name B, or a list of texts under BS.
  return JSON.parse(text, (name, value: unknown) => {
    if (name === 'B' && typeof value === 'string') return bytesOf(value);
    if (name !== 'BS' || !Array.isArray(value)) return value;
    return value.map((element: unknown) => (typeof element === 'string' ? bytesOf(element) : element));
  }) as object;
}

export const toWire = (content: object): string =>
  JSON.stringify(content, (_, value: unknown) => (isBytes(value) ? Buffer.from(value).toString('base64') : value));

const bytesOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));
