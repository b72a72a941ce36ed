import { refuse } from './place.js';
import type { RecordedMigration } from './steps.js';

/**
 * The migrations in their order, `from` 1 first.
 *
 * @throws SchemaDefinitionError where a `from` is missing, is there twice, or is no version.
 */
export function chainOf(migrations: readonly RecordedMigration[]): readonly RecordedMigration[] {
  const chain = [...migrations].sort((a, b) => a.from - b.from);
  const next = Math.max(0, ...chain.map(({ from }) => from).filter(Number.isSafeInteger)) + 1;
  chain.forEach((migration, i) => {
    const { name, from } = migration;
    if (!Number.isSafeInteger(from) || from < 1) {
      refuse(
        { migration: name },
        `from: ${JSON.stringify(from)} is no version`,
        `versions are 1, 2, 3 …: take from: ${next}`,
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
    if (from !== i + 1) {
      refuse(
        { migration: name },
        `no migration leads from version ${i + 1} to version ${i + 2}, but ${name} has from: ${from}`,
        `take from: ${i + 1}, or add the migration that is missing to defineSchema`,
      );
    }
  });
  return chain;
}
