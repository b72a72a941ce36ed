import { openSessionOver } from '../../src/operator/session.js';
import { verifyIn, type VerifyChoice, type VerifyReport } from '../../src/operator/verify.js';
import type { PublishableSchema } from '../../src/registry/past.js';
import type { Gateway } from '../../src/table/gateway.js';
import type { RowKey } from '../../src/values/attribute-value.js';
import { gatewayOver } from '../../src/table/gateway-over.js';

export interface Meanwhile {
  /** Called ahead of the second scan. */
  readonly between?: () => Promise<unknown>;
  /** Called ahead of each get of the second pass, and for each row of those that are read together: of which key, and which one it is, from 1 on. */
  readonly get?: (key: RowKey, nth: number) => unknown;
}

/**
 * A verify of a small table whose first pass sees no secondary row, so that everything is in doubt, and the second one
 * looks at every row by itself.
 */
export async function verifyInDoubt(
  gateway: Gateway,
  schema: PublishableSchema,
  { between, get }: Meanwhile = {},
  choice: VerifyChoice = {},
): Promise<VerifyReport> {
  let scans = 0;
  let gets = 0;
  const doubting = gatewayOver(gateway, {
    async scan(request) {
      if (++scans === 2) await between?.();
      const page = await gateway.scan(request);
      if (scans > 1) return page;
      if (page.last !== undefined) throw new Error('the table is not small');
      return { ...page, rows: page.rows.filter((row) => !('$owner' in row)) };
    },
    async get(key, options) {
      if (scans > 1) await get?.(key, ++gets);
      return gateway.get(key, options);
    },
    async getTogether(keys) {
      if (scans > 1) for (const key of keys) await get?.(key, ++gets);
      return gateway.getTogether(keys);
    },
  });
  const report = await verifyIn(await openSessionOver(doubting, schema), { ...choice, segments: 1, concurrency: 1 });
  if (scans !== 2) throw new Error('nothing was in doubt');
  return report;
}
