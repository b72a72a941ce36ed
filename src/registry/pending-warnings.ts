import { type SchemaWarning, warningsOf } from '../schema/warnings.js';
import type { Knowledge } from './knowledge.js';

/** The warnings of published versions that concern a table: those of key paths that are not promoted. */
export function pendingWarnings({ versions, demanded }: Knowledge): readonly SchemaWarning[] {
  const schemas = [...versions.values()].map(({ schema }) => schema);
  const isPending = (type: string, id: string): boolean =>
    demanded.get(type)?.some(({ path, state }) => path.id === id && state !== 'promoted') === true;
  return warningsOf(schemas, isPending);
}
