import { spec } from '../command.js';
import { dryRun, tableOptions } from '../common-options.js';
import { choice, flag, number } from '../option.js';

export const publishCommand = spec({
  name: 'publish',
  summary: 'Add the versions of the schema that the table does not have',
  about:
    'Run it before each deploy. It changes no version that is published, takes none back, and does nothing where all ' +
    'are there. A key path that is new to a table in use is filled by `ductile backfill run`.',
  options: {
    ...tableOptions,
    'create-table': flag('create the table where it is missing, paid per request'),
    'registry-max-age': number('SECONDS', 'how old the knowledge of a process may be when it creates an item', 1),
    'create-guard': choice(['age', 'fence'], 'how creates are kept from processes that slept'),
    replicas: choice(['read-only'], 'the table has replicas in other regions, and nobody writes there'),
    ...dryRun,
  },
});
