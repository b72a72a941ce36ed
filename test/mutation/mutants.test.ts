import { describe, expect, it } from '@jest/globals';
import { transformSync } from '@swc/core';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
// @ts-expect-error the list is plain JavaScript, because the runner and Jest's transformer read it before anything is compiled
import { mutants as list } from './mutants.mjs';

interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly tests: readonly string[];
  placesIn(source: string): readonly (readonly [from: number, to: number])[];
  fits(source: string): boolean;
  apply(source: string): string;
}

const mutants = list as readonly Mutant[];
const root = new URL('../../', import.meta.url);
const sourceOf = (file: string): string => readFileSync(new URL(file, root), 'utf8');

describe('every mutant', () => {
  it('has its place in the sources: one that lost it would prove nothing', () => {
    const lost = mutants.filter((mutant) => !mutant.fits(sourceOf(mutant.file)));
    expect(lost.map(({ name }) => name)).toEqual([]);
  });

  it('compiles: one that does not would be noticed for that', () => {
    const broken = mutants.filter((mutant) => {
      try {
        transformSync(mutant.apply(sourceOf(mutant.file)), { jsc: { parser: { syntax: 'typescript' } } });
        return false;
      } catch {
        return true;
      }
    });
    expect(broken.map(({ name }) => name)).toEqual([]);
  });

  it('has a name of its own', () => {
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  });

  it('has tests that are there', () => {
    const isThere = (test: string): boolean => {
      const [file] = test.split(' › ');
      return existsSync(new URL(`${file}.test.ts`, root)) || existsSync(new URL(`${file}/`, root));
    };
    expect(mutants.flatMap(({ tests }) => tests).filter((test) => !isThere(test))).toEqual([]);
  });
});

describe('every condition that is stored under', () => {
  const files = ['src/protocol', 'src/registry'].flatMap((folder) =>
    readdirSync(new URL(folder, root)).map((name) => `${folder}/${name}`),
  );

  it.each(files)('has a mutant: %s', (file) => {
    const source = sourceOf(file);
    const places = mutants.filter((mutant) => mutant.file === file).flatMap((mutant) => mutant.placesIn(source));
    const forgotten: string[] = [];
    let from = 0;
    for (const line of source.split('\n')) {
      const to = from + line.length;
      if (makesCondition(line) && !places.some(([begin, end]) => begin < to && end > from)) forgotten.push(line.trim());
      from = to + 1;
    }
    expect(forgotten).toEqual([]);
  });
});

/** A part of a condition is made on the line, or a condition is given to an action. */
function makesCondition(line: string): boolean {
  if (/^\s*(?:import|\/?\*|\/\/)/.test(line)) return false;
  return /\b(?:absent|equals|less|atMost)\(|\browAbsent\b|\browExists\b|\bcondition:/.test(line);
}
