import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { commands } from '../../src/cli/commands/index.js';
import { outputOptions } from '../../src/cli/common-options.js';
import { InterruptedError } from '../../src/cli/errors.js';
import { exitCode } from '../../src/cli/exit-code.js';
import { failureLine, failureOf } from '../../src/cli/failure.js';
import type { Options } from '../../src/cli/option.js';
import { JobFailedError } from '../../src/operator/errors.js';
import { ContentionError } from '../../src/protocol/errors.js';
import { edgeError } from '../../src/dynamo/edge-errors.js';
import { DuctileError } from '../../src/errors/ductile-error.js';
import { notes } from './schemas/notes.js';
import { folderWith, schemaText, typed } from './terminal.js';

const refusal = async (...args: string[]): Promise<string> => {
  const { exit, stdout, stderr } = await typed(args);
  expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
  return stderr;
};

describe('what cannot be understood is told in one line, with what to write instead', () => {
  test.each([
    [['pubish'], "There is no command 'pubish'; did you mean 'publish'? `ductile help` lists them."],
    [['frobnicate'], "There is no command 'frobnicate'. `ductile help` lists them."],
    [['backfill'], "'backfill' is followed by one of run, pause, resume, limit, cancel"],
    [['backfill', 'rn'], "'backfill rn' is none of run, pause, resume, limit, cancel"],
    [['--table', 'shop'], 'No command was given. `ductile help` lists them.'],
    [['verify', '--tabel', 'shop'], "'ductile verify' has no option --tabel; did you mean '--table'?"],
    [['promote', '--drain', '0'], "'ductile promote' has no option --drain"],
    [['verify', '-t', 'shop'], "'ductile verify' has no option -t"],
    [['verify', '--table'], '--table takes a value: --table NAME.'],
    [['verify', '--table', '--schema'], '--table takes a value: --table NAME.'],
    [['verify', '--dry-run=yes'], '--dry-run takes no value.'],
    [['verify', '--table', 'a', '--table', 'b'], '--table was given twice.'],
    [['verify', '--table='], '--table is empty. Write --table NAME.'],
    [['verify', '--drain', 'soon'], '--drain is a number from 0 on; "soon" is not.'],
    [['verify', '--drain', '-1'], '--drain is a number from 0 on; "-1" is not.'],
    [['verify', '--drain=-1'], '--drain is a number from 0 on; "-1" is not.'],
    [['verify', '--concurrency', '1.5'], '--concurrency is a whole number from 1 on; "1.5" is not.'],
    [['backfill', 'limit', '--max-wcu', '0.5'], '--max-wcu is a number from 1 on, or none; "0.5" is not.'],
    [['backfill', 'run', '--max-wcu', '0.5'], '--max-wcu is a number from 1 on; "0.5" is not.'],
    [['local', '--port', '99999'], '--port is a whole number from 1 to 65535; "99999" is not.'],
    [['verify', '--segments', '5000'], '--segments is a whole number from 1 to 4096; "5000" is not.'],
    [['publish', '--create-guard', 'none'], '--create-guard is one of age, fence; "none" is not.'],
    [['verify', '--keys', 'pk'], '--keys is the names of two attributes, such as pk,sk; "pk" is not.'],
    [['verify', 'shop'], "'shop' is one argument too many. See `ductile help verify`."],
    [['retire'], 'VERSION is missing: the newest version to retire'],
    [['retire', 'two', '--table', 'shop'], 'VERSION is the number of a schema version, such as 2; "two" is not.'],
    [
      ['retire', '1', '--undo', '--force'],
      '--undo takes nothing from a process, and asks no census: leave out --unseen',
    ],
    [['retire', '1', '--undo', '--unseen-for', '2700', '--dry-run'], '--undo takes nothing from a process'],
    [['verify'], 'No table was named: give --table NAME, or say it in a ductile.config file.'],
    [
      ['job', 'run', 'job.mjs', '--table', 'shop'],
      'No schema was named: give --schema FILE, or say it in a ductile.config file.',
    ],
    [
      ['job', 'run', 'job.mjs', '--sample', '3'],
      '--sample is a part of --dry-run: give both, or neither to have every',
    ],
    [['doctor', '--max-wcu', '5'], '--max-wcu is a part of --restored: give both, or leave it out.'],
    [['doctor', '--repair', '--segments', '5'], '--segments is a part of --restored: give both, or leave it out.'],
    [['status', '--every', '5'], '--every is a part of --watch: give both, or leave it out.'],
    [['help', 'pubish'], "There is no command 'pubish'; did you mean 'publish'?"],
  ])('%j', async (args, message) => {
    const stderr = await refusal(...args);
    expect(stderr).toContain(`ductile: ${message}`);
    expect(stderr).toMatch(/^[^\n]+ \[USAGE\]\n$/);
  });

  test.each(commands.map(({ name }) => name))('an unknown option of %s', async (name) => {
    expect(await refusal(...name.split(' '), '--nonsense')).toMatch(
      new RegExp(`^ductile: 'ductile ${name}' has no option --nonsense[^\\n]* \\[USAGE\\]\\n$`),
    );
  });

  test('an endpoint that is no URL', async () => {
    const stderr = await refusal('verify', '--table', 'shop', '--endpoint', 'localhost:8000');
    expect(stderr).toBe(
      'ductile: The endpoint "localhost:8000" is no URL. Write it whole, such as http://127.0.0.1:8000. [CONFIG]\n',
    );
  });
});

describe('what says where the table is, and cannot be', () => {
  const files = folderWith({
    config: '[default]\n[profile shop-dev]\n',
    credentials: '[ci]\n',
    's.json': schemaText(notes),
  });
  const env = { AWS_CONFIG_FILE: join(files, 'config'), AWS_SHARED_CREDENTIALS_FILE: join(files, 'credentials') };
  const status = (...args: string[]) =>
    typed(['status', '--table', 'shop', '--schema', 's.json', '--endpoint', 'http://127.0.0.1:9', ...args], {
      folder: files,
      env,
    });
  // The command line tells the SDK of the profile so.
  afterEach(() => {
    delete process.env['AWS_PROFILE'];
  });

  test.each([
    [
      ['--profile', 'shop-dve'],
      /^ductile: There is no profile 'shop-dve' in \S+config or \S+credentials; did you mean 'shop-dev'\? \[CONFIG\]\n$/,
    ],
    [
      ['--profile', 'nope'],
      /^ductile: There is no profile 'nope' in \S+config or \S+credentials\. Check the name\. \[CONFIG\]\n$/,
    ],
    [['--region', 'not a region'], /^ductile: There can be no region "not a region"\. [^\n]+ \[CONFIG\]\n$/],
  ])('%j is told, with 2', async (args, message) => {
    const { exit, stderr } = await status(...args);
    expect(stderr).toMatch(message);
    expect(exit).toBe(2);
  });

  test.each(['shop-dev', 'ci', 'default'])('profile %s is there', async (profile) => {
    expect((await status('--profile', profile)).stderr).not.toContain('[CONFIG]');
  });
});

describe('a file for a snapshot', () => {
  const folder = folderWith({ 's.json': schemaText(notes) });
  const snapshot = (...args: string[]) => typed(['snapshot', '--schema', 's.json', ...args], { folder });

  test.each([
    ['--out', 'nope/x.json', 'cannot be written: ENOENT'],
    ['--out', '.', 'cannot be written: EISDIR'],
    ['--out', 's.json/x.json', 'cannot be written: ENOTDIR'],
    ['--check', '.', 'cannot be read: EISDIR'],
  ])('%s %s is refused, with 2', async (option, file, message) => {
    const { exit, stderr } = await snapshot(option, file);
    expect(stderr).toMatch(/^ductile: [^\n]+ \[USAGE\]\n$/);
    expect(stderr).toContain(message);
    expect(exit).toBe(2);
  });

  test('that is not there is not what would be written: --check ends with 3, and the command that writes it', async () => {
    const { exit, stdout } = await snapshot('--check', 'new.json');
    expect(stdout).toBe(
      "There is no file new.json, for version 2 of schema 'notes'.\nNext: ductile snapshot --out new.json --schema s.json\n",
    );
    expect(exit).toBe(3);
  });
});

test('with --json help and the version are one document, too', async () => {
  expect(JSON.parse((await typed(['--version', '--json'])).stdout)).toEqual({ version: expect.any(String) });
  for (const args of [
    ['help', 'verify'],
    ['verify', '--help'],
  ]) {
    const document = JSON.parse((await typed([...args, '--json'])).stdout) as object;
    expect(document).toEqual({ help: expect.stringMatching(/^Usage: ductile verify/) });
  }
});

test('with --json an error is one document, too', async () => {
  const { exit, stdout } = await typed(['verify', '--json', '--drain', 'soon']);
  expect(JSON.parse(stdout)).toEqual({
    error: { code: 'USAGE', message: '--drain is a number from 0 on; "soon" is not.', facts: { option: 'drain' } },
    exit,
  });
});

test.each([[[]], [['help']], [['--help']]])('%j lists every command', async (args) => {
  const { exit, stdout } = await typed(args);
  expect(exit).toBe(0);
  expect(stdout).toMatch(/--help` \(-h\), .* `ductile --version`/);
  for (const { name, summary } of commands) {
    expect(stdout).toContain(`  ${name}`);
    expect(stdout.replace(/\s+/g, ' ')).toContain(summary);
  }
});

test('the help of a command says its options, and is the same in both ways to ask', async () => {
  const { stdout } = await typed(['help', 'promote']);
  expect(stdout).toMatchInlineSnapshot(`
   "Usage: ductile promote [OPTIONS]

   Offer the key paths that were verified to readers.

   From then on a miss is an answer. Refused, with 3, while the last verify of one of them is missing
   or found faults.

     --schema FILE                     what exports the schema: JavaScript, TypeScript, or JSON by
                                       \`ductile snapshot\`
     --export NAME                     the name of that export, where there are several
     --table NAME                      the table
     --endpoint URL                    where DynamoDB answers, such as http://127.0.0.1:8000
     --region NAME                     the AWS region; else AWS_REGION, or that of the profile
     --profile NAME                    the AWS profile; else AWS_PROFILE
     --keys PK,SK                      the table's key attributes; pk,sk unless said
     --config FILE                     the configuration; else
                                       ductile.config.{ts,mts,cts,js,mjs,cjs,json} in this folder
     --dry-run                         say what would be done, and write nothing
     --json                            print the result as one JSON document
     --progress auto|bar|lines|json|none
                                       how to tell what is going on, on standard error
     --help                            say how the command is used
   "
  `);
  expect((await typed(['promote', '--help'])).stdout).toBe(stdout);
  expect((await typed(['promote', '-h', '--nonsense'])).stdout).toBe(stdout);
});

test('the help of a group lists its commands', async () => {
  const { stdout } = await typed(['help', 'backfill']);
  expect(stdout.match(/^ {2}ductile backfill \w+/gm)).toEqual(
    commands.filter(({ name }) => name.startsWith('backfill ')).map(({ name }) => `  ductile ${name}`),
  );
});

test('no line of help is wider than 100 columns', async () => {
  for (const { name } of commands) {
    const { stdout } = await typed(['help', ...name.split(' ')]);
    expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
  }
});

test('--version says the version of the package', async () => {
  expect((await typed(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('an option of one name takes a value in all commands, or in none', () => {
  const kinds = new Map<string, boolean>();
  for (const { options } of commands) {
    for (const [name, { takes }] of Object.entries(options)) {
      expect([name, kinds.get(name) ?? takes !== undefined]).toEqual([name, takes !== undefined]);
      kinds.set(name, takes !== undefined);
    }
  }
});

describe('a configuration file', () => {
  const verifyIn = (files: Record<string, string>, ...args: string[]) =>
    typed(['verify', ...args], { folder: folderWith(files) });

  test.each([
    ['{ "tabel": "shop" }', "has the unknown property 'tabel'; did you mean 'table'?"],
    ['{ "table": 1 }', 'table is the name of a table.'],
    ['{ "keys": { "pk": "a", "sk": "a" } }', 'keys names two attributes'],
    ['[]', 'exports no object by default.'],
    ['{', 'cannot be loaded:'],
  ])('%s is refused', async (text, message) => {
    const { exit, stderr } = await verifyIn({ 'ductile.config.json': text });
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^ductile: .* \[CONFIG\]\n$/);
    expect(exit).toBe(2);
  });

  test('is the one that is named, and the only one else', async () => {
    expect((await verifyIn({ 'ductile.config.json': '{}', 'ductile.config.js': '' })).stderr).toContain('several');
    expect((await verifyIn({}, '--config', 'no.json')).stderr).toContain('There is no configuration no.json.');
  });
});

describe('a schema file', () => {
  const schemaFile = async (name: string, text: string | undefined, ...args: string[]) => {
    const folder = folderWith(text === undefined ? {} : { [name]: text });
    const { exit, stderr } = await typed(['verify', '--table', 'shop', '--schema', name, ...args], { folder });
    expect(exit).toBe(2);
    expect(stderr).toMatch(/^ductile: .* \[SCHEMA_FILE\]\n$/);
    return stderr;
  };

  test('that is not there, or is not JSON, or holds no schema', async () => {
    expect(await schemaFile('shop.json', undefined)).toContain('There is no schema file ');
    expect(await schemaFile('shop.json', '{')).toContain('cannot be loaded: ');
    expect(await schemaFile('shop.json', '{}')).toContain(
      'is no snapshot of a schema: name what `ductile snapshot` wrote',
    );
    expect(await schemaFile('.', undefined)).toContain('cannot be loaded: it is a folder. Name a file.');
  });
});

describe('a table that cannot be reached', () => {
  const place = { schema: 'schema.json', table: 'notes', endpoint: 'http://127.0.0.1:9' };
  const folder = folderWith({ 'ductile.config.json': JSON.stringify(place), 'schema.json': schemaText(notes) });
  const FIRST = { version: '1', KEY: '/user-ann/note-n1' };
  // A job is loaded before anything is asked of the table, and not by a test runner.
  const asking = commands.filter(({ name, options }) => 'endpoint' in options && name !== 'job run');

  test.each(asking)('ends $name with 4, in one line', async ({ name, positionals = [] }) => {
    const words = positionals.flatMap((word) => (word.optional ? [] : FIRST[word.name as keyof typeof FIRST]));
    const more = name === 'backfill limit' ? ['--max-wcu', '1'] : [];
    const { exit, stdout, stderr } = await typed([...name.split(' '), ...words, ...more], { folder });
    expect(stderr).toMatch(/^ductile: [^\n]+ \[ENDPOINT\]\n$/);
    expect({ exit, stdout }).toEqual({ exit: 4, stdout: '' });
  });
});

test('a client without a region is told of the option, too', () => {
  const place = { table: 'shop', keys: { pk: 'pk', sk: 'sk' }, operation: 'GetItem', endpoint: undefined };
  expect(String(edgeError(new Error('Region is missing'), place))).toMatch(/Set AWS_REGION, .* \(--region\)\.$/);
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s is told with its facts, as every error is', (signal, exit) => {
  expect(failureOf(new InterruptedError(signal))).toMatchObject({ code: 'INTERRUPTED', facts: { signal }, exit });
});

test('an error of others is told in one line', () => {
  const failed = (cause: unknown): JobFailedError =>
    new JobFailedError('split', 'Note', { pk: '/note-1', sk: '/' }, cause);
  expect(failureOf(failed(new Error('no')))).toMatchObject({ code: 'JOB_FAILED', exit: 3 });
  // Because of others: who starts it again may succeed.
  expect(failureOf(failed(new ContentionError('Note', 5)))).toMatchObject({ code: 'JOB_FAILED', exit: 1 });
  const { code, message } = failureOf(new Error('It broke:\n  here.'));
  expect(failureLine({ code, message })).toBe('ductile: It broke: here. [Error]');
});

// Whoever starts a worker again does so for other codes than 2 and 3.
test.each([
  ['JOB_FAILED', 3],
  ['REGISTRY_DAMAGED', 3],
  ['DAMAGED_KEY_VALUE', 3],
  ['KEY_ATTRIBUTE_TAKEN', 2],
  ['UNKNOWN_ITEM_TYPE', 2],
  ['THROTTLED', 1],
])('%s ends with %i', (code, exit) => {
  class SomeError extends DuctileError {
    static override readonly code = code;
  }
  expect(failureOf(new SomeError('It is so.'))).toMatchObject({ code, exit });
});

test('every command that may write has --dry-run', () => {
  const reads = ['status', 'versions', 'plan', 'inspect', 'local'];
  const without = commands.filter(({ options }) => !('dry-run' in options)).map(({ name }) => name);
  expect(without.toSorted()).toEqual(reads.toSorted());
});

test('docs/cli.md tells of every value of an option that has a few', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/cli.md'), 'utf8');
  const values = [outputOptions as Options, ...commands.map(({ options: own }) => own)].flatMap((own) =>
    Object.entries(own).flatMap(([name, { takes = '' }]) =>
      takes
        .split('|')
        .filter((value) => value === value.toLowerCase() && value !== '' && takes !== value)
        .map((value) => [name, value] as const),
    ),
  );
  const told = ([name, value]: readonly [string, string]): boolean =>
    new RegExp(`--${name} (\\w+\\|)*${value}\\b`).test(page);
  expect([...new Set(values.filter((each) => !told(each)).map(String))]).toEqual([]);
  expect(values).toContainEqual(['max-rcu', 'none']);
  expect(values).toContainEqual(['progress', 'auto']);
});

test('docs/cli.md tells of every command, every option and every code', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/cli.md'), 'utf8');
  const words = commands.flatMap(({ name }) => name.split(' '));
  const options = commands.flatMap(({ options: own }) => Object.keys(own)).map((name) => `--${name}`);
  const codes = Object.values(exitCode).map(String);
  expect([...words, ...options, ...codes].filter((word) => !page.includes(word))).toEqual([]);
});
