/** What is used of a command's own stack of middleware. The SDK's types of it differ from release to release. */
export interface MiddlewareStack {
  add(middleware: Middleware, options: MiddlewareOptions): void;
}

export type Middleware = (next: Handler) => Handler;

interface MiddlewareOptions {
  readonly name: string;
  readonly step: 'initialize' | 'deserialize';
  readonly priority?: 'low';
  /** True where a middleware of this name that is there already is replaced; otherwise that is an error. */
  readonly override?: boolean;
}

type Handler = (args: unknown) => Promise<HandlerResult>;

interface HandlerResult {
  readonly response: HttpAnswer;
  output: object;
}

/** An answer as the request handler gives it. */
export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers?: Headers;
  body: unknown;
}

export type Headers = Readonly<Record<string, string | undefined>>;
