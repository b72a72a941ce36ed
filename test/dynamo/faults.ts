import { Readable } from 'node:stream';

interface RequestHandler {
  handle(request: never, options?: never): Promise<unknown>;
}

export interface SentRequest {
  readonly operation: string;
  readonly body: Record<string, unknown>;
}

/** Answers requests in the place of the engine: what no local engine ever does. */
export class Faults {
  readonly sent: SentRequest[] = [];
  readonly #answers: { readonly status: number; readonly body: unknown }[] = [];

  /** The next request gets this error instead of the engine's answer. */
  fail(type: string, body: Record<string, unknown> = {}, status = 400): this {
    this.#answers.push({
      status,
      body: { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: type, ...body },
    });
    return this;
  }

  cancel(...reasons: readonly { readonly Code: string; readonly Message?: string; readonly Item?: unknown }[]): this {
    return this.fail('TransactionCanceledException', { CancellationReasons: reasons });
  }

  /** The next request gets this answer. */
  answer(body: unknown): this {
    this.#answers.push({ status: 200, body });
    return this;
  }

  /** Put around the handler of a client. */
  around(inner: RequestHandler): RequestHandler {
    return {
      handle: async (request: { headers: Record<string, string>; body: string | Uint8Array }, options: never) => {
        const operation = request.headers['x-amz-target']?.split('.')[1] ?? '';
        this.sent.push({ operation, body: JSON.parse(textOf(request.body)) as Record<string, unknown> });
        const answer = this.#answers.shift();
        if (answer === undefined) return inner.handle(request as never, options);
        const headers = { 'content-type': 'application/x-amz-json-1.0' };
        return {
          response: {
            statusCode: answer.status,
            headers,
            body: Readable.from([Buffer.from(JSON.stringify(answer.body))]),
          },
        };
      },
    };
  }
}

function textOf(body: string | Uint8Array): string {
  return typeof body === 'string' ? body : new TextDecoder().decode(body);
}
