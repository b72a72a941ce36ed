import { type Body, type CollectBody, NOTHING, readBody } from './bodies.js';
import { parseHttpDate, parseSigningDate } from './dates.js';
import type { Headers, HttpAnswer, Middleware } from './middleware.js';
import { wasNeverSent } from './network-errors.js';
import type { Operation, Watch } from './sender.js';
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
  /** What a good answer to it said. */
  body: Body | undefined;
  /** The error that it ended with instead of an answer. */
  failure: unknown;
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
    this.date = this.body = this.failure = undefined;
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
    this.failure = error;
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

/** How the body of a good answer is read: by Ductile alone, or, where the user logs answers, by the SDK once more. */
export interface Reading {
  readonly operation: Operation;
  readonly collect: CollectBody;
  readonly alsoBySdk: boolean;
}

/**
 * A middleware that traces every attempt of a command's requests, and takes what good answers say. Its place is next to
 * the network, in each attempt after whatever signs it.
 */
export function traceAttempts(command: object, reading: Reading): Middleware {
  return (next) => async (args) => {
    const trace = traceOf(args, command);
    trace.sending((args as { readonly request: { readonly headers: Headers } }).request.headers);
    try {
      const result = await next(args);
      if (isGood(result.response)) trace.body = await take(result.response, reading);
      trace.answered(result.response);
      return result;
    } catch (error) {
      return trace.unanswered(error);
    }
  };
}

const isGood = ({ statusCode }: HttpAnswer): boolean => statusCode >= 200 && statusCode < 300;

async function take(response: HttpAnswer, { operation, collect, alsoBySdk }: Reading): Promise<Body> {
  const { body, bytes } = await readBody(operation, response, collect);
  response.body = alsoBySdk ? bytes : NOTHING;
  return body;
}

/**
 * The request is known by its arguments, because a client with `cacheMiddleware` sends all requests through the stack
 * of the first. A middleware of the user may have made new arguments: then by the command that the stack was made for.
 */
export function traceOf(args: unknown, command: object): Trace {
  const passed = (args as Traced)[TRACE];
  if (passed !== undefined) return passed;
  const own = (command as Traced)[TRACE];
  if (own?.alone === true) return own;
  throw new Error(
    'A middleware of the client passes on other arguments than it was given, and the client has `cacheMiddleware`: ' +
      'let it call next({ ...args, … }).',
  );
}
