import { describe, expect, it } from '@jest/globals';
import { physicalKey } from '../../src/keypaths/physical-key.js';
import type { DeclaredSchema } from '../../src/decorators/declared.js';
import type { ItemTypeModel, ObjectTypeModel } from '../../src/schema/model.js';
import type { MigrationStep } from '../../src/schema/steps.js';
import { buildVersionMap, type VersionMap } from '../../src/schema/version-map.js';
import { change, field, itemType, migration, objectType, removed, schemaOf } from './declare-by-hand.js';

const PRIMARY = '/customer-:customerId/order-:orderId';
const order = (...fields: Parameters<typeof itemType>[2][]) =>
  itemType('Order', [PRIMARY], field('customerId', 'uuid'), field('orderId', 'uuid'), ...fields);

/** A chain with one migration for each list of steps. */
const build = (declared: DeclaredSchema, ...chain: MigrationStep[][]): VersionMap =>
  buildVersionMap(
    declared,
    chain.map((steps, i) => migration(i + 1, ...steps)),
  );

const orderAt = (map: VersionMap, version: number): ItemTypeModel => map.versions[version - 1]!.types['Order']!;
const fieldAt = (type: ObjectTypeModel, name: string) => type.fields.find((candidate) => candidate.name === name);

describe('a field', () => {
  it('that is added is there from its version on', () => {
    const map = build(schemaOf([order(field('rank', 'int', { readDefault: 3 }))]), [
      change('Order', { op: 'addField', name: 'rank' }),
    ]);
    expect(fieldAt(orderAt(map, 1), 'rank')).toBeUndefined();
    expect(fieldAt(orderAt(map, 2), 'rank')).toEqual({
      storageName: 'rank',
      name: 'rank',
      type: { kind: 'int' },
      required: true,
      readDefault: 3,
    });
    expect(map.migrations).toEqual([{ from: 1, description: 'from 1', changes: ['Order: add field rank'], lens: [] }]);
  });

  it('keeps its storage name through renames, and leaves its first name to nobody', () => {
    const map = build(
      schemaOf([order(field('orderDate', 'isoDate'), field('createdAt', 'isoDate', { required: false }))]),
      [change('Order', { op: 'renameField', from: 'createdAt', to: 'orderDate' })],
      [change('Order', { op: 'addField', name: 'createdAt' })],
    );
    expect(fieldAt(orderAt(map, 1), 'createdAt')?.storageName).toBe('createdAt');
    expect(fieldAt(orderAt(map, 3), 'orderDate')?.storageName).toBe('createdAt');
    expect(fieldAt(orderAt(map, 3), 'createdAt')?.storageName).toBe('createdAt#3');
  });

  it('that was required from the start and is removed has its default for older readers only', () => {
    const map = build(schemaOf([order()]), [change('Order', removed(field('rank', 'int', { readDefault: 3 })))]);
    expect(fieldAt(orderAt(map, 1), 'rank')).toEqual({
      storageName: 'rank',
      name: 'rank',
      type: { kind: 'int' },
      required: true,
    });
    expect(map.migrations[0]?.lens).toEqual([{ op: 'olderDefault', owner: 'Order', field: 'rank', default: 3 }]);
  });

  it('that an earlier migration added as required had declared the default that its removal says', () => {
    const map = build(
      schemaOf([order()]),
      [change('Order', { op: 'addField', name: 'rank' })],
      [change('Order', removed(field('rank', 'int', { readDefault: 3 })))],
    );
    expect(fieldAt(orderAt(map, 2), 'rank')?.readDefault).toBe(3);
    expect(map.migrations[1]?.lens).toEqual([]);
  });

  it('that was optional had declared the default that its removal says', () => {
    const was = field('rank', 'int', { required: false, readDefault: 3 });
    const map = build(schemaOf([order()]), [change('Order', removed(was))]);
    expect(fieldAt(orderAt(map, 1), 'rank')).toMatchObject({ required: false, readDefault: 3 });
    expect(map.migrations[0]?.lens).toEqual([]);
  });

  it.each([true, false])('says by declared: %s whose default it was', (declared) => {
    const was = field('rank', 'int', { readDefault: 3 });
    const map = build(schemaOf([order()]), [change('Order', removed(was, { declared }))]);
    expect(fieldAt(orderAt(map, 1), 'rank')?.readDefault).toBe(declared ? 3 : undefined);
    expect(map.migrations[0]?.lens).toHaveLength(declared ? 0 : 1);
  });

  it('that becomes optional tells older readers its default', () => {
    const map = build(schemaOf([order(field('note', 'string', { required: false }))]), [
      change('Order', { op: 'markFieldAsNotRequired', name: 'note', readDefault: '-' }),
    ]);
    expect(fieldAt(orderAt(map, 1), 'note')).toMatchObject({ required: true });
    expect(fieldAt(orderAt(map, 1), 'note')).not.toHaveProperty('readDefault');
    expect(map.migrations[0]?.lens).toEqual([{ op: 'olderDefault', owner: 'Order', field: 'note', default: '-' }]);
  });

  it('that becomes required was optional, with the default that the older class had', () => {
    const map = build(schemaOf([order(field('note', 'string', { readDefault: '-' }))]), [
      change('Order', { op: 'markFieldAsRequired', name: 'note', olderReadDefault: '?' }),
    ]);
    expect(fieldAt(orderAt(map, 1), 'note')).toMatchObject({ required: false, readDefault: '?' });
  });

  it('has each version its own default', () => {
    const map = build(schemaOf([order(field('since', 'timestampSeconds', { readDefault: '2024-01-01' }))]), [
      change('Order', { op: 'modifyFieldReadDefault', name: 'since', from: '2020-01-01', to: new Date('2024-01-01') }),
    ]);
    expect(fieldAt(orderAt(map, 1), 'since')?.readDefault).toBe('2020-01-01T00:00:00.000Z');
    expect(fieldAt(orderAt(map, 2), 'since')?.readDefault).toBe('2024-01-01T00:00:00.000Z');
  });

  it('has the names of its moment, so a step after a rename speaks of the new name', () => {
    const map = build(schemaOf([order(field('orderDate', 'isoDate', { readDefault: '2024-01-01' }))]), [
      change(
        'Order',
        { op: 'renameField', from: 'createdAt', to: 'orderDate' },
        { op: 'markFieldAsRequired', name: 'orderDate' },
      ),
    ]);
    expect(fieldAt(orderAt(map, 1), 'createdAt')).toMatchObject({ required: false });
  });
});

describe('a key path', () => {
  const delivery = '/delivery-:deliveryDate/order-:orderId';
  const withDelivery = itemType(
    'Order',
    [PRIMARY, delivery],
    field('customerId', 'uuid'),
    field('orderId', 'uuid'),
    field('deliveryDate', 'timestampSeconds', { readDefault: '2024-01-01' }),
  );

  it('pins what its rows are made of, under every name that its fields have', () => {
    const map = build(
      schemaOf([withDelivery]),
      [
        change(
          'Order',
          { op: 'addField', name: 'dueDate' },
          { op: 'addKeyPath', template: '/delivery-:dueDate/order-:orderId' },
        ),
      ],
      [change('Order', { op: 'renameField', from: 'dueDate', to: 'deliveryDate' })],
    );
    const path = {
      id: '1',
      storageTemplate: '/delivery-:dueDate/order-:orderId',
      generation: 1,
      since: 2,
      parameters: [
        { field: 'dueDate', encoding: { kind: 'timestampSeconds' }, default: '2024-01-01T00:00:00.000Z' },
        { field: 'orderId', encoding: { kind: 'uuid' } },
      ],
    };
    expect(orderAt(map, 1).keyPaths.map(({ id }) => id)).toEqual(['0']);
    expect(orderAt(map, 2).keyPaths[1]).toEqual({ ...path, template: '/delivery-:dueDate/order-:orderId' });
    expect(orderAt(map, 3).keyPaths[1]).toEqual({ ...path, template: delivery });
  });

  it('that comes back over another field of the same name has keys of its own, as often as it comes back', () => {
    const mail = field('mail', 'string');
    const declared = schemaOf([
      itemType('Order', [PRIMARY, '/mail-:mail'], ...order(field('mail', 'string', { required: false })).fields),
    ]);
    const taken = [
      change('Order', { op: 'removeKeyPath', template: '/mail-:mail' }, removed({ ...mail, required: false })),
    ];
    const back = [change('Order', { op: 'addField', name: 'mail' }, { op: 'addKeyPath', template: '/mail-:mail' })];
    const map = build(declared, taken, back, taken, back);
    const paths = [1, 3, 5].map((version) => orderAt(map, version).keyPaths[1]!);
    expect(paths.map(({ id, storageTemplate }) => [id, storageTemplate])).toEqual([
      ['1', '/mail-:mail'],
      ['2', '/mail-:mail#3'],
      ['3', '/mail-:mail#5'],
    ]);
    const keys = paths.map((path) => physicalKey(path, () => ({ S: 'x' })).pk);
    expect(keys).toEqual(['/mail-x', '/mail-x\u00012', '/mail-x\u00013']);
  });

  it('that is removed and added again is a new path of the next generation', () => {
    const map = build(schemaOf([withDelivery]), [
      change(
        'Order',
        { op: 'removeKeyPath', template: delivery },
        { op: 'modifyFieldReadDefault', name: 'deliveryDate', from: '2020-01-01', to: '2024-01-01' },
        { op: 'addKeyPath', template: delivery },
      ),
    ]);
    expect(orderAt(map, 1).keyPaths[1]).toMatchObject({ id: '1', generation: 1, since: 1 });
    expect(orderAt(map, 2).keyPaths[1]).toMatchObject({ id: '2', generation: 2, since: 2 });
  });

  it('gets its id from its version and its template, not from where it is written', () => {
    const paths = ['/b-:orderId', '/a-:orderId'];
    const map = build(schemaOf([{ ...withDelivery, keyPaths: [PRIMARY, ...paths] }]));
    expect(orderAt(map, 1).keyPaths.map(({ id, template }) => [id, template])).toEqual([
      ['0', PRIMARY],
      ['1', '/a-:orderId'],
      ['2', '/b-:orderId'],
    ]);
  });
});

describe('types', () => {
  const coupon = itemType('Coupon', ['/coupon-:code'], field('code', 'string'));

  it('come and go with their versions, and a name that comes back is another type', () => {
    const second = itemType('Coupon', ['/voucher-:code'], field('code', 'string'));
    const map = build(
      schemaOf([order(), second]),
      [{ op: 'removeType', name: 'Coupon', removed: schemaOf([coupon]) }],
      [{ op: 'addType', name: 'Coupon' }],
    );
    expect(map.versions.map(({ types }) => Object.keys(types))).toEqual([
      ['Coupon', 'Order'],
      ['Order'],
      ['Coupon#3', 'Order'],
    ]);
  });

  it('keep their storage name when they are renamed', () => {
    const map = build(schemaOf([itemType('Purchase', [PRIMARY], ...order().fields)]), [
      { op: 'renameType', from: 'Order', to: 'Purchase' },
    ]);
    expect(orderAt(map, 1).name).toBe('Order');
    expect(orderAt(map, 2)).toMatchObject({ name: 'Purchase', storageName: 'Order' });
  });

  it('belong to a version where its item types reach them', () => {
    const line = objectType('Line', field('sku', 'string'));
    const lines = field('lines', { kind: 'array', of: { kind: 'object', class: line.class } }, { readDefault: [] });
    const map = build(schemaOf([order(lines)], [line]), [
      { op: 'addType', name: 'Line' },
      change('Order', { op: 'addField', name: 'lines' }),
    ]);
    expect(map.versions.map(({ objects }) => Object.keys(objects))).toEqual([[], ['Line']]);
  });

  it('change inside a default too: it names what each version has', () => {
    const state = { name: 'State', values: ['open', 'closed'] };
    const line = objectType(
      'Line',
      field('state', { kind: 'enum', enum: state }),
      field('count', 'int', { readDefault: 1 }),
    );
    const first = field('first', { kind: 'object', class: line.class }, { readDefault: { state: 'open', count: 2 } });
    const map = build(
      schemaOf([order(first)], [line], [state]),
      [{ op: 'changeEnum', name: 'State', changes: [{ op: 'renameValue', from: 'fresh', to: 'open' }] }],
      [change('Line', { op: 'renameField', from: 'status', to: 'state' }, { op: 'addField', name: 'count' })],
    );
    expect(fieldAt(orderAt(map, 1), 'first')?.readDefault).toEqual({ status: 'fresh' });
    expect(fieldAt(orderAt(map, 3), 'first')?.readDefault).toEqual({ status: 'fresh', count: 2 });
  });
});

describe('an enum', () => {
  const state = { name: 'State', values: ['open', 'closed', 'held'] };
  const withState = order(field('state', { kind: 'enum', enum: state }));

  it('tells each side what to read for values that it does not know', () => {
    const map = build(schemaOf([withState], [], [state]), [
      {
        op: 'changeEnum',
        name: 'State',
        changes: [
          { op: 'renameValue', from: 'done', to: 'closed' },
          { op: 'addValue', value: 'held', olderReadAs: 'open' },
          { op: 'removeValue', value: 'lost', newerReadAs: 'closed' },
        ],
      },
    ]);
    expect(map.versions[0]?.enums['State']?.values).toEqual([
      { value: 'done', stored: 'done' },
      { value: 'lost', stored: 'lost' },
      { value: 'open', stored: 'open' },
    ]);
    expect(map.versions[1]?.enums['State']?.values).toEqual([
      { value: 'closed', stored: 'done' },
      { value: 'held', stored: 'held' },
      { value: 'open', stored: 'open' },
    ]);
    expect(map.migrations[0]?.lens).toEqual([
      { op: 'enumAdded', enum: 'State', stored: 'held', olderReadAs: 'open' },
      { op: 'enumRemoved', enum: 'State', stored: 'lost', newerReadAs: 'done' },
    ]);
  });

  it('never stores a value as what another value was stored as', () => {
    const map = build(schemaOf([withState], [], [state]), [
      {
        op: 'changeEnum',
        name: 'State',
        changes: [
          { op: 'renameValue', from: 'held', to: 'open' },
          { op: 'addValue', value: 'held', olderReadAs: 'open' },
        ],
      },
    ]);
    expect(map.versions[1]?.enums['State']?.values).toContainEqual({ value: 'held', stored: 'held#2' });
  });
});
