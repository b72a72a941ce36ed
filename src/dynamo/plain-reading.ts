import type { Middleware, MiddlewareStack } from './middleware.js';
import type { AttributeValue } from '../values/attribute-value.js';

/**
 * Reads answers of DynamoDB without the SDK's walk through the schema: the wire's JSON already has the form of
 * attribute values, all but bytes. The walk costs more than all the rest of a query.
 *
 * It works from inside the SDK's own chain, for one command at a time: signing, retries, errors and the metadata stay the
 * SDK's. A middleware next to the network takes the body of a good answer and leaves an empty one for the SDK to read;
 * another one, outside, puts what the body said into the output. `inner` is yet nearer to the network.
 */
export function readPlainly(stack: MiddlewareStack, collect: CollectBody, inner: Middleware): void {
  const bodies = new WeakMap<object, object>();
  stack.add(
    (next) => {
      const send = inner(next);
      return async (args) => {
        const result = await send(args);
        const { response } = result;
        if (response.statusCode === 200) {
          bodies.set(response, parseBody(Buffer.from(await collect(response.body)).toString('utf8')));
          response.body = NOTHING;
        }
        return result;
      };
    },
    { name: 'ductileTakeBody', step: 'deserialize', priority: 'low' },
  );
  stack.add(
    (next) => async (args) => {
      const result = await next(args);
      const body = bodies.get(result.response);
      if (body !== undefined) result.output = { ...result.output, ...body };
      return result;
    },
    { name: 'ductilePlainOutput', step: 'initialize', priority: 'low' },
  );
}

export type CollectBody = (body: unknown) => Promise<Uint8Array>;

const NOTHING = new TextEncoder().encode('{}');

/** The body of an answer to Query or Scan, with bytes for base64. */
function parseBody(text: string): object {
  const body = JSON.parse(text) as Answer;
  if (!/"BS?":/.test(text)) return body;
  return { ...body, ...(body.Items === undefined ? {} : { Items: body.Items.map(mapWithBytes) }) };
}

interface Answer {
  readonly Items?: readonly WireMap[];
}

type WireMap = Readonly<Record<string, WireValue>>;

/** An attribute value as JSON has it: `B` and `BS` are base64. */
type WireValue =
  | Exclude<AttributeValue, { B: unknown } | { BS: unknown } | { L: unknown } | { M: unknown }>
  | { readonly B: string }
  | { readonly BS: readonly string[] }
  | { readonly L: readonly WireValue[] }
  | { readonly M: WireMap };

function withBytes(value: WireValue): AttributeValue {
  if ('B' in value) return { B: bytes(value.B) };
  if ('BS' in value) return { BS: value.BS.map(bytes) };
  if ('L' in value) return { L: value.L.map(withBytes) };
  if ('M' in value) return { M: mapWithBytes(value.M) };
  return value;
}

/** From entries, so that an attribute called `__proto__` stays one. */
function mapWithBytes(map: WireMap): Record<string, AttributeValue> {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, withBytes(value)]));
}

/** A plain `Uint8Array`, as the SDK gives. */
const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));
