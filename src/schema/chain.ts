import { refuse } from './place.js';
import type { RecordedMigration } from './steps.js';

/**
 * The migrations in their order.
 *
 * @param first the version that the first of them starts from: 1, or that of a base
 * @throws SchemaDefinitionError where a `from` is missing, is there twice, or is no version.
 */
export function chainOf(migrations: readonly RecordedMigration[], first = 1): readonly RecordedMigration[] {
  const chain = [...migrations].sort((a, b) => a.from - b.from);
  const next = Math.max(first - 1, ...chain.map(({ from }) => from).filter(Number.isSafeInteger)) + 1;
  chain.forEach((migration, i) => {
    const { name, from } = migration;
    if (!Number.isSafeInteger(from) || from < 1) {
      refuse(
        { migration: name },
        `from: ${JSON.stringify(from)} is no version`,
        `versions are 1, 2, 3 …: take from: ${next}`,
      );
    }
    if (from < first) {
      refuse(
        { migration: name },
        `${name} has from: ${from}, and the base has version ${first} already`,
        `take it out of the migrations: what it did is in the base`,
      );
    }
    const other = chain[i - 1];
    if (other?.from === from) {
      refuse(
        { migration: name },
        `${name} and ${other.name} both have from: ${from}, and a version has one successor`,
        `the one that is not published yet takes from: ${next}`,
      );
    }
    const here = first + i;
    if (from !== here) {
      refuse(
        { migration: name },
        `no migration leads from version ${here} to version ${here + 1}, but ${name} has from: ${from}`,
        `take from: ${here}, or add the migration that is missing to defineSchema`,
      );
    }
  });
  return chain;
}
