import { DuctileError } from '../errors/ductile-error.js';
import type { ObjectTypeModel } from '../schema/model.js';
import { didYouMean } from '../schema/suggestions.js';

/** An option of `openStore`, `publish` or an operator function is unknown, missing, or not what it takes. */
export class StoreOptionError extends DuctileError {
  static override readonly code = 'STORE_OPTION';

  constructor(call: string, option: string, what: string) {
    super(`${call}: the option ${option} ${what}.`, { option });
  }
}

/** A field is stored under the name of one of the table's key attributes. */
export class KeyAttributeTakenError extends DuctileError {
  static override readonly code = 'KEY_ATTRIBUTE_TAKEN';

  constructor(type: string, field: string, attribute: string, table: string) {
    super(
      `The field ${field} of ${type} is stored as the attribute '${attribute}', which is a key attribute of table ${table}. ` +
        'Give the field another name, or use a table whose key attributes have other names (option keys).',
      { type, field, attribute, table },
    );
  }
}

/** The store was closed before the call. */
export class StoreClosedError extends DuctileError {
  static override readonly code = 'STORE_CLOSED';

  constructor(table: string) {
    super(`The store of table ${table} is closed. Open another one, or close it later.`, { table });
  }
}

/**
 * What was given is no entity of this repository: the store does not know which row it stands for. The message tells what
 * it seems to be: a copy, a proxy, an entity of another store or of another copy of this package.
 */
export class NotAnEntityError extends DuctileError {
  static override readonly code = 'NOT_AN_ENTITY';

  constructor(type: string, what: string) {
    super(
      `${what}. An entity of ${type} is an object that this repository's create() made, or that it loaded or stored: the ` +
        'store knows by the object itself which row it stands for, and a copy of it stands for none.',
      { type },
    );
  }
}

/** What somebody gave in the place of an object, in words: `null`, `an array`, `a string`. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** `update` found no item. */
export class ItemNotFoundError extends DuctileError {
  static override readonly code = 'ITEM_NOT_FOUND';

  constructor(type: string, keyPath: string) {
    super(`There is no ${type} at the key given on the key path ${keyPath}. Nothing was written.`, { type, keyPath });
  }
}

/** The callback of `update` is missing, or returned something, a promise perhaps: what it returns would be lost. */
export class UpdateCallbackError extends DuctileError {
  static override readonly code = 'UPDATE_CALLBACK';

  constructor(type: string, problem: 'missing' | 'promise' | 'value') {
    super(UPDATE_PROBLEMS[problem](type), { type });
  }
}

const UPDATE_PROBLEMS = {
  missing: (type: string) =>
    `update() for ${type} was given no callback. Give it the key and a function: (item) => { item.field = value; }.`,
  promise: (type: string) =>
    `The callback of update() for ${type} returned a promise. Nothing was written. Do what is asynchronous before ` +
    'update(), and change the item synchronously in the callback.',
  value: (type: string) =>
    `The callback of update() for ${type} returned a value. Nothing was written. Change the item in place and return ` +
    'nothing: (item) => { item.field = value; }.',
} as const;

/** What was given to `create` or `assign` has properties that are no fields of the type, or of a nested one. */
export class UnknownPropertyError extends DuctileError {
  static override readonly code = 'UNKNOWN_PROPERTY';

  constructor(call: 'create' | 'assign', type: string, unknown: readonly UnknownProperty[]) {
    const properties = unknown.map(({ path }) => path);
    const owners = [...new Set(unknown.map(({ owner }) => owner))];
    const fields = owners.map((owner) => `${owner.name} has ${owner.fields.map(({ name }) => name).join(', ')}`);
    super(
      `${call}() of ${type} was given what is no field: ${properties.join(', ')}. ${fields.join('; ')}. Leave the rest out.`,
      { type, properties },
    );
  }
}

/** A property that is no field, and the type that does not have it. */
export interface UnknownProperty {
  /** Where, in the names of the caller's version: `items[3].colour`. */
  readonly path: string;
  readonly owner: ObjectTypeModel;
}

/** A key path of which not every item has its row yet cannot prove that there is no further item. */
export class KeyPathIncompleteError extends DuctileError {
  static override readonly code = 'KEY_PATH_INCOMPLETE';

  constructor(type: string, keyPath: string, call: 'find' | 'list') {
    super(
      (call === 'find'
        ? `Nothing was found on the key path ${keyPath} of ${type}, but it is not promoted yet: `
        : `The list through the key path ${keyPath} of ${type} has ended, but the path is not promoted yet: `) +
        'items that were written before it was published may be missing from it. Run backfill, verify and promote ' +
        "('ductile/operator'), or take what is there with { incomplete: 'allow' }.",
      { type, keyPath },
    );
  }
}

/** Several key paths of the type begin with the prefix of a list. */
export class AmbiguousKeyPathError extends DuctileError {
  static override readonly code = 'AMBIGUOUS_KEY_PATH';

  constructor(
    type: string,
    prefix: string,
    /** The templates that begin with it. */
    readonly choices: readonly string[],
  ) {
    super(
      `Several key paths of ${type} begin with ${prefix}: ${choices.join(', ')}. Go on with the prefix, at least to the ` +
        'literal of the next segment, until it is one of them.',
      { type, keyPath: prefix, choices },
    );
  }
}

/** The type has no such key path, or none that begins so. */
export class NoSuchKeyPathError extends DuctileError {
  static override readonly code = 'NO_SUCH_KEY_PATH';

  constructor(
    type: string,
    path: string,
    version: number,
    call: 'find' | 'list',
    /** The key paths that the type has. */
    readonly choices: readonly string[],
  ) {
    super(
      `${type} has no key path ${call === 'find' ? '' : 'that begins with '}'${path}' in schema version ${version}` +
        `${didYouMean(path, choices) || '.'} Its key paths are ${choices.map((choice) => `'${choice}'`).join(', ')}.` +
        otherwiseFound(path, call, choices),
      { type, keyPath: path, version, choices },
    );
  }
}

/** What the caller may have meant: a list, or a path with its values in it. */
function otherwiseFound(path: string, call: 'find' | 'list', choices: readonly string[]): string {
  if (call === 'find' && choices.some((choice) => choice.startsWith(path))) {
    return ' That is the beginning of one: to read what lies under it, use listByKeyPath.';
  }
  const concrete = !path.includes(':') && !path.includes('${');
  return concrete
    ? ' Give the template with its parameters, or a path with its values in place: keyPath`/…-${value}`.'
    : '';
}

/** The parameters of a key path, or the bounds of a list, are not those that it has. */
export class KeyParameterError extends DuctileError {
  static override readonly code = 'KEY_PARAMETER';

  constructor(type: string, keyPath: string, what: string) {
    super(`${what} (key path ${keyPath} of ${type}).`, { type, keyPath });
  }
}

/** An option of a call is not what it takes. */
export class InvalidOptionError extends DuctileError {
  static override readonly code = 'INVALID_OPTION';

  constructor(call: string, option: string, what: string) {
    super(`${call}: the option ${option} ${what}.`, { option });
  }
}

/** A cursor is damaged, or belongs to another list: another prefix, other parameters, bounds or direction. */
export class InvalidCursorError extends DuctileError {
  static override readonly code = 'INVALID_CURSOR';

  constructor(what: string) {
    super(`The cursor ${what}. Give a cursor unchanged to the same list that it came from, or begin without one.`);
  }
}
