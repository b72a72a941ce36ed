import { parseHttpDate, parseSigningDate } from './dates.js';
import type { Headers, HttpAnswer, Middleware, MiddlewareStack } from './middleware.js';
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
  #answer = 'nothing';
  #ended: { readonly error: unknown } | undefined;

  /** `alone`: no other request goes through the stack of this one's command. */
  constructor(
    readonly watch: Watch,
    readonly alone: boolean,
  ) {}

  attach(command: object): void {
    (command as Traced)[TRACE] = this;
  }

  /** An attempt is about to be sent. */
  sending(headers: Headers): void {
    this.throwIfEnded();
    if (this.#open) this.lost(new Error(`DynamoDB answered with ${this.#answer}.`));
    this.date = undefined;
    this.signed = parseSigningDate(headers['x-amz-date'] ?? headers['X-Amz-Date']);
    this.#ask(() => this.watch.signed?.(this.signed));
    this.#open = true;
  }

  answered({ statusCode, headers }: HttpAnswer): void {
    this.date = parseHttpDate(headers?.['date'] ?? headers?.['Date']);
    if (this.date !== undefined) this.watch.answered?.(this.date);
    if (isDefiniteStatus(statusCode)) this.#open = false;
    else this.#answer = `HTTP status ${statusCode} (request ${headers?.['x-amzn-requestid'] ?? 'unknown'})`;
  }

  /** The request handler gave an error instead of an answer. Throws that, or what the watch ends the request with. */
  unanswered(error: unknown): never {
    if (wasNeverSent(error)) this.#open = false;
    this.lost(error);
    throw error;
  }

  /**
   * The attempt ended in an error: nothing more will be heard of it. Where it had an answer (a 5xx, or one that the SDK
   * cannot read), only the end of the request or the next attempt tells.
   */
  lost(error: unknown): void {
    if (!this.#open) return;
    this.#open = false;
    this.#ask(() => this.watch.lost?.(error));
  }

  /** A middleware of the user may turn what the watch threw into something else, or swallow it. */
  throwIfEnded(): void {
    if (this.#ended !== undefined) throw this.#ended.error;
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
 * A middleware that traces every attempt of a command's requests. Its place is next to the network, in each attempt
 * after whatever signs it.
 */
export function traceAttempts(command: object): Middleware {
  return (next) => (args) => {
    const trace = traceOf(args as Traced, command);
    trace.sending((args as { readonly request: { readonly headers: Headers } }).request.headers);
    return next(args).then(
      (result) => (trace.answered(result.response), result),
      (error: unknown) => trace.unanswered(error),
    );
  };
}

/** Where there is no other middleware of ours that could do it. */
export function addTrace(stack: MiddlewareStack, command: object): void {
  stack.add(traceAttempts(command), {
    name: 'ductileTrace',
    step: 'deserialize',
    priority: 'low',
    override: true,
  });
}

/** Traces only good answers, from any place: all that a read of one row needs. */
export function traceAnswers(command: object): Middleware {
  return (next) => (args) => {
    const trace = traceOf(args as Traced, command);
    return next(args).then((result) => (trace.answered(result.response), result));
  };
}

/**
 * The request is known by its arguments, because a client with `cacheMiddleware` sends all requests through the stack
 * of the first. A middleware of the user may have made new arguments: then by the command that the stack was made for.
 */
function traceOf(args: Traced, command: Traced): Trace {
  const passed = args[TRACE];
  if (passed !== undefined) return passed;
  const own = command[TRACE];
  if (own?.alone === true) return own;
  throw new Error(
    'A middleware of the client passes on other arguments than it was given, and the client has `cacheMiddleware`: ' +
      'let it call next({ ...args, … }).',
  );
}
