import type { AttributeValue, RowKey } from '../values/attribute-value.js';
import { keyText, TERMINATOR, terminatorOf } from './encoding.js';
import { DamagedKeyValueError, InvalidTemplateError } from './errors.js';
import { type KeyParameterModel, type ParameterAsRead, type PathAsRead, pathIdOf, type ReadAs } from './model.js';
import { type ParsedTemplate, parseStorageTemplate, parseTemplate } from './template.js';

export { keyProblem } from './limits.js';

/** Reads an item's stored value of a field, by storage name. */
export type StoredOf = (field: string) => AttributeValue;

/** One segment of a key path, ready to be filled in. */
export interface KeySegment {
  /** The literal with the '/' before it. */
  readonly opening: string;
  readonly parameter?: ParameterAsRead;
}

/** A key path, ready to be filled in. */
export interface KeyLayout {
  /** Over the field names of its version: what callers write, and what errors name. */
  readonly template: ParsedTemplate;
  readonly group: KeySegment;
  /** The segments of the sort key. */
  readonly rest: readonly KeySegment[];
  /** Ends the partition key: empty for the first path of a template, the path's own mark for later ones. */
  readonly mark: string;
}

/**
 * The key of the row that an item has on a path. DynamoDB may find it too long: see `keyProblem`.
 *
 * A key is put together from typed parts and never taken apart, so nothing in a value can reach beyond its segment.
 *
 * @throws DamagedKeyValueError where a stored value is not of the type that the path pinned for it.
 * @example
 * // '/customer-:customerId/order-:orderId/item-:number' of a string, a string and an int
 * { pk: '/customer-ada', sk: '/order-17\u0001/item-b42' }
 */
export function physicalKey(path: PathAsRead, storedOf: StoredOf): RowKey {
  const layout = keyLayout(path);
  const { rest } = layout;
  let sk = '';
  for (let i = 0; i < rest.length; i += 1) sk += segmentText(layout, rest[i]!, storedOf, i < rest.length - 1);
  return { pk: partitionKey(layout, storedOf), sk: sk === '' ? '/' : sk };
}

/** The partition key of the group that the values name. */
export function partitionKey(layout: KeyLayout, storedOf: StoredOf): string {
  return segmentText(layout, layout.group, storedOf, false) + layout.mark;
}

/** A segment with its value filled in; where another segment `follows` in the sort key, with its terminator. */
export function segmentText(layout: KeyLayout, segment: KeySegment, storedOf: StoredOf, follows: boolean): string {
  const { opening, parameter } = segment;
  if (parameter === undefined) return opening;
  const stored = asRead(parameter, storedOf(parameter.field));
  return opening + valueText(layout, parameter, stored) + (follows ? terminatorOf(parameter.encoding, stored) : '');
}

/** What the versions that have the path read of a stored value, as rows hold it. */
export function asRead(parameter: ParameterAsRead, stored: AttributeValue): AttributeValue {
  const read = readInstead(parameter, stored)?.stored;
  if (read === undefined) return stored;
  return typeof read === 'number' ? { N: String(read) } : { S: read };
}

/** What they read in the place of a stored value; undefined where they read it as it is. */
export function readInstead({ readAs }: ParameterAsRead, stored: AttributeValue): ReadAs | undefined {
  return readAs?.get('S' in stored ? stored.S : 'N' in stored ? Number(stored.N) : '');
}

/** The key text of one parameter's value; an error of it says which parameter. */
export function valueText(layout: KeyLayout, parameter: KeyParameterModel, stored: AttributeValue): string {
  try {
    return keyText(parameter.encoding, stored);
  } catch (error) {
    throw error instanceof DamagedKeyValueError ? error.at(layout.template.text, parameter.field) : error;
  }
}

const layouts = new WeakMap<PathAsRead, KeyLayout>();

/** The layout of a path; made once for each model object. */
export function keyLayout(path: PathAsRead): KeyLayout {
  let layout = layouts.get(path);
  if (layout === undefined) {
    layout = layOut(path);
    layouts.set(path, layout);
  }
  return layout;
}

function layOut(path: PathAsRead): KeyLayout {
  const parameters = new Map(path.parameters.map((parameter) => [parameter.field, parameter]));
  const [group, ...rest] = parseStorageTemplate(path.storageTemplate).segments.map(
    ({ literal, parameter: name }): KeySegment => {
      if (name === undefined) return { opening: `/${literal}` };
      const parameter = parameters.get(name);
      if (parameter === undefined) throw unknownParameter(path, name);
      return { opening: `/${literal}`, parameter };
    },
  );
  // Without its mark, a path that was removed and added again would share rows with its former self.
  const mark = path.generation === 1 ? '' : TERMINATOR + pathIdOf(path.id);
  return { template: parseTemplate(path.template), group: group!, rest, mark };
}

function unknownParameter({ storageTemplate, parameters }: PathAsRead, name: string): InvalidTemplateError {
  const known = parameters.map(({ field }) => `'${field}'`).join(', ');
  const what = `nothing is known of the parameter ':${name}' (known are: ${known === '' ? 'none' : known})`;
  return new InvalidTemplateError(
    storageTemplate,
    storageTemplate.indexOf(`:${name}`),
    what,
    'define the schema anew from its classes',
  );
}
