import type { EntityClass } from '../decorators/declared.js';
import { type FieldType, isScalar, type JsonValue } from '../fields/field-type.js';

/**
 * The schema at one moment, between two steps of the history, in the names of that moment. Every part carries an
 * identity that it keeps through all moments, whatever it is called: types, fields, enum values and key paths of two
 * moments are the same where their identities are equal. Field types and defaults refer to types, fields and enum
 * values by identity, so a rename touches one name only.
 *
 * Storage names are not known here: they follow from all versions in order (see storage-names.ts).
 */
export class Moment {
  private constructor(
    private readonly typesById: Map<Identity, TypeState>,
    private readonly enumsById: Map<Identity, EnumState>,
  ) {}

  static empty(): Moment {
    return new Moment(new Map(), new Map());
  }

  /** A copy that later steps do not change. Only the maps are copied: the states are immutable. */
  snapshot(): Moment {
    return new Moment(new Map(this.typesById), new Map(this.enumsById));
  }

  get allTypes(): readonly TypeState[] {
    return [...this.typesById.values()];
  }

  get allEnums(): readonly EnumState[] {
    return [...this.enumsById.values()];
  }

  type(id: Identity): TypeState | undefined {
    return this.typesById.get(id);
  }

  enum(id: Identity): EnumState | undefined {
    return this.enumsById.get(id);
  }

  typeNamed(name: string): TypeState | undefined {
    return this.allTypes.find((type) => type.name === name);
  }

  enumNamed(name: string): EnumState | undefined {
    return this.allEnums.find((e) => e.name === name);
  }

  putType(type: TypeState): void {
    this.typesById.set(type.id, type);
  }

  putEnum(e: EnumState): void {
    this.enumsById.set(e.id, e);
  }

  drop(id: Identity): void {
    this.typesById.delete(id);
    this.enumsById.delete(id);
  }

  /**
   * What has the name, as a type or as an enum, and is in use. What has it without being in use gives way.
   */
  claim(name: string): TypeState | EnumState | undefined {
    const present = this.typeNamed(name) ?? this.enumNamed(name);
    if (present === undefined || this.reachable().has(present.id)) return present;
    this.drop(present.id);
    return undefined;
  }

  /** Forgets the object types and enums that no item type uses: the version at hand does not have them. */
  dropUnused(): void {
    const used = this.reachable();
    for (const { id } of [...this.allTypes, ...this.allEnums]) if (!used.has(id)) this.drop(id);
  }

  /** The identities of the item types and of every object type and enum that their fields reach. */
  reachable(): ReadonlySet<Identity> {
    const seen = new Set<Identity>();
    const visit = (type: TypeState): void => {
      if (seen.has(type.id)) return;
      seen.add(type.id);
      for (const field of type.fields) {
        const id = referenceOf(field.type);
        if (id === undefined) continue;
        const object = this.typesById.get(id);
        if (object === undefined) seen.add(id);
        else visit(object);
      }
    };
    this.allTypes.filter((type) => type.kind === 'item').forEach(visit);
    return seen;
  }
}

/** Unique within one run of `buildVersionMap`, and meaningless outside it. */
export type Identity = string;

export interface TypeState {
  readonly id: Identity;
  readonly kind: 'item' | 'object';
  readonly name: string;
  readonly class: EntityClass;
  readonly fields: readonly FieldState[];
  /** Empty for object types; else the first is primary. */
  readonly keyPaths: readonly KeyPathState[];
  readonly expiry?: ExpiryState;
}

/** The same at every moment: no step changes it. */
export interface ExpiryState {
  /** The field that holds the time. */
  readonly field: Identity;
  /** The first version that has the rule. */
  readonly since: number;
}

export interface FieldState {
  readonly id: Identity;
  readonly name: string;
  /** `enum` and `object` are identities. */
  readonly type: FieldType;
  readonly required: boolean;
  readonly readDefault?: DefaultState;
  readonly initialValue?: 'uuid';
}

/** Compared by reference: the same object for as long as the default goes back unchanged. */
export interface DefaultState {
  /** Enum values and the fields of objects are identities. */
  readonly value: JsonValue;
  readonly standing: DefaultStanding;
}

/**
 * Whether a version's own data have the default: `declared` by its class, or only what a later removal tells
 * `olderReaders`. `unsettled`: the removal did not say. Then it was declared if a step of an earlier migration needs it
 * to have been: a required field that is added, or becomes required, has one, and a modified default is there.
 */
export type DefaultStanding = 'declared' | 'olderReaders' | 'unsettled';

export interface KeyPathState {
  readonly id: Identity;
  readonly template: string;
}

export interface EnumState {
  readonly id: Identity;
  readonly name: string;
  readonly base: 'string' | 'int';
  readonly values: readonly EnumValueState[];
}

export interface EnumValueState {
  readonly id: Identity;
  readonly value: string | number;
}

/** The object type or enum that a field type refers to, through collections. */
export function referenceOf(type: FieldType): Identity | undefined {
  if (type.kind === 'array' || type.kind === 'map' || type.kind === 'set') return referenceOf(type.of);
  if (type.kind === 'object') return type.object;
  return type.kind === 'enum' ? type.enum : undefined;
}

/** The same type with its object type or enum named otherwise. */
export function mapReference(type: FieldType, rename: (id: Identity) => string): FieldType {
  if (isScalar(type)) return type;
  switch (type.kind) {
    case 'array':
    case 'map':
    case 'set':
      return { kind: type.kind, of: mapReference(type.of, rename) };
    case 'object':
      return { kind: 'object', object: rename(type.object) };
    case 'enum':
      return { kind: 'enum', enum: rename(type.enum) };
  }
}
