import { parseHttpDate, parseSigningDate } from './dates.js';
import type { Headers, HttpAnswer, MiddlewareStack } from './middleware.js';
import { wasNeverSent } from './network-errors.js';
import type { Watch } from './sender.js';
import { isDefiniteStatus } from './write-errors.js';

const TRACE = Symbol('ductile.trace');

/** A command, and the arguments that the SDK's middleware makes of it by copying. */
interface Traced {
  [TRACE]?: Trace;
}

/** One request on its way through its attempts: calls its watch, and keeps the dates of the last attempt. */
export class Trace {
  /** The date in the signature of the last attempt that was to be sent. */
  signed: number | undefined;
  /** The `Date` of the answer to it. */
  date: number | undefined;
  /** True from when an attempt is sent until there is a definite answer to it. */
  #open = false;
  #ended: { readonly error: unknown } | undefined;

  /** `own`: the command's stack serves this request alone. */
  constructor(
    readonly watch: Watch,
    readonly own: boolean,
  ) {}

  attach(command: object): void {
    (command as Traced)[TRACE] = this;
  }

  /** An attempt is about to be sent. */
  sending(headers: Headers): void {
    if (this.#ended !== undefined) throw this.#ended.error;
    this.lost(new Error('An attempt failed, and what sends it again did not say how.'));
    this.date = undefined;
    this.signed = parseSigningDate(headers['x-amz-date'] ?? headers['X-Amz-Date']);
    this.#ask(() => this.watch.signed?.(this.signed));
    this.#open = true;
  }

  answered({ statusCode, headers }: HttpAnswer): void {
    this.date = parseHttpDate(headers?.['date'] ?? headers?.['Date']);
    if (this.date !== undefined) this.watch.answered?.(this.date);
    if (isDefiniteStatus(statusCode)) this.#open = false;
  }

  /** The request handler gave an error instead of an answer. */
  unanswered(error: unknown): void {
    if (wasNeverSent(error)) this.#open = false;
  }

  /** The attempt ended in an error: nothing more will be heard of it. */
  lost(error: unknown): void {
    if (!this.#open) return;
    this.#open = false;
    this.#ask(() => this.watch.lost?.(error));
  }

  /** What the watch ended the request with; else the error. */
  errorFor(error: unknown): unknown {
    return this.#ended === undefined ? error : this.#ended.error;
  }

  #ask(watch: () => void): void {
    try {
      watch();
    } catch (error) {
      this.#ended = { error };
      throw error;
    }
  }
}

/**
 * Has the requests of a command traced from next to the network: after whatever signs them, however that is called,
 * and once for each attempt.
 */
export function traceAttempts(stack: MiddlewareStack, command: object): void {
  stack.add(
    (next) => async (args) => {
      const trace = traceOf(args as Traced, command);
      trace.sending((args as { readonly request: { readonly headers: Headers } }).request.headers);
      let result;
      try {
        result = await next(args);
      } catch (error) {
        trace.unanswered(error);
        throw error;
      }
      trace.answered(result.response);
      return result;
    },
    { name: 'ductileTraceAttempt', step: 'deserialize', priority: 'low', override: true },
  );
}

/**
 * Has losses reported as soon as they are known: after the SDK has read the answer, and before its retries begin.
 * Without this they are reported when the next attempt is to be sent, or when there is none.
 */
export function reportLosses(stack: MiddlewareStack, command: object): void {
  stack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        traceOf(args as Traced, command).lost(error);
        throw error;
      }
    },
    { name: 'ductileReportLoss', step: 'finalizeRequest', priority: 'low', override: true },
  );
}

/**
 * The request is known by its arguments, because a client with `cacheMiddleware` sends all requests through the stack
 * of the first. A middleware of the user may have made new arguments: then by the command that the stack was made for.
 */
function traceOf(args: Traced, command: Traced): Trace {
  const trace = args[TRACE] ?? command[TRACE];
  if (trace !== undefined && (trace === args[TRACE] || trace.own)) return trace;
  throw new Error(
    'A middleware of the client passes on other arguments than it was given, and the client has `cacheMiddleware`: ' +
      'let it call next({ ...args, … }).',
  );
}
