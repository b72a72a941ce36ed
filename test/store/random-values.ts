import fc from 'fast-check';
import type { FieldType, ScalarName } from '../../src/fields/field-type.js';
import type { FieldModel, ItemTypeModel, ObjectTypeModel, SchemaVersion } from '../../src/schema/model.js';

const values: Readonly<Record<ScalarName, fc.Arbitrary<unknown>>> = {
  string: fc.string({ unit: 'binary', maxLength: 4 }),
  boolean: fc.boolean(),
  int: fc.integer(),
  uint: fc.nat(),
  bigint: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  double: fc
    .double({ noNaN: true, noDefaultInfinity: true, min: -1e30, max: 1e30 })
    .map((n) => (Math.abs(n) < 1e-30 ? 0 : n)),
  decimal: fc.integer().map((n) => `${n}.50`),
  bytes: fc.uint8Array({ maxLength: 4 }),
  uuid: fc.uuid(),
  url: fc.webUrl({ size: 'xsmall' }),
  json: fc.oneof(
    fc.string({ maxLength: 3 }),
    fc.integer(),
    fc.array(fc.boolean(), { maxLength: 2 }),
    fc.constant({ a: [null] }),
  ),
  timestampSeconds: fc.integer({ min: -1e9, max: 4e9 }).map((n) => new Date(n * 1000)),
  timestampMilliseconds: fc.integer({ min: -1e9, max: 1e12 }).map((n) => new Date(n)),
  ulid: fc.constantFrom('01ARZ3NDEKTSV4RRFFQ69G5FAV', '7ZZZZZZZZZZZZZZZZZZZZZZZZZ', '00000000000000000000000000'),
  isoDate: fc.constantFrom('2024-02-29', '1999-12-31', '2026-11-22'),
  durationSeconds: fc.integer(),
};

/** Random values for the fields of a type; what may be left out sometimes is. */
export function fieldsOf(
  model: ObjectTypeModel,
  version: SchemaVersion,
  depth = 0,
): fc.Arbitrary<Record<string, unknown>> {
  const keyed = new Set(
    'keyPaths' in model ? (model as ItemTypeModel).keyPaths[0]!.parameters.map(({ field }) => field) : [],
  );
  const given = (field: FieldModel): fc.Arbitrary<unknown> => {
    const value = valueOf(field.type, version, depth);
    return field.required || keyed.has(field.storageName) ? value : fc.option(value, { nil: undefined });
  };
  return fc
    .record(Object.fromEntries(model.fields.map((field) => [field.name, given(field)])))
    .map((record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)));
}

export function valueOf(type: FieldType, version: SchemaVersion, depth = 0): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case 'array':
      return fc.array(valueOf(type.of, version, depth + 1), { maxLength: depth > 2 ? 0 : 3 });
    case 'map':
      return fc.dictionary(fc.string({ maxLength: 3 }), valueOf(type.of, version, depth + 1), {
        maxKeys: depth > 2 ? 0 : 3,
        noNullPrototype: true,
      });
    case 'set':
      return fc.array(valueOf(type.of, version, depth + 1), { maxLength: 3 }).map((members) => new Set(members));
    case 'enum':
      return fc.constantFrom(...version.enums[type.enum]!.values.map(({ value }) => value));
    case 'object':
      return fieldsOf(version.objects[type.object]!, version, depth + 1);
    default:
      return values[type.kind];
  }
}
