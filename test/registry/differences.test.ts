import { describe, expect, test } from '@jest/globals';
import { differences } from '../../src/registry/differences.js';
import type { EnumModel, FieldModel, ItemTypeModel, KeyPathModel, SchemaVersion } from '../../src/schema/model.js';

const field = (storageName: string, more: Partial<FieldModel> = {}): FieldModel => ({
  storageName,
  name: storageName,
  type: { kind: 'string' },
  required: true,
  ...more,
});
const path = (id: string, template: string, more: Partial<KeyPathModel> = {}): KeyPathModel => ({
  id,
  template,
  storageTemplate: template,
  generation: 1,
  since: 1,
  parameters: [],
  ...more,
});
const order = (more: Partial<ItemTypeModel> = {}): ItemTypeModel => ({
  storageName: 'Order',
  name: 'Order',
  fields: [field('id'), field('note')],
  keyPaths: [path('0', '/o-:id')],
  ...more,
});
const size = (...values: EnumModel['values']): EnumModel => ({
  storageName: 'Size',
  name: 'Size',
  base: 'string',
  values,
});
const version = (type?: ItemTypeModel, sizes?: EnumModel): SchemaVersion => ({
  version: 1,
  types: type === undefined ? {} : { Order: type },
  objects: {},
  enums: sizes === undefined ? {} : { Size: sizes },
});
const withNote = (note: Partial<FieldModel>) => version(order({ fields: [field('id'), field('note', note)] }));
const published = version(order());

describe('a changed version is told from the published one, with the step that would say it', () => {
  test.each<[string, SchemaVersion, SchemaVersion, string, string | undefined]>([
    ['a type more', version(), published, 'Order: not in the published version', "m.addType('Order')"],
    ['a type less', published, version(), 'Order: published, and not here', 'm.removeType(Order)'],
    [
      'a type renamed',
      published,
      version(order({ name: 'Sale' })),
      'Order: is called Sale here',
      "m.renameType('Order', 'Sale')",
    ],
    [
      'a field more',
      published,
      version(order({ fields: [...order().fields, field('x')] })),
      'Order.x: not in the published version',
      "m.changeType('Order', (t) => t.addField('x'))",
    ],
    [
      'a field less',
      published,
      version(order({ fields: [field('id')] })),
      'Order.note: published, and not here',
      "m.changeType('Order', (t) => t.removeField('note', …))",
    ],
    [
      'a field renamed',
      published,
      withNote({ name: 'text' }),
      'Order.note: is called text here',
      "m.changeType('Order', (t) => t.renameField('note', 'text'))",
    ],
    [
      'another type of field, which no step says',
      published,
      withNote({ type: { kind: 'int' } }),
      'Order.note: published as {"kind":"string"}, here {"kind":"int"}',
      undefined,
    ],
    [
      'no longer required',
      published,
      withNote({ required: false }),
      'Order.note: published as required',
      "m.changeType('Order', (t) => t.markFieldAsNotRequired('note', …))",
    ],
    [
      'required',
      withNote({ required: false }),
      published,
      'Order.note: published as not required',
      "m.changeType('Order', (t) => t.markFieldAsRequired('note'))",
    ],
    [
      'a readDefault',
      published,
      withNote({ readDefault: 'a' }),
      'Order.note: published with no readDefault',
      "m.changeType('Order', (t) => t.modifyFieldReadDefault('note', { to: \"a\" }))",
    ],
    [
      'another readDefault',
      withNote({ readDefault: 'a' }),
      withNote({ readDefault: 'b' }),
      'Order.note: published with the readDefault "a"',
      'm.changeType(\'Order\', (t) => t.modifyFieldReadDefault(\'note\', { from: "a", to: "b" }))',
    ],
    [
      'a key path more',
      published,
      version(order({ keyPaths: [...order().keyPaths, path('1', '/n-:note')] })),
      'Order: key path /n-:note: not in the published version',
      "m.changeType('Order', (t) => t.addKeyPath('/n-:note'))",
    ],
    [
      'an enum value renamed',
      version(undefined, size({ value: 's', stored: 's' })),
      version(undefined, size({ value: 'small', stored: 's' })),
      'Size: value "s" is "small" here',
      'm.changeEnum(\'Size\', (e) => e.renameValue("s", "small"))',
    ],
    [
      'an enum value more',
      version(undefined, size()),
      version(undefined, size({ value: 's', stored: 's' })),
      'Size: value "s": not in the published version',
      'm.changeEnum(\'Size\', (e) => e.addValue("s", …))',
    ],
    [
      'an enum value less',
      version(undefined, size({ value: 's', stored: 's' })),
      version(undefined, size()),
      'Size: value "s": published, and not here',
      'm.changeEnum(\'Size\', (e) => e.removeValue("s", …))',
    ],
  ])('%s', (_, was, is, what, step) => {
    expect(differences(was, is)).toEqual([step === undefined ? { what } : { what, step }]);
  });

  test('a path pinned otherwise is told, though no step says it', () => {
    const parameters = [{ field: 'id', encoding: { kind: 'int' as const } }];
    const [found] = differences(published, version(order({ keyPaths: [path('0', '/o-:id', { parameters })] })));
    expect(found).toEqual({ what: expect.stringContaining('published as []') });
  });

  test('equal versions differ in nothing', () => expect(differences(published, version(order()))).toEqual([]));
});
