import { type ParsedTemplate, parseTemplate } from './template.js';

/**
 * Parses what a list is asked for: the group whole, then later segments, the last of which may end after its literal.
 * It is written by the same rules as a key path.
 *
 * @throws InvalidTemplateError, with the place and the mend.
 * @example
 * parsePrefix('/customer-:customerId/order-')
 */
export function parsePrefix(text: string): ParsedTemplate {
  return parseTemplate(text);
}

/**
 * True where the prefix is a beginning of the key path, compared segment by segment: the same literals, and parameters
 * of the same names. A prefix never ends inside a literal, nor inside the group.
 */
export function matchesPrefix(template: ParsedTemplate, prefix: ParsedTemplate): boolean {
  const last = prefix.segments.length - 1;
  return prefix.segments.every(({ literal, parameter }, i) => {
    const segment = template.segments[i];
    if (segment === undefined || segment.literal !== literal) return false;
    return segment.parameter === parameter || (parameter === undefined && i === last && i > 0);
  });
}
