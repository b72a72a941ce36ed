import { Readable } from 'node:stream';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Operation, Sender } from '../../src/dynamo/sender.js';
import { sdkSender } from '../../src/dynamo/sdk-sender.js';
import { fromWire, toWire } from '../../src/local/memory/wire-form.js';
import { parseSigningDate } from '../../src/dynamo/dates.js';
import type { Attempts, Input, Result } from './network.js';
import { SimProcess } from './process.js';

interface Request {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Senders over clients of the real SDK, whose requests go over a simulated network in DynamoDB's own wire form. */
export class Wire {
  /** Requests at which the SDK is at work, or waits before it sends them again. */
  private inside = 0;

  /** True where the SDK waits for the network and for virtual time only. */
  readonly isAtRest = (): boolean => this.inside <= SimProcess.timers;

  readonly sender = (network: Attempts): Sender => {
    const handle = async (request: unknown): Promise<object> => {
      this.inside--;
      const result = await carry(network, request as Request).finally(() => this.inside++);
      return { response: responseOf(result) };
    };
    const client = new DynamoDBClient({
      region: 'us-east-1',
      endpoint: 'http://simulated.invalid',
      credentials: { accessKeyId: 'simulated', secretAccessKey: 'simulated' },
      maxAttempts: 3,
      requestHandler: { handle } as never,
    });
    const sender = sdkSender(client);
    return {
      send: (operation, input, watch) => {
        // Signing them would take most of the time.
        if (network.isIdle(operation, input as unknown as Input)) {
          return Promise.resolve({ output: {} as never, signed: undefined, date: undefined });
        }
        this.inside++;
        return sender.send(operation, input, watch).finally(() => this.inside--);
      },
    };
  };
}

function carry(network: Attempts, { headers, body }: Request): Promise<Result> {
  const operation = headers['x-amz-target']!.replace(/^.*\./, '') as Operation;
  return network.attempt(operation, fromWire(textOf(body)) as Input, parseSigningDate(headers['x-amz-date'])!);
}

function textOf(body: string | Uint8Array): string {
  return typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
}

function responseOf(result: Result): object {
  if (result.kind === 'answer') return response(200, result.output, result.date);
  // No answer came at all; or one that says the server failed, which proves nothing either.
  if (result.date === undefined) throw result.error;
  const { name, message, ...more } = result.error as Error & Readonly<Record<string, unknown>>;
  const status = result.kind === 'refused' ? 400 : 500;
  return response(status, { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message, ...more }, result.date);
}

function response(statusCode: number, content: object, date: number): object {
  return {
    statusCode,
    headers: { 'content-type': 'application/x-amz-json-1.0', date: new Date(date).toUTCString() },
    body: Readable.from([Buffer.from(toWire(content))]),
  };
}
