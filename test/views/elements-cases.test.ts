import { describe, expect, test } from '@jest/globals';
import type { AttributeMap, AttributeValue } from '../../src/values/attribute-value.js';
import { DamagedRowError } from '../../src/views/errors.js';
import { RawTrail } from '../../src/views/raw-trail.js';
import { rawAt, tagOf, view, type Thing } from './elements/shapes.js';

interface Line extends Thing {
  sku: string;
  quantity: number;
  note?: string;
  inner?: Line;
  parts?: Line[];
  box?: Box;
}

interface Box extends Thing {
  label: string;
}

interface Yard extends Thing {
  other?: Line;
  main?: Line;
  lines: Line[];
  spare?: Line[];
  byKey?: Record<string, Line>;
  grid?: Line[][];
  racks?: Record<string, Line>[];
  boxes?: Box[];
}

/** A stored line, with what only another version knows of it. */
function line(sku: string, quantity: number, more: AttributeMap = {}): AttributeValue {
  return { M: { sku: { S: sku }, quantity: { N: String(quantity) }, '~tag': { S: `of ${sku}` }, ...more } };
}
const box = (label: string): AttributeValue => ({ M: { label: { S: label }, '~tag': { S: `of ${label}` } } });
const list = (...L: AttributeValue[]): AttributeValue => ({ L });
const fresh = (sku: string, quantity: number, more: Partial<Line> = {}): Line => ({ sku, quantity, ...more });

const abc = list(line('a', 1), line('b', 2), line('c', 3));

/** Loads, changes and saves. */
function save(row: AttributeMap, edit: (yard: Yard) => unknown): AttributeMap {
  const trail = new RawTrail();
  const yard = view.decode({ lines: list(), ...row }, trail) as Yard;
  edit(yard);
  expect(view.check(yard)).toEqual([]);
  return view.apply(yard, { lines: list(), ...row }, trail);
}

/** Whose hidden part each element of an array has after a save: `-` for none. */
function tags(row: AttributeMap, field = 'lines'): string {
  const { L } = row[field] as { L: { M: AttributeMap }[] };
  return L.map(({ M }) => (tagOf(M) ?? '-').replace('of ', '')).join(' ');
}

const tagAt = (row: AttributeMap, path: string): string | undefined => tagOf(rawAt(row, path));

describe('an element that was loaded', () => {
  test.each<[string, (yard: Yard) => unknown, string]>([
    ['popped, and a new one pushed', ({ lines }) => [lines.pop(), lines.push(fresh('x', 9))], 'a b -'],
    ['shifted, and a new one pushed', ({ lines }) => [lines.shift(), lines.push(fresh('x', 9))], 'b c -'],
    [
      'edited and rotated',
      ({ lines }) => (
        lines.forEach((each) => Object.assign(each, { sku: 'z', quantity: 0 })),
        lines.push(lines.shift()!)
      ),
      'b c a',
    ],
    ['sorted', ({ lines }) => lines.sort((a, b) => b.quantity - a.quantity), 'c b a'],
    ['replaced by a new one', ({ lines }) => (lines[1] = fresh('x', 9)), 'a - c'],
    ['wrapped', ({ lines }) => (lines[1] = fresh('b', 2, { parts: [lines[1]!] })), 'a - c'],
    ['in two places of the array', ({ lines }) => lines.unshift(lines[2]!), 'c a b -'],
    ['in two places, one of them its own', ({ lines }) => (lines[0] = lines[2]!), '- b c'],
  ])('[NO-LOSS] keeps what is hidden, and no other gets it: %s', (_, edit, expected) => {
    expect(tags(save({ lines: abc }, edit))).toBe(expected);
  });

  test('[NO-LOSS] takes it along when it is wrapped', () => {
    const after = save({ lines: abc }, ({ lines }) => (lines[1] = fresh('b', 2, { parts: [lines[1]!] })));
    expect(tagAt(after, '/lines/1/parts/0')).toBe('of b');
  });
});

describe('an element that is a copy', () => {
  const copies = (lines: Line[]): Line[] => lines.map((each) => ({ ...each }));

  test.each<[string, (lines: Line[]) => Line[], string]>([
    ['equal ones, in another order', (lines) => copies(lines).reverse(), 'c b a'],
    ['equal ones, one of them removed', (lines) => copies(lines.slice(1)), 'b c'],
    ['one edited in its place', ([a, b, c]) => [a!, { ...b!, quantity: 9 }, c!], 'a b c'],
    ['all edited in their places', (lines) => lines.map((each) => ({ ...each, quantity: 9 })), 'a b c'],
    ['one edited, another before it removed', ([, b, c]) => [{ ...b!, quantity: 9 }, c!], '- c'],
    ['one edited and appended', ([a, b, c]) => [b!, c!, { ...a!, quantity: 9 }], 'b c -'],
    [
      'one edited and appended, beside the one that it was made of',
      ([a, b, c]) => [a!, b!, c!, { ...a!, note: 'n' }],
      'a b c -',
    ],
    [
      'all edited and rotated',
      ([a, b, c]) => [b!, c!, a!].map((each) => ({ ...each, note: each.sku, quantity: 9 })),
      '- - -',
    ],
    ['one edited between two that changed places', ([a, b, c]) => [c!, { ...b!, quantity: 9 }, a!], 'c - a'],
    ['in a gap of another size', ([a, b, c]) => [a!, { ...b!, quantity: 9 }, fresh('x', 7), c!], 'a - - c'],
    [
      'in a gap at the end, of the same size',
      ([a, b, c]) => [a!, { ...b!, quantity: 9 }, { ...c!, quantity: 9 }],
      'a b c',
    ],
    ['one new, that agrees in half', ([a, b]) => [a!, b!, fresh('x', 3)], 'a b c'],
    ['one new, that agrees in less', ([a, b]) => [a!, b!, fresh('x', 3, { note: 'n' })], 'a b -'],
  ])('continues what the rules say: %s', (_, edit, expected) => {
    expect(tags(save({ lines: abc }, (yard) => (yard.lines = edit(yard.lines))))).toBe(expected);
  });

  test('continues nothing in a gap that has become smaller, however like it is', () => {
    const row = { lines: list(line('a', 1), line('b', 1), line('c', 3)) };
    expect(tags(save(row, (yard) => (yard.lines = [fresh('z', 1), yard.lines[2]!])))).toBe('- c');
  });

  test('continues nothing where its neighbours were not neighbours of the same gap', () => {
    const row = { lines: list(line('a', 1), line('b', 2), line('c', 3), line('d', 4)) };
    const after = save(row, (yard) => {
      const [a, b, c, d] = yard.lines as [Line, Line, Line, Line];
      yard.lines = [a, { ...c, quantity: 9 }, d, b];
    });
    expect(tags(after)).toBe('a - d b');
  });

  test('of a type with one field continues only what is equal', () => {
    const row = { boxes: list(box('p'), box('q')) };
    expect(
      tags(
        save(row, (yard) => (yard.boxes = [{ label: 'p' }, { label: 'r' }])),
        'boxes',
      ),
    ).toBe('p -');
  });

  test('agrees by what either has: what neither has does not count', () => {
    const row = { lines: list(line('a', 1, { note: { NULL: true } })) };
    expect(tags(save(row, (yard) => (yard.lines = [fresh('x', 9)])))).toBe('-');
  });

  test('counts a nested object as one field', () => {
    const inner = line('i', 5, { parts: list(line('p', 1), line('q', 2)) });
    const row = { lines: list(line('a', 1, { inner })) };
    const after = save(row, ({ lines }) => (lines[0] = { ...lines[0]!, quantity: 9 }));
    expect(tags(after)).toBe('a');
    expect(tagAt(after, '/lines/0/inner')).toBe('of i');
    expect(tags(save(row, ({ lines }) => (lines[0] = { ...lines[0]!, quantity: 9, sku: 'x' })))).toBe('-');
  });

  test('an edit deep in a copied tree loses nothing while each level agrees', () => {
    const row = { lines: list(line('a', 1, { inner: line('i', 5, { box: box('p') }) })) };
    const after = save(row, (yard) => {
      const [a] = yard.lines as [Line];
      yard.lines = [{ ...a, inner: { ...a.inner!, quantity: 6 } }];
    });
    expect(['', '/inner', '/inner/box'].map((path) => tagAt(after, `/lines/0${path}`))).toEqual([
      'of a',
      'of i',
      'of p',
    ]);
  });

  test('an element whose place was taken from elsewhere is not counted in a gap', () => {
    const row = { lines: abc, spare: list(line('s', 4)) };
    const after = save(row, (yard) => {
      const [a, b, c] = yard.lines as [Line, Line, Line];
      yard.lines = [a, yard.spare!.pop()!, { ...b, quantity: 9 }, c];
    });
    expect(tags(after)).toBe('a s b c');
  });

  test('an element that has moved away is not counted in a gap', () => {
    const after = save({ lines: abc, spare: list() }, (yard) => {
      const [a, b, c] = yard.lines as [Line, Line, Line];
      yard.lines = [a, { ...c, quantity: 9 }];
      yard.spare!.push(b);
    });
    expect([tags(after), tags(after, 'spare')]).toEqual(['a c', 'b']);
  });
});

describe('a place whose object has moved away', () => {
  const like = (each: Line): Line => ({ ...each });

  test.each<[string, AttributeMap, (yard: Yard) => unknown, string, string]>([
    ['a field', { main: line('m', 1) }, (y) => ((y.other = y.main!), (y.main = like(y.main!))), '/other', '/main'],
    [
      'a key of a map',
      { byKey: { M: { x: line('m', 1) } } },
      ({ byKey }) => ((byKey!['y'] = byKey!['x']!), (byKey!['x'] = like(byKey!['x']!))),
      '/byKey/y',
      '/byKey/x',
    ],
    [
      'an array',
      { lines: list(line('m', 1)) },
      (y) => ((y.main = y.lines[0]!), (y.lines = [like(y.main)])),
      '/main',
      '/lines/0',
    ],
    [
      'a field that wraps it',
      { main: line('m', 1) },
      (y) => (y.main = { ...like(y.main!), inner: y.main! }),
      '/main/inner',
      '/main',
    ],
    [
      'an array in an array',
      { grid: list(list(line('m', 1)), list()) },
      ({ grid }) => (grid![1]!.push(grid![0]![0]!), (grid![0] = [like(grid![0]![0]!)])),
      '/grid/1/0',
      '/grid/0/0',
    ],
    [
      'a map in an array',
      { racks: list({ M: { x: line('m', 1) } }) },
      (y) => ((y.main = y.racks![0]!['x']!), (y.racks = [{ x: like(y.main) }])),
      '/main',
      '/racks/0/x',
    ],
  ])('is continued by no other: %s', (_, row, edit, there, here) => {
    const after = save(row, edit);
    expect(tagAt(after, there)).toBe('of m');
    expect(tagAt(after, here)).toBeUndefined();
  });

  test('is continued by an equal one when its object is gone', () => {
    const after = save({ main: line('m', 1) }, (y) => (y.main = like(y.main!)));
    expect(tagAt(after, '/main')).toBe('of m');
  });
});

describe('an object that stands in several places', () => {
  test('[NO-LOSS] keeps what is hidden where it was read, whatever the order of the fields', () => {
    const after = save({ main: line('m', 1, { box: box('p') }) }, (y) => (y.other = y.main!));
    expect([tagAt(after, '/main'), tagAt(after, '/main/box')]).toEqual(['of m', 'of p']);
    expect([tagAt(after, '/other'), tagAt(after, '/other/box')]).toEqual([undefined, undefined]);
  });

  test('[NO-LOSS] keeps it in the first place, where it has left its own', () => {
    const after = save({ main: line('m', 1) }, (y) => {
      y.other = y.main!;
      y.spare = [y.main!];
      delete y.main;
    });
    expect([tagAt(after, '/other'), tagAt(after, '/spare/0')]).toEqual(['of m', undefined]);
  });

  test('[NO-LOSS] keeps it in its own place inside a copy', () => {
    const after = save({ main: line('m', 1, { box: box('p') }), other: line('o', 2) }, (y) => {
      y.main = { ...y.main! };
      y.other!.box = y.main.box!;
    });
    expect([tagAt(after, '/main/box'), tagAt(after, '/other/box')]).toEqual(['of p', undefined]);
  });

  test('keeps each of its parts in later saves of the same entity', () => {
    const row = { lines: abc };
    const trail = new RawTrail();
    const yard = view.decode(row, trail) as Yard;
    yard.lines = [yard.lines[0]!, yard.lines[0]!];
    const written = new RawTrail();
    const once = view.apply(yard, row, trail, written);
    expect(tags(once)).toBe('a -');
    expect(view.apply(yard, once, written)).toBe(once);
  });
});

describe('damage in what is replaced', () => {
  const damaged: AttributeValue = { M: { sku: { N: '1' }, quantity: { N: '1' } } };

  test.each<[string, AttributeMap, (yard: Yard) => unknown, string]>([
    ['an element', { lines: list(line('a', 1), damaged) }, (y) => (y.lines = [fresh('x', 9)]), 'lines[1].sku'],
    ['a field', { main: damaged }, (y) => (y.main = fresh('x', 9)), 'main.sku'],
    ['a key', { byKey: { M: { x: damaged } } }, (y) => (y.byKey = { x: fresh('x', 9) }), 'byKey.x.sku'],
  ])('is not overwritten unseen: %s', (_, row, edit, path) => {
    const yard = { lines: [] } as Yard;
    edit(yard);
    const applying = (): unknown => view.apply(yard, { lines: list(), ...row }, new RawTrail());
    expect(applying).toThrow(DamagedRowError);
    expect(applying).toThrow(path);
  });
});

test('damage that was made since the load is not overwritten by an object that moves there', () => {
  const row = { lines: list(), main: line('m', 1), other: line('o', 2) };
  const trail = new RawTrail();
  const yard = view.decode(row, trail) as Yard;
  yard.main = yard.other!;
  delete yard.other;
  const damaged = { ...row, main: { M: { sku: { N: '1' }, quantity: { N: '1' } } } };
  expect(() => view.apply(yard, damaged, trail)).toThrow(DamagedRowError);
});

describe('a save that is tried again, because the layout of the row has moved', () => {
  test('goes onto the row as it is then, in nested objects too', () => {
    const before = { lines: abc };
    const trail = new RawTrail();
    const yard = view.decode(before, trail) as Yard;
    const [a, b, c] = yard.lines as [Line, Line, Line];
    yard.lines = [c, fresh('x', 9), { ...b, quantity: 8 }, a];
    a.quantity = 7;
    const written = new RawTrail();
    const asked = view.apply(yard, before, trail, written);
    expect(tags(asked)).toBe('c - - a');

    // A sweep has removed what only a dropped version knew, and filled what another one derives.
    const { '~tag': _, ...pruned } = (line('a', 1) as { M: AttributeMap }).M;
    const moved = { lines: list({ M: { ...pruned, '~new': { S: 'derived' } } }, line('b', 2), line('c', 3)) };
    const again = new RawTrail();
    const copy = view.decode(asked, again);
    const after = view.apply(copy, moved, written.before(again, before));
    expect(tags(after)).toBe('c - - -');
    expect(rawAt(after, '/lines/3')).toEqual({ ...pruned, quantity: { N: '7' }, '~new': { S: 'derived' } });
  });
});
