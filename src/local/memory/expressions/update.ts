import { addNumbers, negated } from '../decimal.js';
import { invalid } from '../errors.js';
import { copyRow, copyValue, latin1, setOwn, typeOf } from '../values.js';
import type { AttributeMap, AttributeValue } from '../values.js';
import { valueAt } from './paths.js';
import type { Placeholders } from './placeholders.js';
import type { Step, Term, UpdateAction } from './syntax.js';

/**
 * The row after an update. Every term is reckoned from the row as it was before; elements of lists are removed last,
 * so that indexes mean places in the list as it was.
 *
 * @throws MemoryDynamoError (ValidationException) where the row does not have what a term or a path needs
 */
export function updated(row: AttributeMap, actions: readonly UpdateAction[], placeholders: Placeholders): AttributeMap {
  const changes = actions.map((action) => ({
    steps: placeholders.steps(action.path),
    value: newValue(row, action, placeholders),
  }));
  // Elements beyond the end of a list are appended in the order of their indexes, and removed from the last to the first.
  const inOrder = changes.sort((a, b) => lastIndex(a.steps) - lastIndex(b.steps));
  const result = copyRow(row);
  for (const { steps, value } of inOrder) if (value !== undefined) put(result, steps, value);
  for (const { steps, value } of inOrder.reverse()) if (value === undefined) remove(result, steps);
  return result;
}

const lastIndex = (steps: readonly Step[]): number => {
  const last = steps.at(-1);
  return typeof last === 'number' ? last : -1;
};

/** What stands at the action's path afterwards; undefined for nothing. */
function newValue(row: AttributeMap, action: UpdateAction, placeholders: Placeholders): AttributeValue | undefined {
  if (action.kind === 'REMOVE') return undefined;
  if (action.kind === 'SET') return termValue(row, action.term, placeholders);
  const before = valueAt(row, action.path, placeholders);
  const value = placeholders.value(action.value.name);
  if (action.kind === 'DELETE') return before === undefined ? undefined : without(before, value);
  return before === undefined ? value : plus(before, value);
}

function termValue(row: AttributeMap, term: Term, placeholders: Placeholders): AttributeValue {
  switch (term.kind) {
    case 'value':
      return placeholders.value(term.name);
    case 'path': {
      const value = valueAt(row, term, placeholders);
      if (value === undefined) {
        throw invalid('The provided expression refers to an attribute that does not exist in the item');
      }
      return value;
    }
    case 'if_not_exists':
      return valueAt(row, term.path, placeholders) ?? termValue(row, term.otherwise, placeholders);
    case '+':
    case '-':
    case 'list_append': {
      const left = termValue(row, term.left, placeholders);
      const right = termValue(row, term.right, placeholders);
      if (term.kind === 'list_append') {
        if ('L' in left && 'L' in right) return { L: [...left.L, ...right.L] };
      } else if ('N' in left && 'N' in right) {
        return { N: addNumbers(left.N, term.kind === '+' ? right.N : negated(right.N)) };
      }
      throw wrongType();
    }
  }
}

const wrongType = (): Error => invalid('An operand in the update expression has an incorrect data type');

function plus(before: AttributeValue, value: AttributeValue): AttributeValue {
  if ('N' in before && 'N' in value) return { N: addNumbers(before.N, value.N) };
  if ('SS' in before && 'SS' in value) return { SS: [...new Set([...before.SS, ...value.SS])] };
  if ('NS' in before && 'NS' in value) return { NS: [...new Set([...before.NS, ...value.NS])] };
  if (!('BS' in before && 'BS' in value)) throw wrongType();
  return { BS: [...new Map([...before.BS, ...value.BS].map((bytes) => [latin1(bytes), bytes])).values()] };
}

function without(before: AttributeValue, value: AttributeValue): AttributeValue | undefined {
  if ('SS' in before && 'SS' in value) {
    const SS = before.SS.filter((element) => !value.SS.includes(element));
    return SS.length > 0 ? { SS } : undefined;
  }
  if ('NS' in before && 'NS' in value) {
    const NS = before.NS.filter((element) => !value.NS.includes(element));
    return NS.length > 0 ? { NS } : undefined;
  }
  if (!('BS' in before && 'BS' in value)) throw wrongType();
  const gone = new Set(value.BS.map(latin1));
  const BS = before.BS.filter((element) => !gone.has(latin1(element)));
  return BS.length > 0 ? { BS } : undefined;
}

type Container = Record<string, AttributeValue> | AttributeValue[];

/** The map or list that holds the last step, within a copied row: it may be changed. */
function containerOf(row: AttributeMap, steps: readonly Step[]): Container {
  let container = row as Container;
  for (let depth = 0; depth < steps.length; depth++) {
    const step = steps[depth]!;
    if (Array.isArray(container) !== (typeof step === 'number')) throw wrongPath();
    if (depth === steps.length - 1) break;
    const value: AttributeValue | undefined = Object.hasOwn(container, step)
      ? (container as Record<Step, AttributeValue>)[step]
      : undefined;
    if (value === undefined || !('M' in value || 'L' in value)) throw wrongPath();
    container = ('M' in value ? value.M : value.L) as Container;
  }
  return container;
}

const wrongPath = (): Error => invalid('The document path provided in the update expression is invalid for update');

function put(row: AttributeMap, steps: readonly Step[], value: AttributeValue): void {
  const container = containerOf(row, steps);
  const last = steps.at(-1)!;
  if (Array.isArray(container)) container[Math.min(last as number, container.length)] = copyValue(value);
  else setOwn(container, last as string, copyValue(value));
}

function remove(row: AttributeMap, steps: readonly Step[]): void {
  const container = containerOf(row, steps);
  const last = steps.at(-1)!;
  if (Array.isArray(container)) container.splice(last as number, 1);
  else delete container[last];
}

const LONG_NAMES: Readonly<Record<string, string>> = {
  S: 'STRING',
  B: 'BINARY',
  BOOL: 'BOOLEAN',
  L: 'LIST',
  M: 'MAP',
  N: 'NUMBER',
  NULL: 'NULL',
};

/** Refuses values of a type that no row can make right. @throws MemoryDynamoError (ValidationException) */
export function checkUpdate(actions: readonly UpdateAction[], placeholders: Placeholders): void {
  for (const action of actions) {
    if (action.kind === 'SET') checkTerm(action.term, placeholders);
    if (action.kind !== 'ADD' && action.kind !== 'DELETE') continue;
    const type = typeOf(placeholders.value(action.value.name));
    if (type === 'SS' || type === 'NS' || type === 'BS' || (type === 'N' && action.kind === 'ADD')) continue;
    throw invalid(
      `Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ${action.kind}, ` +
        `operand type: ${LONG_NAMES[type]}, typeSet: ALLOWED_FOR_${action.kind}_OPERAND`,
    );
  }
}

function checkTerm(term: Term, placeholders: Placeholders): void {
  if (term.kind === 'value' || term.kind === 'path') return;
  if (term.kind === 'if_not_exists') return checkTerm(term.otherwise, placeholders);
  const wanted = term.kind === 'list_append' ? 'L' : 'N';
  for (const operand of [term.left, term.right]) {
    checkTerm(operand, placeholders);
    if (operand.kind !== 'value') continue;
    const type = typeOf(placeholders.value(operand.name));
    if (type === wanted) continue;
    throw invalid(
      `Invalid UpdateExpression: Incorrect operand type for operator or function; ` +
        `operator or function: ${term.kind}, operand type: ${type}`,
    );
  }
}
