import { expect, test } from '@jest/globals';
import { compileFixtures } from './compile.js';

test('the compiler agrees with every check of types beside the tests', () => {
  const { surprises } = compileFixtures([
    '../../store/types.check',
    '../../keypaths/types.check',
    '../../testing/types.check',
  ]);
  expect(surprises).toEqual([]);
});
