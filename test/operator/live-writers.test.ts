import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { backfill, promote, verify } from '../../src/operator/index.js';
import { ItemExistsError, KeyPathConflictError, OptimisticLockError } from '../../src/protocol/errors.js';
import { ItemNotFoundError } from '../../src/store/errors.js';
import type { Repository } from '../../src/store/repository.js';
import { startEngine } from '../support/engine.js';
import { all, type Branch, openBranch, watched } from './branch.js';
import { BY_EMAIL, BY_ID, type Member } from './library.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const ITEMS = 120;
/** Between two writes of one writer, on average. */
const PAUSE_MS = 5;
const TEAMS = ['red', 'green', 'blue'];

/** What may happen to any writer among others. Anything else fails the test. */
const expected = [ItemExistsError, ItemNotFoundError, KeyPathConflictError, OptimisticLockError];
function passExpected(error: unknown): void {
  if (!expected.some((each) => error instanceof each)) throw error;
}

/** The same numbers for the same seed: mulberry32. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** One random write; where it is acknowledged, `notes` has what must be read from now on. */
async function writeOnce(
  members: Repository<Member>,
  id: string,
  random: (below: number) => number,
  notes: Map<string, string | undefined>,
): Promise<void> {
  const note = `note ${random(1e9)}`;
  const chosen = random(10);
  const change = (member: Member): void => {
    member.note = note;
    if (chosen < 3) member.team = TEAMS[random(3)]!;
    else if (chosen < 4) delete member.team;
    else if (chosen < 6) member.email = `m${random(ITEMS)}@x`;
    else if (chosen < 7) delete member.email;
  };
  const create = (): Promise<Member> =>
    members.insert(members.create({ id, note, email: `${id}@x`, team: TEAMS[random(3)]! }));
  if (chosen === 9) {
    await members.delete({ id });
    notes.set(id, undefined);
  } else {
    await members.update({ id }, change).catch((error: unknown) => {
      if (error instanceof ItemNotFoundError) return create();
      throw error;
    });
    notes.set(id, note);
  }
}

/** Takes its e-mail from every member that lost a quarrel about it, as an operator would have it done. */
async function resolveConflicts(branch: Branch): Promise<void> {
  for (const row of await branch.bench.rows()) {
    const manifest = row['$paths'];
    if (manifest === undefined || !('M' in manifest) || !Object.values(manifest.M).some((entry) => 'S' in entry))
      continue;
    const id = (row['id'] as { readonly S: string }).S;
    await branch.now.members.update({ id }, (member) => void delete member.email).catch(passExpected);
  }
}

describe('while applications of both versions write', () => {
  it.each([1])(
    'a key path becomes complete and nothing is lost (seed %i) [COMPLETE] [NO-LOSS] [LAYOUT]',
    async (seed) => {
      const branch = await openBranch(engine, async ({ members }) => {
        const first = Array.from({ length: ITEMS }, (_, i) =>
          members.create({ id: `m${i}`, email: `m${i}@x`, team: TEAMS[i % 3]! }),
        );
        await Promise.all(first.map((member) => members.insert(member)));
      });
      const { bench, old, now } = branch;
      const notes = new Map<string, string | undefined>();
      let stop = false;
      let writes = 0;
      const writers = [old.members, now.members, old.members, now.members].map(async (members, writer) => {
        const random = randomOf(seed * 100 + writer);
        while (!stop) {
          writes++;
          // Each writer has its own share, so that what was acknowledged last is known; e-mails cross the shares.
          const n = random(ITEMS / 4) * 4 + writer;
          await writeOnce(members, `m${n}`, random, notes).catch(passExpected);
          await sleep(random(2 * PAUSE_MS));
        }
      });
      // The operator finds the table in motion at each of its requests, however fast either of them is.
      const nextWrite = async (): Promise<void> => {
        for (const before = writes; writes === before;) await sleep(1);
      };
      const place = { ...branch.place, client: watched(engine, nextWrite) };
      try {
        await backfill(place);
        while (!(await verify(place)).complete) await resolveConflicts(branch);
        await promote(place);
      } finally {
        stop = true;
        await Promise.all(writers);
      }

      expect(writes).toBeGreaterThan(50);
      expect(await bench.wrong()).toEqual([]);
      const rows = (await bench.rows()).filter((row) => !('$owner' in row));
      const inTeams = rows.flatMap((row) =>
        'team' in row && 'S' in row['team'] ? [(row['id'] as { S: string }).S] : [],
      );
      const listed = await Promise.all(
        TEAMS.map(async (team) => all(now.members.listByKeyPath('/team-:team', { team }))),
      );
      expect(
        listed
          .flat()
          .map(({ id }) => id)
          .sort(),
      ).toEqual(inTeams.sort());
      for (const [id, note] of notes) {
        const found = await old.members.findByKeyPath(BY_ID, { id });
        expect({ id, note: found?.note }).toEqual({ id, note });
      }
      for (const row of rows) {
        const id = (row['id'] as { readonly S: string }).S;
        if (!('email' in row) || !('S' in row['email'])) continue;
        expect((await now.members.findByKeyPath(BY_EMAIL, { email: row['email'].S }))?.id).toBe(id);
      }
    },
    300_000,
  );
});
