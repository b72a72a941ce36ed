import type { RowKey } from '../../values/attribute-value.js';
import { quoted } from '../command-line.js';

/** A row's key as two arguments of `ductile inspect`. What no terminal shows is written as JSON escapes it. */
export const rowKeyText = ({ pk, sk }: RowKey): string => `${partText(pk)} ${partText(sk)}`;

/** A row's key from two such arguments. */
export const readRowKey = (pk: string, sk: string): RowKey => ({ pk: readPart(pk), sk: readPart(sk) });

const HIDDEN = /[\u0000-\u001F\u007F-\u009F\u2028\u2029\\]/g;

const partText = (part: string): string =>
  quoted(part.replace(HIDDEN, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`));

const readPart = (text: string): string =>
  text.replace(/\\u([0-9a-fA-F]{4})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
