import type { RowKey } from '../values/attribute-value.js';

/** Where a key is longer than DynamoDB takes, in bytes of UTF-8. */
export interface KeyProblem {
  readonly part: 'pk' | 'sk';
  readonly bytes: number;
  readonly limit: number;
}

/** DynamoDB's limits, in bytes of UTF-8. */
export const LIMITS = { pk: 2048, sk: 1024 } as const;

/** What is wrong with the lengths of a key; undefined where DynamoDB takes it. */
export function keyProblem(key: RowKey): KeyProblem | undefined {
  for (const part of ['pk', 'sk'] as const) {
    const limit = LIMITS[part];
    if (key[part].length * 3 <= limit) continue;
    const bytes = Buffer.byteLength(key[part], 'utf8');
    if (bytes > limit) return { part, bytes, limit };
  }
  return undefined;
}
