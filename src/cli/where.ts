import type { Where } from './command.js';

/** Where a table is, in one line. */
export const whereText = ({ table, region, endpoint, account }: Where): string =>
  `table ${table}${account === undefined ? '' : ` of account ${account}`} in ${region}, at ${endpoint}`;
