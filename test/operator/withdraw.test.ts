import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { backfillIn } from '../../src/operator/backfill.js';
import type { Session } from '../../src/operator/session.js';
import { promoteIn } from '../../src/operator/promote.js';
import { verifyIn } from '../../src/operator/verify.js';
import { withdrawIn } from '../../src/operator/withdraw.js';
import { activate } from '../../src/registry/decisions.js';
import {
  PastChangedError,
  VersionRetiredError,
  WithdrawRefusedError,
  WithdrawUnfinishedError,
} from '../../src/registry/errors.js';
import { unsweptWithdrawal } from '../../src/registry/knowledge.js';
import { takeBack } from '../../src/registry/retire-decisions.js';
import { gatewayOver } from '../../src/table/gateway-over.js';
import { startEngine } from '../support/engine.js';
import { BY_ID, BY_MAIL, BY_TITLE, BY_DRAFT, draft, ending, hurried, Notes, v2, v3, withoutFences } from './notes.js';
import { smoothly } from './branch.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const withdraw = (session: Session, schema = v3, version = 3) => withdrawIn(session, { schema, version });

/** Version 3 is published; versions 1 and 2 write its rows, and no process at it has written. */
async function published(): Promise<Notes> {
  const notes = await Notes.on(engine);
  await notes.at(v2);
  await notes.at(v3);
  const now = await notes.at(v2);
  await now.update({ id: 'a' }, (note) => void (note.title = 'A'));
  expect(await notes.keys()).toContain('/title-A');
  return notes;
}

describe('a withdraw', () => {
  it('takes away the version, and the rows that older ones wrote for it', async () => {
    const notes = await published();
    const now = await notes.at(v2);
    expect(await withdraw(await notes.operator())).toEqual({
      newest: 2,
      items: 3,
      written: 3,
      finished: true,
      ...smoothly,
    });
    expect(await notes.keys()).not.toContain('/title-A');
    expect(await notes.keys()).toContain('/mail-a@x/note-a');
    await now.update({ id: 'a' }, (note) => void (note.title = 'B'));
    expect(await notes.keys()).not.toContain('/title-B');
    expect(await notes.wrong()).toEqual([]);
    expect(await withdraw(await notes.operator())).toEqual({
      newest: 2,
      items: 0,
      written: 0,
      ...smoothly,
      finished: true,
      ...smoothly,
    });
  });

  it('lets another content have the number, and no process of the first one write', async () => {
    const notes = await published();
    const first = await notes.at(v3);
    await withdraw(await notes.operator());
    await expect(first.insert(first.create({ id: 'd', title: 'D' }))).rejects.toThrow(/was withdrawn from table/);
    await expect(first.findByKeyPath(BY_ID, { id: 'a' })).rejects.toThrow(VersionRetiredError);
    const second = await notes.at(draft);
    await second.insert(second.create({ id: 'e', title: 'E' }));
    expect(await notes.keys()).toContain('/draft-E');
    await expect(first.insert(first.create({ id: 'd', title: 'D' }))).rejects.toThrow(/published anew with another/);
    await backfillIn(await notes.operator(draft), {});
    expect((await second.findByKeyPath(BY_DRAFT, { title: 'A' }, { incomplete: 'allow' }))!.id).toBe('a');
    expect(await notes.wrong()).toEqual([]);
  });

  it('of a version that was published again with the same content lets its processes go on', async () => {
    const notes = await published();
    const first = await notes.at(v3);
    await withdraw(await notes.operator());
    await expect(first.insert(first.create({ id: 'd' }))).rejects.toThrow(VersionRetiredError);
    await expect(first.findByKeyPath(BY_ID, { id: 'a' })).rejects.toThrow(VersionRetiredError);
    await notes.at(v3);
    expect(await first.findByKeyPath(BY_ID, { id: 'a' })).toMatchObject({ id: 'a' });
    await first.insert(first.create({ id: 'd', title: 'D' }));
    expect(await notes.keys()).toContain('/title-D');
    expect(await notes.wrong()).toEqual([]);
  });

  it('[COMPLETE] and published again gives no list through its key paths as whole that it took rows from', async () => {
    const notes = await published();
    const first = await notes.at(v3);
    await withdraw(await notes.operator());
    await expect(first.insert(first.create({ id: 'd' }))).rejects.toThrow(VersionRetiredError);
    await notes.at(v3);
    const page = await first.listByKeyPath(BY_TITLE, { title: 'A' }).page();
    expect(page).toEqual({ items: [], complete: false });
  });

  it('[COMPLETE] and published again, while a reader slept that relied on its key paths', async () => {
    const notes = await published();
    const fill = async (operator: Session): Promise<void> => {
      await backfillIn(operator, {});
      await verifyIn(operator, {});
      await promoteIn(operator);
    };
    await fill(await notes.operator(v3));
    let asleep = 0;
    let meanwhile = (): Promise<void> => Promise.resolve();
    const sleeper = gatewayOver(notes.gateway, {
      newestDate: () => notes.gateway.newestDate() + asleep,
      query: async (request) => {
        const page = await notes.gateway.query(request);
        if (request.pk !== '/title-A') return page;
        const since = meanwhile;
        meanwhile = () => Promise.resolve();
        await since();
        return page;
      },
    });
    const reader = await notes.at(v3, sleeper);
    const list = () => reader.listByKeyPath(BY_TITLE, { title: 'A' });
    expect(await list().page()).toMatchObject({ items: [{ id: 'a' }], complete: true });
    await withdraw(await notes.operator());
    asleep = 600_000;
    meanwhile = async () => {
      await notes.at(v3);
      await fill(await notes.operator(v3));
    };
    expect(await list().page()).toEqual({ items: [], complete: false });
    expect(await list().page()).toMatchObject({ items: [{ id: 'a' }], complete: true });
    // Where all of it was before the list began, that is whole.
    await withdraw(await notes.operator());
    await notes.at(v3);
    await fill(await notes.operator(v3));
    asleep = 1_200_000;
    expect(await list().toArray()).toMatchObject([{ id: 'a' }]);
  });

  it('is refused for a version in use, an older one, and sources of another', async () => {
    const notes = await published();
    await expect(withdraw(await notes.operator(), v3, 2)).rejects.toThrow(WithdrawRefusedError);
    await expect(withdraw(await notes.operator(), v2)).rejects.toThrow(WithdrawRefusedError);
    await expect(withdraw(await notes.operator(), draft)).rejects.toThrow(/another content/);
    const now = await notes.at(v3);
    await now.insert(now.create({ id: 'd' }));
    await expect(withdraw(await notes.operator())).rejects.toThrow(
      /a process that is compiled at it has begun to write/,
    );
    await expect(notes.at(draft)).rejects.toThrow(PastChangedError);
  });

  it('costs a table that no process uses nothing but the entry', async () => {
    const notes = await Notes.on(engine);
    await notes.at(v2);
    await notes.at(v3);
    const unused = gatewayOver(notes.gateway, { scan: () => Promise.reject(new Error('a scan')) });
    await withdraw(await notes.operator());
    // Version 2 has no key path of its own.
    expect(await withdraw(await notes.operator(v2, unused), v2, 2)).toEqual({
      newest: 1,
      items: 0,
      written: 0,
      ...smoothly,
      finished: true,
    });
    expect(await notes.keys()).toContain('/mail-a@x/note-a');
    const old = await notes.old();
    expect(await old.findByKeyPath(BY_MAIL, { mail: 'a@x', id: 'a' })).toMatchObject({ id: 'a' });
  });
});

describe('a withdraw that was stopped', () => {
  it('keeps a new version from being published, and says how to go on', async () => {
    const notes = await published();
    await (await notes.registry()).append(takeBack(3, v3.hashes[2]!));
    await expect(notes.at(draft)).rejects.toThrow(WithdrawUnfinishedError);
    await expect(notes.at(draft)).rejects.toThrow(
      /Finish it first: `ductile withdraw 3`, or withdraw\(\{ schema, table: '.*', client, version: 3 \}\)/,
    );
    await withdraw(await notes.operator());
    await notes.at(draft);
  });

  it('goes on from before or after each of its requests', async () => {
    for (const when of ['before', 'after'] as const) {
      const notes = await published();
      let nth = 2;
      for (; ; nth++) {
        const gateway = hurried(withoutFences(ending(notes.gateway, nth, when)));
        const end = await notes
          .operator(v3, gateway)
          .then(withdraw)
          .then(
            () => 'done',
            () => 'stopped',
          );
        expect(await notes.wrong()).toEqual([]);
        if (end === 'done') break;
      }
      expect(unsweptWithdrawal((await notes.registry()).knowledge)).toBeUndefined();
      expect(await notes.keys()).not.toContain('/title-A');
      expect(nth).toBeGreaterThan(4);
    }
  });
});

describe('a withdraw and the first write at its version compete', () => {
  it('and the withdraw is first', async () => {
    const notes = await published();
    let once = false;
    const gateway = gatewayOver(notes.gateway, {
      write: async (actions, token, options) => {
        if (!once && actions[0]!.key.pk === '$ductile') {
          once = true;
          await withdraw(await notes.operator());
        }
        return notes.gateway.write(actions, token, options);
      },
    });
    const now = await notes.at(v3, gateway);
    await expect(now.insert(now.create({ id: 'd', title: 'D' }))).rejects.toThrow(VersionRetiredError);
    expect(await notes.keys()).not.toContain('/note-d');
    expect(await notes.wrong()).toEqual([]);
  });

  it('and the write is first', async () => {
    const notes = await published();
    let once = false;
    const gateway = gatewayOver(notes.gateway, {
      write: async (actions, token, options) => {
        if (!once && actions[0]!.key.pk === '$ductile') {
          once = true;
          const now = await notes.at(v3);
          await now.insert(now.create({ id: 'd', title: 'D' }));
        }
        return notes.gateway.write(actions, token, options);
      },
    });
    await expect(withdraw(await notes.operator(v3, gateway))).rejects.toThrow(WithdrawRefusedError);
    expect((await notes.registry()).knowledge.newestVersion).toBe(3);
    const now = await notes.at(v3);
    expect(await now.findByKeyPath(BY_TITLE, { title: 'D' })).toMatchObject({ id: 'd' });
  });

  it('and the announcement alone is enough', async () => {
    const notes = await published();
    await (await notes.registry()).append(activate(3));
    await expect(withdraw(await notes.operator())).rejects.toThrow(WithdrawRefusedError);
  });
});
