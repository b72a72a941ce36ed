import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { LocalEngineMissingError } from './errors.js';
import packageFile from './package-file.cjs';

/** A program that serves the DynamoDB wire protocol, and how to run it. */
export interface EngineProgram {
  readonly engine: 'dynoxide' | 'dynamodb-local';
  readonly command: string;
  /** The arguments that serve on a port of 127.0.0.1, in memory or in a folder that exists. */
  readonly args: (port: number, folder: string | undefined) => readonly string[];
  /** What it prints once the port is its own; undefined where it prints nothing to go by. */
  readonly listening: RegExp | undefined;
  /** Seconds to close its files in before it is killed; 0 where a kill at any moment loses nothing. */
  readonly grace: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The engine in this process, for where there is no program. */
export interface EngineInProcess {
  readonly engine: 'memory';
}

/**
 * The best engine of this machine: Dynoxide named by `DYNOXIDE_BIN`, on the `PATH`, or installed as an npm package;
 * else the user's own DynamoDB Local in `DYNAMODB_LOCAL_DIR`, where there is Java; else the one in this process, which
 * `DUCTILE_ENGINE=memory` takes in any case.
 *
 * @throws LocalEngineMissingError where a variable names something that is not there.
 */
export function findEngine(environment: Environment, installed = packageFile): EngineProgram | EngineInProcess {
  if (wantsMemory(environment)) return { engine: 'memory' };
  const binary = namedDynoxide(environment) ?? onPath('dynoxide', environment) ?? packagedDynoxide(installed);
  if (binary !== undefined) return dynoxide(binary);
  return dynamoDbLocal(environment) ?? { engine: 'memory' };
}

/** The engine in this process cannot keep a folder: says what can. */
export function memoryKeepsNothing(folder: string): LocalEngineMissingError {
  return new LocalEngineMissingError(
    `No engine of this machine (${platform}) can keep data in the folder ${folder}: the one that is built in holds them ` +
      `in memory. Leave the folder out, or unset DUCTILE_ENGINE and install one of: ` +
      `Dynoxide as a package (npm install --save-dev dynoxide); ` +
      `a dynoxide binary on the PATH, or named by DYNOXIDE_BIN; ` +
      `DynamoDB Local with Java 17 or newer, its folder (the one with DynamoDBLocal.jar) named by DYNAMODB_LOCAL_DIR. ` +
      `Or give the endpoint of an engine that is running: startLocalEngine({ endpoint }) or DUCTILE_ENDPOINT.`,
    { platform, folder },
  );
}

function wantsMemory(environment: Environment): boolean {
  const wanted = environment['DUCTILE_ENGINE'];
  if (wanted === undefined || wanted === '') return false;
  if (wanted === 'memory') return true;
  throw new LocalEngineMissingError(
    `DUCTILE_ENGINE is ${wanted}, but only memory can be asked for: the engine that is built in. Unset it, and the ` +
      `best engine of this machine is taken.`,
    { engine: wanted },
  );
}

const platform = `${process.platform}-${process.arch}`;
const executableSuffix = process.platform === 'win32' ? '.exe' : '';

function dynoxide(command: string): EngineProgram {
  return {
    engine: 'dynoxide',
    command,
    args: (port, folder) => [
      ...['serve', '--host', '127.0.0.1', '--port', String(port)],
      ...(folder === undefined ? [] : ['--db-path', join(folder, 'dynoxide.db')]),
    ],
    listening: /listening on/i,
    grace: 0,
  };
}

function namedDynoxide(environment: Environment): string | undefined {
  const named = environment['DYNOXIDE_BIN'];
  if (named === undefined || named === '') return undefined;
  if (isExecutable(named)) return resolve(named);
  throw new LocalEngineMissingError(
    `DYNOXIDE_BIN names ${named}, which is not a program that can be run. Name the dynoxide binary, or unset it.`,
    { file: named },
  );
}

function packagedDynoxide(installed: typeof packageFile): string | undefined {
  const binary = installed(`@dynoxide/${platform}/dynoxide${executableSuffix}`);
  return binary !== undefined && isExecutable(binary) ? binary : undefined;
}

function dynamoDbLocal(environment: Environment): EngineProgram | undefined {
  const named = environment['DYNAMODB_LOCAL_DIR'];
  if (named === undefined || named === '') return undefined;
  const directory = resolve(named);
  const jar = join(directory, 'DynamoDBLocal.jar');
  if (!existsSync(jar)) {
    throw new LocalEngineMissingError(
      `DYNAMODB_LOCAL_DIR names ${named}, but there is no DynamoDBLocal.jar in it. Name the folder that holds it, or unset it.`,
      { file: jar },
    );
  }
  const java = javaOf(environment);
  if (java === undefined) {
    throw new LocalEngineMissingError(
      `DynamoDB Local is in ${named}, but there is no Java to run it. Install Java 17 or newer, or set JAVA_HOME.`,
      { file: jar },
    );
  }
  return {
    engine: 'dynamodb-local',
    command: java,
    args: (port, folder) => [
      `-Djava.library.path=${join(directory, 'DynamoDBLocal_lib')}`,
      ...['-jar', jar, '-port', String(port), '-sharedDb', '-disableTelemetry'],
      ...(folder === undefined ? ['-inMemory'] : ['-dbPath', folder]),
    ],
    listening: undefined,
    grace: 2,
  };
}

function javaOf(environment: Environment): string | undefined {
  const home = environment['JAVA_HOME'];
  const ofHome = home === undefined ? undefined : join(home, 'bin', `java${executableSuffix}`);
  return ofHome !== undefined && isExecutable(ofHome) ? ofHome : onPath('java', environment);
}

function onPath(program: string, environment: Environment): string | undefined {
  return (environment['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, program + executableSuffix))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
