import type { TypeProblem } from '../keypaths/types.js';
import { ownMetadata, writeMetadata, type MigrationMark } from './metadata.js';
import type { StandardContext } from './standard-context.js';

/** What `@Migration` gives. A migration is recorded synchronously, so `change` returns nothing. */
export type MigrationDecorator = <Result>(
  target: (new () => { change(m: never): Result }) & SynchronousCheck<Result>,
  context?: StandardContext,
) => void;

type SynchronousCheck<Result> = [Result] extends [PromiseLike<unknown>]
  ? TypeProblem<'a migration is recorded synchronously: remove async and await from change()'>
  : unknown;

/**
 * Says which version a migration starts from and, for people, what it does.
 *
 * @example
 * @Migration({ from: 1, description: 'Add delivery date tracking' })
 * class AddDeliveryDate implements SchemaMigration {
 *   change(m: Migrator) {
 *     m.changeType('Order', (t) => t.addField('deliveryDate'));
 *   }
 * }
 */
export function Migration(options: {
  /** The version that it starts from; it leads to the next one. */
  readonly from: number;
  readonly description: string;
}): MigrationDecorator {
  return (target, context) => {
    const { from, description } = options;
    writeMetadata(target, context, (metadata) => ({ ...metadata, migration: { from, description } }));
  };
}

/** What `@Migration` said of this very class, or undefined where it has none. */
export function migrationMetadata(migrationClass: object): MigrationMark | undefined {
  return ownMetadata(migrationClass).migration;
}
