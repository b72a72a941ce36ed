import { DuctileError } from '../errors/ductile-error.js';

/** No engine was found on this machine. The message says what to install. */
export class LocalEngineMissingError extends DuctileError {
  static override readonly code = 'LOCAL_ENGINE_MISSING';
}

/**
 * An engine was found, but it ended or stayed silent instead of answering: the message holds what it printed last. Or
 * the folder for its data cannot be made.
 */
export class LocalEngineStartError extends DuctileError {
  static override readonly code = 'LOCAL_ENGINE_START';
}
