// A process of the soak: retires the oldest version. One that is killed is started again.
import { retire } from '../../src/operator/index.js';
import { runMember } from './member.js';
import { releaseOf, VERSIONS } from './shop/release.js';

await runMember(async ({ task, client, journal }) => {
  const { schema } = await releaseOf(VERSIONS.length);
  journal.reached(`retiring ${task.version}`);
  await retire({ schema, table: task.table, client, version: task.version, force: true });
  journal.reached(`retired ${task.version}`);
});
