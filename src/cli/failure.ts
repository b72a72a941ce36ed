import { DuctileError } from '../errors/ductile-error.js';
import { InterruptedError } from './errors.js';
import { exitCode, type ExitCode } from './exit-code.js';
import { oneLine } from './terminal/one-line.js';

/** An error as the command line tells it. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly exit: ExitCode;
  readonly facts: object;
}

const USAGE = [
  'USAGE',
  'CONFIG',
  'SCHEMA_FILE',
  'STORE_OPTION',
  'SCHEMA_DEFINITION',
  'REGISTRY_SETTING',
  'TABLE_KEYS',
  'KEY_ATTRIBUTE_TAKEN',
  'UNKNOWN_ITEM_TYPE',
  'LOCAL_ENGINE_MISSING',
];
const UNREACHABLE = ['TABLE_NOT_FOUND', 'CREDENTIALS', 'ACCESS_DENIED', 'ENDPOINT'];
const REFUSED = [
  'NOT_VERIFIED',
  'NO_SUCH_ROW',
  'NO_SUCH_WORK',
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
  'REGISTRY_DAMAGED',
  'DAMAGED_ROW',
  'DAMAGED_KEY_VALUE',
  'FOREIGN_ROW',
  'KEY_PATH_CONFLICT',
  'JOB_FAILED',
  'ONLY_READS',
  'ROWS_PASSED_OVER',
  'ROW_TOO_LARGE',
  'WORK_TAKEN',
  'UNSETTLED',
  'UNCAUGHT',
];

/** What to say of an error, and what to end with. */
export function failureOf(error: unknown): Failure {
  if (error instanceof InterruptedError) {
    const exit = error.signal === 'SIGINT' ? exitCode.interrupted : exitCode.terminated;
    return { code: error.code, message: error.message, exit, facts: error.facts };
  }
  if (error instanceof DuctileError) {
    return { code: error.code, message: error.message, exit: exitOf(decisive(error).code), facts: error.facts };
  }
  return { ...unexpected(error), exit: exitCode.failed, facts: {} };
}

/** Where an item of a job failed because of others, the same job may succeed. */
function decisive(error: DuctileError): DuctileError {
  const { code, cause } = error;
  return code === 'JOB_FAILED' && cause instanceof DuctileError && PASSING.includes(cause.code) ? cause : error;
}

const PASSING = ['CONTENTION', 'TRANSACTION_CONFLICT', 'OUTCOME_UNKNOWN', 'OPTIMISTIC_LOCK'];

/** Their messages show one thing a line: differences, or problems. */
const LAID_OUT = ['PAST_CHANGED', 'VERSION_TAKEN', 'SCHEMA_DEFINITION', 'VALIDATION', 'CONFIG', 'SCHEMA_FILE', 'USAGE'];

/** `ductile: what happened [CODE]`, in one line; what is laid out in several stays so. */
export function failureLine({ code, message }: Pick<Failure, 'code' | 'message'>): string {
  const [first = '', ...rest] = LAID_OUT.includes(code) ? message.split('\n') : [oneLine(message)];
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
