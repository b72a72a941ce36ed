/** No connection was made, whatever was being done. */
const NOT_CONNECTED = [
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ENOTFOUND',
  'ERR_INVALID_URL',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
];
const notConnected = new Set(NOT_CONNECTED);

/** Most often the endpoint's fault; but a connection that was made can meet these as well. */
const unreachable = new Set([...NOT_CONNECTED, 'EHOSTUNREACH', 'ENETUNREACH', 'EPROTO']);

/** True where the cause most likely is that the endpoint cannot be reached: for messages, no proof of anything. */
export function isUnreachable(error: unknown): boolean {
  return unreachable.has(networkCode(error) ?? '');
}

/** The code of a network error. The SDK wraps errors of another realm, as under Jest, and keeps only their message. */
export function networkCode(error: unknown): string | undefined {
  const { code, cause, message } = error as { code?: unknown; cause?: { code?: unknown }; message?: unknown };
  const known = code ?? cause?.code;
  return typeof known === 'string' ? known : /\bE[A-Z_]{4,}\b/.exec(String(message))?.[0];
}

/** True where an error of the request handler proves that nothing of the request left this machine. */
export function wasNeverSent(error: unknown): boolean {
  const { code, syscall, cause } = (error ?? {}) as NetworkError & { readonly cause?: NetworkError };
  const call = syscall ?? cause?.syscall;
  return call === 'connect' || call === 'getaddrinfo' || notConnected.has(String(code ?? cause?.code));
}

interface NetworkError {
  readonly code?: unknown;
  readonly syscall?: unknown;
}
