import { acceptValue } from './accept.js';
import { invalid, KeyMismatch } from './errors.js';
import { sizeOfValue, sortable, typeOf } from './values.js';
import type { AttributeMap, AttributeValue } from './values.js';

export interface KeyAttribute {
  readonly name: string;
  readonly type: 'S' | 'N' | 'B';
}

/** The key attributes of a table. */
export interface KeySchema {
  readonly hash: KeyAttribute;
  readonly range: KeyAttribute | undefined;
}

/** Where a row is: its key values as texts that sort as DynamoDB sorts them. */
export interface Place {
  readonly hash: string;
  /** Empty in a table without a range key. */
  readonly range: string;
}

const MAX_BYTES = { hash: 2048, range: 1024 };

const TOO_LONG = {
  hash: 'One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes',
  range:
    'One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes',
};

export const keyNames = ({ hash, range }: KeySchema): readonly string[] =>
  range === undefined ? [hash.name] : [hash.name, range.name];

/** Where a whole row goes. @throws MemoryDynamoError (ValidationException) where its key is not the table's */
export function placeOfRow(schema: KeySchema, row: AttributeMap): Place {
  return placeBy(schema, (attribute, kind) => {
    const value = Object.hasOwn(row, attribute.name) ? row[attribute.name] : undefined;
    if (value === undefined) {
      throw new KeyMismatch(`One or more parameter values were invalid: Missing the key ${attribute.name} in the item`);
    }
    const type = typeOf(value);
    if (type !== attribute.type) {
      throw new KeyMismatch(
        `One or more parameter values were invalid: Type mismatch for key ${attribute.name} expected: ${attribute.type} actual: ${type}`,
      );
    }
    return keyText(attribute, kind, value);
  });
}

/** Where the row of a key is. @throws MemoryDynamoError (ValidationException) where it is not the table's key */
export function placeOfKey(
  schema: KeySchema,
  key: AttributeMap,
  mismatch = 'The provided key element does not match the schema',
): Place {
  if (Object.keys(key).length !== keyNames(schema).length) throw new KeyMismatch(mismatch);
  return placeBy(schema, (attribute, kind) => {
    const value = Object.hasOwn(key, attribute.name) ? key[attribute.name] : undefined;
    if (value === undefined || typeOf(value) !== attribute.type) throw new KeyMismatch(mismatch);
    return keyText(attribute, kind, value);
  });
}

/** The key of a row, as `LastEvaluatedKey` and `Keys` have it. */
export function keyOf(schema: KeySchema, row: AttributeMap): AttributeMap {
  return Object.fromEntries(keyNames(schema).map((name) => [name, acceptValue(row[name])]));
}

type Kind = 'hash' | 'range';

function placeBy(schema: KeySchema, text: (attribute: KeyAttribute, kind: Kind) => string): Place {
  const hash = text(schema.hash, 'hash');
  return { hash, range: schema.range === undefined ? '' : text(schema.range, 'range') };
}

function keyText({ name }: KeyAttribute, kind: Kind, value: AttributeValue): string {
  const size = sizeOfValue(value);
  if (size === 0) {
    throw invalid(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${'S' in value ? 'string' : 'binary'} value. Key: ${name}`,
    );
  }
  if (size > MAX_BYTES[kind]) throw invalid(TOO_LONG[kind]);
  return sortable(value);
}
