import { DuctileError } from '../errors/ductile-error.js';
import { reasonOf } from './loading/reason.js';

/** The arguments do not say what to do. */
export class UsageError extends DuctileError {
  static override readonly code = 'USAGE';
}

/** The configuration file cannot be read, or says what cannot be. */
export class ConfigError extends DuctileError {
  static override readonly code = 'CONFIG';
}

/** The schema file cannot be loaded, or holds no schema, or several. */
export class SchemaFileError extends DuctileError {
  static override readonly code = 'SCHEMA_FILE';
}

/** What cannot be taken back was not confirmed. Nothing was done. */
export class NotConfirmedError extends DuctileError {
  static override readonly code = 'NOT_CONFIRMED';

  constructor(message: string, where: object) {
    super(message, { ...where });
  }
}

/** What the command came to cannot be written where it belongs. */
export class OutputError extends DuctileError {
  static override readonly code = 'OUTPUT';

  constructor(where: string, cause: unknown) {
    super(
      `The result could not be written to ${where}: ${reasonOf(cause)}. Make room there, or write elsewhere.`,
      {},
      { cause },
    );
  }
}

/** What user code was waited for will never come: nothing is left that could go on. */
export class UnsettledError extends DuctileError {
  static override readonly code = 'UNSETTLED';

  constructor(command: string) {
    super(
      `\`${command}\` waits for a promise that nothing can settle any more. Look for one that is neither resolved nor ` +
        'rejected; what was done stays.',
      { command },
    );
  }
}

/** User code threw where nobody catches it. */
export class UncaughtError extends DuctileError {
  static override readonly code = 'UNCAUGHT';

  constructor(cause: unknown) {
    const stack = stackOf(cause);
    const place = stack.find((line) => !line.includes('node:'));
    super(
      `An error that nobody caught: ${reasonOf(cause)}${place === undefined ? '' : ` (${place})`}. Await every promise, ` +
        'and catch what callbacks throw; what was done stays.',
      { stack },
      { cause },
    );
  }
}

const stackOf = (error: unknown): readonly string[] =>
  [...String((error as { readonly stack?: unknown } | undefined)?.stack).matchAll(/^ +(at .+)$/gm)].map(
    ([, at = '']) => at,
  );

/** The engine that `ductile local` serves with has ended by itself, or was killed. */
export class EngineEndedError extends DuctileError {
  static override readonly code = 'LOCAL_ENGINE_ENDED';

  constructor(endpoint: string, how: string) {
    super(`The local engine at ${endpoint} ended with ${how}. The same command starts another one.`, { endpoint });
  }
}

/** A signal ended the command. What was done stays. */
export class InterruptedError extends DuctileError {
  static override readonly code = 'INTERRUPTED';

  constructor(
    readonly signal: 'SIGINT' | 'SIGTERM',
    onlyRead = false,
  ) {
    super(`Interrupted. ${onlyRead ? 'Nothing was written.' : 'What was done stays, and is not done again.'}`, {
      signal,
    });
  }
}
