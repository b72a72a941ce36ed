import { SchemaDefinitionError } from './errors.js';
import type { FieldOptions } from './field-options.js';
import type { StandardContext } from './standard-context.js';

/** What the decorators of one class said, and nothing more: all meaning is given to it by `discover`. */
export interface ClassMetadata {
  /** One for each `@ItemType` and `@ObjectType`, in the order written. */
  readonly marks: readonly TypeMark[];
  /** As written, from top to bottom. */
  readonly keyPaths: readonly string[];
  /** One for each `@Field`, in the order written. */
  readonly fields: readonly FieldMark[];
  readonly migration?: MigrationMark;
}

export interface TypeMark {
  readonly kind: 'item' | 'object';
  /** Left out by callers without a compiler: `discover` refuses the class. */
  readonly name?: string;
}

export interface FieldMark {
  readonly name: string | symbol;
  readonly options: FieldOptions;
  /** What the decorator stands on; only an instance field can be stored. */
  readonly placement: 'field' | 'static' | 'private' | 'accessor' | 'method';
  /** The property's type as far as the compiler tells it; a compiler with standard decorators tells nothing. */
  readonly design: { readonly told: false } | { readonly told: true; readonly type: unknown };
}

export interface MigrationMark {
  readonly from: number;
  readonly description: string;
}

/*
 * In the registry of symbols, so that two copies of the package in one process (one loaded as ESM, one as CommonJS)
 * read what either of them wrote.
 */
const METADATA = Symbol.for('ductile.metadata');

/*
 * Compilers of standard decorators keep metadata only where `Symbol.metadata` exists, which no release of Node has.
 * Libraries agree on whoever comes first, so that all of them share one symbol.
 */
const CLASS_METADATA: symbol = ((Symbol as { metadata?: symbol }).metadata ??= Symbol('Symbol.metadata'));

const NOTHING: ClassMetadata = Object.freeze({ marks: [], keyPaths: [], fields: [] });

/** What the decorators of this very class said; those of its base classes are theirs. */
export function ownMetadata(entityClass: object): ClassMetadata {
  const standard = ownValue(entityClass, CLASS_METADATA);
  const ofStandard = typeof standard === 'object' && standard !== null ? ownValue(standard, METADATA) : undefined;
  return (ownValue(entityClass, METADATA) ?? ofStandard ?? NOTHING) as ClassMetadata;
}

/**
 * Puts something into a class's metadata.
 *
 * @param context The context of a standard decorator. Its metadata becomes the class's, which is not there yet when the
 *   decorators of fields run.
 */
export function writeMetadata(
  entityClass: object,
  context: StandardContext | undefined,
  change: (metadata: ClassMetadata) => ClassMetadata,
): void {
  const holder = context === undefined ? entityClass : context.metadata;
  if (holder === undefined) throw noMetadata(context?.name);
  const present = (ownValue(holder, METADATA) ?? NOTHING) as ClassMetadata;
  Object.defineProperty(holder, METADATA, { value: Object.freeze(change(present)), configurable: true });
}

function noMetadata(name: string | symbol | undefined): SchemaDefinitionError {
  return new SchemaDefinitionError({
    ...(name !== undefined && { property: String(name) }),
    what: 'the compiler does not support the metadata of standard decorators',
    mend:
      'use TypeScript 5.2 or newer, or legacy decorators (experimentalDecorators), and import ductile before the ' +
      'classes that it decorates',
  });
}

function ownValue(holder: object, key: symbol): unknown {
  return Object.getOwnPropertyDescriptor(holder, key)?.value;
}
