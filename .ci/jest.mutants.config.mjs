import base, { swcProject } from '../jest.config.mjs';

/** The tests of the protocol, over sources with one change: see test/mutation. */
const project = swcProject('mutant', '');
const [, options] = project.transform['\\.ts$'];

/** @type {import('jest').Config} */
export default {
  ...base,
  projects: [
    {
      ...project,
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/long/'],
      transform: { ...project.transform, '\\.ts$': ['<rootDir>/test/mutation/transform.mjs', options] },
    },
  ],
};
