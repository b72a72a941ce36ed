import type { Gateway } from './gateway.js';

/** A gateway that does all as another one does, but for what is given. */
export function gatewayOver(gateway: Gateway, changes: Partial<Gateway>): Gateway {
  const { table, loopback, keys } = gateway;
  return {
    table,
    loopback,
    keys,
    keyOf: (row) => gateway.keyOf(row),
    get: (key, options) => gateway.get(key, options),
    look: (key) => gateway.look(key),
    getTogether: (wanted) => gateway.getTogether(wanted),
    query: (request) => gateway.query(request),
    scan: (request) => gateway.scan(request),
    write: (actions, token, options) => gateway.write(actions, token, options),
    serverTime: () => gateway.serverTime(),
    newestDate: () => gateway.newestDate(),
    elapsed: () => gateway.elapsed(),
    load: () => gateway.load(),
    pause: (milliseconds, signal) => gateway.pause(milliseconds, signal),
    every: (milliseconds, call) => gateway.every(milliseconds, call),
    ...changes,
  };
}

/** A gateway that sends nothing any more once a signal is aborted: its requests reject with the signal's reason. */
export function gatewayHeeding(gateway: Gateway, signal: AbortSignal | undefined): Gateway {
  if (signal === undefined) return gateway;
  const unlessAborted = async <Answer>(request: () => Promise<Answer>): Promise<Answer> => {
    signal.throwIfAborted();
    return request();
  };
  return gatewayOver(gateway, {
    get: (key, options) => unlessAborted(() => gateway.get(key, options)),
    look: (key) => unlessAborted(() => gateway.look(key)),
    getTogether: (wanted) => unlessAborted(() => gateway.getTogether(wanted)),
    query: (request) => unlessAborted(() => gateway.query(request)),
    scan: (request) => unlessAborted(() => gateway.scan(request)),
    write: (actions, token, options) => unlessAborted(() => gateway.write(actions, token, options)),
  });
}
