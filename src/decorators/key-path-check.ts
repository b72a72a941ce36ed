import type { TemplateParameters, TemplateProblem, TypeProblem } from '../keypaths/types.js';
import type { KeyParameter, KeyPathsOf } from './key-paths.js';

/** `unknown` where the templates fit the class `T`, else the `TypeProblem` that says which does not, and why. */
export type KeyPathCheck<T, Templates extends string> = [TemplateProblem<Templates>] extends [never]
  ? TemplateParameters<Templates> extends infer Name extends string
    ? [Exclude<Name, keyof T>] extends [never]
      ? KeyableCheck<T, Name & keyof T, Templates>
      : TypeProblem<`the class has no (public) property '${Exclude<Name, keyof T>}'`>
    : never
  : TemplateProblem<Templates>;

type KeyableCheck<T, Name extends keyof T & string, Templates extends string> = [NonNullable<T[Name]>] extends [
  KeyParameter,
]
  ? [Exclude<Templates, KeyPathsOf<T>>] extends [never]
    ? unknown
    : TypeProblem<`[keyPaths] does not list '${Exclude<Templates, KeyPathsOf<T>>}'`>
  : TypeProblem<`a value of '${Unkeyable<T, Name>}' cannot be a part of a key`>;

type Unkeyable<T, Name extends keyof T & string> = Name extends string
  ? [NonNullable<T[Name]>] extends [KeyParameter]
    ? never
    : Name
  : never;
