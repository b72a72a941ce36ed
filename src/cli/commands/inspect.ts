import { spec } from '../command.js';
import { tableOptions } from '../common-options.js';

export const inspectCommand = spec({
  name: 'inspect',
  summary: 'Show the rows of an item, their stamps, and how each version sees it',
  about:
    'KEY is a key path with its values, /customer-7f/order-a1: of any type and on any of its key paths. Or give both key ' +
    'attributes of one of its rows, as `ductile verify` prints them. Ends with 3 when the item, a row or what a version reads is not in order.',
  positionals: [
    { name: 'KEY', help: 'a key path with its values; or the partition key of a row' },
    { name: 'SK', help: 'the sort key of that row', optional: true },
  ],
  options: tableOptions,
});
