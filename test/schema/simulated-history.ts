import type {
  DeclaredEnum,
  DeclaredField,
  DeclaredItemType,
  DeclaredObjectType,
  DeclaredSchema,
  DeclaredType,
  EntityClass,
} from '../../src/decorators/declared.js';
import type { ScalarName } from '../../src/fields/field-type.js';
import { classNamed } from './declare.js';

/** The schema of a simulated application at one moment. References are by object, so renames need no bookkeeping. */
export interface SimSchema {
  readonly types: SimType[];
  readonly objects: SimType[];
  readonly enums: SimEnum[];
}

export interface SimType {
  name: string;
  fields: SimField[];
  /** The first is primary; empty for object types. */
  paths: SimPath[];
}

export interface SimField {
  name: string;
  readonly type: SimFieldType;
  required: boolean;
  /** What the class declares. */
  readDefault?: SimDefault;
  /** Whether some step before implies that the default was declared. */
  implied: boolean;
}

export type SimFieldType =
  | { readonly kind: ScalarName }
  | { readonly kind: 'enum'; readonly enum: SimEnum }
  | { readonly kind: 'object'; readonly object: SimType }
  | { readonly kind: 'array' | 'map' | 'set'; readonly of: SimFieldType };

export type SimDefault = { readonly value: unknown } | { readonly enumValue: { value: string | number } };

export interface SimEnum {
  name: string;
  readonly base: 'string' | 'int';
  values: { value: string | number }[];
}

/** Literals, and the field after each where there is one. */
export type SimPath = readonly { readonly literal: string; readonly field?: SimField }[];

export function templateOf(path: SimPath): string {
  return path.map(({ literal, field }) => `/${literal}${field === undefined ? '' : `:${field.name}`}`).join('');
}

export function defaultOf(given: SimDefault): unknown {
  return 'enumValue' in given ? given.enumValue.value : given.value;
}

/** The classes of the moment, made anew at every call: a copy that is kept beside a migration. */
export class Declaration {
  private readonly classes = new Map<SimType, EntityClass>();
  private readonly declaredEnums = new Map<SimEnum, DeclaredEnum>();
  private readonly declaredObjects = new Map<SimType, DeclaredObjectType>();

  schema(types: readonly SimType[]): DeclaredSchema {
    const declared = types.map((type): DeclaredItemType => ({
      ...this.object(type),
      keyPaths: type.paths.map(templateOf),
    }));
    return { types: declared, ...this.reached() };
  }

  field({ name, type, required, readDefault }: SimField): DeclaredField {
    return {
      name,
      type: this.type(type),
      required,
      ...(readDefault !== undefined && { readDefault: defaultOf(readDefault) }),
    };
  }

  /** What the declared types and fields reach. */
  reached(): Pick<DeclaredSchema, 'objects' | 'enums'> {
    return { objects: [...this.declaredObjects.values()], enums: [...this.declaredEnums.values()] };
  }

  private object(type: SimType): DeclaredObjectType {
    return { name: type.name, class: this.classOf(type), fields: type.fields.map((field) => this.field(field)) };
  }

  private type(type: SimFieldType): DeclaredType {
    switch (type.kind) {
      case 'array':
      case 'map':
      case 'set':
        return { kind: type.kind, of: this.type(type.of) };
      case 'enum':
        return { kind: 'enum', enum: this.enum(type.enum) };
      case 'object':
        if (!this.declaredObjects.has(type.object)) this.declaredObjects.set(type.object, this.object(type.object));
        return { kind: 'object', class: this.classOf(type.object) };
      default:
        return type;
    }
  }

  private enum(e: SimEnum): DeclaredEnum {
    const declared = this.declaredEnums.get(e) ?? { name: e.name, values: e.values.map(({ value }) => value) };
    this.declaredEnums.set(e, declared);
    return declared;
  }

  private classOf(type: SimType): EntityClass {
    const made = this.classes.get(type) ?? classNamed(type.name);
    this.classes.set(type, made);
    return made;
  }
}

/** The object types and enums that the item types reach. */
export function inUse(types: readonly SimType[]): {
  readonly objects: ReadonlySet<SimType>;
  readonly enums: ReadonlySet<SimEnum>;
} {
  const objects = new Set<SimType>();
  const enums = new Set<SimEnum>();
  const visit = (type: SimFieldType): void => {
    if (type.kind === 'array' || type.kind === 'map' || type.kind === 'set') visit(type.of);
    else if (type.kind === 'enum') enums.add(type.enum);
    else if (type.kind === 'object' && !objects.has(type.object)) {
      objects.add(type.object);
      type.object.fields.forEach((field) => visit(field.type));
    }
  };
  for (const type of types) type.fields.forEach((field) => visit(field.type));
  return { objects, enums };
}
