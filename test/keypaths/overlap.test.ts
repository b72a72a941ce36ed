import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FieldType } from '../../src/fields/field-type.js';
import { canShareRow } from '../../src/keypaths/overlap.js';
import { physicalKey } from '../../src/keypaths/physical-key.js';
import type { KeyPathModel } from '../../src/keypaths/model.js';
import type { AttributeValue, RowKey } from '../../src/values/attribute-value.js';
import { ENCODABLE, enumBase, pathOf, type Sample } from './arbitraries.js';

/** A key path written with its types: `/customer-:string/order-:uuid`. */
function typed(text: string, more: Partial<KeyPathModel> = {}): KeyPathModel {
  let count = 0;
  const encodings: Record<string, FieldType> = {};
  const template = text.replace(/:([\w ]+)/g, (_, name: string) => {
    const field = `v${count++}`;
    encodings[field] = ENCODABLE[name]!.type;
    return `:${field}`;
  });
  return pathOf(template, encodings, more);
}

describe('key paths that never share a row', () => {
  test.each([
    ['/customer-:string', '/invoice-:string'],
    ['/customer-:string', '/customer-:string/order-:string'],
    ['/customer-:string/order-:string', '/customer-:string/invoice-:string'],
    ['/customer-:string/order-:string', '/customer-:string/order-:string/item-:string'],
    ['/customer-:uuid/order-:uuid', '/customer-:uuid/order-:uuid/item-:string'],
    ['/customer-:uuid/order-:int', '/customer-:uuid/order-:int/item-:int'],
    ['/customer-:uuid/order-:bytes', '/customer-:uuid/order-:bytes/item-:int'],
    ['/customer-:string/order-:string', '/customer-:string/order-:string/total'],
    ['/customer-:string/order-:uuid', '/customer-:string/order-item-:string'],
    ['/customer-:string/order-:int', '/customer-:string/order-item-:string'],
    ['/customer-:string/order-:uint', '/customer-:string/order-Z:string'],
    ['/customer-:string/order-:isoDate', '/customer-:string/order-:uuid'],
    ['/customer-:string/order-:isoDate', '/customer-:string/order-:int'],
    ['/g/status-:string enum', '/g/status-:string enum/order-:string'],
    ['/g/rank-:int enum', '/g/rank-:int enum/order-:string'],
    ['/config', '/config/more'],
    ['/flag-:boolean', '/flag-2'],
    ['/n-:int', '/n-b1'],
  ])('%s and %s', (a, b) => {
    expect(canShareRow(typed(a), typed(b), enumBase)).toBe(false);
    expect(canShareRow(typed(b), typed(a), enumBase)).toBe(false);
  });

  test('the generations of one template', () => {
    const template = '/customer-:string/order-:string';
    const again = typed(template, { generation: 2, id: '1' });
    expect(canShareRow(typed(template), again)).toBe(false);
    expect(canShareRow(again, typed(template, { generation: 3, id: '4' }))).toBe(false);
    expect(canShareRow(again, again)).toBe(true);
  });
});

describe('key paths that could share a row', () => {
  test.each([
    ['/customer-:string/order-:string', '/customer-:string/order-:string'],
    ['/customer-:string/order-:string', '/customer-:string/order-item-:string'],
    ['/customer-:string/order-:string', '/customer-:string/order-:uuid'],
    ['/customer-:string/order-:string', '/customer-:string/order-:uuid/item-:string'],
    ['/customer-:string/order-:string', '/customer-:string/order-:int/item-:string'],
    ['/customer-:string/order-:string', '/customer-:string/order-1/config'],
    ['/customer-:string/order-:int', '/customer-:string/order-:timestampSeconds'],
    ['/customer-:string', '/customer-vip-:string'],
    ['/config', '/config'],
    ['/flag-:boolean', '/flag-1'],
    ['/n-:int', '/n-b10'],
  ])('%s and %s', (a, b) => {
    expect(canShareRow(typed(a), typed(b), enumBase)).toBe(true);
    expect(canShareRow(typed(b), typed(a), enumBase)).toBe(true);
  });

  test('enums of which nothing is known, to be safe', () => {
    expect(canShareRow(typed('/g-:string enum'), typed('/g-:int'))).toBe(true);
    expect(canShareRow(typed('/g/s-:string enum'), typed('/g/s-:int enum/x'))).toBe(true);
  });
});

test('wherever two items of different key paths have one key, the paths are said to share rows', () => {
  const literal = fc.constantFrom('o-', 'o-i-', 'o-1', 'i-', 'o-b', 'o-a0');
  const parameter = fc.constantFrom(
    '',
    ':string',
    ':string',
    ':int',
    ':boolean',
    ':bytes',
    ':string enum',
    ':int enum',
    ':isoDate',
  );
  const segments = fc.array(fc.tuple(literal, parameter), { minLength: 1, maxLength: 3 });
  const generation = fc.constantFrom(1, 1, 1, 2);
  const pathOfSegments = (parts: readonly Segment[], n: number): KeyPathModel =>
    typed(parts.map((part) => `/${part.join('')}`).join(''), { generation: n, id: String(n - 1) });

  /** A path, the key of an item on it, and a second path that is made so that it might have the same key. */
  const pairs = fc.tuple(segments, generation, generation).chain(([parts, mine, theirs]) => {
    const one = pathOfSegments(parts, mine);
    const samples = fc.tuple(...one.parameters.map(({ encoding }) => shortSample(encoding)));
    const others = fc.tuple(...parts.map((part) => variantOf(part, literal, parameter)));
    return fc.record({
      one: fc.constant(one),
      values: samples,
      other: fc
        .tuple(others, fc.nat({ max: 3 }))
        .map(([list, cut]) => pathOfSegments(list.slice(0, Math.max(1, list.length - cut)), theirs)),
    });
  });

  let met = 0;
  fc.assert(
    fc.property(pairs, fc.infiniteStream(fc.nat()), ({ one, values, other }, choices) => {
      const key = physicalKey(one, (field) => values[Number(field.slice(1))]!.stored);
      const forged = forge(other, key, choices);
      if (
        !sameKey(
          key,
          physicalKey(other, (field) => forged[Number(field.slice(1))]!),
        )
      )
        return true;
      met += 1;
      return canShareRow(one, other, enumBase) && canShareRow(other, one, enumBase) && canShareRow(one, other);
    }),
    { numRuns: 6000 },
  );
  // Else the property would say nothing.
  expect(met).toBeGreaterThan(200);
});

type Segment = readonly [literal: string, parameter: string];

/** The same segment, one of another type, one whose parameter takes in a part of the literal, or any other. */
function variantOf(
  segment: Segment,
  literal: fc.Arbitrary<string>,
  parameter: fc.Arbitrary<string>,
): fc.Arbitrary<Segment> {
  const [text] = segment;
  const shorter = fc.nat({ max: text.length - 1 }).map((at): Segment => [text.slice(0, at + 1), ':string']);
  return fc.oneof(fc.constant(segment), fc.tuple(fc.constant(text), parameter), shorter, fc.tuple(literal, parameter));
}

const sameKey = (a: RowKey, b: RowKey): boolean => a.pk === b.pk && a.sk === b.sk;

function shortSample(type: FieldType): fc.Arbitrary<Sample> {
  const short = ['', '1', 'i-', '/o-', 'i-/o-', '\u0001', '\u0001/o-', 'b10', 'a0', '\u0002b'];
  const string = fc.constantFrom(...short).map((value): Sample => ({ stored: { S: value }, meaning: value }));
  const number = fc
    .constantFrom('0', '1', '10', '-7')
    .map((value): Sample => ({ stored: { N: value }, meaning: value }));
  const named = Object.entries(ENCODABLE).find(([, entry]) => JSON.stringify(entry.type) === JSON.stringify(type))!;
  if (['string', 'string enum'].includes(named[0])) return string;
  return ['int', 'int enum'].includes(named[0]) ? number : named[1].sample;
}

/** Values for a path that try to make the key of another item: pieces of that key, taken at every place. */
function forge(path: KeyPathModel, target: RowKey, choices: Iterator<number>): readonly AttributeValue[] {
  const choose = <T>(list: readonly T[]): T => list[(choices.next().value as number) % list.length]!;
  return path.parameters.map(({ encoding, field }, i): AttributeValue => {
    const inGroup = i === 0 && path.storageTemplate.indexOf(field) < path.storageTemplate.indexOf('/', 1);
    const key = inGroup || !path.storageTemplate.includes('/', 1) ? target.pk : target.sk;
    const literal = new RegExp(`/[^/]*(?=:${field})`).exec(path.storageTemplate)![0];
    const from = key.indexOf(literal) === -1 ? 0 : key.indexOf(literal) + literal.length;
    const ends = Array.from(key).flatMap((character, at) => (at >= from && /[/\u0001]/.test(character) ? [at] : []));
    const piece = key.slice(from, choose([...ends, key.length, key.length]));
    if (encoding.kind === 'string' || (encoding.kind === 'enum' && encoding.enum !== 'Rank')) return { S: piece };
    if (encoding.kind === 'boolean') return { BOOL: piece.startsWith('1') };
    if (encoding.kind === 'bytes') return { B: Buffer.from(piece, 'hex') };
    if (encoding.kind === 'isoDate') return { S: /^\d{4}-\d{2}-\d{2}/.exec(piece)?.[0] ?? '2026-01-01' };
    return { N: choose(['0', '1', '10', '-7', /^[a-z]([1-9]\d{0,9})/.exec(piece)?.[1] ?? '0']) };
  });
}
