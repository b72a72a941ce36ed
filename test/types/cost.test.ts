import { expect, test } from '@jest/globals';
import { resolve } from 'node:path';
import ts from 'typescript';

const FOLDER = resolve(import.meta.dirname, 'fixtures');

const imports = `
  import { arrayOf, setOf } from '../../../src/decorators/collections.js';
  import { enumType, type EnumValue } from '../../../src/decorators/enum-type.js';
  import { Field } from '../../../src/decorators/field.js';
  import type { Generated } from '../../../src/decorators/generated.js';
  import { ItemType, ObjectType } from '../../../src/decorators/item-type.js';
  import { KeyPath } from '../../../src/decorators/key-path.js';
  import { keyPaths } from '../../../src/decorators/key-paths.js';
`;

/** An item type of 12 fields, each of a kind of its own, with what it needs. */
const entity = (i: number): string => `
  const Priority${i} = enumType('Priority${i}', ['low', 'medium', 'high${i}']);

  @ObjectType('Item${i}')
  class Item${i} {
    @Field('string') sku${i}!: string;
    @Field('int') quantity!: number;
  }

  @ItemType('Order${i}')
  @KeyPath('/customer${i}-:customerId/order-:orderId')
  @KeyPath('/delivery${i}-:deliveryDate/customer-:customerId/order-:orderId')
  export class Order${i} {
    @Field('uuid') customerId!: string;
    @Field({ type: 'uuid', initialValue: 'uuid' }) orderId!: Generated<string>;
    @Field({ type: arrayOf(() => Item${i}) }) items!: Item${i}[];
    @Field('timestampSeconds') orderDate!: Date;
    @Field({ type: 'timestampSeconds', readDefault: '2024-01-01' }) deliveryDate!: Date;
    @Field(Priority${i}) priority!: EnumValue<typeof Priority${i}>;
    @Field({ type: 'string', required: false }) note?: string;
    @Field('int') count!: number;
    @Field('boolean') flag!: boolean;
    @Field('decimal') total!: string;
    @Field(setOf('string')) tags!: Set<string>;
    @Field({ type: 'int', readDefault: 0 }) level!: number;
    declare readonly [keyPaths]?: [
      '/customer${i}-:customerId/order-:orderId',
      '/delivery${i}-:deliveryDate/customer-:customerId/order-:orderId',
    ];
  }
`;

/** How many types the compiler makes for a program; the same on every machine. */
function instantiations(entities: number): number {
  const path = resolve(FOLDER, 'generated.ts');
  const source = imports + Array.from({ length: entities }, (_, i) => entity(i)).join('');
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    exactOptionalPropertyTypes: true,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    skipLibCheck: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  const exists = host.fileExists.bind(host);
  host.fileExists = (name) => name === path || exists(name);
  host.getSourceFile = (name, ...rest) =>
    name === path ? ts.createSourceFile(path, source, ts.ScriptTarget.ES2022) : read(name, ...rest);
  const program = ts.createProgram([path], options, host);
  expect(program.getSemanticDiagnostics(program.getSourceFile(path))).toEqual([]);
  return (program as unknown as { getInstantiationCount(): number }).getInstantiationCount();
}

test('an item type of 12 fields costs the compiler less than 2500 types', () => {
  const each = (instantiations(12) - instantiations(2)) / 10;
  expect(each).toBeGreaterThan(500);
  expect(each).toBeLessThan(2500);
});
