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
 * True where an answer of just now proves that a transaction's token is still known. A machine can be suspended together
 * with all its clocks, so only what DynamoDB itself says of the time counts.
 */
export function knowsToken({ signed }: FirstSending, now: ExchangeDates): boolean {
  if (signed === undefined || now.signed === undefined || now.date === undefined) return false;
  return now.signed - now.date <= AHEAD_MILLISECONDS && now.date - signed <= RESEND_MILLISECONDS;
}
