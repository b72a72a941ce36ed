import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { OptimisticLockError } from '../../src/protocol/errors.js';
import type { PrimaryRow } from '../../src/protocol/row.js';
import { OutcomeUnknownError } from '../../src/table/errors.js';
import type { Action, Gateway, WriteOptions, WriteOutcome } from '../../src/table/gateway.js';
import { newTable } from '../dynamo/wire.js';
import { checkTable } from '../support/check-table.js';
import { gatewayOver } from '../../src/table/gateway-over.js';
import { startEngine } from '../support/engine.js';
import { docKey, makeStrict, Process, publishFirst, publishSecond, tagKey } from './documents.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

type Write = () => Promise<WriteOutcome>;
type Fault = (write: Write) => Promise<WriteOutcome>;

const lost = new Error('socket hang up');
const noAnswer: WriteOutcome = { kind: 'unknown', cause: lost };

/** Carried out, and the answer is lost; then `since` happens, before the writer looks. */
const answerLost =
  (since: () => Promise<unknown> = () => Promise.resolve()): Fault =>
  async (write) => {
    await write();
    await since();
    return noAnswer;
  };
const requestLost =
  (since: () => Promise<unknown> = () => Promise.resolve()): Fault =>
  async () => {
    await since();
    return noAnswer;
  };
/** Lost, sent again by the SDK, and that attempt is refused or applied. */
const sentAgain =
  (first: 'arrived' | 'lost', since: () => Promise<unknown>): Fault =>
  async (write) => {
    if (first === 'arrived') await write();
    await since();
    const outcome = await write();
    return outcome.kind === 'refused' ? { ...outcome, doubtful: true } : outcome;
  };

/** A gateway whose writes of documents meet the faults, one each; it counts them, and can carry out late what was lost. */
class Unreliable {
  readonly sent: { readonly actions: readonly Action[]; readonly options: WriteOptions | undefined }[] = [];
  readonly #late: Write[] = [];
  readonly gateway: Gateway;

  constructor(under: Gateway, faults: readonly Fault[]) {
    const left = [...faults];
    this.gateway = gatewayOver(under, {
      pause: () => Promise.resolve(),
      write: (actions, token, options) => {
        const write = (): Promise<WriteOutcome> => under.write(actions, token, options);
        if (!actions.some(({ key }) => key.pk.startsWith('/doc-'))) return write();
        this.sent.push({ actions, options });
        const fault = left.shift();
        if (fault === undefined) return write();
        this.#late.push(write);
        return fault(write);
      },
    });
  }

  /** What was lost on the way arrives after all. */
  async arrive(): Promise<void> {
    for (const write of this.#late.splice(0)) await write();
  }
}

let sound: Process;
beforeEach(async () => {
  const gateway = await newTable(engine);
  await publishFirst(gateway);
  sound = await Process.start(gateway);
});

async function unreliable(...faults: readonly Fault[]): Promise<Process & { readonly line: Unreliable }> {
  const line = new Unreliable(sound.gateway, faults);
  return Object.assign(await Process.start(line.gateway), { line });
}

const bodyOf = async (id: string): Promise<string | undefined> => {
  const row = await sound.gateway.get(docKey(id));
  return (row?.['body'] as { S: string } | undefined)?.S;
};
const body = (S: string) => ({ body: { S } });
const write = async (text: string): Promise<PrimaryRow> => sound.save(await sound.load('a'), body(text));
const writes = (count: number) => async (): Promise<void> => {
  for (let i = 1; i <= count; i++) await write(`other ${i}`);
};
const remove = async (): Promise<boolean> => sound.delete(await sound.load('a'));
const replaceItem = async (): Promise<void> => {
  await remove();
  await sound.insert('a');
};
const nothing = (): Promise<void> => Promise.resolve();

describe('[ONCE] an update whose answer is lost', () => {
  beforeEach(() => sound.insert('a'));

  it('was applied, where the item has its revision', async () => {
    const process = await unreliable(answerLost());
    const row = await process.save(await process.load('a'), body('mine'));
    expect((await sound.load('a')).revision).toBe(row.revision);
    expect(process.line.sent).toHaveLength(1);
  });

  it('was applied, where its revision is among the last four before others', async () => {
    const process = await unreliable(answerLost(writes(4)));
    await process.save(await process.load('a'), body('mine'));
    expect(await bodyOf('a')).toBe('other 4');
    expect(process.line.sent).toHaveLength(1);
  });

  it('is not known, where so many wrote since that the item forgot', async () => {
    const process = await unreliable(answerLost(writes(5)));
    await expect(process.save(await process.load('a'), body('mine'))).rejects.toMatchObject({
      code: 'OUTCOME_UNKNOWN',
      facts: { type: 'Doc', keyPath: '/doc-:id', call: 'update' },
      cause: lost,
    });
    expect(process.line.sent).toHaveLength(1);
  });

  it('was not applied and is sent again, where the item is as it was; what arrives late changes nothing', async () => {
    const process = await unreliable(requestLost());
    await process.save(await process.load('a'), body('mine'));
    expect(process.line.sent).toHaveLength(2);
    await write('after');
    await process.line.arrive();
    expect(await bodyOf('a')).toBe('after');
  });

  it('was not applied and never will be, where another wrote on what it started from', async () => {
    const process = await unreliable(requestLost(writes(1)));
    await expect(process.save(await process.load('a'), body('mine'))).rejects.toThrow(OptimisticLockError);
    await process.line.arrive();
    expect(await bodyOf('a')).toBe('other 1');
  });

  it('is not known, where the item is gone or another one is in its place', async () => {
    for (const since of [remove, replaceItem]) {
      for (const fault of [requestLost(since), answerLost(since)]) {
        const process = await unreliable(fault);
        await expect(process.save(await process.load('a'), body('mine'))).rejects.toThrow(OutcomeUnknownError);
        if (since === remove) await sound.insert('a');
      }
    }
  });

  it('is not known, where it could still be applied when its writer gives up', async () => {
    const process = await unreliable(requestLost(), requestLost(), requestLost());
    await expect(process.save(await process.load('a'), body('mine'))).rejects.toThrow(OutcomeUnknownError);
    await process.line.arrive();
    expect(await bodyOf('a')).toBe('mine');
  });

  it.each(['arrived', 'lost'] as const)(
    'and that the SDK sent again: the first %s, the second is refused',
    async (first) => {
      const process = await unreliable(sentAgain(first, writes(1)));
      const saved = process.save(await process.load('a'), body('mine'));
      await (first === 'arrived' ? saved : expect(saved).rejects.toThrow(OptimisticLockError));
      expect(process.line.sent).toHaveLength(1);
    },
  );

  it('is not reported as a conflict of key paths while it could still be applied', async () => {
    await publishSecond(sound.gateway);
    await makeStrict(sound.gateway);
    await sound.registry.refresh();
    await sound.insert('b', 'x');
    const process = await unreliable(sentAgain('lost', nothing));
    await expect(process.save(await process.load('a'), { tag: { S: 'x' } })).rejects.toMatchObject({
      code: 'OUTCOME_UNKNOWN',
      cause: { code: 'KEY_PATH_CONFLICT' },
    });
    await sound.delete(await sound.load('b'));
    await process.line.arrive();
    expect(await sound.gateway.get(tagKey('x'))).toBeDefined();
    expect(await checkTable(sound.gateway, sound.registry.knowledge)).toEqual([]);
  });

  it('goes on where only the layout moved meanwhile', async () => {
    const process = await unreliable(
      requestLost(async () => {
        await publishSecond(sound.gateway);
        await sound.registry.refresh();
        await sound.writer.sweep(await sound.load('a'));
      }),
    );
    await process.save(await process.load('a'), { tag: { S: 'x' } });
    await process.line.arrive();
    expect(await sound.load('a')).toMatchObject({ layout: 0, epoch: 4 });
    expect(await checkTable(sound.gateway, sound.registry.knowledge)).toEqual([]);
  });
});

it('[ONCE] an update whose answer is lost goes on however often, while the layout moves each time', async () => {
  await sound.insert('a');
  const moved = async (): Promise<void> => {
    await sound.registry.append(({ epoch }) => ({ kind: 'settings', registryMaxAge: 1000 + epoch }));
    await sound.writer.sweep(await sound.load('a'));
  };
  const process = await unreliable(requestLost(moved), requestLost(moved), requestLost(moved));
  await process.save(await process.load('a'), body('mine'));
  await process.line.arrive();
  expect(await bodyOf('a')).toBe('mine');
});

describe('[ONCE] [NO-RESURRECT] a create whose answer is lost', () => {
  it('was applied, where the item is its incarnation, whoever wrote since', async () => {
    const process = await unreliable(answerLost(writes(6)));
    await process.insert('a');
    expect(process.line.sent).toHaveLength(1);
    expect(await bodyOf('a')).toBe('other 6');
  });

  it('is not known, where there is no item, and is never sent again', async () => {
    for (const fault of [requestLost(), answerLost(remove), requestLost(() => sound.insert('a'))]) {
      const process = await unreliable(fault);
      await expect(process.insert('a')).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN', facts: { call: 'create' } });
      expect(process.line.sent).toHaveLength(1);
    }
  });

  it('does not come back after a delete, also where the SDK sent it again and a fence refused that', async () => {
    const process = await unreliable(
      sentAgain('lost', async () => {
        await publishSecond(sound.gateway);
      }),
    );
    await expect(process.insert('a')).rejects.toThrow(OutcomeUnknownError);
    expect(process.line.sent).toHaveLength(1);
  });

  it('tells the gateway to send a plain one once only', async () => {
    const gateway = await newTable(engine);
    await publishFirst(gateway, 'age');
    const line = new Unreliable(gateway, []);
    const process = await Process.start(line.gateway);
    const row = await process.insert('a');
    await process.save(row, body('mine'));
    expect(line.sent.map(({ options }) => options?.once ?? false)).toEqual([true, false]);
  });
});

describe('[ONCE] a delete whose answer is lost', () => {
  beforeEach(() => sound.insert('a'));

  it('is done, where the item is gone or another one is in its place', async () => {
    for (const since of [nothing, () => sound.insert('a')]) {
      const process = await unreliable(answerLost(since));
      expect(await process.delete(await process.load('a'))).toBe(true);
      if (since === nothing) await sound.insert('a');
    }
    expect(await sound.gateway.get(docKey('a'))).toBeDefined();
  });

  it('is sent again, where the item is as it was; what arrives late deletes no newer item', async () => {
    const process = await unreliable(requestLost());
    expect(await process.delete(await process.load('a'))).toBe(true);
    await sound.insert('a');
    await process.line.arrive();
    expect(await sound.gateway.get(docKey('a'))).toBeDefined();
  });

  it('was not applied and never will be, where another wrote the same incarnation', async () => {
    const process = await unreliable(requestLost(writes(6)));
    await expect(process.delete(await process.load('a'))).rejects.toThrow(OptimisticLockError);
    await process.line.arrive();
    expect(await bodyOf('a')).toBe('other 6');
  });

  it('is not known, where it could still be applied when its writer gives up', async () => {
    const process = await unreliable(requestLost(), requestLost(), requestLost());
    await expect(process.delete(await process.load('a'))).rejects.toMatchObject({
      code: 'OUTCOME_UNKNOWN',
      facts: { call: 'delete' },
    });
  });

  it('resolves to false where nothing was lost and somebody else deleted the item', async () => {
    const process = await unreliable();
    const seen = await process.load('a');
    await remove();
    expect(await process.delete(seen)).toBe(false);
  });
});

it('a sweep whose answer is lost is looked at, and done again where it has to be', async () => {
  await sound.insert('a', 'x');
  await publishSecond(sound.gateway);
  for (const fault of [requestLost(), answerLost()]) {
    const process = await unreliable(fault);
    const row = await process.writer.sweep(await process.load('a'));
    expect(row?.epoch).toBe(4);
    await process.line.arrive();
    expect(await checkTable(sound.gateway, process.registry.knowledge)).toEqual([]);
  }
});

describe('a log entry whose answer is lost', () => {
  const append = async (...faults: readonly Fault[]): Promise<{ epoch: number; sent: number }> => {
    const left = [...faults];
    let sent = 0;
    const process = await Process.start(
      gatewayOver(sound.gateway, {
        write: (actions, token) => {
          const send = (): Promise<WriteOutcome> => sound.gateway.write(actions, token);
          if (!actions.some(({ key }) => key.sk.startsWith('entry#'))) return send();
          sent++;
          return left.shift()?.(send) ?? send();
        },
      }),
    );
    const { epoch } = await process.registry.append(() => ({ kind: 'settings', registryMaxAge: 1000 }));
    return { epoch, sent };
  };

  it('is sent again and known by its hash', async () => {
    expect(await append(answerLost())).toEqual({ epoch: 4, sent: 2 });
    expect(await append(requestLost(), answerLost())).toEqual({ epoch: 5, sent: 3 });
  });

  it('is not known where every answer is lost; the next one goes on from what is there', async () => {
    await expect(append(answerLost(), requestLost(), requestLost())).rejects.toThrow(OutcomeUnknownError);
    expect(await append()).toEqual({ epoch: 5, sent: 1 });
  });
});
