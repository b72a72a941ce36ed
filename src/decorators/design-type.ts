import { scalarNames, scalarTypes } from '../fields/scalars/index.js';
import type { SchemaProblem } from './errors.js';
import { isClass, type FieldTypeSpec } from './field-spec.js';
import type { FieldMark } from './metadata.js';

type Complaint = Pick<SchemaProblem, 'what' | 'mend'>;

/** What the compiler's word for a type can only mean. */
const CLEAR = new Map<unknown, FieldTypeSpec>([
  [String, 'string'],
  [Boolean, 'boolean'],
  [BigInt, 'bigint'],
  [Uint8Array, 'bytes'],
]);

/** What it leaves open, and what to write. */
const OPEN = new Map<unknown, Complaint>([
  [Number, complaint('a number', scalarsThatHold('a number'))],
  [Date, complaint('a Date', scalarsThatHold('a Date'))],
  [Array, complaint('an array', "@Field(arrayOf('string')), or what its elements are")],
  [Set, complaint('a set', "@Field(setOf('string')), or what its members are")],
  [Map, complaint('a map', "@Field(mapOf('string')) on a property of type Record<string, string>")],
  [Object, complaint('an object, a union or an alias', "@Field('json'), @Field(() => OrderItem), 'string' or another")],
]);

/** The type of a field that names none, if what the compiler told can only mean one. */
export function typeOfDesign(design: FieldMark['design']): FieldTypeSpec | Complaint {
  if (!design.told) {
    return {
      what: 'the field names no type, and the compiler tells none',
      mend:
        "write the type, such as @Field('string'), or compile with experimentalDecorators and emitDecoratorMetadata " +
        '(standard decorators tell no types)',
    };
  }
  const { type } = design;
  const clear = CLEAR.get(type) ?? OPEN.get(type);
  if (clear !== undefined) return clear;
  if (isClass(type)) return type;
  return {
    what: 'the field names no type, and the class is not defined where the compiler tells it',
    mend: 'write the type as a function, such as @Field(() => OrderItem)',
  };
}

/** `@Field('int'), 'uint' or 'double'`. */
function scalarsThatHold(what: string): string {
  const names = scalarNames.filter((name) => scalarTypes[name].holds === what).map((name) => `'${name}'`);
  return `@Field(${names[0]})${names
    .slice(1, -1)
    .map((name) => `, ${name}`)
    .join('')} or ${names.at(-1)}`;
}

function complaint(seen: string, write: string): Complaint {
  return { what: `the field names no type, and the compiler only tells that it is ${seen}`, mend: `write ${write}` };
}
