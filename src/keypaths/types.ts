declare const problem: unique symbol;

/**
 * A message for a person in the place of a type: nothing is assignable to it, so the compiler prints the message
 * where the mistake is.
 */
export interface TypeProblem<Message extends string> {
  readonly [problem]: Message;
}

/**
 * The names of the parameters of a key path, or of a prefix of one; any name where the text is not known to the
 * compiler.
 *
 * @example
 * TemplateParameters<'/customer-:customerId/order-:orderId'> // 'customerId' | 'orderId'
 * TemplateParameters<'/customer-:customerId/order-'>         // 'customerId'
 */
export type TemplateParameters<Template extends string> = string extends Template ? string : ParametersOf<Template>;

type ParametersOf<Template extends string> = Template extends `${string}:${infer Tail}`
  ? Tail extends `${infer Name}/${infer Rest}`
    ? Name | ParametersOf<Rest>
    : Tail
  : never;

/**
 * The name of the parameter that follows a prefix on a key path; `never` where none does, or the key path does not begin
 * so. Of several key paths, each one's.
 *
 * @example
 * NextParameter<'/customer-:customerId/order-:orderId', '/customer-:customerId'> // 'orderId'
 */
export type NextParameter<Template extends string, Prefix extends string> = Template extends
  `${Prefix}:${infer Tail}` | `${Prefix}/${string}:${infer Tail}`
  ? Tail extends `${infer Name}/${string}`
    ? Name
    : Tail
  : never;

/**
 * What is wrong with the form of a key path, or of a prefix of one, as a `TypeProblem`; `never` where nothing is. What
 * characters a literal may have is left to run time, so that the compiler's work stays small.
 *
 * @example
 * TemplateProblem<'order-:orderId'> // TypeProblem<"a key path begins with '/'">
 */
export type TemplateProblem<Template extends string> = string extends Template
  ? never
  : Template extends `/${infer Segments}`
    ? SegmentsProblem<Segments>
    : TypeProblem<"a key path begins with '/'">;

type SegmentsProblem<Segments extends string> = Segments extends `${infer Segment}/${infer Rest}`
  ? [SegmentProblem<Segment>] extends [never]
    ? SegmentsProblem<Rest>
    : SegmentProblem<Segment>
  : SegmentProblem<Segments>;

type SegmentProblem<Segment extends string> = Segment extends ''
  ? TypeProblem<"a segment is empty: leave out the '/' at the end, or one of two in a row">
  : Segment extends `${infer Literal}:${infer Parameter}`
    ? Literal extends ''
      ? TypeProblem<`write a literal before ':${Parameter}', such as '/order-:${Parameter}'`>
      : Parameter extends ''
        ? TypeProblem<`'/${Literal}:' has no parameter name after the ':'`>
        : Parameter extends `${string}:${string}`
          ? TypeProblem<`'/${Segment}' has two parameters: a segment has at most one, which ends it`>
          : never
    : never;

/** The template itself where its form is right, else the `TypeProblem`: for the parameter types of functions. */
export type CheckedTemplate<Template extends string> = [TemplateProblem<Template>] extends [never]
  ? Template
  : TemplateProblem<Template>;

/**
 * Every prefix that a list may be asked for: the group whole, each later segment whole or up to the end of its
 * literal.
 *
 * @example
 * TemplatePrefixes<'/customer-:customerId/order-:orderId'>
 * // '/customer-:customerId' | '/customer-:customerId/order-' | '/customer-:customerId/order-:orderId'
 */
export type TemplatePrefixes<Template extends string> = string extends Template
  ? string
  : Template extends `/${infer Segments}`
    ? PrefixesAfter<'', Segments>
    : never;

type PrefixesAfter<Before extends string, Segments extends string> = Segments extends `${infer Segment}/${infer Rest}`
  ? PrefixesWith<Before, Segment> | PrefixesAfter<`${Before}/${Segment}`, Rest>
  : PrefixesWith<Before, Segments>;

type PrefixesWith<Before extends string, Segment extends string> =
  | `${Before}/${Segment}`
  | (Before extends '' ? never : Segment extends `${infer Literal}:${string}` ? `${Before}/${Literal}` : never);
