import type { Gateway } from '../../src/table/gateway.js';

/** A gateway that does all as another one does, but for what is given. */
export function overGateway(gateway: Gateway, changes: Partial<Gateway>): Gateway {
  const { table, loopback, keys } = gateway;
  return {
    table,
    loopback,
    keys,
    keyOf: (row) => gateway.keyOf(row),
    get: (key, options) => gateway.get(key, options),
    query: (request) => gateway.query(request),
    scan: (request) => gateway.scan(request),
    write: (actions, token, options) => gateway.write(actions, token, options),
    serverTime: () => gateway.serverTime(),
    elapsed: () => gateway.elapsed(),
    load: () => gateway.load(),
    pause: (milliseconds, signal) => gateway.pause(milliseconds, signal),
    every: (milliseconds, call) => gateway.every(milliseconds, call),
    ...changes,
  };
}
