import { expect, it } from '@jest/globals';
import { userAttributes } from '../../src/protocol/row.js';
import { schemaFrom } from '../../src/schema/schema-from.js';
import { compileViews } from '../../src/views/compile-views.js';
import { field } from '../schema/declare-by-hand.js';
import { startEngine } from '../support/engine.js';
import { Bench } from './bench.js';

class Thing {}

it('names that every object seems to have are parameters of key paths like any other', async () => {
  const fields = ['constructor', 'toString', 'then'].map((name) => field(name, 'string'));
  const optional = field('valueOf', 'timestampSeconds', { required: false });
  const keyPaths = ['/a-:constructor/b-:toString', '/c-:then/d-:valueOf'];
  const type = { name: 'Thing', class: Thing, keyPaths, fields: [...fields, optional] };
  const schema = schemaFrom('special', { types: [type], objects: [], enums: [] }, []);
  await using engine = await startEngine();
  const bench = await Bench.on(engine);
  const things = (await bench.open(schema)).repository(Thing) as never as {
    [call: string]: (...given: unknown[]) => Promise<unknown> & { toArray(): Promise<unknown[]> };
  };
  const plain = { constructor: 'a', toString: 'b', then: 'c' };
  const key = { constructor: 'a', toString: 'b' };
  await things['insert']!(things['create']!(plain));
  expect(await bench.rows()).toHaveLength(1); // the secondary path is sparse
  await things['update']!(key, (thing: Record<string, unknown>) => void (thing['valueOf'] = new Date(1000)));
  expect(await bench.rows()).toHaveLength(2);
  const found = await things['findByKeyPath']!('/c-:then/d-:valueOf', { then: 'c', valueOf: new Date(1000) });
  expect(Object.entries(found as object).sort()).toEqual(Object.entries({ ...plain, valueOf: new Date(1000) }).sort());
  expect(await things['listByKeyPath']!('/c-:then', { then: 'c' }).toArray()).toHaveLength(1);
  expect(() => things['listByKeyPath']!('/c-:then', {})).toThrow(/no value is given for then/);
  await expect(things['insert']!(things['create']!({ then: 'c' }))).rejects.toMatchObject({
    code: 'VALIDATION',
    problems: [{ path: 'constructor' }, { path: 'toString' }],
  });
  await expect(things['update']!({ constructor: 'a' }, () => {})).rejects.toMatchObject({ code: 'KEY_PARAMETER' });
  expect(await bench.wrong()).toEqual([]);
  expect(await things['delete']!(key)).toBe(true);
});

it('[NO-LOSS] an attribute of another tool called __proto__ survives a write', async () => {
  class Thing {}
  const type = {
    name: 'Thing',
    class: Thing,
    keyPaths: ['/a-:id'],
    fields: [field('id', 'string'), field('note', 'string')],
  };
  const row = JSON.parse(
    '{"__proto__":{"S":"theirs"},"$type":{"S":"Thing"},"pk":{"S":"/a-x"},"id":{"S":"x"}}',
  ) as never;
  const attributes = userAttributes(row, { pk: 'pk', sk: 'sk' });
  expect(Object.entries(attributes)).toEqual([
    ['__proto__', { S: 'theirs' }],
    ['id', { S: 'x' }],
  ]);
  const schema = schemaFrom('special', { types: [type], objects: [], enums: [] }, []);
  const view = compileViews({ schema: schema.versions[0]!, lens: [], classes: schema.classes }).get('Thing')!;
  const written = view.apply(Object.assign(new Thing(), { id: 'x', note: 'new' }), attributes);
  expect(Object.entries(written)).toEqual([
    ['__proto__', { S: 'theirs' }],
    ['id', { S: 'x' }],
    ['note', { S: 'new' }],
  ]);
});
