import { InvalidTemplateError } from './errors.js';
import { matchesPrefix } from './prefix.js';
import { type ParsedTemplate, parameterNames, parseTemplate } from './template.js';

/** Shared by every copy of the package in a process. */
const BRAND = Symbol.for('ductile.keypaths.reference');

/**
 * A key path, or a prefix of one, with the values of its parameters: what `keyPath` gives. The values stay apart from
 * the text, so nothing in a value can change which key path is meant.
 */
export interface KeyPathReference {
  readonly [BRAND]: true;
  /** The text around the values: always one more than there are values. */
  readonly literals: readonly string[];
  /** As the caller gave them, in the order of the text. */
  readonly values: readonly unknown[];
}

/** What a reference means on one key path. */
export interface MatchedReference {
  /** In the key path's own parameter names. */
  readonly prefix: ParsedTemplate;
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * Names an item or a list by a path with its values in place; for `findByKeyPath` and `listByKeyPath`, instead of a
 * template and its parameters. Parameters are told by their places, not by their names.
 *
 * @throws InvalidTemplateError where a value is not at the end of a segment, or the text is no key path.
 * @example
 * await orders.findByKeyPath(keyPath`/customer-${customerId}/order-${orderId}`);
 * for await (const order of orders.listByKeyPath(keyPath`/customer-${customerId}/order-`)) …
 */
export function keyPath(literals: TemplateStringsArray, ...values: readonly unknown[]): KeyPathReference {
  if (!Array.isArray(literals)) {
    throw new InvalidTemplateError(
      String(literals),
      0,
      'keyPath was called as a function',
      'write keyPath`/customer-${id}`',
    );
  }
  checkShape(literals);
  return Object.freeze({
    [BRAND]: true as const,
    literals: Object.freeze([...literals]),
    values: Object.freeze([...values]),
  });
}

const VALUE = '${…}';

function checkShape(literals: readonly string[]): void {
  const text = literals.join(VALUE);
  if (text.includes(':')) {
    throw new InvalidTemplateError(
      text,
      text.indexOf(':'),
      "it has a ':'",
      'write the value in its place, as ${value}',
    );
  }
  const last = literals.length - 1;
  const open = literals.findIndex((literal, i) => i > 0 && !literal.startsWith('/') && !(literal === '' && i === last));
  if (open !== -1) {
    const at = literals.slice(0, open).join(VALUE).length + VALUE.length;
    throw new InvalidTemplateError(
      text,
      at,
      'a value does not end its segment',
      "put a '/' and a literal after the value",
    );
  }
  parseTemplate(withParameters(literals, (i) => `value${i + 1}`));
}

/** True for what `keyPath` made, by whichever copy of the package. Nothing that was parsed from JSON is one. */
export function isKeyPathReference(value: unknown): value is KeyPathReference {
  return typeof value === 'object' && value !== null && BRAND in value;
}

/**
 * The values of a reference by the names of the template's parameters; undefined where the reference does not name this
 * key path, from its beginning to its end.
 */
export function matchReference(
  template: ParsedTemplate,
  reference: KeyPathReference,
): Readonly<Record<string, unknown>> | undefined {
  const matched = matchReferencePrefix(template, reference);
  return matched?.prefix.text === template.text ? matched.values : undefined;
}

/** The same for a reference to the key path or to a prefix of it. */
export function matchReferencePrefix(
  template: ParsedTemplate,
  reference: KeyPathReference,
): MatchedReference | undefined {
  const names = parameterNames(template).slice(0, reference.values.length);
  if (names.length < reference.values.length) return undefined;
  const prefix = parseTemplate(withParameters(reference.literals, (i) => names[i]!));
  if (!matchesPrefix(template, prefix)) return undefined;
  return { prefix, values: Object.fromEntries(names.map((name, i) => [name, reference.values[i]])) };
}

function withParameters(literals: readonly string[], nameOf: (index: number) => string): string {
  return literals.reduce((text, literal, i) => `${text}:${nameOf(i - 1)}${literal}`);
}
