import type { AttributeValue } from '../values/attribute-value.js';

/** A condition on the row that an action touches, as data: printed by the edge as a DynamoDB expression. */
export type Condition =
  | { readonly kind: 'rowAbsent' }
  | { readonly kind: 'rowExists' }
  | { readonly kind: 'absent'; readonly attribute: string }
  | { readonly kind: 'equals'; readonly attribute: string; readonly value: AttributeValue }
  | { readonly kind: 'less'; readonly attribute: string; readonly value: AttributeValue }
  | { readonly kind: 'atMost'; readonly attribute: string; readonly value: AttributeValue }
  | { readonly kind: 'all'; readonly of: readonly Condition[] }
  | { readonly kind: 'any'; readonly of: readonly Condition[] };

export const rowAbsent: Condition = Object.freeze({ kind: 'rowAbsent' });
export const rowExists: Condition = Object.freeze({ kind: 'rowExists' });
export const absent = (attribute: string): Condition => ({ kind: 'absent', attribute });
export const equals = (attribute: string, value: AttributeValue): Condition => ({ kind: 'equals', attribute, value });
export const less = (attribute: string, value: AttributeValue): Condition => ({ kind: 'less', attribute, value });
export const atMost = (attribute: string, value: AttributeValue): Condition => ({ kind: 'atMost', attribute, value });
export const all = (...of: readonly Condition[]): Condition => ({ kind: 'all', of });
export const any = (...of: readonly Condition[]): Condition => ({ kind: 'any', of });
