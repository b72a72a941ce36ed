import type { Knowledge } from '../../src/registry/knowledge.js';
import type { Gateway } from '../../src/table/gateway.js';
import { layoutFaults } from '../../src/testing/layout-faults.js';
import { printFault } from '../../src/testing/table-fault.js';
import { readTable } from '../../src/testing/table-rows.js';

export { allRows } from '../../src/testing/table-rows.js';

/** Reads every row of a table at rest and says what is wrong with it. An empty list is a sound table. */
export async function checkTable(gateway: Gateway, knowledge: Knowledge): Promise<readonly string[]> {
  return layoutFaults(await readTable(gateway), knowledge, gateway.keys, gateway.serverTime()).map(printFault);
}
