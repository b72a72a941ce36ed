import { normalNumber } from './decimal.js';
import { invalid } from './errors.js';
import { latin1, setOwn, sizeOfRow } from './values.js';
import type { AttributeMap, AttributeValue } from './values.js';

export const MAX_ROW_BYTES = 400 * 1024;
const MAX_DEPTH = 32;

/** A copy of a request's row with every number in its normal form. @throws MemoryDynamoError where DynamoDB would */
export function acceptRow(row: unknown, depth = 0): AttributeMap {
  const accepted: Record<string, AttributeValue> = {};
  for (const name of Object.keys(row as object)) {
    const value = (row as Record<string, unknown>)[name];
    if (value !== undefined) setOwn(accepted, name, acceptValue(value, depth));
  }
  return accepted;
}

/** @throws MemoryDynamoError where DynamoDB does not take that value */
export function acceptValue(value: unknown, depth = 0): AttributeValue {
  if (depth > MAX_DEPTH) {
    throw invalid(
      'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit',
    );
  }
  let type: string | undefined;
  for (const member in value as object) {
    if ((value as Record<string, unknown>)[member] === undefined) continue;
    if (type !== undefined) {
      throw invalid(
        'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
      );
    }
    type = member;
  }
  return accept(type, type === undefined ? undefined : (value as Record<string, unknown>)[type], depth);
}

function accept(type: string | undefined, content: unknown, depth: number): AttributeValue {
  switch (type) {
    case 'S':
      return { S: content as string };
    case 'N':
      return { N: normalNumber(String(content)) };
    case 'M':
      return { M: acceptRow(content, depth + 1) };
    case 'L':
      return { L: (content as readonly unknown[]).map((element) => acceptValue(element, depth + 1)) };
    case 'BOOL':
      return { BOOL: content as boolean };
    case 'NULL':
      if (content === true) return { NULL: true };
      throw invalid(
        'One or more parameter values were invalid: Null attribute value types must have the value of true',
      );
    case 'B':
      return { B: new Uint8Array(content as Uint8Array) };
    case 'SS':
      return { SS: acceptSet(content as readonly string[], 'string', (text) => text) };
    case 'NS':
      return { NS: acceptSet((content as readonly string[]).map(normalNumber), 'number', (text) => text) };
    case 'BS':
      return {
        BS: acceptSet(
          (content as readonly Uint8Array[]).map((bytes) => new Uint8Array(bytes)),
          'binary',
          latin1,
        ),
      };
    case undefined:
    default:
      throw invalid('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  }
}

function acceptSet<T>(elements: readonly T[], type: string, identity: (element: T) => string): readonly T[] {
  if (elements.length === 0) {
    throw invalid(`One or more parameter values were invalid: An ${type} set  may not be empty`);
  }
  if (new Set(elements.map(identity)).size < elements.length) {
    const content = type === 'binary' ? '' : ` [${elements.join(', ')}]`;
    throw invalid(`One or more parameter values were invalid: Input collection${content} contains duplicates.`);
  }
  return [...elements];
}

/** @throws MemoryDynamoError for a row over 400 KB. Gives its size. */
export function assertRowSize(row: AttributeMap, message = 'Item size has exceeded the maximum allowed size'): number {
  const size = sizeOfRow(row);
  if (size > MAX_ROW_BYTES) throw invalid(message);
  return size;
}
