import { spec } from '../command.js';
import { tableOptions } from '../common-options.js';

export const versionsCommand = spec({
  name: 'versions',
  summary: 'Say which versions and builds are in use: the census',
  about:
    'Each process that opens the table says so, and again every 15 minutes as long as it is used. `ductile retire` goes by ' +
    'the same.',
  options: { ...tableOptions },
});
