import { swcProject } from '../jest.config.mjs';

/** @type {import('jest').Config} */
export default { testTimeout: 300_000, rootDir: '..', projects: [swcProject('long', 'long/')] };
