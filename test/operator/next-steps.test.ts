import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import {
  backfill,
  drop,
  mendRestored,
  type NextStep,
  type OperatorOptions,
  promote,
  retire,
  status,
  verify,
  withdraw,
  works,
} from '../../src/operator/index.js';
import { startEngine } from '../support/engine.js';
import { type Branch, openBranch } from './branch.js';
import { v2 } from './library.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const ada = { pk: '/member-ada', sk: '/' };

type Step = (place: OperatorOptions) => Promise<unknown>;

const retireOld: Step = (place) => retire({ ...place, version: 1, force: true });

/** By the step: what comes before the damage, and the step that goes on past it. */
const STEPS: readonly (readonly [step: NextStep['step'], before: readonly Step[], step: Step])[] = [
  ['backfill', [], backfill],
  ['retire', [], retireOld],
  ['drop', [retireOld], (place) => drop({ ...place, version: 1, force: true })],
  ['withdraw', [], (place) => withdraw({ ...place, schema: v2, version: 2, force: true })],
  ['mendRestored', [], mendRestored],
];

/** Takes from Ada's row what no item is without. Resolves to what puts it back. */
async function damaged({ bench }: Branch): Promise<() => Promise<unknown>> {
  const { pk: _, sk: __, ...row } = (await bench.gateway.get(ada))!;
  const { $inc: ___, ...rest } = row;
  await bench.putRaw(ada, rest);
  return () => bench.putRaw(ada, row);
}

const opened = () =>
  openBranch(engine, async ({ members }) => {
    for (const id of ['ada', 'bob']) await members.insert(members.create({ id, email: `${id}@x` }));
  });

it.each(STEPS)(
  'a %s that went on past a row waits for a person, until it is called again',
  async (name, before, step) => {
    const branch = await opened();
    const { place } = branch;
    for (const each of before) await each(place);
    const mend = await damaged(branch);
    const ofStep = async () => (await status(place)).next.find((next) => next.step === name);
    expect(await step(place)).toMatchObject({ finished: false, passedOver: { count: 1 } });
    expect(await works(place)).toMatchObject([{ state: 'finished', passedOver: 1 }]);
    expect(await ofStep()).toMatchObject({
      byHand: true,
      why: expect.stringMatching(/: the last pass went on past a row that somebody has to mend first$/),
    });
    await mend();
    expect(await step(place)).toMatchObject({ finished: true, passedOver: { count: 0 } });
    expect(await ofStep()).toBeUndefined();
  },
);

it('where a verify found nothing but damage, a person comes next and no repair', async () => {
  const branch = await opened();
  const { place } = branch;
  await backfill(place);
  const mend = await damaged(branch);
  expect(await verify(place)).toMatchObject({ complete: false });
  const [next] = (await status(place)).next;
  expect(next).toMatchObject({
    step: 'verify',
    byHand: true,
    why: expect.stringMatching(/^no repair mends what was found/),
  });
  await expect(promote(place)).rejects.toThrow(/What no repair mends is for a person to mend: inspect the items/);
  await mend();
  expect(await verify(place)).toMatchObject({ complete: true });
  expect((await status(place)).next).toMatchObject([{ step: 'promote' }]);
});

it('where it found more than damage, the repair comes first', async () => {
  const branch = await opened();
  const { place, bench } = branch;
  await backfill(place);
  await damaged(branch);
  await bench.gateway.write([{ kind: 'delete', key: { pk: '/email-bob@x', sk: '/' } }], 'lost');
  const first = async () => (await status(place)).next[0];
  await verify(place);
  expect(await first()).toEqual({ step: 'verify', repair: true, why: expect.stringContaining('have them mended') });
  await verify({ ...place, repair: true });
  expect(await first()).toMatchObject({ step: 'verify', byHand: true });
});
