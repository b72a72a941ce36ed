/** The trees that expressions are parsed to. Names and values are still as they were written: `#name`, `:value`. */

/** `a.#b[3]` is `['a', '#b', 3]`. */
export type Step = string | number;

export interface Path {
  readonly kind: 'path';
  readonly steps: readonly Step[];
}

export interface Value {
  readonly kind: 'value';
  readonly name: string;
}

export interface Size {
  readonly kind: 'size';
  readonly of: Operand;
}

export type Operand = Path | Value | Size;

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';
export type Predicate = 'attribute_exists' | 'attribute_not_exists' | 'attribute_type' | 'begins_with' | 'contains';

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly of: Condition }
  | {
      readonly kind: 'compare';
      readonly comparator: Comparator;
      readonly left: Operand;
      readonly right: Operand;
    }
  | { readonly kind: 'between'; readonly of: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: 'in'; readonly of: Operand; readonly among: readonly Operand[] }
  | { readonly kind: 'predicate'; readonly name: Predicate; readonly operands: readonly Operand[] };

/** What SET gives to a path. */
export type Term =
  | Path
  | Value
  | { readonly kind: '+' | '-'; readonly left: Term; readonly right: Term }
  | { readonly kind: 'if_not_exists'; readonly path: Path; readonly otherwise: Term }
  | { readonly kind: 'list_append'; readonly left: Term; readonly right: Term };

export type UpdateAction =
  | { readonly kind: 'SET'; readonly path: Path; readonly term: Term }
  | { readonly kind: 'REMOVE'; readonly path: Path }
  | { readonly kind: 'ADD' | 'DELETE'; readonly path: Path; readonly value: Value };

export type ExpressionKind =
  'ConditionExpression' | 'FilterExpression' | 'KeyConditionExpression' | 'UpdateExpression' | 'ProjectionExpression';

/** An expression with what it names, in the order of their first use. */
export interface Parsed<Tree> {
  readonly kind: ExpressionKind;
  readonly tree: Tree;
  /** Attribute names as written: `a`, `#b`. */
  readonly names: readonly string[];
  /** `:value`s. */
  readonly values: readonly string[];
}
