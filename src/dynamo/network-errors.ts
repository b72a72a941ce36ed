/** No connection was made, whatever was being done. */
const NOT_CONNECTED = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ENOTFOUND',
  'ERR_INVALID_URL',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Most often the endpoint's fault; but a connection that was made can meet these as well. */
const MOSTLY_UNREACHABLE = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'EPROTO']);

const CONNECTING = new Set(['connect', 'getaddrinfo']);

/**
 * What is said of an attempt that got no connection, by Node (`connect ETIMEDOUT 10.0.0.1:443`; a TLS handshake that
 * ended early, which has the code of a lost connection), and by the SDK's request handler, whose words changed. The
 * SDK's timer runs until a socket is connected, so it also ends a wait for a free place in the pool.
 */
const NO_CONNECTION =
  /^(?:connect|getaddrinfo) E[A-Z_]+|before secure TLS connection was established|without establishing a connection|did not establish a connection/;

/** How deep causes are followed: a chain may be a circle. */
const DEEPEST = 8;

interface NetworkError {
  readonly code?: unknown;
  readonly syscall?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  /** Of an AggregateError: one for each address of the host that was tried. */
  readonly errors?: unknown;
}

/** True where the cause most likely is that the endpoint cannot be reached: for messages, no proof of anything. */
export function isUnreachable(error: unknown): boolean {
  const code = networkCode(error) ?? '';
  return wasNeverSent(error) || MOSTLY_UNREACHABLE.has(code) || NOT_CONNECTED.has(code);
}

/** True where a request got no answer, whatever became of it. */
export function isUnanswered(error: unknown): boolean {
  const { name } = error as { readonly name?: unknown };
  return name === 'TimeoutError' || LOST.test(networkCode(error) ?? '') || isUnreachable(error);
}

/** The codes of Node's connections and streams, and of undici's. */
const LOST = /^(?:E[A-Z]{4,}|ERR_(?:HTTP2|STREAM|SSL|TLS)_\w+|UND_ERR_\w+)$/;

/** The code of a network error. The SDK wraps errors of another realm, as under Jest, and keeps only their message. */
export function networkCode(error: unknown, depth = 0): string | undefined {
  if (typeof error !== 'object' || error === null || depth > DEEPEST) return undefined;
  const { code, cause, message } = error as NetworkError;
  if (typeof code === 'string') return code;
  return networkCode(cause, depth + 1) ?? /\bE[A-Z_]{4,}\b/.exec(String(message))?.[0];
}

/** True where an error of the request handler proves that nothing of the request left this machine. */
export function wasNeverSent(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > DEEPEST) return false;
  const { code, syscall, message, cause, errors } = error as NetworkError;
  if (Array.isArray(errors) && errors.length > 0) return errors.every((each) => wasNeverSent(each, depth + 1));
  return (
    CONNECTING.has(String(syscall)) ||
    NOT_CONNECTED.has(String(code)) ||
    NO_CONNECTION.test(String(message)) ||
    // An error with a code of its own speaks for itself.
    (code === undefined && wasNeverSent(cause, depth + 1))
  );
}
