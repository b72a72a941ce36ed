import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { ItemWriter, type WriterOptions } from '../../src/protocol/writer.js';
import { Registry } from '../../src/registry/registry.js';
import type { Action, Gateway, WriteOptions } from '../../src/table/gateway.js';
import { newTable } from '../dynamo/wire.js';
import { gatewayOver } from '../../src/table/gateway-over.js';
import { startEngine } from '../support/engine.js';
import { attributes, Doc, publishFirst, publishSecond } from './documents.js';

let engine: LocalEngine;
let table: Gateway;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  table = await newTable(engine);
  await publishFirst(table, 'age');
});

/** A writer over a table whose clock and signatures the test decides. */
class Guarded {
  /** The server's clock when the registry is read; undefined where answers have no date. */
  readAt: number | undefined = 1_000_000;
  /** How much later each attempt is signed; the last one counts for all that follow. */
  signedAfter: number[] = [0];
  readonly sent: { readonly guard: WriteOptions['guard']; readonly fenced: boolean }[] = [];
  reads = 0;
  readonly gateway = gatewayOver(table, {
    query: async (request) => {
      this.reads++;
      const { asOf: _, ...page } = await table.query(request);
      return this.readAt === undefined ? page : { ...page, asOf: this.readAt };
    },
    write: (actions, token, { guard } = {}) => {
      this.sent.push({ guard, fenced: actions.some((action: Action) => action.kind === 'check') });
      const late = this.signedAfter.length > 1 ? this.signedAfter.shift()! : this.signedAfter[0]!;
      if (guard !== undefined && this.readAt! + late - guard.asOf > guard.maxAge)
        return Promise.resolve({ kind: 'stale' });
      return table.write(actions, token);
    },
  });

  async writer(options: Partial<WriterOptions> = {}): Promise<ItemWriter> {
    const registry = await Registry.open(this.gateway);
    this.reads = 0;
    return new ItemWriter({ gateway: this.gateway, registry, ...options });
  }
}

it('sends a create with the age of what is known, and no fence', async () => {
  const process = new Guarded();
  const writer = await process.writer();
  await writer.insert(Doc, attributes('a'));
  // What the server's clock and its dates may disagree by counts against the writer.
  expect(process.sent).toEqual([{ guard: { asOf: 998_000, maxAge: 60_000 }, fenced: false }]);
  expect(process.reads).toBe(0);
});

it('does not guard a write that the stamp of its row stops', async () => {
  const process = new Guarded();
  const writer = await process.writer();
  const seen = await writer.insert(Doc, attributes('a'));
  const row = await writer.replace({ type: Doc, seen, apply: () => attributes('a', undefined, 'b') });
  await writer.delete(Doc, row);
  expect(process.sent.slice(1)).toEqual([
    { guard: undefined, fenced: false },
    { guard: undefined, fenced: false },
  ]);
});

it('reads the registry again for a create that is signed too late', async () => {
  const process = new Guarded();
  const writer = await process.writer();
  process.signedAfter = [58_001, 0];
  await writer.insert(Doc, attributes('a'));
  expect(process.reads).toBe(1);
  expect(process.sent.map(({ fenced }) => fenced)).toEqual([false, false]);
});

it('takes a fence where what is known cannot be young enough', async () => {
  const process = new Guarded();
  const writer = await process.writer();
  process.signedAfter = [900_000];
  await writer.insert(Doc, attributes('a'));
  expect(process.reads).toBe(2);
  expect(process.sent.map(({ fenced }) => fenced)).toEqual([false, false, true]);
});

it('takes a fence at once where answers have no date, and where the process asks for fences', async () => {
  const undated = new Guarded();
  undated.readAt = undefined;
  await (await undated.writer()).insert(Doc, attributes('a'));
  expect(undated.sent).toEqual([{ guard: undefined, fenced: true }]);

  const fencing = new Guarded();
  await (await fencing.writer({ guard: { createGuard: 'fence' } })).insert(Doc, attributes('b'));
  expect(fencing.sent).toEqual([{ guard: undefined, fenced: true }]);
});

it('takes the smaller age of the registry and of the process', async () => {
  const process = new Guarded();
  const writer = await process.writer({ guard: { registryMaxAge: 5_000 } });
  await writer.insert(Doc, attributes('a'));
  expect(process.sent[0]!.guard).toEqual({ asOf: 998_000, maxAge: 5_000 });
});

it('guards a write that leaves an open entry, which no stamp stops', async () => {
  await publishSecond(table);
  const process = new Guarded();
  const writer = await process.writer();
  await writer.insert(Doc, attributes('a', 'x'));
  const seen = await writer.insert(Doc, attributes('b'));
  process.sent.length = 0;
  const row = await writer.replace({ type: Doc, seen, apply: () => attributes('b', 'x') });
  expect(row.manifest.get('1')).toBe('open');
  // The first attempt was to have the row, and its stamp was enough.
  expect(process.sent.map(({ guard }) => guard?.maxAge)).toEqual([undefined, 60_000]);
});
