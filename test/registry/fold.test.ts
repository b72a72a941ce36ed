import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { EntryContent } from '../../src/registry/entry.js';
import { RegistryDamagedError, RegistryForkError } from '../../src/registry/errors.js';
import { extend, nothingKnown } from '../../src/registry/fold.js';
import type { Knowledge } from '../../src/registry/knowledge.js';
import { chain, opened, published, versionData } from './fixtures.js';

const verify = { epoch: 5, begun: '', items: 0, missing: 0, open: 0 };
const v1 = versionData(1, { Order: ['/o-:id', '/d-:id'] });
const v2 = versionData(2, { Order: ['/o-:key', '', '/e-:id'], Invoice: ['/i-:id', '/j-:id'] });
const story: readonly EntryContent[] = [
  opened,
  published(v1, { promoted: true }),
  { kind: 'active', version: 1 },
  published(v2),
  { kind: 'strict', type: 'Order', paths: ['2'] },
  { kind: 'verified', type: 'Order', paths: ['2'], verify },
  { kind: 'promoted', type: 'Order', paths: ['2'] },
  { kind: 'settings', registryMaxAge: 5_000 },
];

const strict: readonly EntryContent[] = [opened, published(v1), { kind: 'strict', type: 'Order', paths: ['1'] }];
const found = (finding: Partial<typeof verify>): EntryContent => ({
  kind: 'verified',
  type: 'Order',
  paths: ['1'],
  verify: { ...verify, ...finding },
});

const knowing = (contents: readonly EntryContent[]): Knowledge => extend(nothingKnown, chain(contents));
const paths = (knowledge: Knowledge, type: string) =>
  knowledge.demanded.get(type)?.map(({ path, state, since }) => `${path.id} ${path.template} ${state} ${since}`);

describe('what is known', () => {
  test('of an opened registry', () => {
    expect(knowing([opened])).toMatchObject({
      registryId: '11112222-3333-4444-8555-666677778888',
      shortId: '11112222',
      schemaName: 'shop',
      epoch: 1,
      registryMaxAge: 60_000,
      newestVersion: 0,
    });
  });

  test('of versions: all of them, active from the entry on', () => {
    const knowledge = knowing(story);
    expect(knowledge.newestVersion).toBe(2);
    expect([...knowledge.versions.values()].map(({ version, epoch, active }) => [version, epoch, active])).toEqual([
      [1, 2, true],
      [2, 4, false],
    ]);
    expect(knowledge.registryMaxAge).toBe(5_000);
  });

  test('of fences: they stand at the newest entry that a create has to know', () => {
    const ended: readonly EntryContent[] = [
      ...story,
      { kind: 'floor', version: 2 },
      { kind: 'swept', reached: 9 },
      { kind: 'dropping', version: 2 },
      { kind: 'dropped', reached: 11 },
      { kind: 'swept', reached: 12 },
      published(versionData(3, { Order: ['/o-:key'] })),
      { kind: 'withdrawn', version: 3 },
      { kind: 'void' },
      { kind: 'restored', registry: '99992222-3333-4444-8555-666677778888' },
    ];
    const known = ended.map((_, last) => knowing(ended.slice(0, last + 1)));
    const unfenced = known.filter(({ epoch, fenced }) => fenced < epoch).map(({ epoch }) => ended[epoch - 1]!.kind);
    expect(unfenced).toEqual(['active', 'verified', 'promoted', 'swept', 'swept']);
    for (const { epoch, fenced } of known) {
      expect(fenced).toBe(ended.findLastIndex(({ kind }, i) => i < epoch && !unfenced.includes(kind)) + 1);
    }
  });

  test('of key paths: what any version demands, as the newest that has it says, primary first [LAYOUT]', () => {
    expect(paths(knowing(story.slice(0, 2)), 'Order')).toEqual(['0 /o-:id promoted 2', '1 /d-:id promoted 2']);
    expect(paths(knowing(story.slice(0, 4)), 'Order')).toEqual([
      '0 /o-:key promoted 2',
      '1 /d-:id promoted 2',
      '2 /e-:id expand 4',
    ]);
    expect(paths(knowing(story.slice(0, 5)), 'Order')?.[2]).toBe('2 /e-:id strict 5');
    expect(paths(knowing(story), 'Order')?.[2]).toBe('2 /e-:id promoted 7');
    expect(paths(knowing(story), 'Invoice')).toEqual(['0 /i-:id promoted 4', '1 /j-:id expand 4']);
  });

  test('of a verify: it is kept while newer versions are published, until the path is promoted', () => {
    const before = knowing([...strict, found({ epoch: 3 }), published(v2)]);
    expect(before.demanded.get('Order')?.[1]).toMatchObject({ state: 'strict', since: 3, verified: { epoch: 3 } });
  });

  test('is the same however the log is cut, with any overlap', () => {
    const entries = chain(story);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(entries.length), fc.nat(3)), { maxLength: 6 }), (cuts) => {
        let knowledge = nothingKnown;
        for (const [to, overlap] of [...cuts, [entries.length, 0] as const]) {
          knowledge = extend(knowledge, entries.slice(Math.max(0, knowledge.epoch - overlap), to));
        }
        expect(knowledge).toEqual(extend(nothingKnown, entries));
      }),
    );
  });

  test('is not changed by what comes later', () => {
    const before = knowing(story.slice(0, 4));
    const entries = chain(story);
    expect(Object.isFrozen(before)).toBe(true);
    extend(before, entries.slice(4));
    expect(paths(before, 'Order')?.[2]).toBe('2 /e-:id expand 4');
  });
});

describe('a log that is not a continuation', () => {
  const known = knowing(story.slice(0, 3));

  test('because an entry follows another head', () => {
    const elsewhere = chain([{ kind: 'settings', registryMaxAge: 1 }], { epoch: 3, headHash: 'other' });
    expect(() => extend(known, elsewhere)).toThrow(RegistryForkError);
  });

  test('because the known head is another now', () => {
    const other = chain([...story.slice(0, 2), { kind: 'settings', registryMaxAge: 1 }]);
    expect(() => extend(known, other.slice(2))).toThrow(RegistryForkError);
  });

  test('because an entry is missing', () => {
    expect(() => extend(known, chain(story).slice(4))).toThrow(RegistryDamagedError);
  });

  test.each<[string, readonly EntryContent[]]>([
    ['a log that does not begin with opened', [published(v1)]],
    ['a second opened', [opened, opened]],
    ['a version that skips one', [opened, published(v2)]],
    ['a version twice', [opened, published(v1), published(v1)]],
    ['an active version that is not published', [opened, { kind: 'active', version: 1 }]],
    ['strict for a path that nobody has', [opened, published(v1), { kind: 'strict', type: 'Order', paths: ['7'] }]],
    ['promoted before strict', [opened, published(v1), { kind: 'promoted', type: 'Order', paths: ['1'] }]],
    ['verified before strict', [opened, published(v1), { kind: 'verified', type: 'Order', paths: ['1'], verify }]],
    ['promoted without a verify', [...strict, { kind: 'promoted', type: 'Order', paths: ['1'] }]],
    [
      'promoted on a verify that found something',
      [...strict, found({ missing: 1 }), { kind: 'promoted', type: 'Order', paths: ['1'] }],
    ],
    [
      'promoted on a verify that left something open',
      [...strict, found({ open: 1 }), { kind: 'promoted', type: 'Order', paths: ['1'] }],
    ],
    [
      'promoted on a scan begun before strict',
      [...strict, found({ epoch: 2 }), { kind: 'promoted', type: 'Order', paths: ['1'] }],
    ],
  ])('because it says what cannot be: %s', (_, contents) =>
    expect(() => knowing(contents)).toThrow(RegistryDamagedError),
  );
});
