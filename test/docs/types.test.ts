import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { scalarNames, scalarTypes } from '../../src/fields/scalars/index.js';
import { keyTypes } from '../../src/keypaths/encoding.js';

const page = (name: string): string => readFileSync(`docs/${name}.md`, 'utf8');
const cellsOf = (row: string): readonly string[] => row.split('|').map((cell) => cell.trim());

/** The rows of the table on a page whose first column has this heading. */
function tableUnder(heading: string, name: string): readonly (readonly string[])[] {
  const lines = page(name).split('\n');
  const first = lines.findIndex((line) => line.startsWith(`| ${heading} |`));
  const rest = lines.slice(first + 2);
  return rest
    .slice(
      0,
      rest.findIndex((line) => !line.startsWith('|')),
    )
    .map(cellsOf);
}

test('the table of types has every scalar type, with what a property holds', () => {
  const rows = tableUnder('Type', 'schema').flatMap(([, type, property]) => {
    const name = /^`'(\w+)'`$/.exec(type!)?.[1];
    return name === undefined ? [] : [[name, property!.replace(/`/g, '')]];
  });
  const words = new Map([
    ['a string (YYYY-MM-DD)', 'string'],
    ['anything but undefined', 'anything that JSON can say'],
  ]);
  const held = (holds: string): string => words.get(holds) ?? holds.replace(/^an? /, '');
  expect(Object.fromEntries(rows)).toEqual(
    Object.fromEntries(scalarNames.map((name) => [name, held(scalarTypes[name].holds)])),
  );
});

test('the table of key texts has every type that can stand in keys, and no other', () => {
  const said = tableUnder('Field type', 'key-paths').flatMap(([, types]) =>
    Array.from(types!.matchAll(/`(\w+)`|\b(enum)s\b/g), ([, scalar, other]) => scalar ?? other!),
  );
  expect([...new Set(said)].sort()).toEqual([...keyTypes].sort());
});
