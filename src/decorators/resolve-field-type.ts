import { describe } from '../fields/kinds.js';
import { scalarNames, scalarTypes } from '../fields/scalars/index.js';
import type { DeclaredEnum, DeclaredType, EntityClass } from './declared.js';
import { typeOfDesign } from './design-type.js';
import type { SchemaProblem } from './errors.js';
import { isClass, isCollectionType, isEnumType, isThunk } from './field-spec.js';
import type { FieldMark } from './metadata.js';

type Place = Omit<SchemaProblem, 'what' | 'mend'>;

/** Why a type cannot be resolved. */
export type Complaint = Pick<SchemaProblem, 'what' | 'mend'> & {
  /** What a function of the user's threw. */
  readonly cause?: unknown;
};

/** Is told of every class and enum that a type reaches. */
export interface TypeReach {
  objectType(entityClass: EntityClass, place: Place): void;
  enumType(declared: DeclaredEnum): void;
}

/** The resolved type of a field, named by its decorator or told by the compiler. */
export function resolveFieldType(
  { options, design }: FieldMark,
  reach: TypeReach,
  place: Place,
): DeclaredType | Complaint {
  const spec: unknown = 'type' in options ? options.type : typeOfDesign(design);
  if (isComplaint(spec)) return spec;
  const type = resolved(spec, reach, place);
  if ('what' in type || options.initialValue === undefined || type.kind === 'uuid' || type.kind === 'string')
    return type;
  return {
    what: `the initialValue '${options.initialValue}' is text, and the field is of type ${type.kind}`,
    mend: "make it a 'uuid' or 'string' field, or leave out the initialValue",
  };
}

function resolved(spec: unknown, reach: TypeReach, place: Place): DeclaredType | Complaint {
  if (isEnumType(spec)) {
    reach.enumType(spec);
    return { kind: 'enum', enum: spec };
  }
  if (isCollectionType(spec)) {
    const of = resolved(spec.of, reach, place);
    if ('what' in of) return of;
    return (spec.kind === 'set' ? problemOfSet(of) : undefined) ?? { kind: spec.kind, of };
  }
  if (isThunk(spec)) return resolvedLazily(spec, reach, place);
  if (isClass(spec)) {
    reach.objectType(spec, place);
    return { kind: 'object', class: spec };
  }
  const scalar = scalarNames.find((name) => name === spec);
  if (scalar !== undefined) return { kind: scalar };
  if (spec === undefined) return undefinedType();
  return {
    what: typeof spec === 'string' ? `there is no type '${spec}'` : `${describe(spec)} is no type of a field`,
    mend: `use a class, enumType(…), arrayOf(…), mapOf(…), setOf(…) or one of ${scalarNames.join(', ')}`,
  };
}

function resolvedLazily(thunk: () => unknown, reach: TypeReach, place: Place): DeclaredType | Complaint {
  let spec: unknown;
  try {
    spec = thunk();
  } catch (cause) {
    // A module that is part of a circle and has not run yet.
    if (cause instanceof ReferenceError) {
      return {
        what: `the type is not defined yet (${cause.message})`,
        mend: 'call defineSchema in a module of its own, which imports the classes and which they do not import',
        cause,
      };
    }
    return { what: `the function that names the type threw (${String(cause)})`, mend: 'see its cause', cause };
  }
  return resolved(spec, reach, place);
}

/** What DynamoDB's sets can hold, and gives back as it was. */
const MEMBERS: readonly DeclaredType['kind'][] = [
  ...scalarNames.filter((name) => scalarTypes[name].set !== undefined),
  'enum',
];

function problemOfSet(of: DeclaredType): Complaint | undefined {
  if (MEMBERS.includes(of.kind)) return undefined;
  return {
    what: `a set cannot hold values of type ${of.kind}`,
    mend: `use arrayOf(…), or a set of ${MEMBERS.join(', ')}`,
  };
}

function undefinedType(): Complaint {
  return {
    what: 'the type is undefined, as a class is while modules import each other in a circle',
    mend: 'write it as a function: () => OrderItem',
  };
}

function isComplaint(value: unknown): value is Complaint {
  return typeof value === 'object' && value !== null && 'what' in value;
}
