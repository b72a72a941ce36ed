import type { Gateway } from '../table/gateway.js';
import type { AttributeMap } from '../values/attribute-value.js';

/** How a sample of a table is taken. */
interface Places {
  readonly segments: number;
  readonly rows: number;
}

/** Many places rather than many rows: within one place, rows of one partition are all alike. */
const MANY: Places = { segments: 64, rows: 32 };

/** On some local engines each page of a segmented Scan costs as much as the table is large. */
const FEW: Places = { segments: 8, rows: 256 };

/**
 * The first rows of many segments, which lie at even distances among the partition keys: 2,048 at most. Costs 64 Scan requests
 * of at most 32 rows each; on a loopback endpoint 8 of 256.
 *
 * @throws the signal's reason, before a request
 */
export async function* sampledRows(gateway: Gateway, signal?: AbortSignal): AsyncGenerator<AttributeMap> {
  const { segments, rows: limit } = gateway.loopback ? FEW : MANY;
  for (let index = 0; index < segments; index++) {
    signal?.throwIfAborted();
    const { rows } = await gateway.scan({ segment: { index, of: segments }, limit });
    yield* rows;
  }
}
