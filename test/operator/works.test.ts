import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import {
  backfill,
  limit,
  NoSuchWorkError,
  type OperatorOptions,
  pause,
  resume,
  type WorkOptions,
  works,
} from '../../src/operator/index.js';
import { endWork } from '../../src/work/works.js';
import { startEngine } from '../support/engine.js';
import { openBranch, watched } from './branch.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const changes = {
  pause,
  resume,
  limit: (options: WorkOptions) => limit({ ...options, maxWcu: 5 }),
} as const;

/** A table with a backfill that was begun, and its id. */
async function begun() {
  const branch = await openBranch(engine);
  await backfill({ ...branch.place, timeLimit: 0 });
  const [pass] = await works(branch.place);
  return { ...branch, id: pass!.id };
}

describe.each(Object.entries(changes))('%s of one pass', (_, change) => {
  it('is about that one', async () => {
    const { place, id } = await begun();
    expect(await change({ ...place, work: id })).toMatchObject([{ id }]);
  });

  it('of which there is none says so, and changes nothing', async () => {
    const { place, bench } = await begun();
    const before = await works(place);
    const refused = change({ ...place, work: 'nonsense' });
    await expect(refused).rejects.toThrow(NoSuchWorkError);
    await expect(refused).rejects.toMatchObject({
      code: 'NO_SUCH_WORK',
      message: expect.stringMatching(/^There is no pass 'nonsense' over table .* works\(\{ … \}\), shows those/),
      facts: { work: 'nonsense', table: bench.table },
    });
    expect(await works(place)).toEqual(before);
  });

  it('that ends just before it says so', async () => {
    const { place, bench, id } = await begun();
    // The registry, the passes, then the one that is to be changed.
    const client = watched(engine, async (operation, count) => {
      if (operation === 'Query' && count === 3) await endWork(bench.gateway, id);
    });
    await expect(change({ ...place, client, work: id })).rejects.toThrow(NoSuchWorkError);
    // Of all that are under way there is none, which is no error.
    expect(await change(place)).toEqual([]);
  });
});

it('a limit without any is refused before anything is sent: it would keep later workers from giving theirs', async () => {
  const { place } = await begun();
  const sent: string[] = [];
  const client = watched(engine, (operation) => void sent.push(operation));
  for (const none of [{}, { maxWcu: undefined, maxRcu: undefined }] as const) {
    await expect(limit({ ...place, client, ...(none as object) })).rejects.toMatchObject({
      code: 'STORE_OPTION',
      message: 'limit: the option maxWcu is missing, and so is maxRcu: give one or both; null takes a limit away.',
    });
  }
  expect(sent).toEqual([]);
  expect(await limit({ ...place, maxRcu: null })).toHaveLength(1);
});

it('a step that waits for its drain has no pass to pause: its signal ends the wait', async () => {
  const { place } = await openBranch(engine);
  const stop = new AbortController();
  const paused: unknown[] = [];
  const onProgress: OperatorOptions['onProgress'] = ({ step }) => {
    if (step !== 'drain' || paused.length > 0) return;
    paused.push(pause(place).finally(() => stop.abort(new Error('stopped'))));
  };
  await expect(backfill({ ...place, drain: 600_000, signal: stop.signal, onProgress })).rejects.toThrow('stopped');
  expect(await Promise.all(paused)).toEqual([[]]);
});
