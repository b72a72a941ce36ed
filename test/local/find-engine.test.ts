import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import { LocalEngineMissingError } from '../../src/local/errors.js';
import { findEngine as find } from '../../src/local/find-engine.js';
import type { EngineProgram } from '../../src/local/find-engine.js';
import { temporaryFolder } from '../support/temporary-folder.js';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

const nothingInstalled = (): undefined => undefined;

function findEngine(...args: Parameters<typeof find>): EngineProgram {
  const found = find(...args);
  if (found.engine === 'memory') throw new Error('No program was found.');
  return found;
}

function program(...path: string[]): string {
  const file = join(folder, ...path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, '#!/bin/sh\n');
  chmodSync(file, 0o755);
  return file;
}

test('prefers the binary that is named, then the PATH, then the package, then DynamoDB Local', () => {
  const named = program('named');
  const onPath = program('bin', 'dynoxide');
  const packaged = program('packaged');
  const java = program('bin', 'java');
  program('local', 'DynamoDBLocal.jar');
  const everything = { DYNOXIDE_BIN: named, PATH: join(folder, 'bin'), DYNAMODB_LOCAL_DIR: join(folder, 'local') };

  expect(findEngine(everything, () => packaged).command).toBe(named);
  expect(findEngine({ ...everything, DYNOXIDE_BIN: '' }, () => packaged).command).toBe(onPath);
  rmSync(onPath);
  expect(findEngine({ ...everything, DYNOXIDE_BIN: '' }, () => packaged).command).toBe(packaged);
  expect(findEngine({ ...everything, DYNOXIDE_BIN: '' }, nothingInstalled)).toMatchObject({
    engine: 'dynamodb-local',
    command: java,
  });
});

test('runs DynamoDB Local with one database for all clients, in memory or in a folder', () => {
  program('bin', 'java');
  program('DynamoDBLocal.jar');
  const { args } = findEngine({ PATH: join(folder, 'bin'), DYNAMODB_LOCAL_DIR: folder }, nothingInstalled);
  expect(args(8000, undefined)).toEqual(
    expect.arrayContaining(['-sharedDb', '-disableTelemetry', '-inMemory', '8000']),
  );
  expect(args(8000, '/data')).toEqual(expect.arrayContaining(['-dbPath', '/data']));
  expect(args(8000, '/data')).not.toContain('-inMemory');
});

test('finds Java through JAVA_HOME where the PATH has none', () => {
  const java = program('jdk', 'bin', 'java');
  program('DynamoDBLocal.jar');
  const environment = { JAVA_HOME: join(folder, 'jdk'), DYNAMODB_LOCAL_DIR: folder };
  expect(findEngine(environment, nothingInstalled).command).toBe(java);
});

test('passes over files on the PATH that cannot be run', () => {
  mkdirSync(join(folder, 'a', 'dynoxide'), { recursive: true });
  chmodSync(program('b', 'dynoxide'), 0o644);
  const found = program('c', 'dynoxide');
  const PATH = ['a', 'b', 'c'].map((name) => join(folder, name)).join(delimiter);
  expect(findEngine({ PATH }, nothingInstalled).command).toBe(found);
});

test('takes the engine that is built in when there is no other, and when it is asked for', () => {
  expect(find({ PATH: folder }, nothingInstalled)).toEqual({ engine: 'memory' });
  const named = program('named');
  expect(find({ DYNOXIDE_BIN: named, DUCTILE_ENGINE: 'memory' })).toEqual({ engine: 'memory' });
  expect(find({ DYNOXIDE_BIN: named, DUCTILE_ENGINE: '' })).toMatchObject({ engine: 'dynoxide' });
});

test('does not guess what another DUCTILE_ENGINE means', () => {
  const wrong = (): unknown => find({ DUCTILE_ENGINE: 'sqlite' }, nothingInstalled);
  expect(wrong).toThrow(LocalEngineMissingError);
  expect(wrong).toThrow(/DUCTILE_ENGINE is sqlite, but only memory/);
});

test.each([
  ['DYNOXIDE_BIN', { DYNOXIDE_BIN: '/nowhere/dynoxide' }, /DYNOXIDE_BIN names \/nowhere\/dynoxide/],
  ['DYNAMODB_LOCAL_DIR', { DYNAMODB_LOCAL_DIR: '/nowhere' }, /no DynamoDBLocal.jar in it/],
])('does not pass over a %s that names nothing', (_, environment, message) => {
  expect(() => findEngine(environment, nothingInstalled)).toThrow(message);
});

test('says that Java is missing where only DynamoDB Local is there', () => {
  program('DynamoDBLocal.jar');
  expect(() => findEngine({ PATH: '', DYNAMODB_LOCAL_DIR: folder }, nothingInstalled)).toThrow(/Install Java 17/);
});
