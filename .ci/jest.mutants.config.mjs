import { existsSync } from 'node:fs';
import base, { swcProject } from '../jest.config.mjs';

/*
 * Tests over sources with one change each: `MUTANTS` is a list of [mutant, test pattern], each of which is a project of
 * its own. See test/mutation.
 */
const project = swcProject('', '');
const [, options] = project.transform['\\.ts$'];

const projectOf = ([mutant, pattern]) => {
  const [file, only] = pattern.split(' › ');
  const isFolder = existsSync(new URL(`../${file}/`, import.meta.url));
  return {
    ...project,
    // The same for all: what is compiled once serves all of them.
    id: 'mutants',
    displayName: `${mutant} ← ${pattern}`,
    roots: ['<rootDir>/src', '<rootDir>/test'],
    testMatch: [`<rootDir>/${file}${isFolder ? '/**/*' : ''}.test.ts`],
    testPathIgnorePatterns: ['/node_modules/', ...(file.startsWith('test/long/') ? [] : ['<rootDir>/test/long/'])],
    testEnvironment: '<rootDir>/test/mutation/environment.mjs',
    ...(only === undefined ? {} : { testEnvironmentOptions: { only } }),
    transform: { ...project.transform, '\\.ts$': ['<rootDir>/test/mutation/transform.mjs', { ...options, mutant }] },
  };
};

/** @type {import('jest').Config} */
export default {
  ...base,
  rootDir: '..',
  reporters: ['<rootDir>/test/mutation/reporter.mjs'],
  projects: JSON.parse(process.env.MUTANTS ?? '[]').map(projectOf),
};
