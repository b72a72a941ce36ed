import { swcProject, WORKER_EXIT_MS } from '../jest.config.mjs';

/** @type {import('jest').Config} */
export default {
  testTimeout: 300_000,
  rootDir: '..',
  // As in jest.config.mjs: most of these tests wait for processes of their own.
  maxWorkers: '100%',
  workerGracefulExitTimeout: WORKER_EXIT_MS,
  projects: [swcProject('long', 'long/')],
};
