import type { EntityClass } from './declared.js';
import { SchemaDefinitionError } from './errors.js';
import type { KeyPathCheck } from './key-path-check.js';
import { writeMetadata } from './metadata.js';
import { assertParentheses } from './parentheses.js';
import type { StandardContext } from './standard-context.js';

/** What `@KeyPath` gives: the compiler checks the templates against the class that it stands on. */
export type KeyPathDecorator<Templates extends string> = <T extends object>(
  target: EntityClass<T> & KeyPathCheck<T, Templates>,
  context?: StandardContext,
) => void;

/**
 * The key paths of an item type: the first is primary, the rest are secondary. May be repeated: decorators count in the
 * order written, from top to bottom. A template is checked by the compiler: its parameters are properties of the class,
 * and where the class declares `[keyPaths]`, the template is in that tuple.
 *
 * @example
 * @ItemType('Order')
 * @KeyPath('/customer-:customerId/order-:orderId')
 * @KeyPath('/delivery-:deliveryDate/customer-:customerId/order-:orderId')
 * class Order { … }
 */
export function KeyPath<const Primary extends string, const Secondary extends readonly string[]>(
  primary: Primary,
  ...secondary: Secondary
): KeyPathDecorator<Primary | Secondary[number]> {
  assertParentheses(primary, WRITTEN);
  const templates = [primary, ...secondary];
  return (target, context) => {
    // Only who has no compiler can leave it out.
    if ((primary as unknown) === undefined) {
      throw new SchemaDefinitionError({
        ...(target.name !== '' && { class: target.name }),
        what: '@KeyPath has no template',
        mend: `write ${WRITTEN}`,
      });
    }
    // Decorators are applied from the bottom up.
    writeMetadata(target, context, (metadata) => ({ ...metadata, keyPaths: [...templates, ...metadata.keyPaths] }));
  };
}

const WRITTEN = "@KeyPath('/literal-:parameter')";
