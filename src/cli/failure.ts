import { DuctileError } from '../errors/ductile-error.js';
import type { Where } from './command.js';
import { whereText } from './where.js';
import { forCommandLine } from './wording.js';
import { InterruptedError } from './errors.js';
import { exitCode, type ExitCode, exitOfError } from './exit-code.js';
import { oneLine } from './terminal/one-line.js';

/** An error as the command line tells it. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly exit: ExitCode;
  readonly facts: object;
}

/** What to say of an error, and what to end with. */
export function failureOf(error: unknown): Failure {
  if (error instanceof InterruptedError) {
    const exit = error.signal === 'SIGINT' ? exitCode.interrupted : exitCode.terminated;
    return { code: error.code, message: error.message, exit, facts: error.facts };
  }
  if (error instanceof DuctileError) {
    const { code, message, facts } = error;
    return { code, message: forCommandLine(message), exit: exitOf(decisive(error).code), facts };
  }
  return { ...unexpected(error), exit: exitCode.failed, facts: {} };
}

/** What passes by itself, or once somebody has mended what is around the table: the same command goes on then. */
const PASSES = [
  'ENDPOINT',
  'CREDENTIALS',
  'ACCESS_DENIED',
  'THROTTLED',
  'CONTENTION',
  'TRANSACTION_CONFLICT',
  'OUTCOME_UNKNOWN',
  'InternalServerError',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
];

/** True where a command that what it met has stopped in the middle may be told to go on. */
export const isPassing = ({ code }: Pick<Failure, 'code'>): boolean => PASSES.includes(code);

/** The step that an error waits for, in words of a command line; undefined where a person has to do something first. */
export function wordsAfter({ code, facts }: Pick<Failure, 'code' | 'facts'>): string | undefined {
  if (code === 'NOT_PUBLISHED') return 'publish';
  return code === 'WITHDRAW_UNFINISHED' ? `withdraw ${(facts as { readonly version: number }).version}` : undefined;
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
export function failureLine({ code, message }: Pick<Failure, 'code' | 'message'>, where?: Where): string {
  const [first = '', ...rest] = LAID_OUT.includes(code) ? message.split('\n') : [oneLine(message)];
  const place = where === undefined ? '' : ` (The ${whereText(where)}.)`;
  return [`ductile: ${first}${place} [${code}]`, ...rest].join('\n');
}

const exitOf = (code: string): ExitCode => exitCode[exitOfError.get(code) ?? 'failed'];

/** What DynamoDB or Node says, by its own name. */
function unexpected(error: unknown): { readonly code: string; readonly message: string } {
  if (!(error instanceof Error)) return { code: 'UNEXPECTED', message: String(error) };
  const { code = error.name } = error as { code?: unknown };
  return { code: String(code), message: error.message };
}
