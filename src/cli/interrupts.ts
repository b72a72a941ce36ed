import { InterruptedError } from './errors.js';

/** The signals of a process, so far as they are listened to. */
export interface SignalSource {
  once(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  off(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
}

export interface Interrupts {
  readonly signal: AbortSignal;
  /** Asks the command to stop for another reason than a signal. */
  stop(reason: unknown): void;
  /** Listens no longer. */
  end(): void;
}

/**
 * The first signal asks the command to stop where it may; the second ends the process as if nobody listened.
 *
 * @param onlyReads whether the command writes nothing
 */
export function interrupts(source: SignalSource, told: () => void, onlyReads = false): Interrupts {
  const controller = new AbortController();
  const listeners = (['SIGINT', 'SIGTERM'] as const).map((signal) => ({
    signal,
    listener: (): void => {
      end();
      controller.abort(new InterruptedError(signal, onlyReads));
      told();
    },
  }));
  const end = (): void => listeners.forEach(({ signal, listener }) => source.off(signal, listener));
  listeners.forEach(({ signal, listener }) => source.once(signal, listener));
  return { signal: controller.signal, stop: (reason) => controller.abort(reason), end };
}
