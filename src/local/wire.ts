import { request } from 'node:http';
import { request as requestTls } from 'node:https';
import { createServer } from 'node:net';

const LIST_TABLES = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-target': 'DynamoDB_20120810.ListTables',
  'x-amz-date': '20260101T000000Z',
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, ' +
    'SignedHeaders=host;x-amz-date;x-amz-target, Signature=00',
};

/**
 * Whether an engine answers ListTables at the endpoint. The SDK's client is not used, since its own retries and waits
 * would make a cold start slower than the engine is.
 */
export function answers(endpoint: string, timeoutMs = 2000): Promise<boolean> {
  return new Promise((resolve) => {
    const send = endpoint.startsWith('https:') ? requestTls : request;
    const attempt = send(endpoint, { method: 'POST', headers: LIST_TABLES, agent: false, timeout: timeoutMs });
    attempt.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => resolve(response.statusCode === 200 && body.includes('TableNames')));
      response.on('error', () => resolve(false));
    });
    attempt.on('timeout', () => attempt.destroy(new Error('no answer')));
    attempt.on('error', () => resolve(false));
    attempt.end('{}');
  });
}

/** A port of 127.0.0.1 that was free a moment ago. Another process may take it before it is used. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
