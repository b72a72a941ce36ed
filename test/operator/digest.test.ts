import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bucketsFor, digestBytes, Digests } from '../../src/operator/digest.js';
import type { TypePaths } from '../../src/operator/paths.js';
import { readPrimary, readSecondary } from '../../src/protocol/row.js';
import type { AttributeMap, AttributeValue, RowKey } from '../../src/values/attribute-value.js';
import { byTag, docKey, tagKey } from '../protocol/documents.js';

const context = { keys: { pk: 'pk', sk: 'sk' }, serverTime: Date.parse('2026-11-20') };
const docs: TypePaths = { type: 'Doc', name: 'Doc', paths: [{ path: byTag, state: 'strict', since: 2 }] };
const SECOND = 1_000;

/** A row as a scan meets it. */
interface Row {
  readonly key: RowKey;
  readonly raw: AttributeMap;
}

interface Doc {
  readonly item: Row;
  readonly copy: Row;
}

const text = (value: string): AttributeValue => ({ S: value });
const keyValue = ({ pk, sk }: RowKey): AttributeValue => ({ L: [text(pk), text(sk)] });

/** An item that is found by a tag of its own, and its row there. */
function docOf(id: number, body: string): Doc {
  const own = { id: text(`d${id}`), tag: text(`t${id}`), body: text(body) };
  const shared = { ...own, $type: text('Doc'), $rev: text(`rev-${id}`), $inc: text(`inc-${id}`) };
  const stamp = { $stamp: { L: [{ N: '4' }, text('9c1e04d2')] } };
  const item = {
    ...shared,
    ...stamp,
    $anc: { L: ['', '', '', ''].map(text) },
    $paths: { M: { '1': keyValue(tagKey(`t${id}`)) } },
  };
  const owner = docKey(`d${id}`);
  const copy = { ...shared, ...stamp, $owner: { L: ['Doc', owner.pk, owner.sk].map(text) }, $path: text('1') };
  return { item: { key: owner, raw: item }, copy: { key: tagKey(`t${id}`), raw: copy } };
}

/** The digests of rows that were met in so many segments, each kept and read again, as they are put together at the end. */
function digestsOf(rows: readonly Row[], segmentOf: (index: number) => number = () => 0, buckets = 64): Digests {
  const segments = new Map<number, Digests>();
  for (const [index, row] of rows.entries()) {
    const number = segmentOf(index);
    const segment = segments.get(number) ?? new Digests(buckets);
    segments.set(number, segment);
    meet(segment, row);
  }
  const all = new Digests(buckets);
  for (const segment of segments.values()) all.merge(segment.kept());
  return all;
}

function meet(digests: Digests, { raw, key }: Row, serverTime = context.serverTime): void {
  const at = { ...context, serverTime };
  if ('$owner' in raw) digests.addRow(at, raw, key, readSecondary(raw, key));
  else digests.addItem(at, docs, readPrimary(raw, key));
}

const isSuspect = (digests: Digests, { raw, key }: Row): boolean =>
  '$owner' in raw
    ? digests.isRowSuspect(readSecondary(raw, key), key)
    : digests.isItemSuspect(readPrimary(raw, key), docs.paths[0]!);

const changed = ({ key, raw }: Row, changes: AttributeMap): Row => ({ key, raw: { ...raw, ...changes } });

/** What can become of an item and its row; each leaves something that is to be looked at. */
const damages: readonly (readonly [
  string,
  (doc: Doc) => { readonly rows: readonly Row[]; readonly at: readonly Row[] },
])[] = [
  ['a row is missing', ({ item }) => ({ rows: [item], at: [item] })],
  ['an item is missing', ({ copy }) => ({ rows: [copy], at: [copy] })],
  ['an item is met twice, and its row is missing', ({ item }) => ({ rows: [item, item], at: [item] })],
  [
    'a copy has another field',
    ({ item, copy }) => ({ rows: [item, changed(copy, { body: text('other') })], at: [item, copy] }),
  ],
  [
    'a copy is of another revision',
    ({ item, copy }) => ({ rows: [item, changed(copy, { $rev: text('rev-x') })], at: [item, copy] }),
  ],
  [
    'a copy is of another incarnation',
    ({ item, copy }) => ({ rows: [item, changed(copy, { $inc: text('inc-x') })], at: [item, copy] }),
  ],
  [
    'a row is another item’s',
    ({ item, copy }) => {
      const foreign = changed(copy, { $owner: { L: ['Doc', '/doc-x', '/'].map(text) } });
      return { rows: [item, foreign], at: [item, foreign] };
    },
  ],
  [
    'the manifest lists another key',
    ({ item, copy }) => {
      const wrong = changed(item, { $paths: { M: { '1': keyValue(tagKey('x')) } } });
      return { rows: [wrong, copy], at: [wrong, copy] };
    },
  ],
  [
    'the manifest lists nothing',
    ({ item, copy }) => {
      const wrong = changed(item, { $paths: { M: {} } });
      return { rows: [wrong, copy], at: [wrong, copy] };
    },
  ],
  [
    'an entry is open',
    ({ item }) => {
      const open = changed(item, { $paths: { M: { '1': text('open') } } });
      return { rows: [open], at: [open] };
    },
  ],
  [
    'the manifest lists a key, and the item has none',
    ({ item, copy }) => {
      const wrong = changed(item, { tag: { NULL: true } });
      return { rows: [wrong, copy], at: [wrong, copy] };
    },
  ],
  [
    'the manifest lists a key, and neither item nor table has it',
    ({ item }) => {
      const wrong = changed(item, { tag: { NULL: true } });
      return { rows: [wrong], at: [wrong] };
    },
  ],
];

const bodies = fc.array(fc.string(), { maxLength: 40 });
/** The rows of sound items, in any order, in any segments. */
const sound = bodies.chain((all) => {
  const rows = all.flatMap((body, id) => {
    const { item, copy } = docOf(id, body);
    return [item, copy];
  });
  const segments = fc.array(fc.nat({ max: 3 }), { minLength: rows.length, maxLength: rows.length });
  return fc.tuple(fc.shuffledSubarray(rows, { minLength: rows.length }), segments);
});

describe('digests', () => {
  it('leave nothing of items that have their rows, in whatever order and segments they are met', () => {
    fc.assert(
      fc.property(sound, ([rows, segments]) => {
        expect(digestsOf(rows, (index) => segments[index]!).clean).toBe(true);
      }),
    );
  });

  it.each(damages)('leave something where %s, among any others', (_, damage) => {
    fc.assert(
      fc.property(sound, fc.string(), ([rows, segments], body) => {
        const { rows: wrong, at } = damage(docOf(1_000, body));
        const digests = digestsOf([...rows, ...wrong], (index) => segments[index] ?? index % 3);
        expect(digests.clean).toBe(false);
        for (const row of at) expect(isSuspect(digests, row)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('leave nothing in the buckets of others', () => {
    const all = Array.from({ length: 500 }, (_, id) => docOf(id, 'text'));
    const rows = all.flatMap(({ item, copy }) => [item, copy]);
    const digests = digestsOf(
      rows.filter((row) => row !== all[7]!.copy),
      (index) => index % 4,
      bucketsFor(4),
    );
    expect(all.filter(({ item, copy }) => isSuspect(digests, item) || isSuspect(digests, copy))).toEqual([all[7]]);
  });

  it('leave something where a row stands at another key, in the same bucket too', () => {
    const { item, copy } = docOf(1, 'text');
    expect(digestsOf([item, { ...copy, key: tagKey('elsewhere') }], () => 0, 1).clean).toBe(false);
  });

  it('want no row of an item that has no key', () => {
    const { item } = docOf(1, 'text');
    expect(digestsOf([changed(item, { tag: { NULL: true }, $paths: { M: {} } })]).clean).toBe(true);
  });

  it('say nothing of rows that DynamoDB may delete, one by one, and of items that have expired', () => {
    const expires = Math.floor(context.serverTime / SECOND);
    const { item, copy } = docOf(1, 'text');
    const [expiring, itsCopy] = [item, copy].map((row) => changed(row, { $exp: { N: String(expires) } }));
    for (const row of [expiring!, itsCopy!]) {
      const digests = new Digests(64);
      meet(digests, row, (expires + 10) * SECOND);
      meet(digests, row, (expires + 3_600) * SECOND);
      expect(digests.clean).toBe(true);
      // Long before, it is looked at.
      meet(digests, row, (expires - 3_600) * SECOND);
      expect(digests.clean).toBe(false);
    }
    const unlisted = new Digests(64);
    meet(unlisted, changed(expiring!, { $paths: { M: {} } }), (expires + 3_600) * SECOND);
    expect(unlisted.clean).toBe(true);
    const open = changed(expiring!, { $paths: { M: { '1': text('open') } } });
    const digests = new Digests(64);
    meet(digests, open, (expires + 3_600) * SECOND);
    expect(isSuspect(digests, open)).toBe(true);
  });

  it('fit into a row of DynamoDB, and those of all segments into what a process can read', () => {
    for (let segments = 1; segments <= 4_096; segments *= 2) {
      const largest = digestBytes(1e9, segments);
      expect(largest).toBeLessThan(350 * 1_024);
      expect(largest * segments).toBeLessThanOrEqual(64 * 2 ** 20);
      expect(Math.log2(bucketsFor(segments)) % 1).toBe(0);
    }
    // What is small takes little.
    expect(digestBytes(30, 4)).toBe(300);
  });

  it('take as much as there is left, to the byte', () => {
    const { item, copy } = docOf(1, 'text');
    expect(digestsBytes([item])).toBe(10);
    expect(digestsBytes([item, copy])).toBe(0);
  });
});

const digestsBytes = (rows: readonly Row[]): number =>
  Object.values(digestsOf(rows).kept()).reduce((sum, bytes) => sum + bytes.byteLength, 0);
