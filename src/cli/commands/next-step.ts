import { pathsIn } from '../../operator/paths.js';
import type { Knowledge } from '../../registry/knowledge.js';

/** The command that takes the key paths of a table a step further; undefined where all are promoted. */
export function nextStep(knowledge: Knowledge): 'backfill run' | 'verify' | undefined {
  if (pathsIn(knowledge, 'expand').size > 0) return 'backfill run';
  return pathsIn(knowledge, 'strict').size > 0 ? 'verify' : undefined;
}
