import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
// @ts-expect-error the list is plain JavaScript, because the runner and Jest's transformer read it before anything is compiled
import { mutants as list } from './mutants.mjs';

const mutants = list as readonly { readonly name: string; readonly file: string; fits(source: string): boolean }[];

it('every mutant has its place in the sources: one that lost it would prove nothing', () => {
  const lost = mutants.filter(
    ({ file, fits }) => !fits(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')),
  );
  expect(lost.map(({ name }) => name)).toEqual([]);
});

it('every mutant has a name of its own', () => {
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
});
