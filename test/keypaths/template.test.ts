import { expect, test } from '@jest/globals';
import { InvalidTemplateError } from '../../src/keypaths/errors.js';
import { matchesPrefix, parsePrefix } from '../../src/keypaths/prefix.js';
import {
  parameterNames,
  parseStorageTemplate,
  parseTemplate,
  renameParameters,
  templateText,
} from '../../src/keypaths/template.js';

test('a template is read into segments', () => {
  const template = parseTemplate('/customer-:customerId/settings/order-:orderId');
  expect(template.segments).toEqual([
    { literal: 'customer-', parameter: 'customerId' },
    { literal: 'settings' },
    { literal: 'order-', parameter: 'orderId' },
  ]);
  expect(parameterNames(template)).toEqual(['customerId', 'orderId']);
  expect(templateText(template.segments)).toBe(template.text);
  expect(parseTemplate('/config').segments).toEqual([{ literal: 'config' }]);
});

test('a template cannot be changed', () => {
  const template = parseTemplate('/customer-:customerId');
  expect(Object.isFrozen(template) && Object.isFrozen(template.segments) && Object.isFrozen(template.segments[0])).toBe(
    true,
  );
});

test.each([
  ['', 0, "write '/literal-:parameter'"],
  ['order-:o', 0, "write '/order-:o'"],
  ['/', 0, "write '/literal-:parameter'"],
  ['/a-:b/', 5, "leave out the '/' at the end"],
  ['/a-:b//c', 5, "leave out the '/' at the end, or one of two in a row"],
  ['/:orderId', 1, "such as '/orderId-:orderId'"],
  ['/order :o', 6, "use letters, digits, '_', '.' and '-'"],
  ['/größe-:o', 3, "use letters, digits, '_', '.' and '-'"],
  ['/a-:', 4, "write the name of a field after the ':'"],
  ['/a-:b:c', 5, "begin a new segment with '/' and a literal"],
  ['/a-:b-c', 4, 'a parameter ends its segment'],
  ['/a-:1', 4, 'a parameter ends its segment'],
  ['/a-:b#2', 4, 'a parameter ends its segment'],
  ['/a-:b/c-:b', 9, 'use each parameter once'],
])('%j is refused at character %i with its mend', (text, at, mend) => {
  const attempt = (): unknown => parseTemplate(text);
  expect(attempt).toThrow(InvalidTemplateError);
  expect(attempt).toThrow(mend);
  expect(attempt).toThrow(`'${text}'`);
  expect(attempt).toThrow(expect.objectContaining({ at, code: 'INVALID_TEMPLATE', facts: { keyPath: text, at } }));
});

test('a template that is no string is refused', () => {
  expect(() => parseTemplate(undefined as unknown as string)).toThrow(InvalidTemplateError);
});

test('parameters can be renamed, to storage names too', () => {
  const template = parseTemplate('/customer-:customerId/order-:orderId');
  const stored = renameParameters(template, (name) => (name === 'orderId' ? 'number#3' : name));
  expect(stored.text).toBe('/customer-:customerId/order-:number#3');
  expect(parseStorageTemplate(stored.text)).toEqual(stored);
  expect(() => renameParameters(template, () => 'same')).toThrow(InvalidTemplateError);
  expect(() => renameParameters(template, (name) => `${name}/x`)).toThrow(InvalidTemplateError);
});

test.each([
  ['/customer-:c', true],
  ['/customer-:c/order-', true],
  ['/customer-:c/order-:o', true],
  ['/customer-:c/order-:o/item-:i', true],
  ['/customer-', false],
  ['/customer-:c/ord', false],
  ['/customer-:c/order', false],
  ['/customer-:c/order-:x', false],
  ['/customer-:x', false],
  ['/customer-:c/order-/item-:i', false],
  ['/customer-:c/order-:o/item-:i/more', false],
  ['/config', false],
])('the prefix %s of a key path: %s', (prefix, matches) => {
  expect(matchesPrefix(parseTemplate('/customer-:c/order-:o/item-:i'), parsePrefix(prefix))).toBe(matches);
});
