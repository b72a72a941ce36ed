import type { Leavings } from '../../operator/leavings.js';
import type { Freed } from '../../operator/freed.js';
import { counted } from '../terminal/duration.js';
import { size } from '../terminal/size.js';
import { lines } from './text.js';

/** What a drop takes, a line for each thing that goes. */
export function leavingsText(heading: string, { types, fields, keyPaths }: Leavings): string {
  const each = [
    ...fields.map((field) => `  field ${field}`),
    ...keyPaths.map(({ type, keyPath }) => `  key path ${type} ${keyPath}`),
    ...types.map((type) => `  type ${type}: its items stay as they are, and no version reads them`),
  ];
  return each.length === 0 ? `${heading} no type, no field and no key path.` : lines(heading, ...each);
}

export const freedText = ({ rows, bytes }: Freed): string => `${counted(rows, 'row')} and ${size(bytes)}`;
