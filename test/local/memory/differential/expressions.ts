import * as fc from 'fast-check';
import type { AttributeMap, AttributeValue } from '../../../../src/values/attribute-value.js';
import { values } from './values.js';

/** Parts of an expression: text, attribute names that may need a placeholder, and values. */
export type Part = string | { readonly name: string } | { readonly value: AttributeValue };

/** The expressions of one request with the placeholders that they share. */
export interface Printed {
  readonly texts: readonly (string | undefined)[];
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: AttributeMap;
}

/** Prints expressions of one request. */
export function print(...expressions: readonly (readonly Part[] | undefined)[]): Printed {
  const names: Record<string, string> = {};
  const given: Record<string, AttributeValue> = {};
  let count = 0;
  const part = (of: Part): string => {
    if (typeof of === 'string') return of;
    const placeholder = String(count++);
    if ('name' in of) {
      // Every other name stands as it is, where it may.
      if (/^[abc]$/.test(of.name) && count % 2 === 0) return of.name;
      names[`#n${placeholder}`] = of.name;
      return `#n${placeholder}`;
    }
    given[`:v${placeholder}`] = of.value;
    return `:v${placeholder}`;
  };
  const texts = expressions.map((parts) => parts?.map(part).join(''));
  return {
    texts,
    ...(Object.keys(names).length > 0 ? { ExpressionAttributeNames: names } : {}),
    ...(Object.keys(given).length > 0 ? { ExpressionAttributeValues: given } : {}),
  };
}

const attribute = (...names: readonly string[]): fc.Arbitrary<Part[]> =>
  fc.constantFrom(...names).map((name) => [{ name }]);

const nested: fc.Arbitrary<Part[]> = fc
  .tuple(
    attribute('a', 'b', 'c'),
    fc.array(
      fc.oneof(
        fc.constantFrom('x', 'y').map((name): Part[] => ['.', { name }]),
        fc.nat(2).map((index): Part[] => [`[${index}]`]),
      ),
      { minLength: 1, maxLength: 2 },
    ),
  )
  .map(([first, steps]) => [...first, ...steps.flat()]);

export const topLevel = attribute('a', 'b', 'c', '$rev');
export const paths: fc.Arbitrary<Part[]> = fc.oneof({ weight: 3, arbitrary: topLevel }, nested);

const value: fc.Arbitrary<Part[]> = values.map((of) => [{ value: of }]);

/** Values of some types, and now and then any: most requests must not fail for their types. */
const valueOf = (...types: readonly string[]): fc.Arbitrary<Part[]> =>
  fc.oneof(
    {
      weight: 19,
      arbitrary: values.filter((of) => types.some((type) => type in of)).map((of): Part[] => [{ value: of }]),
    },
    { weight: 1, arbitrary: value },
  );
const ordered = valueOf('S', 'N', 'B');
const bounds = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.constantFrom<[AttributeValue, AttributeValue]>(
      [{ S: '' }, { S: 'b' }],
      [{ S: 'a' }, { S: '\uffee' }],
      [{ S: 'é' }, { S: '😀' }],
      [{ N: '-1' }, { N: '1.5' }],
      [{ N: '0.001' }, { N: '1e20' }],
      [{ B: new Uint8Array([0]) }, { B: new Uint8Array([1, 2]) }],
    ),
  },
  { weight: 1, arbitrary: fc.tuple(values, values) },
);
const size = paths.map((path): Part[] => ['size(', ...path, ')']);

const operand = fc.oneof(
  { weight: 4, arbitrary: paths },
  { weight: 4, arbitrary: value },
  { weight: 1, arbitrary: size },
);

const call = (name: string, ...operands: readonly fc.Arbitrary<Part[]>[]): fc.Arbitrary<Part[]> =>
  fc.tuple(...operands).map((parts) => [`${name}(`, ...parts.flatMap((of, i) => (i === 0 ? of : [', ', ...of])), ')']);

const typeNames = fc.constantFrom('S', 'N', 'M', 'SS', 'NULL', 'BOOL').map((S): Part[] => [{ value: { S } }]);

/** Conditions on attributes; where keys are allowed, on those too. */
export const conditions = (...keys: readonly string[]): fc.Arbitrary<Part[]> => {
  const exists = keys.length === 0 ? paths : fc.oneof(paths, attribute(...keys));
  const first = fc.oneof({ weight: 4, arbitrary: paths }, { weight: 1, arbitrary: fc.oneof(value, size) });
  const simple = fc.oneof(
    call('attribute_exists', exists),
    call('attribute_not_exists', exists),
    call('attribute_type', paths, typeNames),
    call('begins_with', paths, valueOf('S', 'B')),
    call('contains', paths, value),
    fc
      .tuple(first, fc.constantFrom('=', '<>'), operand)
      .map(([left, comparator, right]): Part[] => [...left, ` ${comparator} `, ...right]),
    fc
      .tuple(fc.oneof(paths, size), fc.constantFrom('<', '<=', '>', '>='), fc.oneof(ordered, paths))
      .map(([left, comparator, right]): Part[] => [...left, ` ${comparator} `, ...right]),
    fc
      .tuple(paths, bounds)
      .map(([of, [low, high]]): Part[] => [...of, ' BETWEEN ', { value: low }, ' AND ', { value: high }]),
    fc
      .tuple(paths, fc.array(operand, { minLength: 1, maxLength: 3 }))
      .map(([of, among]): Part[] => [...of, ' IN (', ...among.flatMap((o, i) => (i === 0 ? o : [', ', ...o])), ')']),
  );
  return fc.letrec<{ condition: Part[] }>((tie) => ({
    condition: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      simple,
      tie('condition').map((of): Part[] => ['NOT (', ...of, ')']),
      fc
        .tuple(tie('condition'), fc.constantFrom(' AND ', ' OR ', ' or '), tie('condition'))
        .map(([left, word, right]): Part[] => ['(', ...left, ')', word, '(', ...right, ')']),
      // Without brackets, so that the operators bind as they do.
      fc
        .tuple(simple, fc.constantFrom(' AND ', ' OR '), simple, fc.constantFrom(' AND NOT ', ' OR '), simple)
        .map(([a, one, b, two, c]): Part[] => [...a, one, ...b, two, ...c]),
    ),
  })).condition;
};

const term = fc.oneof(
  { weight: 4, arbitrary: value },
  topLevel,
  call('if_not_exists', topLevel, value),
  call('list_append', topLevel, valueOf('L')),
  call('list_append', call('if_not_exists', topLevel, fc.constant<Part[]>([{ value: { L: [] } }])), valueOf('L')),
  fc
    .tuple(fc.oneof(topLevel, valueOf('N')), fc.constantFrom(' + ', ' - '), fc.oneof(topLevel, valueOf('N')))
    .map(([left, sign, right]): Part[] => [...left, sign, ...right]),
);

type Section = 'SET' | 'REMOVE' | 'ADD' | 'DELETE';

const action = (section: Section, path: readonly Part[]): fc.Arbitrary<Part[]> => {
  switch (section) {
    case 'SET':
      return term.map((of) => [...path, ' = ', ...of]);
    case 'REMOVE':
      return fc.constant([...path]);
    case 'ADD':
      return valueOf('N', 'SS', 'NS', 'BS').map((of) => [...path, ' ', ...of]);
    case 'DELETE':
      return valueOf('SS', 'NS', 'BS').map((of) => [...path, ' ', ...of]);
  }
};

/** Update expressions; most of them change paths apart from each other. */
export const updates = (path: fc.Arbitrary<Part[]>): fc.Arbitrary<Part[]> =>
  fc
    .oneof(
      { weight: 9, arbitrary: fc.uniqueArray(path, { minLength: 1, maxLength: 3, selector: firstName }) },
      { weight: 1, arbitrary: fc.array(path, { minLength: 1, maxLength: 3 }) },
    )
    .chain((all) =>
      fc.tuple(
        ...all.map((of) =>
          fc
            .constantFrom<Section>('SET', 'SET', 'SET', 'REMOVE', 'ADD', 'DELETE')
            .chain((section) => action(section, of).map((parts) => ({ section, parts }))),
        ),
      ),
    )
    .map((actions) =>
      (['ADD', 'SET', 'REMOVE', 'DELETE'] as const).flatMap((section): Part[] => {
        const own = actions.filter((one) => one.section === section).map(({ parts }) => parts);
        return own.length === 0
          ? []
          : [` ${section} `, ...own.flatMap((parts, i) => (i === 0 ? parts : [', ', ...parts]))];
      }),
    );

const firstName = (path: readonly Part[]): string => (path[0] as { readonly name: string }).name;

export const projections: fc.Arbitrary<Part[]> = fc
  .array(paths, { minLength: 1, maxLength: 3 })
  .map((all) => all.flatMap((path, i) => (i === 0 ? path : [', ', ...path])));
