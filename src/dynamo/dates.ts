const SIGNING_DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

/** The `X-Amz-Date` of a signed request (`20260131T235959Z`), in milliseconds; undefined for anything else. */
export function parseSigningDate(text: unknown): number | undefined {
  const parts = typeof text === 'string' ? SIGNING_DATE.exec(text) : null;
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  return milliseconds(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

const HTTP_DATE = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

/**
 * The `Date` of an answer (`Sat, 31 Jan 2026 23:59:59 GMT`), in milliseconds; undefined for anything else. Strict,
 * because `Date.parse` takes a date without a zone for this machine's time.
 */
export function parseHttpDate(text: unknown): number | undefined {
  return typeof text === 'string' && HTTP_DATE.test(text) ? milliseconds(text) : undefined;
}

function milliseconds(text: string): number | undefined {
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : date;
}
