import type { AttributeValue } from '../values/attribute-value.js';
import { parseAnswer } from './answers.js';
import type { HttpAnswer } from './middleware.js';
import type { Operation } from './sender.js';

export type CollectBody = (body: unknown) => Promise<Uint8Array>;

/** What a good answer said. */
export interface GoodAnswer {
  readonly body: Body;
  /** The same, for the SDK to read once more. */
  readonly bytes: Uint8Array;
}

/**
 * Reads the body of a good answer, whatever form the client's request handler gives it.
 *
 * @throws NoAnswer
 */
export async function readBody(
  operation: Operation,
  { body }: Pick<HttpAnswer, 'body'>,
  collect: CollectBody,
): Promise<GoodAnswer> {
  const bytes = await bytesOf(body, collect);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return { body: { ...parseAnswer(operation, text), [BYTES]: /"BS?":/.test(text) }, bytes };
}

async function bytesOf(body: unknown, collect: CollectBody): Promise<Uint8Array> {
  if (body === undefined || body === null) return new Uint8Array();
  if (typeof body === 'string') return new TextEncoder().encode(body);
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  return Object.prototype.toString.call(body) === '[object ArrayBuffer]'
    ? new Uint8Array(body as ArrayBuffer)
    : collect(body);
}

/** What is left for the SDK to read of an answer that was read here. */
export const NOTHING = new TextEncoder().encode('{}');

/** Whether there may be base64 in it. */
export const BYTES = Symbol('bytes');

/** The body of an answer as the wire's JSON has it. */
export interface Body {
  readonly [BYTES]: boolean;
  readonly Item?: WireMap;
  readonly Items?: readonly WireMap[];
  readonly Responses?: readonly { readonly Item?: WireMap }[];
}

export type WireMap = Readonly<Record<string, WireValue>>;

/** An attribute value as JSON has it: `B` and `BS` are base64. */
export type WireValue =
  | Exclude<AttributeValue, { B: unknown } | { BS: unknown } | { L: unknown } | { M: unknown }>
  | { readonly B: string }
  | { readonly BS: readonly string[] }
  | { readonly L: readonly WireValue[] }
  | { readonly M: WireMap };
