import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { DeleteItemCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { commands } from '../../src/cli/commands/index.js';
import { giveUpWhen } from '../../src/cli/giving-up.js';
import { notes } from './schemas/notes.js';
import { folderWith, schemaText, typed } from './terminal.js';

let server: Server;
let sockets: Socket[];
let connected: Promise<void>;
let folder: string;

/** What takes every connection, and never says a word. */
beforeEach(async () => {
  sockets = [];
  connected = new Promise((settle) => {
    server = createServer((socket) => {
      sockets.push(socket.on('error', () => undefined));
      settle();
    });
  });
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder = folderWith({
    'ductile.config.json': JSON.stringify({ schema: 'schema.json', table: 'notes', endpoint }),
    'schema.json': schemaText(notes),
  });
});
afterEach(async () => {
  sockets.forEach((socket) => socket.destroy());
  await new Promise((settle) => server.close(settle));
});

const FIRST = { version: '1', KEY: '/user-ann/note-n1' };
const words = (name: string): string[] => {
  const { positionals = [] } = commands.find((command) => command.name === name)!;
  const given = positionals.flatMap((word) => (word.optional ? [] : FIRST[word.name as keyof typeof FIRST]));
  return [...name.split(' '), ...given, ...(name === 'backfill limit' ? ['--max-wcu', '1'] : [])];
};

// A job is loaded before anything is asked of the table, and not by a test runner.
const asking = commands.filter(({ name, options }) => 'endpoint' in options && name !== 'job run');

test('what goes on until Ctrl-C tells an error with --json in one line, as all that it writes', async () => {
  const timeouts = { connectionTimeout: 100, requestTimeout: 100 };
  const { stdout } = await typed(['status', '--watch', '--json'], { folder, timeouts });
  expect(stdout).toMatch(/^\{"error":\{"code":"ENDPOINT",.+\n$/);
});

test('an endpoint that takes a connection and never answers ends a command with 4, in one line', async () => {
  const timeouts = { connectionTimeout: 100, requestTimeout: 100 };
  const { exit, stdout, stderr } = await typed(['status'], { folder, timeouts });
  expect(stderr).toMatch(/^ductile: Nothing answers at http:\/\/127\.0\.0\.1:\d+: 3 attempts [^\n]+ \[ENDPOINT\]\n$/);
  expect({ exit, stdout }).toEqual({ exit: 4, stdout: '' });
});

describe('the first Ctrl-C ends at once what has written nothing yet', () => {
  test.each(asking)('$name', async ({ name, onlyReads }) => {
    // Nothing else would end it.
    const timeouts = { connectionTimeout: 3_600_000, requestTimeout: 3_600_000 };
    const { exit, stdout, stderr } = await typed(words(name), { folder, timeouts, interruptWhen: connected });
    const stayed = onlyReads({}) ? 'Nothing was written.' : 'What was done stays, and is not done again.';
    expect(stderr).toContain(`Interrupted. ${stayed} [INTERRUPTED]\nGo on: ductile `);
    expect({ exit, stdout }).toEqual({ exit: 130, stdout: '' });
  });

  test('a status that is watched ends with 0', async () => {
    const { exit, stderr } = await typed(['status', '--watch'], { folder, interruptWhen: connected });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  });
});

describe('once something was written, the first Ctrl-C gives up', () => {
  const pending = async (onlyReads: boolean) => {
    const interrupt = new AbortController();
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const { port } = server.address() as AddressInfo;
    const endpoint = `http://127.0.0.1:${port}`;
    const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
    giveUpWhen(interrupt.signal, client, onlyReads);
    const requests = [
      client.send(new DeleteItemCommand({ TableName: 'notes', Key: { pk: { S: 'a' }, sk: { S: 'b' } } })),
      client.send(new DescribeTableCommand({ TableName: 'notes' })),
    ];
    const ended = Promise.allSettled(requests);
    await connected;
    interrupt.abort(new Error('Ctrl-C'));
    await Promise.resolve();
    client.destroy();
    sockets.forEach((socket) => socket.destroy());
    return (await ended).map((end) => (end.status === 'rejected' ? (end.reason as Error).message : 'answered'));
  };

  test('nothing', async () => {
    expect(await pending(false)).not.toContain('Ctrl-C');
  });

  test('all, where what is sent changes nothing', async () => {
    expect(await pending(true)).toEqual(['Ctrl-C', 'Ctrl-C']);
  });
});
