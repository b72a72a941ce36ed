import { beforeEach, expect, test } from '@jest/globals';
import type { MemoryDynamo } from '../../../src/local/memory/memory-dynamo.js';
import { key, on, refusal, withTable } from './tables.js';

const row = {
  ...key('p', 'a'),
  n: { N: '5' },
  s: { S: 'é😀' },
  l: { L: [{ N: '0' }, { M: { deep: { S: 'x' } } }] },
  m: { M: { a: { N: '1' } } },
  ss: { SS: ['a', 'b'] },
};

let dynamo: MemoryDynamo;
beforeEach(() => {
  dynamo = withTable();
  on(dynamo, 'PutItem', { Item: row });
});

const given = {
  ':one': { N: '1' },
  ':two': { N: '2' },
  ':five': { N: '5.0' },
  ':x': { S: 'x' },
  ':e': { S: 'é' },
  ':a': { S: 'a' },
  ':set': { SS: ['b', 'a'] },
  ':bool': { BOOL: true },
  ':list': { L: [{ S: 'x' }] },
  ':S': { S: 'S' },
};

function used(expression: string): object {
  const ExpressionAttributeValues = Object.fromEntries(
    Object.entries(given).filter(([name]) => new RegExp(`${name}\\b`).test(expression)),
  );
  return Object.keys(ExpressionAttributeValues).length > 0 ? { ExpressionAttributeValues } : {};
}

const put = (ConditionExpression: string) => () =>
  on(dynamo, 'PutItem', { Item: row, ConditionExpression, ...used(ConditionExpression) });

test.each([
  'n > :two AND n <> :x',
  'ss = :set',
  'begins_with(s, :e)',
  'contains(ss, :a) and contains(s, :e)',
  'l[1].deep = :x',
  'size(s) > :two AND NOT size(s) = :two',
  'n BETWEEN :one AND n',
  'nowhere <> :x',
  'NOT nowhere < :x',
  'nowhere = :x OR n = :x OR attribute_exists(m.a)',
  'n = :x AND n = :x OR attribute_type(s, :S)',
  '(n) IN (:x, (m.a), (n2), (l[0]), :five)',
])('%s holds', (expression) => expect(put(expression)).not.toThrow());

test.each(['n < :x', 'nowhere = gone', 'contains(n, :one)', 'l[2] = :x', 'size(n) > :one', 'n.a = :x'])(
  '%s does not hold',
  (expression) => expect(put(expression)).toThrow('The conditional request failed'),
);

test.each([
  ['n = ', 'Syntax error; token: "<EOF>", near: "="'],
  ['n == :x', 'Syntax error; token: "=", near: "== :x"'],
  ['((n = :x))', 'redundant parentheses'],
  ['n < :bool', 'Incorrect operand type for operator or function; operator or function: <, operand type: BOOL'],
  ['n BETWEEN :two AND :one', 'upper bound to be greater than or equal to lower bound'],
  ['n BETWEEN :one AND :x', 'requires same data type'],
  ['name = :x', 'Attribute name is a reserved keyword; reserved keyword: name'],
  ['#q = :x', 'An expression attribute name used in the document path is not defined; attribute name: #q'],
  ['n = :q', 'An expression attribute value used in expression is not defined; attribute value: :q'],
  ['none(n)', 'Invalid function name; function: none'],
  ['size(n)', 'not allowed to be used this way'],
  ['n = n', 'The first operand must be distinct'],
  ['attribute_type(n, :x)', 'Invalid attribute type name found; type: x'],
  ['', 'The expression can not be empty;'],
])('%s is refused', (expression, message) => {
  const { name, message: said } = refusal(put(expression));
  expect([name, said]).toEqual(['ValidationException', expect.stringContaining(message)]);
});

test('values and names that nothing uses are refused', () => {
  const unused = (more: object) => refusal(() => on(dynamo, 'PutItem', { Item: row, ...more })).message;
  const condition = { ConditionExpression: 'attribute_exists(pk)' };
  expect(unused({ ...condition, ExpressionAttributeValues: { ':x': { N: '1' } } })).toMatch(/unused .* keys: {:x}/);
  expect(unused({ ...condition, ExpressionAttributeNames: { '#x': 'a' } })).toMatch(/unused .* keys: {#x}/);
  expect(unused({ ExpressionAttributeNames: { '#x': 'a' } })).toMatch(/only be specified when using expressions/);
});

const update = (UpdateExpression: string) =>
  on(dynamo, 'UpdateItem', {
    Key: key('p', 'a'),
    UpdateExpression,
    ...used(UpdateExpression),
    ReturnValues: 'ALL_NEW',
  })['Attributes'];

test.each<[string, object]>([
  ['SET n = n + :two, m.b = n', { n: { N: '7' }, m: { M: { a: { N: '1' }, b: { N: '5' } } } }],
  ['SET l[9] = :x, l[8] = :one', { l: { L: [...row.l.L, { N: '1' }, { S: 'x' }] } }],
  ['SET l[0] = :x REMOVE l[1]', { l: { L: [{ S: 'x' }] } }],
  ['REMOVE l[0], l[1]', { l: { L: [] } }],
  ['SET l = list_append(:list, l)', { l: { L: [{ S: 'x' }, ...row.l.L] } }],
  ['SET n = if_not_exists(n, :one), q = if_not_exists(q, :one)', { q: { N: '1' } }],
  ['SET n = m.a, m.a = n', { n: { N: '1' }, m: { M: { a: { N: '5' } } } }],
  ['ADD n :one, hits :two', { n: { N: '6' }, hits: { N: '2' } }],
])('%s', (expression, changed) => expect(update(expression)).toEqual({ ...row, ...changed }));

test('a set that loses its last element is gone', () => {
  expect(update('DELETE ss :set')).not.toHaveProperty('ss');
});

test.each([
  ['SET n = q', 'refers to an attribute that does not exist in the item'],
  ['SET s = s + :one', 'An operand in the update expression has an incorrect data type'],
  ['SET q.a = :one', 'The document path provided in the update expression is invalid for update'],
  ['SET m = :x, m.a = :one', 'Two document paths overlap'],
  ['SET n = :one SET s = :x', 'The "SET" section can only be used once'],
  ['SET pk = :x', 'Cannot update attribute pk. This attribute is part of the key'],
  ['ADD n :x', 'operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND'],
])('%s is refused, and changes nothing', (expression, message) => {
  expect(refusal(() => update(expression)).message).toContain(message);
  expect(on(dynamo, 'GetItem', { Key: key('p', 'a') })['Item']).toEqual(row);
});

test('a projection gives what it names and keeps its shape', () => {
  const get = (ProjectionExpression: string) =>
    on(dynamo, 'GetItem', { Key: key('p', 'a'), ProjectionExpression })['Item'];
  expect(get('l[1].deep, m.a, q')).toEqual({ l: { L: [{ M: { deep: { S: 'x' } } }] }, m: row.m });
  expect(get('m.q')).toEqual({});
});
