import type { TypeProblem } from '../keypaths/types.js';
import { SchemaDefinitionError } from './errors.js';
import { ownMetadata, writeMetadata, type MigrationMark } from './metadata.js';
import { assertParentheses } from './parentheses.js';
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
  assertParentheses(options, WRITTEN);
  return (target, context) => {
    // Only who has no compiler can leave them out.
    if (typeof options !== 'object' || (options as unknown) === null) {
      throw new SchemaDefinitionError({
        ...(target.name !== '' && { migration: target.name }),
        what: '@Migration has no options',
        mend: `write ${WRITTEN}`,
      });
    }
    const { from, description } = options;
    writeMetadata(target, context, (metadata) => ({ ...metadata, migration: { from, description } }));
  };
}

const WRITTEN = "@Migration({ from: 1, description: '…' })";

/** What `@Migration` said of this very class, or undefined where it has none. */
export function migrationMetadata(migrationClass: object): MigrationMark | undefined {
  return ownMetadata(migrationClass).migration;
}
