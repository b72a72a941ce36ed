import type { ScalarName } from '../fields/field-type.js';

/** What the classes of a schema say, gathered and resolved: the newest version, in its own names. */
export interface DeclaredSchema {
  readonly types: readonly DeclaredItemType[];
  /** Every object type that a field reaches, each once. */
  readonly objects: readonly DeclaredObjectType[];
  readonly enums: readonly DeclaredEnum[];
}

/** A decorated class; its instances are made without running its constructor. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type EntityClass<T extends object = object> = abstract new (...args: any[]) => T;

export interface DeclaredObjectType {
  readonly name: string;
  readonly class: EntityClass;
  /** Own and inherited fields, in the order written. */
  readonly fields: readonly DeclaredField[];
}

export interface DeclaredItemType extends DeclaredObjectType {
  /** As written; the first is primary. */
  readonly keyPaths: readonly string[];
  /** Absent where its items never expire. */
  readonly expiry?: DeclaredExpiry;
}

/** When the items of a type expire: at the time that a field says. */
export interface DeclaredExpiry {
  /** The name of a timestamp field; an item that has none in it never expires. */
  readonly at: string;
  /** The first version whose items expire; 1 unless said otherwise. */
  readonly since?: number;
}

export interface DeclaredField {
  readonly name: string;
  readonly type: DeclaredType;
  readonly required: boolean;
  /** As the user wrote it: a runtime value (`Date`) or its JSON form (`'2024-01-01'`). */
  readonly readDefault?: unknown;
  readonly initialValue?: 'uuid';
  readonly deprecated?: boolean | string;
  readonly description?: string;
}

export type DeclaredType =
  | { readonly kind: ScalarName }
  | { readonly kind: 'enum'; readonly enum: DeclaredEnum }
  | { readonly kind: 'object'; readonly class: EntityClass }
  | { readonly kind: 'array' | 'map' | 'set'; readonly of: DeclaredType };

export interface DeclaredEnum {
  readonly name: string;
  readonly values: readonly (string | number)[];
}
