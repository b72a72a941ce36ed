import type {
  CheckedTemplate,
  TemplateParameters,
  TemplatePrefixes,
  TemplateProblem,
  TypeProblem,
} from '../../src/keypaths/types.js';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Never run: the compiler is the test (test/types/checks.test.ts asks it). */
declare function test(name: string, claims: () => void): void;

/** Fails to compile where the type argument is not `true`. */
declare function holds<_Claim extends true>(): void;

test('the compiler knows the parameters of a template', () => {
  holds<Same<TemplateParameters<'/customer-:customerId/order-:orderId'>, 'customerId' | 'orderId'>>();
  holds<Same<TemplateParameters<'/customer-:customerId/order-'>, 'customerId'>>();
  holds<Same<TemplateParameters<'/tenant-:t/settings/user-:u'>, 't' | 'u'>>();
  holds<Same<TemplateParameters<'/config'>, never>>();
  holds<Same<TemplateParameters<string>, string>>();
});

test('the compiler says what is wrong with a template', () => {
  holds<Same<TemplateProblem<'/customer-:customerId/order-:orderId'>, never>>();
  holds<Same<TemplateProblem<'/customer-:customerId/order-'>, never>>();
  holds<Same<TemplateProblem<string>, never>>();
  holds<Same<TemplateProblem<'order-:o'>, TypeProblem<"a key path begins with '/'">>>();
  holds<Same<TemplateProblem<'/:o'>, TypeProblem<"write a literal before ':o', such as '/order-:o'">>>();
  holds<Same<TemplateProblem<'/a-:'>, TypeProblem<"'/a-:' has no parameter name after the ':'">>>();
  holds<
    Same<
      TemplateProblem<'/a-:b:c'>,
      TypeProblem<"'/a-:b:c' has two parameters: a segment has at most one, which ends it">
    >
  >();
  type Empty = TypeProblem<"a segment is empty: leave out the '/' at the end, or one of two in a row">;
  holds<Same<TemplateProblem<'/a-:b/'>, Empty>>();
  holds<Same<TemplateProblem<'/a-:b//c'>, Empty>>();
  holds<Same<TemplateProblem<'/'>, Empty>>();
  holds<Same<CheckedTemplate<'/a-:b'>, '/a-:b'>>();
  holds<Same<CheckedTemplate<'a'>, TypeProblem<"a key path begins with '/'">>>();
});

test('the compiler knows the prefixes that can be listed', () => {
  type Prefixes = TemplatePrefixes<'/customer-:c/order-:o'>;
  holds<Same<Prefixes, '/customer-:c' | '/customer-:c/order-' | '/customer-:c/order-:o'>>();
  holds<Same<TemplatePrefixes<'/config'>, '/config'>>();
});

test('a template of many segments is cheap to check', () => {
  type Eight = '/a-:a/b-:b/c-:c/d-:d/e-:e/f-:f/g-:g/h-:h';
  type Long = `${Eight}/i-:i/j-:j/k-:k/l-:l/m-:m/n-:n/o-:o/p-:p`;
  holds<Same<TemplateProblem<Long>, never>>();
  holds<Same<Extract<TemplateParameters<Long>, 'p'>, 'p'>>();
});
