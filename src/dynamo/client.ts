import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { EndpointError } from './errors.js';

/** The user's client. Ductile only sends commands through it, and never changes it. */
export type DynamoClient = DynamoDBClient | DynamoDBDocumentClient;

/** Both clients send raw commands, but the types of their `send` do not say so together. */
export function rawClient(client: DynamoClient): DynamoDBClient {
  return client;
}

/**
 * True where the client was given an endpoint at a loopback address: a local engine. A client without an endpoint of
 * its own is never taken for one, because where it goes is decided later, by its environment.
 */
export async function isLoopback(client: DynamoClient): Promise<boolean> {
  const endpoint = await configuredEndpoint(client);
  return endpoint !== undefined && isLoopbackHost(endpoint.hostname);
}

/** The endpoint that the client was configured with, for messages; undefined where AWS's own is used. */
export async function configuredEndpoint(
  client: DynamoClient,
): Promise<{ readonly hostname: string; readonly url: string } | undefined> {
  const provider = rawClient(client).config.endpoint;
  if (provider === undefined) return undefined;
  const { protocol, hostname, port } = await provider().catch((cause: unknown) => {
    throw new EndpointError(
      `The endpoint of the client cannot be read: ${String(cause)}. Write it as a whole URL, such as http://127.0.0.1:8000.`,
      {},
      { cause },
    );
  });
  return { hostname, url: `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}` };
}

function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || hostname === '::1' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/**
 * True where the user gave the client a logger. The SDK fills the place with a `NoOpLogger` otherwise; its name is how
 * the SDK's own DocumentClient tells.
 */
export function hasLogger(client: DynamoClient): boolean {
  const { logger } = rawClient(client).config;
  return logger !== undefined && !logger.constructor.name.includes('NoOp');
}

/** How the client's request handler has its bodies collected: a stream of Node, of the web, or a blob. */
export function bodyCollector(client: DynamoClient): (body: unknown) => Promise<Uint8Array> {
  return rawClient(client).config.streamCollector as (body: unknown) => Promise<Uint8Array>;
}
