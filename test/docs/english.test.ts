import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

/*
 * The rules of English that a machine can hold, in the prose of README, docs and samples: conditions begin with "if" or
 * "when"; the reader is "you"; the words are those of the field; a sentence has one idea, and at most 25 words.
 */

const root = join(import.meta.dirname, '../..');
const PAGES = [
  'README.md',
  ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
  ...readdirSync(join(root, 'samples')).map((name) => `samples/${name}/README.md`),
].filter((name) => name.endsWith('.md'));

/** What says a place, and no condition. */
const PLACES = /where (the table is|complete ends)/gi;

/** By word: what to write instead. */
const WORDS: Readonly<Record<string, string>> = {
  where: 'if, when, or "in which"',
  whoever: 'you, or the one who does it',
  nobody: 'no process, or nothing',
  somebody: 'the one who does it',
  mend: 'fix',
  anew: 'again',
  'come to': 'estimate',
};

const MOST_WORDS = 25;

describe.each(PAGES)('%s', (page) => {
  const sentences = sentencesOf(readFileSync(join(root, page), 'utf8'));

  test('has no word that a native reader would stop at', () => {
    expect(sentences.length).toBeGreaterThan(10);
    const found = sentences.flatMap((sentence) =>
      Object.entries(WORDS)
        .filter(([word]) => new RegExp(`\\b${word}s?\\b`, 'i').test(sentence.replace(PLACES, '')))
        .map(([word, instead]) => `${word} → ${instead}: ${sentence}`),
    );
    expect(found).toEqual([]);
  });

  test(`has no sentence of more than ${MOST_WORDS} words`, () => {
    const words = (sentence: string): number => sentence.split(/\s+/).filter((word) => /\w/.test(word)).length;
    expect(sentences.filter((sentence) => words(sentence) > MOST_WORDS)).toEqual([]);
  });
});

/** The prose of a page: no code, no table, no comment; a link and a piece of code count as their text. */
function sentencesOf(markdown: string): readonly string[] {
  const prose = markdown
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/^```[\s\S]*?^```$/gm, '')
    .replace(/^\|.*$/gm, '')
    .replace(/\]\([^)]*\)/g, ']')
    .replace(/`[^`]*`/g, 'code');
  return prose
    .split(/\n\s*\n|\n(?=[-#>] ?)|(?<=[.!?]\)?)\**\s+(?=\S)/)
    .map((sentence) => sentence.replace(/\s+/g, ' ').trim())
    .filter((sentence) => sentence !== '');
}
