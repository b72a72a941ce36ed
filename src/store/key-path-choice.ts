import { type KeyBounds, keyRange, type KeyRange } from '../keypaths/range.js';
import { KeyTooLargeError } from '../keypaths/errors.js';
import { keyProblem } from '../keypaths/limits.js';
import { keyLayout, physicalKey, type StoredOf } from '../keypaths/physical-key.js';
import { matchesPrefix, parsePrefix } from '../keypaths/prefix.js';
import { isKeyPathReference, type KeyPathReference, matchReference, matchReferencePrefix } from '../keypaths/tagged.js';
import { type ParsedTemplate, parameterNames } from '../keypaths/template.js';
import type { KeyPathModel } from '../schema/model.js';
import type { AttributeValue, RowKey } from '../values/attribute-value.js';
import { own } from '../values/own.js';
import type { TypeView } from '../views/type-view.js';
import { AmbiguousKeyPathError, KeyParameterError, NoSuchKeyPathError } from './errors.js';

/** What a caller names a place by: a template with its parameters, or a reference that has its values in it. */
export type PathArgument = string | KeyPathReference;

/** Values of parameters by field name, as a caller gave them. */
export type GivenValues = Readonly<Record<string, unknown>>;

/** One key path of the type, and the key of the row that the values name on it. */
export interface ChosenKey {
  readonly path: KeyPathModel;
  readonly key: RowKey;
}

/** One key path of the type, and the rows of it that a prefix selects. */
export interface ChosenRange {
  readonly path: KeyPathModel;
  readonly range: KeyRange;
  /** The stored values that the prefix has, by storage name of the field; undefined for the fields after it. */
  readonly given: (field: string) => AttributeValue | undefined;
}

/**
 * The row that a whole key path with its values names.
 *
 * @throws NoSuchKeyPathError, KeyParameterError, ValidationError, InvalidTemplateError, KeyTooLargeError
 */
export function chooseKey(view: TypeView, argument: PathArgument, parameters: GivenValues | undefined): ChosenKey {
  for (const path of view.model.keyPaths) {
    const { template } = keyLayout(path);
    if (isKeyPathReference(argument)) {
      const values = matchReference(template, argument);
      if (values !== undefined) return keyOn(view, path, template, values);
    } else if (argument === path.template) return keyOn(view, path, template, parameters);
  }
  throw noSuchPath(view, argument, 'find');
}

/** The primary row of the item that has these values of the primary parameters. */
export function choosePrimary(view: TypeView, parameters: GivenValues): ChosenKey {
  const path = view.model.keyPaths[0]!;
  return keyOn(view, path, keyLayout(path).template, parameters);
}

/**
 * The rows that a prefix with its values selects; it must be the beginning of one key path only.
 *
 * @throws NoSuchKeyPathError, AmbiguousKeyPathError, KeyParameterError, ValidationError, InvalidTemplateError,
 *   InvalidKeyRangeError
 */
export function chooseRange(
  view: TypeView,
  argument: PathArgument,
  parameters: GivenValues | undefined,
  bounds: KeyBounds<unknown>,
): ChosenRange {
  const found = view.model.keyPaths.flatMap((path) => {
    const { template } = keyLayout(path);
    if (isKeyPathReference(argument)) {
      const matched = matchReferencePrefix(template, argument);
      return matched === undefined ? [] : [{ path, template, ...matched }];
    }
    const prefix = parsePrefix(argument);
    return matchesPrefix(template, prefix) ? [{ path, template, prefix, values: parameters }] : [];
  });
  const [only, other] = found;
  if (only === undefined) throw noSuchPath(view, argument, 'list');
  if (other !== undefined) {
    throw new AmbiguousKeyPathError(
      view.model.name,
      printed(argument),
      found.map(({ path }) => path.template),
    );
  }
  const { path, template, prefix, values } = only;
  const stored = storedValues(view, path, prefix, values);
  return {
    path,
    range: keyRange(path, prefix, stored, storedBounds(view, path, template, prefix, bounds)),
    given: stored,
  };
}

function keyOn(
  view: TypeView,
  path: KeyPathModel,
  template: ParsedTemplate,
  values: GivenValues | undefined,
): ChosenKey {
  const key = physicalKey(path, storedValues(view, path, template, values));
  if (keyProblem(key) !== undefined) throw new KeyTooLargeError(path.template, key);
  return { path, key };
}

/** Checks that exactly the parameters of the template are given, each a value of its field, and encodes them. */
function storedValues(
  view: TypeView,
  path: KeyPathModel,
  template: ParsedTemplate,
  given: GivenValues | undefined,
): StoredOf {
  const names = parameterNames(template);
  if (given !== undefined && (typeof given !== 'object' || given === null)) {
    throw new KeyParameterError(view.model.name, template.text, 'The parameters are not an object of names and values');
  }
  const values = given ?? {};
  const missing = names.filter((name) => own(values, name) === undefined);
  const unknown = Object.keys(values).filter((name) => !names.includes(name));
  if (missing.length > 0 || unknown.length > 0) {
    const parts = [
      ...(missing.length > 0 ? [`no value is given for ${missing.join(', ')}`] : []),
      ...(unknown.length > 0 ? [`${unknown.join(', ')} is no parameter of it`] : []),
    ];
    const what = `The parameters are ${names.length === 0 ? 'none' : names.join(', ')}, but ${parts.join(' and ')}`;
    throw new KeyParameterError(view.model.name, template.text, what);
  }
  const stored = new Map(
    names.map((name) => [view.fieldNamed(name)!.storageName, view.attributeOf(name, values[name])]),
  );
  return (field) => stored.get(field)!;
}

function storedBounds(
  view: TypeView,
  path: KeyPathModel,
  template: ParsedTemplate,
  prefix: ParsedTemplate,
  bounds: KeyBounds<unknown>,
): KeyBounds {
  const names = Object.keys(bounds) as (keyof KeyBounds)[];
  if (names.length === 0) return {};
  const next = parameterNames(template)[parameterNames(prefix).length];
  if (next === undefined) {
    throw new KeyParameterError(
      view.model.name,
      path.template,
      `${names.join(', ')}: the prefix leaves no parameter to bound`,
    );
  }
  const stored = (value: unknown, bound: string): AttributeValue => view.attributeOf(next, value, `${next} (${bound})`);
  return Object.fromEntries(
    names.map((bound): [string, AttributeValue | AttributeValue[]] => {
      const value = bounds[bound];
      if (bound !== 'between') return [bound, stored(value, bound)];
      if (!Array.isArray(value) || value.length !== 2) {
        throw new KeyParameterError(view.model.name, path.template, 'between takes a list of two values: [low, high]');
      }
      return [bound, value.map((end: unknown) => stored(end, bound))];
    }),
  );
}

function noSuchPath(view: TypeView, argument: PathArgument, call: 'find' | 'list'): NoSuchKeyPathError {
  const text = printed(argument);
  if (!isKeyPathReference(argument)) parsePrefix(text);
  const templates = view.model.keyPaths.map(({ template }) => template);
  return new NoSuchKeyPathError(view.model.name, text, view.version, call, templates);
}

/** A reference is printed without its values: they may be what nobody should read in a log. */
const printed = (argument: PathArgument): string =>
  isKeyPathReference(argument) ? argument.literals.join('${…}') : argument;
