import { ofCensus } from './of-census.mjs';
import { ofEdge } from './of-edge.mjs';
import { ofOperators } from './of-operators.mjs';
import { ofPlans } from './of-plans.mjs';
import { ofRegistry } from './of-registry.mjs';
import { ofRetirement } from './of-retirement.mjs';
import { ofRows } from './of-rows.mjs';
import { ofStores } from './of-stores.mjs';
import { ofViews } from './of-views.mjs';
import { ofWorks } from './of-works.mjs';
import { ofWrites } from './of-writes.mjs';

/**
 * Steps and conditions of the protocol, each with what the source looks like without it. `npm run test:mutants` runs the
 * tests over every one: a mutant that they do not notice is a rule that nothing holds.
 *
 * @type {readonly import('./of.mjs').Mutant[]}
 */
export const mutants = [
  ...ofPlans,
  ...ofRows,
  ...ofWrites,
  ...ofRegistry,
  ...ofRetirement,
  ...ofEdge,
  ...ofCensus,
  ...ofOperators,
  ...ofWorks,
  ...ofStores,
  ...ofViews,
];

/** The sources as they are: the tests must pass on them, or what they notice means nothing. */
export const UNCHANGED = 'unchanged';
const unchanged = { file: '', name: UNCHANGED, apply: (source) => source };

export function mutantNamed(name) {
  if (name === UNCHANGED) return unchanged;
  const mutant = mutants.find((each) => each.name === name);
  if (mutant === undefined) throw new Error(`There is no mutant '${name}'.`);
  return mutant;
}
