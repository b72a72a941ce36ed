import { DuctileError } from '../errors/ductile-error.js';

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
