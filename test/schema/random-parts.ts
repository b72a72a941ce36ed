import { type ScalarName, scalarNames } from '../../src/fields/scalars/index.js';
import { Chance } from './chance.js';
import type { SimDefault, SimEnum, SimField, SimFieldType, SimSchema, SimType } from './simulated-history.js';

export const FIELD_NAMES = ['alpha', 'beta', 'gamma', 'delta', 'omega', 'sigma'];

/** Makes random types, fields and defaults. */
export abstract class RandomParts extends Chance {
  protected readonly schema: SimSchema = { types: [], objects: [], enums: [] };
  protected literals = 0;
  /** Numbers that an enum of whole numbers used: they cannot come back. */
  protected number = 0;
  /** Defaults are taken from these, because older readers may be told them. */
  protected valuesBefore?: ReadonlySet<{ value: string | number }>;

  protected newEnum(name: string, base: SimEnum['base']): SimEnum {
    const values = base === 'int' ? [++this.number, ++this.number] : ['low', 'high'];
    return { name, base, values: values.map((value) => ({ value })) };
  }

  protected newObject(name: string): SimType {
    const object: SimType = { name, fields: [], paths: [] };
    for (const field of FIELD_NAMES.slice(0, 1 + this.below(3))) object.fields.push(this.firstField(field, true));
    return object;
  }

  protected newType(name: string): SimType {
    const id: SimField = {
      name: 'id',
      type: { kind: this.pick(['string', 'uuid', 'int']) },
      required: true,
      implied: false,
    };
    const fields = FIELD_NAMES.slice(0, 1 + this.below(4)).map((field) => this.firstField(field, false));
    return { name, fields: [id, ...fields], paths: [[{ literal: `k${++this.literals}-`, field: id }]] };
  }

  protected firstField(name: string, inObject: boolean): SimField {
    const type = this.fieldType(inObject);
    const readDefault = this.chance(30) ? this.readDefault(type) : undefined;
    return { name, type, required: this.chance(60), implied: false, ...(readDefault && { readDefault }) };
  }

  /** Object types hold no object types, so that they stay without circles. */
  protected fieldType(inObject: boolean): SimFieldType {
    const { enums, objects } = this.schema;
    const scalar: SimFieldType = { kind: this.pick(scalarNames) };
    const any: (() => SimFieldType)[] = [
      () => scalar,
      () => scalar,
      () => ({ kind: 'enum', enum: this.pick(enums) }),
      () => ({ kind: 'set', of: { kind: this.pick(['string', 'int', 'uuid']) } }),
      () => ({ kind: 'map', of: scalar }),
    ];
    if (!inObject) {
      any.push(
        () => ({ kind: 'object', object: this.pick(objects) }),
        () => ({ kind: 'array', of: { kind: 'object', object: this.pick(objects) } }),
      );
    }
    return this.pick(any)();
  }

  /** A default of the type; none for object types, which other steps change under it. */
  protected readDefault(type: SimFieldType): SimDefault | undefined {
    switch (type.kind) {
      case 'object':
        return undefined;
      case 'enum':
        return this.enumDefault(type.enum);
      case 'array':
      case 'set':
        return { value: [] };
      case 'map':
        return { value: {} };
      default:
        return { value: this.scalar(type.kind) };
    }
  }

  protected enumDefault(e: SimEnum): SimDefault | undefined {
    const enumValue = this.find(e.values, (value) => this.valuesBefore?.has(value) ?? true);
    return enumValue && { enumValue };
  }

  protected scalar(kind: ScalarName): unknown {
    const n = this.below(50);
    switch (kind) {
      case 'string':
        return `text ${n}`;
      case 'boolean':
        return n % 2 === 0;
      case 'bigint':
        return BigInt(n);
      case 'double':
        return n + 0.5;
      case 'decimal':
        return `${n}.50`;
      case 'bytes':
        return new Uint8Array([n]);
      case 'uuid':
        return `00000000-0000-4000-8000-0000000000${10 + n}`;
      case 'ulid':
        return `000000000000000000000000${10 + n}`;
      case 'url':
        return `https://example.org/${n}`;
      case 'json':
        return { n };
      case 'isoDate':
        return `2024-01-${10 + (n % 20)}`;
      case 'timestampSeconds':
      case 'timestampMilliseconds':
        return new Date(n * 1000);
      default:
        return n;
    }
  }
}
