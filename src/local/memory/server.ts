import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';
import { MemoryDynamoError } from './errors.js';
import type { MemoryDynamo } from './memory-dynamo.js';
import { fromWire, toWire } from './wire-form.js';

/** A `MemoryDynamo` that is served over HTTP. */
export interface MemoryServer {
  readonly port: number;
  /** Closes the port and all connections. May be called again. */
  stop(): Promise<void>;
}

/**
 * Serves the DynamoDB wire protocol on a port of 127.0.0.1, so that this process and its children reach the same rows.
 * The server does not keep the process open.
 *
 * @param port 0 for a free one
 * @throws the error of `listen` where the port cannot be had
 */
export async function serveMemory(dynamo: MemoryDynamo, port: number): Promise<MemoryServer> {
  const server = createServer((request, response) => {
    readBody(request, (body) => answer(dynamo, request, body, response));
  });
  // A client in this process keeps the process open for as long as it waits for an answer.
  server.on('connection', (socket) => socket.unref());
  const stopped = new Promise<void>((resolve) => server.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  server.unref();
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    async stop() {
      server.close();
      server.closeAllConnections();
      await stopped;
    },
  };
}

function readBody(request: IncomingMessage, use: (body: string) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => use(Buffer.concat(chunks).toString('utf8')));
}

const TARGET = /^DynamoDB_20120810\.(\w+)$/;

function answer(dynamo: MemoryDynamo, request: IncomingMessage, body: string, response: ServerResponse): void {
  try {
    const [, operation] = TARGET.exec(String(request.headers['x-amz-target'])) ?? [];
    if (operation === undefined) throw new MemoryDynamoError('UnknownOperationException', 'No X-Amz-Target is given.');
    send(response, 200, dynamo.execute(operation, inputOf(body)));
  } catch (error) {
    if (error instanceof MemoryDynamoError) send(response, 400, errorBody(error));
    else send(response, 500, { __type: type('InternalServerError'), message: String(error) });
  }
}

function inputOf(body: string): object {
  try {
    return fromWire(body);
  } catch {
    throw new MemoryDynamoError('SerializationException', 'The body of the request is not JSON.');
  }
}

function errorBody(error: MemoryDynamoError): object {
  // DynamoDB capitalizes the message of this exception alone.
  const message = error.name === 'TransactionCanceledException' ? 'Message' : 'message';
  return { __type: type(error.name), [message]: error.message, ...error.further };
}

function type(name: string): string {
  switch (name) {
    case 'ValidationException':
      return `com.amazon.coral.validate#${name}`;
    case 'UnknownOperationException':
    case 'SerializationException':
      return `com.amazon.coral.service#${name}`;
    default:
      return `com.amazonaws.dynamodb.v20120810#${name}`;
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  const content = Buffer.from(toWire(body));
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': content.length,
    'x-amzn-requestid': randomUUID(),
    'x-amz-crc32': crc32(content),
  });
  response.end(content);
}
