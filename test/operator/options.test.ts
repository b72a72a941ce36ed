import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { openStore, publish } from '../../src/index.js';
import * as operator from '../../src/operator/index.js';
import { backfill, drop, promote, retire, verify, withdraw } from '../../src/operator/index.js';
import { startEngine } from '../support/engine.js';
import { v2 } from './notes.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const place = () => ({ schema: v2, table: 'notes', client: engine.client });

describe('an operator function refuses an option', () => {
  const functions = { backfill, verify, promote, retire, drop, withdraw };

  it.each(Object.entries(functions))('%s: that it does not know', async (name, call) => {
    await expect(call({ ...place(), version: 1, onprogress: () => undefined } as never)).rejects.toMatchObject({
      code: 'STORE_OPTION',
      message: expect.stringMatching(
        new RegExp(`^${name}: the option (onprogress|version) is not known; those are schema, `),
      ),
    });
  });

  it.each([
    [{ drain: '1m' }, 'the option drain is a number of milliseconds, from 0 on'],
    [{ drain: NaN }, 'the option drain is a number of milliseconds, from 0 on'],
    [{ drain: Infinity }, 'the option drain is a number of milliseconds, from 0 on'],
    [{ drain: -1 }, 'the option drain is a number of milliseconds, from 0 on'],
    [{ signal: new AbortController() }, 'the option signal is an AbortSignal'],
    [{ onProgress: 'console.log' }, 'the option onProgress is a function'],
    [{ schema: {} }, 'the option schema is what defineSchema gives'],
    [{ client: undefined }, 'the option client is a DynamoDBClient'],
    [{ table: '' }, 'the option table is the name of the table'],
  ])('%o', async (wrong, message) => {
    for (const call of [backfill, verify, promote]) {
      await expect(call({ ...place(), ...wrong } as never)).rejects.toThrow(message);
    }
  });

  it('a version that is no number, or none', async () => {
    for (const call of [retire, drop, withdraw]) {
      for (const version of ['2', undefined, 1.5, 0, -1, Infinity]) {
        await expect(call({ ...place(), version } as never)).rejects.toThrow(
          'the option version is the number of a schema version, such as 2',
        );
      }
    }
    await expect(retire({ ...place(), version: 1, undo: 'no' } as never)).rejects.toThrow('undo is true or false');
  });

  it('what says when versions count as out of use, where a retire is taken back', async () => {
    for (const option of ['force', 'unseenFor'] as const) {
      const given = { ...place(), version: 1, [option]: option === 'force' || 2_700_000 };
      await expect(retire({ ...given, undo: true })).rejects.toMatchObject({
        code: 'STORE_OPTION',
        facts: { option },
        message: expect.stringContaining(`retire: the option ${option} does not go with undo: an undo takes nothing`),
      });
    }
  });

  it('a time unseen that a version in use may be unseen for, too', async () => {
    for (const call of [retire, drop, withdraw]) {
      await expect(call({ ...place(), version: 1, unseenFor: 2_699_999 })).rejects.toThrow(
        'the option unseenFor is a number of milliseconds, from 2700000 on',
      );
    }
  });
});

it('one object of options about a table does for publish, openStore and every operator function', async () => {
  const shop = {
    ...place(),
    table: 'one-object',
    keys: { pk: 'pk', sk: 'sk' },
    createTable: true,
    registryMaxAge: 5_000,
    createGuard: 'age',
    publish: 'auto',
    incomplete: 'allow',
    build: 'f00ba4',
    census: false,
  } as const;
  await publish(shop);
  await (await openStore(shop)).close();
  const functions = Object.entries(operator as Readonly<Record<string, unknown>>).filter(
    (entry): entry is [string, (options: object) => Promise<unknown>] =>
      typeof entry[1] === 'function' && !(entry[1].prototype instanceof Error),
  );
  expect(functions.length).toBeGreaterThan(14);
  for (const [name, call] of functions) {
    expect([name, await endOf(call, { ...shop, signal: AbortSignal.abort(new Error('stopped')) })]).toEqual([
      name,
      'stopped',
    ]);
  }
});

const CHOICES = {
  version: 1,
  maxWcu: 1,
  key: '/note-a',
  work: 'verify-1',
  job: { name: 'j', type: v2.classes.types.get('Note'), each: () => undefined },
};

/** What a call says that has of the choices those which it needs: a signal has it end where nothing else is wrong. */
async function endOf(call: (options: object) => Promise<unknown>, options: object): Promise<string> {
  const end = (choice: object): Promise<string> =>
    call({ ...options, ...choice }).then(
      () => 'done',
      (error: Error) => error.message,
    );
  let said = await end({});
  for (const [name, choice] of Object.entries(CHOICES)) {
    if (said.includes(`the option ${name} is`)) said = await end({ [name]: choice });
  }
  return said;
}
