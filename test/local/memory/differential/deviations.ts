import { isDeepStrictEqual } from 'node:util';
import { normalNumber } from '../../../../src/local/memory/decimal.js';
import type { Answer } from './engines.js';
import type { Step } from './steps.js';

/**
 * Where another engine is known to answer otherwise than DynamoDB does. What is documented by AWS, or is done by AWS's
 * own DynamoDB Local, is taken for DynamoDB's way.
 */
export interface Deviation {
  readonly why: string;
  /** Whether it explains these answers. What is stored may differ from then on. */
  readonly explains?: (step: Step, ours: Answer, theirs: Answer) => boolean;
  /** Takes away, from both answers, what cannot be compared; what is stored is the same. */
  readonly overlooks?: (step: Step, output: Output) => Output;
}

type Output = Readonly<Record<string, unknown>>;

const messageOf = (answer: Answer): string => ('error' in answer ? answer.message : '');
const isInvalid = (answer: Answer): boolean => 'error' in answer && answer.error === 'ValidationException';
const succeeds = (answer: Answer): boolean => 'output' in answer;

/** Ours refuses the request for what the message says, and the other engine takes it for well formed. */
const takes = (message: RegExp, why: string): Deviation => ({
  why,
  explains: (_, ours, theirs) => message.test(messageOf(ours)) && !isInvalid(theirs),
});

const lastKeyOf = (answer: Answer): object | undefined =>
  'output' in answer ? (answer.output['LastEvaluatedKey'] as object | undefined) : undefined;

const expressionOf = (step: Step, member: string): string => JSON.stringify(step.input[member] ?? '');

export const ofDynoxide: readonly Deviation[] = [
  {
    why: 'checks the expressions of a transaction only when it comes to them, and fewer of them than of a plain write',
    explains: (step, ours, theirs) =>
      step.operation === 'TransactWriteItems' && /^Invalid \w+Expression/.test(messageOf(ours)) && !isInvalid(theirs),
  },
  takes(
    /operator or function: (<|<=|>|>=|BETWEEN|size|begins_with|attribute_type), operand type/,
    'takes operands of any type where no row can make them right',
  ),
  takes(/The first operand must be distinct/, 'compares a path with itself'),
  takes(/^Invalid FilterExpression: The BETWEEN operator/, 'takes bounds of any order and type in a filter'),
  takes(
    /^Invalid (Projection|Update)Expression: Two document paths conflict/,
    'takes paths that take one value for a list and for a map: always in a projection, in an update unless it comes to them',
  ),
  takes(/unused in expressions/, 'does not mind values and names that nothing uses'),
  {
    why: 'removes (REMOVE, DELETE) what stands below a path that is not there',
    explains: (step, ours, theirs) =>
      /REMOVE|DELETE/.test(expressionOf(step, 'UpdateExpression')) &&
      messageOf(ours).startsWith('The document path provided in the update expression') &&
      succeeds(theirs),
  },
  {
    why:
      'fills a list with nulls up to an index beyond its end and makes a map for a path that goes on from there, and ' +
      'removes elements one after another',
    explains: (step, ours, theirs) =>
      step.operation === 'UpdateItem' &&
      /\[\d/.test(expressionOf(step, 'UpdateExpression')) &&
      (succeeds(ours) || messageOf(ours).startsWith('The document path provided in the update expression')) &&
      succeeds(theirs),
  },
  {
    why: 'gives the key as the old row where an update made the row',
    explains: (step, ours, theirs) =>
      step.input['ReturnValues'] === 'ALL_OLD' &&
      step.operation === 'UpdateItem' &&
      'output' in ours &&
      ours.output['Attributes'] === undefined &&
      'output' in theirs &&
      isDeepStrictEqual({ ...(theirs.output['Attributes'] as object) }, { ...(step.input['Key'] as object) }),
  },
  {
    why: 'begins a query again from its start key where the table has no range key, and so never comes to its end',
    explains: (step, _, theirs) => {
      const last = lastKeyOf(theirs);
      return step.operation === 'Query' && last !== undefined && !Object.hasOwn(last, 'sk');
    },
  },
];

const UNCOUNTED: ReadonlySet<string> = new Set([
  'DeleteItem',
  'Query',
  'BatchGetItem',
  'BatchWriteItem',
  'TransactGetItems',
  'TransactWriteItems',
]);

export const ofDynamoDbLocal: readonly Deviation[] = [
  {
    why:
      'counts no double units in transactions, none for a missing row in a batch or for a query of one row, two for ' +
      'the delete of a missing row, and tells of a delete unasked',
    overlooks: ({ operation }, output) =>
      UNCOUNTED.has(operation) ? { ...output, ConsumedCapacity: undefined } : output,
  },
  {
    why: 'keeps the text of some numbers as it was given, mostly within lists and maps',
    overlooks: (_, output) => withNormalNumbers(output) as Output,
  },
  {
    why: 'gives no LastEvaluatedKey where the key condition leaves no room for a further row',
    explains: (step, ours, theirs) =>
      step.operation === 'Query' &&
      lastKeyOf(ours) !== undefined &&
      succeeds(theirs) &&
      lastKeyOf(theirs) === undefined,
  },
  {
    why: 'finds that two actions of a transaction are on one row only after it decided their conditions, or not at all',
    explains: (_, ours, theirs) =>
      messageOf(ours) === 'Transaction request cannot include multiple operations on one item' && !isInvalid(theirs),
  },
  {
    why: 'refuses a transaction as a whole where one update does not fit the row',
    explains: (_, ours, theirs) =>
      'error' in ours &&
      (ours.reasons ?? []).some((reason) => (reason as { Code: string }).Code === 'ValidationError') &&
      isInvalid(theirs),
  },
];

function withNormalNumbers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNormalNumbers);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      name === 'N' && typeof member === 'string' ? normalNumber(member) : withNormalNumbers(member),
    ]),
  );
}
