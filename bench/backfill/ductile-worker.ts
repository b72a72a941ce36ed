// One worker of a backfill: `ductile backfill run`, as a function.
import { backfill } from 'ductile/operator';
import { runHand } from './crew.js';
import { clientAt, CONCURRENCY, type Place } from './place.js';
import { schema } from './release-2.js';

await runHand(async ({ table, endpoint, segments }: Place & { readonly segments: number }) => {
  const client = clientAt({ endpoint });
  const report = await backfill({ schema, table, client, segments, concurrency: CONCURRENCY });
  client.destroy();
  return { ...report };
});
