import { test } from '@jest/globals';
import { startLocalEngine } from '../../../src/local/index.js';
import { compareMany } from './differential/compare.js';
import { ofDynoxide } from './differential/deviations.js';

test('answers random sequences of requests as Dynoxide does', async () => {
  await using local = await startLocalEngine();
  await compareMany(200, local.client, ofDynoxide);
});
