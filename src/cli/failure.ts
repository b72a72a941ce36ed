import { DuctileError } from '../errors/ductile-error.js';
import { InterruptedError } from './errors.js';
import { exitCode, type ExitCode } from './exit-code.js';

/** An error as the command line tells it. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly exit: ExitCode;
  readonly facts?: object;
}

const USAGE = [
  'USAGE',
  'CONFIG',
  'SCHEMA_FILE',
  'STORE_OPTION',
  'SCHEMA_DEFINITION',
  'REGISTRY_SETTING',
  'TABLE_KEYS',
  'LOCAL_ENGINE_MISSING',
];
const UNREACHABLE = ['TABLE_NOT_FOUND', 'CREDENTIALS', 'ACCESS_DENIED', 'ENDPOINT'];
const REFUSED = [
  'NOT_VERIFIED',
  'NO_SUCH_ROW',
  'NOT_PUBLISHED',
  'PAST_CHANGED',
  'VERSION_TAKEN',
  'VERSION_GAP',
  'OTHER_SCHEMA',
  'RETIRE_REFUSED',
  'DROP_REFUSED',
  'WITHDRAW_REFUSED',
  'WITHDRAW_UNFINISHED',
  'LIBRARY_TOO_OLD',
  'LIBRARY_IN_USE_TOO_OLD',
  'VERSION_RETIRED',
  'REGISTRY_FORK',
  'REGISTRY_BEHIND',
  'DAMAGED_ROW',
  'FOREIGN_ROW',
];

/** What to say of an error, and what to end with. */
export function failureOf(error: unknown): Failure {
  if (error instanceof InterruptedError) {
    const exit = error.signal === 'SIGINT' ? exitCode.interrupted : exitCode.terminated;
    return { code: error.code, message: error.message, exit };
  }
  if (error instanceof DuctileError) {
    return { code: error.code, message: error.message, exit: exitOf(error.code), facts: error.facts };
  }
  return { ...unexpected(error), exit: exitCode.failed };
}

/** `ductile: what happened [CODE]`; what follows a line break stays below it. */
export function failureLine({ code, message }: Failure): string {
  const [first = '', ...rest] = message.split('\n');
  return [`ductile: ${first} [${code}]`, ...rest].join('\n');
}

function exitOf(code: string): ExitCode {
  if (USAGE.includes(code)) return exitCode.usage;
  if (UNREACHABLE.includes(code)) return exitCode.unreachable;
  return REFUSED.includes(code) ? exitCode.refused : exitCode.failed;
}

/** What DynamoDB or Node says, by its own name. */
function unexpected(error: unknown): { readonly code: string; readonly message: string } {
  if (!(error instanceof Error)) return { code: 'UNEXPECTED', message: String(error) };
  const { code = error.name } = error as { code?: unknown };
  return { code: String(code), message: error.message };
}
