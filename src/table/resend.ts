/**
 * How long after an attempt without an answer the same content may be sent again: DynamoDB knows a transaction's token
 * for ten minutes.
 */
export const RESEND_MILLISECONDS = 8 * 60_000;

/** How far a signature may be ahead of the answer to it: what is more is a clock that tells nothing. */
const AHEAD_MILLISECONDS = 60_000;

/** When a content was sent first that got no answer. */
export interface FirstSending {
  /** The date in the signature, in milliseconds; undefined where it has none that can be read. */
  readonly signed: number | undefined;
  /** The same by this machine's clock. */
  readonly clock: number;
}

/** The dates of an exchange that was answered, in milliseconds; undefined where they cannot be read. */
export interface ExchangeDates {
  readonly signed: number | undefined;
  readonly date: number | undefined;
}

/**
 * The first sending of a transaction, as an answer of just now shows it, where that proves that its token is still known;
 * else undefined. A machine can be suspended together with all its clocks, so of the time until now only what DynamoDB
 * itself says counts; the machine's clock goes on from there.
 *
 * @param clock this machine's, at the answer
 */
export function knownToken(first: FirstSending, answer: ExchangeDates, clock: number): FirstSending | undefined {
  const { signed } = first;
  const { signed: asked, date } = answer;
  if (signed === undefined || asked === undefined || date === undefined) return undefined;
  if (asked - date > AHEAD_MILLISECONDS || date - signed > RESEND_MILLISECONDS) return undefined;
  return { signed, clock: Math.min(first.clock, clock - (date - signed)) };
}
