import { of } from './of.mjs';

const fuzzer = ['test/views/elements.property'];
const cases = 'test/views/elements-cases';

/** What a nested object continues. The fuzzer is to find what would put a hidden part on a wrong object, on two, or lose it. */
export const ofViews = [
  ...of('src/views/match-elements.ts', fuzzer, {
    'an element continues only what is like it': [
      'if (this.mayContinue(i, place)) this.claim(i, place);',
      'this.claim(i, place);',
    ],
    'a raw element goes where its object went': ["this.fates[place] = 'elsewhere';", 'void place;'],
    'an element continues what says the same': ['match.byContent();', ''],
    'a raw element is continued once': ["this.fates[place] = 'continued';", ''],
    'a gap has one size': ['open.length !== left.length ||', 'open.length > left.length ||', cases],
    'a gap has the same neighbours on both sides': [
      "|| between.some((place) => this.fates[place] === 'continued')",
      '',
      cases,
    ],
  }),
  ...of('src/views/origins.ts', fuzzer, {
    'no raw map is continued twice': ['this.continued.add(raw);', ''],
    'an object that stands twice keeps its place': ['if (!this.isShared) return;', 'return;'],
    'a raw map waits for its object at home': ['.filter((each) => !this.awaited.has(each))', ''],
    'a raw map lives with its object': ['if (raw !== undefined) this.living.add(raw);', ''],
    'an object is found in a row that was read again': ['(this.inRow.get(raw) ?? raw)', 'raw'],
  }),
  ...of('src/views/object-codec.ts', fuzzer, {
    'a place is continued by no other than its object': ['origins?.lives(raw) !== true && ', ''],
    'a place is continued by what is like it': ['&& isLike(this.fields, value, raw)', ''],
    'damage is not replaced unseen': ['if (from !== place) this.decode(raw, undefined);', '', cases],
  }),
  ...of('src/views/likeness.ts', fuzzer, {
    'half of the fields agree': ['return equal * 2 >= seen;', 'return equal > 0;'],
    'what neither has does not count': ['if (says === undefined && said === undefined) continue;', '', cases],
  }),
  ...of('src/views/compiled-view.ts', fuzzer, {
    'what was built anew and says the same is no change': ['return this.keepingEqual(raw, built);', 'return built;'],
  }),
  ...of('src/views/raw-trail.ts', [cases], {
    'a second try goes onto the row as it is': ['sources.get(reading.raws[i])', 'reading.raws[i]'],
  }),
];
