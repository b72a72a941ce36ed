import type { EntityClass } from '../../../src/decorators/declared.js';
import type { Schema } from '../../../src/schema/schema.js';

/** The texts that marks are appended to, by their first names, which are their storage names. */
export const TEXTS = ['note', 'priority', 'memo'] as const;
export type TextName = (typeof TEXTS)[number];

/** The fields whose names or presence differ from release to release. */
export type FieldName = TextName | 'date' | 'day' | 'code';

export const PATHS = ['id', 'date', 'day', 'born', 'code'] as const;
export type PathName = (typeof PATHS)[number];

/** One release of the shop: the class and the migrations as its sources had them on their day. */
export interface Release {
  readonly schema: Schema;
  readonly entityClass: EntityClass;
  /** What its class calls the fields; one that is missing it does not have. */
  readonly names: Readonly<Partial<Record<FieldName, string>>>;
  /** Its key paths; the first is primary. */
  readonly paths: Readonly<Partial<Record<PathName, string>>>;
}

export const VERSIONS = [1, 2, 3, 4] as const;

/** Loads the sources of one release and of no other, as a process that was compiled at it has them. */
export async function releaseOf(version: number): Promise<Release> {
  switch (version) {
    case 1:
      return (await import('./v1.js')).release;
    case 2:
      return (await import('./v2.js')).release;
    case 3:
      return (await import('./v3.js')).release;
    default:
      return (await import('./v4.js')).release;
  }
}
