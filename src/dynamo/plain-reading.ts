import type { AttributeValue } from '../values/attribute-value.js';
import { type Body, BYTES, type WireMap, type WireValue } from './bodies.js';
import type { Middleware, MiddlewareStack } from './middleware.js';
import { traceOf } from './trace.js';

/**
 * Reads answers of DynamoDB without the SDK's walk through the schema: the wire's JSON already has the form of
 * attribute values, all but bytes. The walk costs more than all the rest of a query.
 *
 * It works from inside the SDK's own chain, for one command at a time: signing, retries, errors and the metadata stay the
 * SDK's. Next to the network the trace reads the body of a good answer and leaves an empty one for the SDK to read; a
 * middleware further out, in the place of the SDK's logger, puts what the body said into the output.
 */
export function readPlainly(stack: MiddlewareStack, command: object): void {
  const withBody: Middleware = (next) => async (args) => {
    const result = await next(args);
    const { body } = traceOf(args, command);
    if (body !== undefined) result.output = { ...result.output, ...withBytes(body) };
    return result;
  };
  // A name that is taken is replaced when the client's stack and the command's are put together for this request.
  stack.add(withBody, { name: 'loggerMiddleware', step: 'initialize', override: true });
}

function withBytes(body: Body): object {
  const { [BYTES]: mayHave, ...plain } = body;
  if (!mayHave) return plain;
  const { Item, Items, Responses } = plain;
  return {
    ...plain,
    ...(Item === undefined ? {} : { Item: mapWithBytes(Item) }),
    ...(Items === undefined ? {} : { Items: Items.map(mapWithBytes) }),
    ...(Responses === undefined
      ? {}
      : { Responses: Responses.map((each) => (each.Item === undefined ? each : { Item: mapWithBytes(each.Item) })) }),
  };
}

function valueWithBytes(value: WireValue): AttributeValue {
  if ('B' in value) return { B: bytes(value.B) };
  if ('BS' in value) return { BS: value.BS.map(bytes) };
  if ('L' in value) return { L: value.L.map(valueWithBytes) };
  if ('M' in value) return { M: mapWithBytes(value.M) };
  return value;
}

/** From entries, so that an attribute called `__proto__` stays one. */
function mapWithBytes(map: WireMap): Record<string, AttributeValue> {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, valueWithBytes(value)]));
}

/** A plain `Uint8Array`, as the SDK gives. */
const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));
