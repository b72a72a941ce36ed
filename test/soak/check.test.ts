import { describe, expect, test } from '@jest/globals';
import type { PrimaryRow } from '../../src/protocol/row.js';
import { ARCHIVED, archived } from './archive.js';
import { wrongHistory } from './check.js';
import { wrongAnswers, writtenByRetired } from './check-time.js';
import type { Intent, Life, Told } from './journal.js';

const archive = Array.from({ length: ARCHIVED }, (_, number) => item(archived(number)));
const order = { customerId: 'shared', orderId: '1', born: '<v1.a.1.1>' };
const insert = call({ what: 'insert', id: 'shared/1', born: order.born }, { told: 'done', born: order.born });
const update = (mark: string, told?: Partial<Told>) =>
  call({ what: 'update', id: 'shared/1', mark, text: 'note' }, told && { born: order.born, ...told });
const remove = call({ what: 'delete', id: 'shared/1', born: order.born }, { told: 'done', born: order.born });

describe('what processes were told, and what the table holds', () => {
  const wrongWith = (calls: Life['calls'], ...items: PrimaryRow[]) =>
    wrongHistory([life('v1.a.1', 1, calls)], [...archive, ...items]);
  const done = update('<m>', { told: 'done' });

  test.each<[string, string | undefined, Life['calls'], string | undefined]>([
    ['what was told is there', '<m>', [insert, done], undefined],
    ['a mark is lost', '', [insert, done], '[NO-LOSS]'],
    ['a mark is there twice', '<m><m>', [insert, done], '[ONCE]'],
    ['a mark of nobody is there', '<m><n>', [insert, done], '[NO-LOSS]'],
    ['a text is torn', '<m', [insert], '[NO-LOSS]'],
    ['a failed call was applied', '<m>', [insert, update('<m>', { told: 'failed' })], '[ONCE]'],
    ['an unknown call was applied', '<m>', [insert, update('<m>', { told: 'unknown' })], undefined],
    ['an unknown call was not applied', '', [insert, update('<m>', { told: 'unknown' })], undefined],
    ['the call of a killed process was applied', '<m>', [insert, update('<m>')], undefined],
    ['an item is lost', undefined, [insert], '[NO-LOSS]'],
    ['a deleted item is gone', undefined, [insert, remove], undefined],
    ['a deleted item is back', '', [insert, remove], '[NO-RESURRECT]'],
    ['an item was deleted twice', undefined, [insert, remove, remove], '[ONCE]'],
    ['an item is there that nobody inserted', '', [], '[ONCE]'],
    [
      'a mark of an earlier incarnation is there',
      '<m>',
      [insert, update('<m>', { told: 'done', born: '<old>' })],
      '[NO-RESURRECT]',
    ],
  ])('%s', (_, note, calls, invariant) => {
    const wrong = wrongWith(calls, ...(note === undefined ? [] : [item({ ...order, note })]));
    expect(wrong.map((each) => each.split(' ')[0])).toEqual(invariant === undefined ? [] : [invariant]);
  });

  test('an order that nobody writes is lost', () => {
    expect(wrongHistory([], archive.slice(1))).toEqual(['[NO-LOSS] <archive.0> is not there']);
  });
});

describe('what was told when', () => {
  const operator = (what: string, at: number): Life => ({
    ...life('operator', 0, []),
    reached: [{ kind: 'reached', at, what }],
  });
  const retired = call(
    { what: 'update', id: 'shared/1', mark: '<m>', text: 'note' },
    { told: 'failed', code: 'VERSION_RETIRED' },
    20,
  );

  test('a key path that is promoted can tell', () => {
    const reader: Life = { ...life('v2.a.1', 2, []), incomplete: [{ kind: 'incomplete', at: 10, path: 'day' }] };
    expect(wrongAnswers([reader, operator('promote 2', 11)])).toEqual([]);
    expect(wrongAnswers([reader, operator('promote 2', 9)])).toEqual([expect.stringContaining('[COMPLETE]')]);
  });

  test('only a version that is being retired is refused', () => {
    const retiring = operator('retiring 1', 15);
    expect(wrongAnswers([life('v1.a.1', 1, [retired]), retiring])).toEqual([]);
    expect(wrongAnswers([life('v2.a.1', 2, [retired]), retiring])).toEqual([expect.stringContaining('[NO-SURPRISE]')]);
    expect(wrongAnswers([life('v1.a.1', 1, [retired])])).toEqual([expect.stringContaining('[NO-SURPRISE]')]);
  });

  test('[FENCE] a version that is retired writes nothing', () => {
    const lives = [life('v1.a.1', 1, []), life('v2.a.1', 2, []), operator('retired 1', 10)];
    const [then, by2, by1] = ['', '<v2.a.1.5>', '<v1.a.1.5>'].map((note) => item({ ...order, note }));
    expect(writtenByRetired(lives, [then!], [by2!])).toEqual([]);
    expect(writtenByRetired(lives, [by1!], [by1!])).toEqual([]);
    expect(writtenByRetired(lives, [then!], [by1!])).toEqual([expect.stringContaining('[FENCE] <v1.a.1.5>')]);
    expect(writtenByRetired([life('v1.a.1', 1, [remove]), operator('retired 1', 10)], [then!], [])).toEqual([
      expect.stringContaining('[FENCE]'),
    ]);
  });
});

function life(name: string, version: number, calls: Life['calls']): Life {
  return { name, version, calls, wrong: [], reached: [], incomplete: [], refused: [], checks: 0 };
}

function call(
  intent: Omit<Intent, 'kind' | 'call' | 'at'>,
  told: (Pick<Told, 'told'> & Partial<Told>) | (Partial<Told> & { told?: never }) | undefined,
  at = 1,
): Life['calls'][number] {
  return {
    intent: { kind: 'intent', call: 1, at, ...intent },
    told: told?.told === undefined ? undefined : { kind: 'told', call: 1, at, ...told, told: told.told },
  };
}

function item(texts: object): PrimaryRow {
  const raw = Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, { S: value as string }]));
  return { raw } as unknown as PrimaryRow;
}
