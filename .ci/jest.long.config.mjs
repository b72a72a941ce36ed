import { swcProject, WORKER_EXIT_MS } from '../jest.config.mjs';

/** What takes longer than a change can wait for: `DUCTILE_LONGEST=1 npm run test:long` runs these too. */
const byHand =
  process.env['DUCTILE_LONGEST'] === undefined
    ? ['/node_modules/', '/test/long/(other-nodes|cli-next|damage|forecasts|elements|simulator-finds)\\.test\\.ts$']
    : ['/node_modules/'];

/** @type {import('jest').Config} */
export default {
  testTimeout: 300_000,
  rootDir: '..',
  // As in jest.config.mjs: most of these tests wait for processes of their own.
  maxWorkers: '100%',
  workerGracefulExitTimeout: WORKER_EXIT_MS,
  projects: [{ ...swcProject('long', 'long/'), testPathIgnorePatterns: byHand }],
};
