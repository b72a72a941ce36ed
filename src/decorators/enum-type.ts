import { SchemaDefinitionError } from './errors.js';
import type { EnumType } from './field-spec.js';
import { problemOfName } from './names.js';

/**
 * The values of an enum, as a union.
 *
 * @example type PriorityValue = EnumValue<typeof Priority>; // 'low' | 'medium' | 'high'
 */
export type EnumValue<E extends EnumType> = E['values'][number];

/**
 * An enum as the type of a field: its values as a list of strings or of whole numbers, or a TypeScript enum. Rows hold
 * the values themselves (of a numeric TypeScript enum: the numbers), in the form in which they first appeared.
 *
 * @param name The name of the enum in this version; no other type has it.
 * @throws SchemaDefinitionError where there is no value, one is there twice, or strings and numbers are mixed.
 * @example
 * const Priority = enumType('Priority', ['low', 'medium', 'high']);
 * class Order {
 *   @Field(Priority) priority!: EnumValue<typeof Priority>;
 * }
 *
 * enum Status { Open, Closed }
 * const StatusType = enumType('Status', Status); // @Field(StatusType) status!: Status;
 */
export function enumType<const Values extends readonly (string | number)[]>(
  name: string,
  values: Values,
): EnumType<Values[number]>;
export function enumType<E extends Readonly<Record<string, string | number>>>(
  name: string,
  values: E,
): EnumType<E[keyof E]>;
export function enumType(name: string, values: EnumSource): EnumType {
  if (typeof name !== 'string' || typeof values !== 'object' || values === null) {
    throw new SchemaDefinitionError({
      what: 'enumType takes a name and values',
      mend: "write enumType('Size', ['S', 'M', 'L'])",
    });
  }
  const list = Array.isArray(values) ? [...(values as readonly (string | number)[])] : membersOf(values as EnumObject);
  refuseReserved(name);
  refuseUnsound(name, list);
  return Object.freeze({ kind: 'enum', name, values: Object.freeze(list) });
}

type EnumObject = Readonly<Record<string, string | number>>;
type EnumSource = readonly (string | number)[] | EnumObject;

/** The compiler adds the way back from number to name to the object of a numeric enum; no member has such a name. */
function membersOf(values: EnumObject): readonly (string | number)[] {
  const names = Object.keys(values).filter((name) => String(Number(name)) !== name);
  return names.map((name) => values[name] as string | number);
}

function refuseReserved(name: string): void {
  const wrong = problemOfName(name);
  if (wrong === undefined) return;
  throw new SchemaDefinitionError({ what: `the name '${name}' of an enum ${wrong}`, mend: 'give it another name' });
}

function refuseUnsound(name: string, values: readonly unknown[]): void {
  const refuse = (what: string, mend: string): never => {
    throw new SchemaDefinitionError({ what: `the enum ${name} ${what}`, mend });
  };
  if (values.length === 0) refuse('has no values', 'give it at least one');
  for (const value of values) {
    if (typeof value === 'string' || Number.isSafeInteger(value)) continue;
    refuse(`has the value ${String(value)}, which is neither a string nor a whole number`, 'use strings or integers');
  }
  if (new Set(values.map((value) => typeof value)).size > 1) {
    refuse('mixes strings and numbers', 'use only strings or only integers');
  }
  const repeated = values.find((value, i) => values.indexOf(value) !== i);
  if (repeated !== undefined) refuse(`has the value ${JSON.stringify(repeated)} twice`, 'remove one of them');
}
