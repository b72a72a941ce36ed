import { describe, expect, it } from '@jest/globals';
import { SchemaDefinitionError } from '../../src/decorators/errors.js';
import type { DeclaredSchema } from '../../src/decorators/declared.js';
import type { MigrationStep, TypeChange } from '../../src/schema/steps.js';
import { buildVersionMap } from '../../src/schema/version-map.js';
import { change, field, itemType, migration, objectType, removed, schemaOf } from './declare-by-hand.js';

const PRIMARY = '/customer-:customerId/order-:orderId';
const order = (...fields: Parameters<typeof itemType>[2][]) =>
  itemType('Order', [PRIMARY], field('customerId', 'uuid'), field('orderId', 'uuid'), ...fields);

function refusal(declared: DeclaredSchema, ...chain: MigrationStep[][]): SchemaDefinitionError {
  return refusalOf(() =>
    buildVersionMap(
      declared,
      chain.map((steps, i) => migration(i + 1, ...steps)),
    ),
  );
}

function refusalOf(define: () => unknown): SchemaDefinitionError {
  try {
    define();
  } catch (error) {
    expect(error).toBeInstanceOf(SchemaDefinitionError);
    return error as SchemaDefinitionError;
  }
  throw new Error('was not refused');
}

const inOrder = (...changes: TypeChange[]) => [change('Order', ...changes)];

const withPaths = (paths: readonly string[], ...fields: Parameters<typeof itemType>[2][]) =>
  schemaOf([itemType('Order', [PRIMARY, ...paths], field('customerId', 'uuid'), field('orderId', 'uuid'), ...fields)]);

describe('migrations that are no chain', () => {
  const declared = schemaOf([order()]);

  it.each([
    [[1, 3], /no migration leads from version 2 to version 3, but From3 has from: 3. Mend: take from: 2/],
    [[2], /no migration leads from version 1 to version 2/],
    [[1, 2, 2], /both have from: 2.* Mend: the one that is not published yet takes from: 3/],
    [[0], /from: 0 is no version/],
    [[1.5], /from: 1.5 is no version/],
  ])('from %j are refused', (froms, message) => {
    expect(
      refusalOf(() =>
        buildVersionMap(
          declared,
          froms.map((from) => migration(from)),
        ),
      ).message,
    ).toMatch(message);
  });
});

describe('a step that contradicts the classes is refused', () => {
  const withNote = order(field('note', 'string', { required: false }));
  const cases: readonly (readonly [string, DeclaredSchema, MigrationStep[], RegExp])[] = [
    [
      'a field added that is not declared',
      schemaOf([withNote]),
      inOrder({ op: 'addField', name: 'notes' }),
      /Order has no field notes at that point; did you mean 'note'\? Mend: declare the field, or remove the step t\.addField\('notes'\)/,
    ],
    [
      'a required field added without a readDefault',
      schemaOf([order(field('rank', 'int'))]),
      inOrder({ op: 'addField', name: 'rank' }),
      /rank is required and added without a readDefault.*Mend: give it a readDefault, or say required: false/,
    ],
    [
      'a required field removed without a default',
      schemaOf([order()]),
      inOrder(removed(field('rank', 'int'))),
      /Order\.rank was required and is removed without a default/,
    ],
    [
      'a field removed that is still there',
      schemaOf([withNote]),
      inOrder(removed(field('note', 'string', { readDefault: '' }))),
      /removes a field that Order has after that point as well/,
    ],
    [
      'a rename to a name that is not there',
      schemaOf([withNote]),
      inOrder({ op: 'renameField', from: 'remark', to: 'notes' }),
      /no field notes/,
    ],
    [
      'a rename from a name that is there',
      schemaOf([withNote]),
      inOrder({ op: 'renameField', from: 'orderId', to: 'note' }),
      /Order has a field orderId just after/,
    ],
    [
      'required that is not',
      schemaOf([withNote]),
      inOrder({ op: 'markFieldAsRequired', name: 'note' }),
      /Order\.note is not required after/,
    ],
    [
      'required without a readDefault',
      schemaOf([order(field('note', 'string'))]),
      inOrder({ op: 'markFieldAsRequired', name: 'note' }),
      /becomes required without a readDefault/,
    ],
    [
      'optional that is not',
      schemaOf([order(field('note', 'string'))]),
      inOrder({ op: 'markFieldAsNotRequired', name: 'note', readDefault: '' }),
      /Order\.note is required after/,
    ],
    [
      'optional without a default for older readers',
      schemaOf([withNote]),
      inOrder({ op: 'markFieldAsNotRequired', name: 'note' }),
      /without a default for older readers/,
    ],
    [
      'a default of another type',
      schemaOf([order()]),
      inOrder(removed(field('rank', 'int', { readDefault: 'three' }))),
      /the readDefault must be a whole number/,
    ],
    [
      'a modified default that leads elsewhere',
      schemaOf([order(field('rank', 'int', { readDefault: 3 }))]),
      inOrder({ op: 'modifyFieldReadDefault', name: 'rank', from: 1, to: 2 }),
      /leads to another readDefault than the one that Order\.rank has/,
    ],
    [
      'a modified default that is taken away before the field becomes optional',
      schemaOf([withNote]),
      inOrder(
        { op: 'modifyFieldReadDefault', name: 'note', from: '' },
        { op: 'markFieldAsNotRequired', name: 'note', readDefault: '' },
      ),
      /Mend: leave this step out, and say declared: true in the later step/,
    ],
    [
      'a type added that is not declared',
      schemaOf([order()]),
      [{ op: 'addType', name: 'Ordr' }],
      /there is no type Ordr at that point; did you mean 'Order'\?/,
    ],
    [
      'a type changed that is not there',
      schemaOf([order()]),
      [change('Invoice')],
      /there is no item type or object type Invoice/,
    ],
    [
      'a type removed that is still there',
      schemaOf([order()]),
      [{ op: 'removeType', name: 'Order', removed: schemaOf([order()]) }],
      /removes Order, which the schema has after that point as well/,
    ],
    [
      'a type renamed from a name that is there',
      schemaOf([order(), itemType('Invoice', ['/invoice-:id'], field('id', 'string'))]),
      [{ op: 'renameType', from: 'Order', to: 'Invoice' }],
      /there is a type Order just after/,
    ],
    [
      'an enum changed that is not there',
      schemaOf([order()]),
      [{ op: 'changeEnum', name: 'State', changes: [] }],
      /there is no enum State/,
    ],
    [
      'a key path added that is not declared',
      schemaOf([order()]),
      inOrder({ op: 'addKeyPath', template: '/order-:orderId' }),
      /Order has no such key path.*Mend: declare it: @KeyPath\('\/order-:orderId'\), or remove the step/,
    ],
    [
      'the primary key path added',
      schemaOf([order()]),
      inOrder({ op: 'addKeyPath', template: PRIMARY }),
      /it is the primary key path of Order/,
    ],
    [
      'a key path removed that is still there',
      schemaOf([order()]),
      inOrder({ op: 'removeKeyPath', template: PRIMARY }),
      /has this key path after t\.removeKeyPath as well/,
    ],
    [
      'a key path removed after its field',
      schemaOf([order()]),
      inOrder(removed(field('rank', 'int', { readDefault: 1 })), { op: 'removeKeyPath', template: '/rank-:rank' }),
      /Order has no field rank at that point.*Mend: remove the key path before its fields/,
    ],
  ];

  it.each(cases)('%s', (_, declared, steps, message) => {
    const error = refusal(declared, steps);
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/From1 \(1 → 2\).* Mend: /s);
    expect(error.facts['migration']).toBe('From1 (1 → 2)');
  });
});

describe('a key path is refused', () => {
  const withPath = (template: string, ...fields: Parameters<typeof itemType>[2][]) =>
    schemaOf([{ ...order(...fields), keyPaths: [PRIMARY, template] }]);

  it('over a field that its version does not have, with the version', () => {
    const error = refusal(
      withPath('/delivery-:deliveryDate', field('deliveryDate', 'isoDate', { readDefault: '2024-01-01' })),
      inOrder({ op: 'addField', name: 'deliveryDate' }),
    );
    expect(error.message).toMatch(
      /uses the field deliveryDate, which is not there before.*add the key path after the field: t\.addKeyPath/,
    );
  });

  it('over a field that no version has', () => {
    expect(refusal(withPath('/delivery-:orderID')).message).toMatch(
      /no field orderID in version 1; did you mean 'orderId'\?/,
    );
  });

  it.each(['double', 'decimal', 'json', 'url'] as const)('over a %s', (kind) => {
    expect(refusal(withPath('/by-:x', field('x', kind))).message).toMatch(/cannot be a part of a key/);
  });

  it('where a parameter of the primary path is optional', () => {
    const type = itemType('Order', ['/order-:orderId'], field('orderId', 'uuid', { required: false }));
    expect(refusal(schemaOf([type])).message).toMatch(/parameter of the primary key path/);
  });

  it('where it is not well formed', () => {
    expect(refusal(withPath('/by-:x-:y', field('x', 'int'))).message).toMatch(/Mend: /);
  });

  it('where the default of its field changes while it goes on', () => {
    const error = refusal(
      withPath('/by-:rank', field('rank', 'int', { readDefault: 3 })),
      inOrder({ op: 'modifyFieldReadDefault', name: 'rank', from: 1, to: 3 }),
    );
    expect(error.message).toMatch(
      /would want different rows.*t\.removeKeyPath\('\/by-:rank'\).*t\.addKeyPath\('\/by-:rank'\)/,
    );
  });

  it('that can produce a row of another type, in whatever versions', () => {
    const coupon = itemType(
      'Coupon',
      ['/customer-:customerId/order-:code'],
      field('customerId', 'uuid'),
      field('code', 'string'),
    );
    const error = refusal(schemaOf([order()]), [{ op: 'removeType', name: 'Coupon', removed: schemaOf([coupon]) }]);
    expect(error.message).toMatch(/can produce the same row as .* of (Coupon|Order) \(version 1\)/);
  });

  it('over a field that another path of the version could share a row with', () => {
    const declared = withPaths(['/by-:rank', '/by-:note'], field('rank', 'string'), field('note', 'string'));
    expect(refusal(declared).message).toMatch(/can produce the same row/);
  });
});

describe('[KEY-VIEW] a value that would be read otherwise than it is stored, under a key path that goes on, is refused', () => {
  const enumOf = (...values: string[]) => ({ name: 'State', values });
  const stated = (paths: readonly string[], ...values: string[]) => {
    const state = enumOf(...values);
    const type = itemType(
      'Task',
      ['/task-:id', ...paths],
      field('id', 'string'),
      field('state', { kind: 'enum', enum: state }),
    );
    return schemaOf([type], [], [state]);
  };
  const keyed = (...values: string[]) => {
    const state = enumOf(...values);
    const type = itemType('Task', ['/task-:state'], field('state', { kind: 'enum', enum: state }));
    return schemaOf([type], [], [state]);
  };
  const add = (value: string, olderReadAs: string): MigrationStep => ({
    op: 'changeEnum',
    name: 'State',
    changes: [{ op: 'addValue', value, olderReadAs }],
  });
  const remove = (value: string, newerReadAs: string): MigrationStep => ({
    op: 'changeEnum',
    name: 'State',
    changes: [{ op: 'removeValue', value, newerReadAs }],
  });
  const BY_STATE = '/state-:state/task-:id';
  const renewed = (...steps: MigrationStep[]): MigrationStep[] => [
    change('Task', { op: 'removeKeyPath', template: BY_STATE }),
    ...steps,
    change('Task', { op: 'addKeyPath', template: BY_STATE }),
  ];

  it.each<[string, DeclaredSchema, MigrationStep[][]]>([
    ['a removed value', stated([BY_STATE], 'a', 'b'), [[remove('c', 'a')]]],
    ['at the end of a chain', stated([BY_STATE], 'a', 'b'), [[add('b', 'a')], [add('c', 'b')], [remove('c', 'b')]]],
    [
      'in another migration than the one that renews the path',
      stated([BY_STATE], 'a'),
      [renewed(), [remove('c', 'a')]],
    ],
    ['a path that was added long after the enum', stated([BY_STATE], 'a'), [renewed().slice(1), [remove('c', 'a')]]],
  ])('on a secondary path, with the mend: %s', (_, declared, chain) => {
    expect(refusal(declared, ...chain).message).toMatch(
      /the value "c" is removed from the enum State: version \d reads "[ab]" in its place.* Mend: make it a new path, in the same migration: t\.removeKeyPath\('\/state-:state\/task-:id'\) before the change and t\.addKeyPath/,
    );
  });

  it('on a primary path, both ways', () => {
    expect(refusal(keyed('a', 'b'), [add('b', 'a')]).message).toMatch(
      /the value "b" is added to the enum State: version 1 reads "a" in its place.* Mend: keep "b" in a new field: a primary key path cannot change/,
    );
    expect(refusal(keyed('a'), [remove('c', 'a')]).message).toMatch(/Mend: leave "c" in the enum: a primary key path/);
  });

  it.each<[string, DeclaredSchema, MigrationStep[][]]>([
    ['the path is removed and added with the value', stated([BY_STATE], 'a', 'b'), [renewed(remove('c', 'a'))]],
    ['a value is added under a secondary path', stated([BY_STATE], 'a', 'b'), [[add('b', 'a')]]],
    [
      'the path goes with the value',
      stated([], 'a'),
      [[change('Task', { op: 'removeKeyPath', template: BY_STATE }), remove('c', 'a')]],
    ],
    [
      'a value is renamed',
      stated([BY_STATE], 'a', 'd'),
      [[{ op: 'changeEnum', name: 'State', changes: [{ op: 'renameValue', from: 'b', to: 'd' }] }]],
    ],
    ['no path is over the enum', stated([], 'a'), [[remove('c', 'a')]]],
  ])('but not where %s', (_, declared, chain) => {
    expect(() =>
      buildVersionMap(
        declared,
        chain.map((steps, i) => migration(i + 1, ...steps)),
      ),
    ).not.toThrow();
  });
});

describe('a type whose items could not be written in one transaction is refused', () => {
  const fields = (count: number) => Array.from({ length: count }, (_, i) => field(`f${i}`, 'string'));
  const each = (count: number, from = 0) =>
    Array.from({ length: count }, (_, i) => `/by${i + from}-:f${i}/order-:orderId`);
  const together = (count: number) => Array.from({ length: count }, (_, i) => `/by${i}-:f0/order-:orderId`);
  const build = (paths: readonly string[], ...chain: MigrationStep[][]) =>
    buildVersionMap(
      withPaths(paths, ...fields(98)),
      chain.map((steps, i) => migration(i + 1, ...steps)),
    );

  it('for its rows and the fence of a create', () => {
    expect(() => build(each(98))).not.toThrow();
    const tooMany = [...each(98), '/more-:f0/order-:orderId'];
    expect(refusalOf(() => build(tooMany)).message).toMatch(
      /every insert of Order needs 101 actions, with 99 rows on secondary key paths, and DynamoDB takes 100/,
    );
  });

  it('for the rows that move where one field changes', () => {
    expect(() => build(together(49))).not.toThrow();
    expect(refusalOf(() => build(together(50))).message).toMatch(
      /f0.*a change of Order\.f0 needs 101 actions: it moves 50 rows.* Mend: give the type fewer key paths/,
    );
  });

  it('for the rows that the version before it asks for', () => {
    const renewal = (template: string): TypeChange[] => [
      { op: 'removeKeyPath', template },
      { op: 'addKeyPath', template },
    ];
    expect(() => build(each(48), inOrder(...each(48).flatMap(renewal)))).not.toThrow();
    expect(refusalOf(() => build(each(49), inOrder(...each(49).flatMap(renewal)))).message).toMatch(
      /From1 \(1 → 2\).*a change of Order\.f0 needs 101 actions: it moves 2 rows/,
    );
  });

  it('for the rows of older readings', () => {
    const level = { name: 'Level', values: ['low', 'high'] };
    const of = (count: number) => {
      const paths = Array.from({ length: count }, (_, i) => `/by${i}-:level/f-:f${i}/order-:orderId`);
      const type = itemType(
        'Order',
        [PRIMARY, ...paths],
        field('customerId', 'uuid'),
        field('orderId', 'uuid'),
        field('level', { kind: 'enum', enum: level }),
        ...fields(98),
      );
      return buildVersionMap(schemaOf([type], [], [level]), [
        migration(1, {
          op: 'changeEnum',
          name: 'Level',
          changes: [{ op: 'addValue', value: 'high', olderReadAs: 'low' }],
        }),
      ]);
    };
    expect(() => of(24)).not.toThrow();
    expect(refusalOf(() => of(25)).message).toMatch(/a change of Order\.level needs 101 actions: it moves 50 rows/);
  });
});

describe('names are refused', () => {
  it.each(['$type', 'a#2', '__proto__', ''])('%j of a field', (name) => {
    expect(refusal(schemaOf([order(field(name, 'string'))])).message).toMatch(/the name '.*' of a field/);
  });

  it('of a type that another type or enum has', () => {
    const state = { name: 'Order', values: ['a'] };
    const declared = schemaOf([order(field('state', { kind: 'enum', enum: state }))], [], [state]);
    expect(refusal(declared).message).toMatch(/version 1 has two types named Order/);
  });
});

describe('enums and object types are refused', () => {
  const state = { name: 'State', values: ['open', 'closed'] };
  const level = { name: 'Level', values: [1, 2] };
  const declared = schemaOf(
    [order(field('state', { kind: 'enum', enum: state }), field('level', { kind: 'enum', enum: level }))],
    [],
    [state, level],
  );

  it.each([
    ['a value added that is not there', { op: 'addValue', value: 'held', olderReadAs: 'open' }, /no value "held"/],
    [
      'a value added that older readers read as itself',
      { op: 'addValue', value: 'open', olderReadAs: 'open' },
      /no value "open"/,
    ],
    [
      'a value removed that is there',
      { op: 'removeValue', value: 'open', newerReadAs: 'closed' },
      /has the value "open" just after/,
    ],
    ['a value renamed to nothing', { op: 'renameValue', from: 'a', to: 'b' }, /no value "b"/],
    ['a number among strings', { op: 'removeValue', value: 7, newerReadAs: 'open' }, /7 cannot be a value of State/],
  ] as const)('%s', (_, enumChange, message) => {
    expect(refusal(declared, [{ op: 'changeEnum', name: 'State', changes: [enumChange] }]).message).toMatch(message);
  });

  it('where a number stood for another value before', () => {
    const error = refusal(
      declared,
      [{ op: 'changeEnum', name: 'Level', changes: [{ op: 'removeValue', value: 2, newerReadAs: 1 }] }],
      [{ op: 'changeEnum', name: 'Level', changes: [{ op: 'addValue', value: 2, olderReadAs: 1 }] }],
    );
    expect(error.message).toMatch(/hold 2 for another value of the enum Level/);
  });

  it('where a default is a value that its version does not have', () => {
    const withDefault = order(field('state', { kind: 'enum', enum: state }, { readDefault: 'closed' }));
    const error = refusal(schemaOf([withDefault], [], [state]), [
      { op: 'changeEnum', name: 'State', changes: [{ op: 'addValue', value: 'closed', olderReadAs: 'open' }] },
    ]);
    expect(error.message).toMatch(/Order\.state: the readDefault is an enum value that this version does not have/);
  });

  it('where a removed field brings another form of a type that is in use', () => {
    const line = objectType('Line', field('sku', 'string'));
    const older = objectType('Line', field('code', 'string'));
    const uses = (type: typeof line) => ({ kind: 'object', class: type.class }) as const;
    const error = refusal(
      schemaOf([order(field('line', uses(line)))], [line]),
      inOrder(removed(field('first', uses(older), { required: false }), { reaches: { objects: [older], enums: [] } })),
    );
    expect(error.message).toMatch(/the object type Line is not what it was at that point/);
  });

  it('added with a step although they were in use before', () => {
    const line = objectType('Line', field('sku', 'string'));
    const error = refusal(schemaOf([order(field('line', { kind: 'object', class: line.class }))], [line]), [
      { op: 'addType', name: 'Line' },
    ]);
    expect(error.message).toMatch(/Order\.line is of Line, which is not there before m\.addType\('Line'\)/);
  });
});
