import { type FieldType, isScalar, type JsonValue } from '../fields/field-type.js';
import { own } from '../values/own.js';
import type { FieldModel, SchemaVersion } from './model.js';

/** A string as TypeScript would be written by hand. */
export function quote(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** The second argument of `t.removeField`: what the field was, as `@Field` said it. */
export function fieldThatWas(field: FieldModel, version: SchemaVersion): string {
  const { type, required, readDefault, initialValue } = field;
  const said = readDefault === undefined ? undefined : defaultText(type, readDefault, version);
  const parts = [`type: ${typeText(type, version)}`];
  if (!required) parts.push('required: false');
  if (said !== undefined) parts.push(`readDefault: ${said}`);
  if (required) parts.push(said === undefined ? 'readDefault: /* what older readers get */' : 'declared: true');
  if (initialValue !== undefined) parts.push(`initialValue: ${quote(initialValue)}`);
  return `{ ${parts.join(', ')} }`;
}

/** A default as a user would write it, in the names of the version. */
export function defaultText(type: FieldType, value: JsonValue, version: SchemaVersion): string {
  if (isScalar(type)) return literal(value);
  switch (type.kind) {
    case 'enum': {
      const named = version.enums[type.enum]?.values.find(({ stored }) => stored === value)?.value;
      return literal(named ?? value);
    }
    case 'array':
    case 'set':
      return `[${(value as readonly JsonValue[]).map((element) => defaultText(type.of, element, version)).join(', ')}]`;
    case 'map':
      return record(
        Object.entries(value as object).map(([key, member]) => [
          key,
          defaultText(type.of, member as JsonValue, version),
        ]),
      );
    case 'object': {
      const fields = version.objects[type.object]?.fields ?? [];
      const given = value as Readonly<Record<string, JsonValue>>;
      return record(
        fields.flatMap(({ storageName, name, type: of }) => {
          const member = own(given, storageName);
          return member === undefined ? [] : [[name, defaultText(of, member, version)] as const];
        }),
      );
    }
  }
}

/** The type in words. */
export function typeName(type: FieldType): string {
  if (isScalar(type)) return type.kind;
  switch (type.kind) {
    case 'array':
    case 'map':
    case 'set':
      return `${type.kind} of ${typeName(type.of)}`;
    case 'enum':
      return `enum ${type.enum}`;
    case 'object':
      return type.object;
  }
}

/** The type as it is given to `@Field`. */
function typeText(type: FieldType, version: SchemaVersion): string {
  if (isScalar(type)) return quote(type.kind);
  switch (type.kind) {
    case 'array':
      return `arrayOf(${elementText(type.of, version)})`;
    case 'map':
      return `mapOf(${elementText(type.of, version)})`;
    case 'set':
      return `setOf(${elementText(type.of, version)})`;
    case 'enum':
      return version.enums[type.enum]?.name ?? type.enum;
    case 'object':
      return version.objects[type.object]?.name ?? type.object;
  }
}

function elementText(type: FieldType, version: SchemaVersion): string {
  return type.kind === 'object' ? `() => ${typeText(type, version)}` : typeText(type, version);
}

function record(members: readonly (readonly [string, string])[]): string {
  if (members.length === 0) return '{}';
  return `{ ${members.map(([name, text]) => `${/^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name)}: ${text}`).join(', ')} }`;
}

function literal(value: JsonValue): string {
  return typeof value === 'string' ? quote(value) : JSON.stringify(value);
}
