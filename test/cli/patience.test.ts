import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { startEngine } from '../support/engine.js';
import { tableOfNotes } from './a-table.js';
import { notes } from './schemas/notes.js';
import { typed } from './terminal.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

/** A way to the engine that can be shut: connections are refused then. */
class Door {
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;
  /** Called for each chunk that goes through. */
  onData: (text: string) => void = () => undefined;

  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async open(): Promise<void> {
    const server = createServer((socket) => {
      const there = connect(Number(new URL(engine.endpoint).port), '127.0.0.1');
      for (const each of [socket, there]) this.#sockets.add(each.on('error', () => undefined));
      socket.on('data', (chunk) => this.onData(chunk.toString('latin1')));
      socket.pipe(there).pipe(socket);
    });
    this.#server = server;
    await new Promise<void>((settle) => server.listen(this.#port, '127.0.0.1', settle));
    this.#port = (server.address() as AddressInfo).port;
  }

  shut(): void {
    this.#server?.close();
    this.#sockets.forEach((socket) => socket.destroy());
    this.#sockets.clear();
  }
}

let door: Door;
let folder: string;
let place: readonly string[];
beforeEach(async () => {
  door = new Door();
  await door.open();
  const made = await tableOfNotes(engine, notes, 5);
  await made.close();
  await typed(['publish'], { folder: made.folder });
  ({ folder } = made);
  place = ['--endpoint', door.endpoint];
});
afterEach(() => door.shut());

/** Shuts the door at the first scan of a pass. */
function shutAtScan(then: () => void): void {
  door.onData = (text) => {
    if (!text.includes('.Scan')) return;
    door.onData = () => undefined;
    door.shut();
    then();
  };
}

describe('an endpoint that refuses connections in the middle of a pass', () => {
  test('is waited for, and the pass goes on', async () => {
    shutAtScan(() => void setTimeout(() => void door.open(), 300));
    const { exit, stdout, stderr } = await typed(['backfill', 'run', ...place], { folder });
    expect(stdout).toContain('5 items looked at, 5 written.');
    expect(stderr).toMatch(/^The endpoint cannot be reached: trying again for 1:00\.$/m);
    expect(exit).toBe(0);
  });

  test('is not waited for longer than is said, and the command says how it goes on', async () => {
    shutAtScan(() => undefined);
    const line = ['backfill', 'run', '--retry-for', '0.3', ...place];
    const { exit, stderr } = await typed(line, { folder });
    expect(stderr).toMatch(
      /^ductile: [^\n]+ \[ENDPOINT\]\nGo on: ductile backfill run --retry-for 0\.3 --endpoint \S+\n$/m,
    );
    expect(exit).toBe(4);
    shutAtScan(() => undefined);
    await door.open();
    const asJson = await typed([...line, '--json'], { folder });
    expect(JSON.parse(asJson.stdout)).toMatchObject({
      error: { code: 'ENDPOINT' },
      where: { region: 'us-east-1', endpoint: door.endpoint },
      nextCommand: `ductile ${line.join(' ')} --json`,
    });
    await door.open();
    expect(await typed(line, { folder })).toMatchObject({ exit: 0 });
  });

  test('is not waited for after Ctrl-C', async () => {
    let shut = (): void => undefined;
    const interruptWhen = new Promise<void>((settle) => (shut = settle));
    shutAtScan(() => void setTimeout(shut, 50));
    const { exit } = await typed(['backfill', 'run', ...place], { folder, interruptWhen });
    expect(exit).toBe(130);
  });
});

test('an endpoint that never answered is told at once', async () => {
  door.shut();
  const began = performance.now();
  const { exit, stderr } = await typed(['backfill', 'run', ...place], { folder });
  expect(stderr).toMatch(/^ductile: [^\n]+ \[ENDPOINT\]\n$/);
  expect({ exit, soon: performance.now() - began < 30_000 }).toEqual({ exit: 4, soon: true });
});
