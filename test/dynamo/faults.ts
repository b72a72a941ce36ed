import { Readable } from 'node:stream';

interface RequestHandler {
  handle(request: never, options?: never): Promise<unknown>;
}

export interface SentRequest {
  readonly operation: string;
  readonly body: Record<string, unknown>;
  readonly headers: Readonly<Record<string, string>>;
}

interface HttpResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
}

/** What becomes of one request; `engine` has it carried out. */
type Fault = (engine: () => Promise<unknown>) => Promise<unknown>;

/** Answers requests in the place of the engine: what no local engine ever does. */
export class Faults {
  readonly sent: SentRequest[] = [];
  /** The `Date` of the answers that are made here; none where it is undefined. */
  date: Date | undefined;
  /** By how much the `Date` of the engine's own answers is put forward, in milliseconds; null takes it away. */
  later: number | null = 0;
  readonly #faults: Fault[] = [];

  /** The next request gets this error instead of the engine's answer. */
  fail(type: string, body: Record<string, unknown> = {}, status = 400): this {
    return this.text(
      JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: type, ...body }),
      status,
    );
  }

  cancel(...reasons: readonly { readonly Code: string; readonly Message?: string; readonly Item?: unknown }[]): this {
    return this.fail('TransactionCanceledException', { CancellationReasons: reasons });
  }

  /** The next request gets this answer. */
  answer(body: unknown): this {
    return this.text(JSON.stringify(body));
  }

  text(body: string, status = 200): this {
    const response = this.#response(status, Readable.from([Buffer.from(body)]));
    return this.#add(() => Promise.resolve({ response }));
  }

  /** The next request is carried out, and its answer is replaced by this one. */
  replace(body: string, status = 200): this {
    return this.#add(async (engine) => {
      await engine();
      return { response: this.#response(status, Readable.from([Buffer.from(body)])) };
    });
  }

  /** The next request is carried out, and the body of its answer is handed on in another form. */
  reshape(form: (body: Buffer) => unknown): this {
    return this.#add(async (engine) => {
      const { response } = (await engine()) as { response: { body: AsyncIterable<Uint8Array> } };
      const chunks: Uint8Array[] = [];
      for await (const chunk of response.body) chunks.push(chunk);
      return { response: Object.assign(response, { body: form(Buffer.concat(chunks)) }) };
    });
  }

  /** The next request reaches the table twice: something below the SDK sends it again. The second answer is what comes back. */
  double(): this {
    return this.#add(async (engine) => {
      await engine();
      return engine();
    });
  }

  /** The next request meets no fault. */
  pass(): this {
    return this.#add((engine) => engine());
  }

  /** No request meets a fault any more. */
  clear(): void {
    this.#faults.length = 0;
  }

  /** The answer to the next request breaks off with an error. */
  breakOff(error: Error): this {
    const body = new Readable({ read: () => body.destroy(error) });
    const response = this.#response(200, body);
    return this.#add(() => Promise.resolve({ response }));
  }

  /** The next request is not carried out, and gets an error of the network. */
  disconnect(error: Error): this {
    return this.#add(() => Promise.reject(error));
  }

  /** The next request is carried out, and its answer is lost; then `since` happens. */
  lose(error: Error, since: () => Promise<unknown> = () => Promise.resolve()): this {
    return this.#add(async (engine) => {
      await engine();
      await since();
      throw error;
    });
  }

  /** Put around the handler of a client. */
  around(inner: RequestHandler): RequestHandler {
    return {
      handle: (request: { headers: Record<string, string>; body: string | Uint8Array }, options: never) => {
        const { headers } = request;
        const operation = headers['x-amz-target']?.split('.')[1] ?? '';
        this.sent.push({ operation, headers, body: JSON.parse(textOf(request.body)) as Record<string, unknown> });
        const engine = async () => this.#dated(await inner.handle(request as never, options));
        return this.#faults.shift()?.(engine) ?? engine();
      },
    };
  }

  #dated(answer: unknown): unknown {
    if (this.later === 0) return answer;
    const { headers } = (answer as { readonly response: { readonly headers: Record<string, string> } }).response;
    if (this.later === null) delete headers['date'];
    else headers['date'] = new Date(Date.parse(headers['date']!) + this.later).toUTCString();
    return answer;
  }

  #add(fault: Fault): this {
    this.#faults.push(fault);
    return this;
  }

  #response(statusCode: number, body: Readable): HttpResponse {
    const date = this.date === undefined ? {} : { date: this.date.toUTCString() };
    return { statusCode, headers: { 'content-type': 'application/x-amz-json-1.0', ...date }, body };
  }
}

/** An error as Node gives it. */
export function networkError(code: string, syscall = 'read'): Error {
  return Object.assign(new Error(`${syscall} ${code}`), { code, syscall });
}

function textOf(body: string | Uint8Array): string {
  return typeof body === 'string' ? body : new TextDecoder().decode(body);
}
