// One worker of a backfill or a verify: `ductile backfill run` and `ductile verify`, as functions.
import { backfill, verify } from 'ductile/operator';
import { runHand } from './crew.js';
import { clientAt, CONCURRENCY, type Task } from './place.js';
import { schema } from './release-2.js';

await runHand(async ({ table, endpoint, step }: Task) => {
  const client = clientAt({ endpoint });
  const options = { schema, table, client, concurrency: CONCURRENCY };
  const report = step === 'backfill' ? await backfill(options) : await verify(options);
  client.destroy();
  return { ...report };
});
