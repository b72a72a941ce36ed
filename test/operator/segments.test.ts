import { expect, it } from '@jest/globals';
import { cutOf } from '../../src/operator/segments.js';

it('a pass is cut by the size of the table, and not at all on a loopback endpoint unless somebody says', () => {
  const size = { rows: 1_000_000, bytes: 256 * 2 ** 20 };
  const [near, far] = [{ loopback: true }, { loopback: false }];
  expect(cutOf({ size, gateway: far }, {})).toEqual({ segments: 8 });
  expect(cutOf({ gateway: far }, {})).toEqual({ segments: 4 });
  expect(cutOf({ size, gateway: near }, {})).toEqual({ segments: 1 });
  expect(cutOf({ size, gateway: near }, { segments: 3 })).toEqual({ segments: 3 });
  expect(cutOf({ size, gateway: far, scansWhole: true }, { segments: 3 })).toEqual({ segments: 1, whole: true });
});
