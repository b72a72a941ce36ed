import type { Condition } from '../table/condition.js';
import type { AttributeMap, AttributeValue } from '../values/attribute-value.js';
import type { KeyAttributes } from '../table/gateway.js';

/** A condition as DynamoDB reads it. Names and values are always placeholders: `$type` is no legal bare name. */
export interface PrintedCondition {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues?: AttributeMap;
}

/**
 * @example
 * printCondition(all(equals('$rev', { S: 'r1' }), absent('$lay')), keys)
 * // { ConditionExpression: '(#0 = :0 AND attribute_not_exists(#1))',
 * //   ExpressionAttributeNames: { '#0': '$rev', '#1': '$lay' }, ExpressionAttributeValues: { ':0': { S: 'r1' } } }
 */
export function printCondition(condition: Condition, keys: KeyAttributes): PrintedCondition {
  const attributes: string[] = [];
  const names: Record<string, string> = {};
  const values: Record<string, AttributeValue> = {};
  let valueCount = 0;
  const name = (attribute: string): string => {
    const known = attributes.indexOf(attribute);
    const placeholder = `#${known === -1 ? attributes.push(attribute) - 1 : known}`;
    names[placeholder] = attribute;
    return placeholder;
  };
  const value = (v: AttributeValue): string => {
    const placeholder = `:${valueCount++}`;
    values[placeholder] = v;
    return placeholder;
  };
  const print = (c: Condition): string => {
    switch (c.kind) {
      case 'rowAbsent':
        return `attribute_not_exists(${name(keys.pk)})`;
      case 'rowExists':
        return `attribute_exists(${name(keys.pk)})`;
      case 'absent':
        return `attribute_not_exists(${name(c.attribute)})`;
      case 'equals':
        return `${name(c.attribute)} = ${value(c.value)}`;
      case 'less':
        return `${name(c.attribute)} < ${value(c.value)}`;
      case 'atMost':
        return `${name(c.attribute)} <= ${value(c.value)}`;
      case 'all':
        return group(c.of.map(print), 'AND');
      case 'any':
        return group(c.of.map(print), 'OR');
    }
  };
  const expression = print(condition);
  return {
    ConditionExpression: expression,
    ExpressionAttributeNames: names,
    ...(valueCount === 0 ? {} : { ExpressionAttributeValues: values }),
  };
}

/** DynamoDB refuses redundant parentheses, so a group of one stands alone. */
function group(parts: readonly string[], operator: 'AND' | 'OR'): string {
  if (parts.length === 0) throw new RangeError(`A condition over no parts has no expression (${operator}).`);
  return parts.length === 1 ? parts[0]! : `(${parts.join(` ${operator} `)})`;
}
