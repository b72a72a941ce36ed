/**
 * The context that a standard (TC39) decorator is given, as far as it is needed. Legacy decorators get a property key or
 * nothing in its place, so that one function can be both.
 */
export interface StandardContext {
  readonly kind: string;
  readonly name: string | symbol | undefined;
  readonly static?: boolean;
  readonly private?: boolean;
  /** Undefined in the types of a program whose `lib` has no `ESNext.Decorators`. */
  readonly metadata?: object | undefined;
}

/** The context of a field, which tells its type. */
export interface StandardFieldContext<This = never, Value = unknown> extends StandardContext {
  readonly kind: 'field';
  readonly access: { get(object: This): Value };
}

export function isStandardContext(value: unknown): value is StandardContext {
  return typeof value === 'object' && value !== null && typeof (value as { kind?: unknown }).kind === 'string';
}
