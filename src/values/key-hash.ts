import type { RowKey } from './attribute-value.js';

/** A whole number below 2³² for a key, always the same. FNV-1a: spreads keys well, and costs next to nothing. */
export function keyHash({ pk, sk }: RowKey): number {
  let hash = 0x811c9dc5;
  for (const part of [pk, sk]) {
    for (let i = 0; i < part.length; i++) hash = Math.imul(hash ^ part.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}
