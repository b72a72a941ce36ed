import type { Operation } from './sender.js';

/** What DynamoDB's answers to an operation are made of. */
interface Shape {
  /** An answer without one of these is none. */
  readonly always: readonly string[];
  /** An answer that has attributes has one of these, whatever later releases of DynamoDB add. */
  readonly known: readonly string[];
}

const CONSUMED = 'ConsumedCapacity';
const WRITTEN: Shape = { always: [], known: [CONSUMED, 'ItemCollectionMetrics', 'Attributes'] };

const SHAPES: Readonly<Record<Operation, Shape>> = {
  GetItem: { always: [], known: ['Item', CONSUMED] },
  TransactGetItems: { always: ['Responses'], known: [] },
  Query: { always: ['Items'], known: [] },
  Scan: { always: ['Items'], known: [] },
  PutItem: WRITTEN,
  DeleteItem: WRITTEN,
  TransactWriteItems: WRITTEN,
};

/**
 * A good status with something else than DynamoDB's answer: what a proxy, a captive portal or a broken cache says. It
 * tells nothing of what became of the request.
 */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  /** What the SDK reads: it sends the request again, as after a 5xx. */
  readonly $retryable = {};

  constructor(readonly what: string) {
    super(`The answer is none of DynamoDB's: ${what}.`);
  }
}

/**
 * The body of a good answer, as JSON.
 *
 * @throws NoAnswer
 */
export function parseAnswer(operation: Operation, text: string): Readonly<Record<string, unknown>> {
  if (text.trim() === '') throw new NoAnswer('its body is empty');
  const body = parsed(text);
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new NoAnswer('its body is no JSON object');
  const { always, known } = SHAPES[operation];
  const names = Object.keys(body);
  const isWhole = always.every((name) => Array.isArray((body as Record<string, unknown>)[name]));
  const isForeign = always.length === 0 && names.length > 0 && !known.some((name) => names.includes(name));
  if (!isWhole || isForeign) throw new NoAnswer(`its body is no answer to ${operation}`);
  return body as Readonly<Record<string, unknown>>;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new NoAnswer('its body is no JSON');
  }
}
