import { describe, expect, test } from '@jest/globals';
import { arrayOf, setOf } from '../../src/decorators/collections.js';
import type { EntityClass } from '../../src/decorators/declared.js';
import { enumType } from '../../src/decorators/enum-type.js';
import { SchemaDefinitionError } from '../../src/decorators/errors.js';
import { Field } from '../../src/decorators/field.js';
import { ItemType, ObjectType } from '../../src/decorators/item-type.js';
import { KeyPath } from '../../src/decorators/key-path.js';
import { discover } from '../../src/decorators/discover.js';
import { problemsOf, refusals } from './problems-of.js';

type Loose = (target: object, key: string | symbol) => void;
/** `@Field` without the compiler's checks, which would refuse most of what is tested here. */
const field = (...args: unknown[]): Loose => (Field as (...given: unknown[]) => Loose)(...args);

/** An item type with one field, for what can be wrong with that. */
function holderOf(...args: unknown[]): EntityClass {
  class Holder {}
  field(...args)(Holder.prototype, 'value');
  KeyPath('/holder')(Holder);
  ItemType('Holder')(Holder);
  return Holder;
}

@ObjectType('Point')
class Point {
  @Field('int') x!: number;
}

describe('a class is refused', () => {
  test('where it is no item type', () => {
    class Plain {
      @Field('string') name!: string;
    }
    expect(problemsOf([Plain])).toEqual([
      "Plain: the class has no @ItemType. Mend: write @ItemType('Plain') above it.",
    ]);
    expect(problemsOf([Point])[0]).toMatch(
      /^Point: the class is an object type, not an item type\. Mend: leave it out/,
    );
    expect(problemsOf([undefined as never])[0]).toMatch(/^types: has undefined, which is no class/);
  });

  test('where its decorator has no name: that of the class is not taken', () => {
    const [itemType, objectType] = [ItemType, ObjectType] as unknown as (() => (target: EntityClass) => void)[];
    const nameless = () => {
      class Order {}
      KeyPath('/order')(Order);
      itemType!()(Order);
      return Order;
    };
    class Part {}
    objectType!()(Part);
    const mend = (decorator: string, name: string): string =>
      `${name}: the type has no name. Mend: write ${decorator}('${name}'): the name is permanent, and that of a class is ` +
      'not, since bundlers change it. If a table has the type already, give the name that it has there.';
    expect(problemsOf([nameless(), nameless()], [Part])).toEqual([
      mend('@ItemType', 'Order'),
      mend('@ItemType', 'Order'),
      mend('@ObjectType', 'Part'),
    ]);
  });

  test('where it only inherits its decorators', () => {
    @ItemType('Base')
    @KeyPath('/base')
    class Base {}
    class Derived extends Base {}
    @ItemType('Keyless')
    class Keyless extends Base {}
    expect(problemsOf([Derived, Keyless])).toEqual([
      "Derived: the class has no @ItemType. Mend: write @ItemType('Derived') above it.",
      "Keyless: the item type has no key path (they are not inherited). Mend: write @KeyPath('/…') above it.",
    ]);
  });

  test('where it is both kinds, or an object type with a key', () => {
    @ItemType('Both')
    @ObjectType('Both')
    @KeyPath('/both')
    class Both {}
    @ObjectType('Keyed')
    @KeyPath('/keyed')
    class Keyed {}
    expect(problemsOf([Both], [Keyed])).toEqual([
      'Both: the class has @ItemType and @ObjectType. Mend: leave one of them.',
      'Keyed: an object type has a @KeyPath, but only item types have keys. Mend: remove the @KeyPath, or write ' +
        '@ItemType in the place of @ObjectType.',
    ]);
  });

  test('where two have one name', () => {
    const make = (name: string) => {
      @ItemType(name)
      @KeyPath('/x')
      class Order {}
      return Order;
    };
    expect(problemsOf([make('Order'), make('Order')])).toEqual([
      "Order: two types of the schema are named 'Order': the class Order and the class Order. Mend: rename one of them.",
    ]);
    class Holder {}
    field(enumType('Holder', ['a']))(Holder.prototype, 'value');
    KeyPath('/holder')(Holder);
    ItemType('Holder')(Holder);
    expect(problemsOf([Holder])[0]).toMatch(/two types of the schema are named 'Holder': the class Holder and an enum/);
  });

  test.each(['', '$order', '__proto__', 'a#2', '\ud800'])('where its name is reserved: %j', (name) => {
    class Order {}
    KeyPath('/x')(Order);
    ItemType(name)(Order);
    expect(problemsOf([Order])).toEqual([expect.stringMatching(/^Order: the name '.*' of the type .+ Mend: give it/)]);
  });
});

describe('a nested class is refused', () => {
  test('where it is no object type', () => {
    class Plain {}
    @ItemType('Item')
    @KeyPath('/item')
    class Item {}
    expect(problemsOf([holderOf(Plain)])).toEqual([
      "Holder.value: Plain has no @ObjectType. Mend: write @ObjectType('Plain') above the class Plain, or use 'json'.",
    ]);
    expect(problemsOf([holderOf(arrayOf(() => Item))])[0]).toMatch(
      /^Holder\.value: Item is an item type, and cannot be/,
    );
  });
});

describe('a field is refused', () => {
  test.each([
    ['a type that there is not', ['strin'], "there is no type 'strin'"],
    ['a value for a type', [42], '42 is no type of a field'],
    ['null for a type', [null], 'null is no type of a field'],
    ['a class that is not there yet', [{ type: undefined }], 'the type is undefined'],
    ['a function of nothing', [() => undefined], 'the type is undefined'],
    ['a set of dates', [setOf('timestampSeconds')], 'a set cannot hold values of type timestampSeconds'],
    ['a set of objects', [setOf(Point)], 'a set cannot hold values of type object'],
    ['an unknown option', [{ type: 'int', requierd: false }], "@Field has no option 'requierd'"],
    ['null for a default', [{ type: 'int', readDefault: null }], 'the readDefault is null'],
    ['an unknown initial value', [{ type: 'uuid', initialValue: 'now' }], "there is no initialValue 'now'"],
    [
      'a UUID for a number',
      [{ type: 'int', initialValue: 'uuid' }],
      "the initialValue 'uuid' is text, and the field is",
    ],
    [
      'an optional initial value',
      [{ type: 'uuid', initialValue: 'uuid', required: false }],
      'the field has an initialV',
    ],
    ['no type, where none is told', [], 'the field names no type, and the compiler tells none'],
  ])('for %s', (_, args, what) => {
    const [only, ...rest] = problemsOf([holderOf(...args)]);
    expect(rest).toEqual([]);
    expect(only?.startsWith(`Holder.value: ${what}`)).toBe(true);
    expect(only).toMatch(/ Mend: .+\.$/);
  });

  test('for a type that the compiler leaves open', () => {
    @ItemType('Open')
    @KeyPath('/open')
    class Open {
      @field() n!: number;
      @field() d!: Date;
      @field() list!: string[];
      @field() either!: string | number;
      @field() set!: Set<string>;
    }
    expect(problemsOf([Open])).toEqual([
      "Open.n: the field names no type, and the compiler only tells that it is a number. Mend: write @Field('int'), " +
        "'uint', 'double' or 'durationSeconds'.",
      'Open.d: the field names no type, and the compiler only tells that it is a Date. Mend: write ' +
        "@Field('timestampSeconds') or 'timestampMilliseconds'.",
      'Open.list: the field names no type, and the compiler only tells that it is an array. Mend: write ' +
        "@Field(arrayOf('string')), or what its elements are.",
      'Open.either: the field names no type, and the compiler only tells that it is an object, a union or an alias. ' +
        "Mend: write @Field('json'), @Field(() => OrderItem), 'string' or another.",
      'Open.set: the field names no type, and the compiler only tells that it is a set. Mend: write ' +
        "@Field(setOf('string')), or what its members are.",
    ]);
  });

  test('where it stands on something that is not stored', () => {
    const symbol = Symbol('secret');
    @ItemType('Odd')
    @KeyPath('/odd')
    class Odd {
      @field('string') static shared: string;
      @field('string') get computed(): string {
        return '';
      }
      @field('string') method(): void {}
      @field('string') [symbol]!: string;
    }
    // Compilers differ in whether static properties come first.
    expect([...problemsOf([Odd])].sort()).toEqual([
      expect.stringMatching(/^Odd\.Symbol\(secret\): a field is named by a symbol\./),
      expect.stringMatching(/^Odd\.computed: @Field stands on an accessor\. Mend: put it on a plain property/),
      expect.stringMatching(/^Odd\.method: @Field stands on a method\./),
      expect.stringMatching(/^Odd\.shared: @Field stands on a static property\./),
    ]);
  });

  test('where its name is reserved, or it is declared twice', () => {
    @ItemType('Named')
    @KeyPath('/named')
    class Named {
      @field('string') $rev!: string;
      @field('string') ['a#2']!: string;
      @field('string') @field('string') twice!: string;
    }
    field('string')(Named.prototype, '__proto__');
    expect(problemsOf([Named])).toEqual([
      expect.stringMatching(/^Named\.\$rev: the name of the field begins with '\$', which is reserved/),
      expect.stringMatching(/^Named\.a#2: the name of the field has a '#'/),
      'Named.twice: the property has two @Field. Mend: leave one of them.',
      expect.stringMatching(/^Named\.__proto__: the name of the field is reserved by JavaScript/),
    ]);
  });

  test('at the class that declares it, where it is inherited', () => {
    class Base {
      @field('strin') name!: string;
    }
    @ItemType('Derived')
    @KeyPath('/derived')
    class Derived extends Base {}
    expect(problemsOf([Derived])[0]).toMatch(/^Base\.name: there is no type 'strin'/);
  });

  test('where its class is defined after the schema', () => {
    const early = holderOf(() => Late);
    expect(problemsOf([early])[0]).toMatch(/^Holder\.value: the type is not defined yet \(.*Late.*\)\. Mend: call def/);
    @ObjectType('Late')
    class Late {}
    expect(problemsOf([early])).toEqual([]);
  });
});

test('a type whose function throws is told with its class and property, among the other problems, and keeps the cause', () => {
  const cause = new TypeError('no such shop');
  const throwing = holderOf(
    arrayOf(() => {
      throw cause;
    }),
  );
  const error = thrownBy(() => discover([Point, throwing]));
  expect(error).toBeInstanceOf(SchemaDefinitionError);
  const { problems, cause: kept } = error as SchemaDefinitionError;
  expect(kept).toBe(cause);
  expect(problems).toEqual([
    expect.objectContaining({ what: 'the class is an object type, not an item type' }),
    {
      class: 'Holder',
      property: 'value',
      what: 'the function that names the type threw (TypeError: no such shop)',
      mend: 'see its cause',
    },
  ]);
});

test('an enum that is refused inside a type function is told at the field', () => {
  expect(problemsOf([holderOf(() => enumType('Level', []))])).toEqual([
    expect.stringMatching(/^Holder\.value: the function that names the type threw \(.*the enum Level has no values/),
  ]);
});

describe('an enum is refused', () => {
  test.each<[string, unknown, string]>([
    ['without values', [], 'has no values'],
    ['with a value twice', ['a', 'b', 'a'], 'has the value "a" twice'],
    ['with a number twice', { A: 1, B: 1, 1: 'B' }, 'has the value 1 twice'],
    ['with strings and numbers', ['a', 1], 'mixes strings and numbers'],
    ['with a fraction', [0.5], 'has the value 0.5, which is neither a string nor a whole number'],
  ])('%s', (_, values, what) => {
    const [line] = refusals(() => enumType('Level', values as readonly string[]));
    expect(line).toMatch(/ Mend: .+\.$/);
    expect(line?.startsWith(`the enum Level ${what}`)).toBe(true);
  });

  test('where its name is reserved', () => {
    expect(refusals(() => enumType(['a'] as never, undefined as never))[0]).toMatch(
      /^enumType takes a name and values/,
    );
    expect(refusals(() => enumType('$Level', ['a']))[0]).toMatch(/^the name '\$Level' of an enum begins with '\$'/);
  });
});

test('every problem is told at once, and the facts are those of the first', () => {
  class Plain {}
  const error = thrownBy(() => discover([holderOf('strin'), Plain]));
  expect(error).toBeInstanceOf(SchemaDefinitionError);
  const { code, facts, problems, message } = error as SchemaDefinitionError;
  expect(code).toBe('SCHEMA_DEFINITION');
  expect(facts).toEqual({ class: 'Holder', property: 'value' });
  expect(problems).toHaveLength(2);
  expect(message).toMatch(/^the schema has 2 problems\n {2}- Holder\.value: .+\n {2}- Plain: /);
});

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (thrown) {
    return thrown;
  }
}
