import { arrayOf, setOf } from '../../../src/decorators/collections.js';
import { enumType, type EnumValue } from '../../../src/decorators/enum-type.js';
import { Field } from '../../../src/decorators/field.js';
import type { Generated, CreateInput } from '../../../src/decorators/generated.js';
import { ItemType, ObjectType } from '../../../src/decorators/item-type.js';
import { KeyPath } from '../../../src/decorators/key-path.js';
import { keyPaths, type PrefixesOf, type PrimaryKeyOf, type KeyParameters } from '../../../src/decorators/key-paths.js';
export type Use = [typeof keyPaths, typeof arrayOf, typeof setOf, typeof enumType, Generated<string>, CreateInput<{}>, PrefixesOf<{}>, PrimaryKeyOf<{}>, KeyParameters<{}, string>, typeof ItemType, typeof ObjectType, typeof KeyPath, EnumValue<never>, typeof Field];

@ObjectType() class Item0 { sku0!: string; }
export class A0 { @Field(Item0) a0!: Item0; }
@ObjectType() class Item1 { sku1!: string; }
export class A1 { @Field(Item1) a1!: Item1; }
@ObjectType() class Item2 { sku2!: string; }
export class A2 { @Field(Item2) a2!: Item2; }
@ObjectType() class Item3 { sku3!: string; }
export class A3 { @Field(Item3) a3!: Item3; }
@ObjectType() class Item4 { sku4!: string; }
export class A4 { @Field(Item4) a4!: Item4; }
