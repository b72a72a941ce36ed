import { describe, expect, test } from '@jest/globals';
import { compileFixtures } from './compile.js';

const STANDARD = { experimentalDecorators: false, emitDecoratorMetadata: false };

describe.each([
  ['legacy decorators', {}],
  ['standard decorators', STANDARD],
  ['legacy decorators without exactOptionalPropertyTypes', { exactOptionalPropertyTypes: false }],
])('%s', (_, options) => {
  test('take what is right, and name what is wrong', () => {
    const { mistakes, surprises } = compileFixtures(['entities', 'derived', 'mistakes'], options);
    expect(surprises).toEqual([]);
    expect(mistakes.length).toBeGreaterThan(20);
    for (const { expected, said } of mistakes) expect(said).toContain(expected);
  });
});

test('legacy decorators take a type that is left out, where it can only mean one', () => {
  const { mistakes, surprises } = compileFixtures(['left-out']);
  expect(surprises).toEqual([]);
  for (const { expected, said } of mistakes) expect(said).toContain(expected);
});

test('standard decorators ask for every type that is left out', () => {
  const { mistakes, surprises } = compileFixtures(['left-out'], STANDARD);
  const said = [...surprises, ...mistakes.map((mistake) => mistake.said)];
  expect(said).toHaveLength(11);
  for (const each of said) expect(each).toContain('standard decorators do not see types: name the type of the field');
});

test('a program without strict null checks is left alone', () => {
  expect(compileFixtures(['entities'], { strict: false, exactOptionalPropertyTypes: false }).surprises).toEqual([]);
});
