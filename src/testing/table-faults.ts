import type { Knowledge } from '../registry/knowledge.js';
import type { Gateway } from '../table/gateway.js';
import { isRegistryRow, layoutFaults } from './layout-faults.js';
import type { TableFault } from './table-fault.js';
import { readTable } from './table-rows.js';
import { type ClassesByVersion, viewFaults } from './view-faults.js';

/** Everything that is wrong with a table at rest that nothing but Ductile writes to. */
export async function tableFaults(
  gateway: Gateway,
  knowledge: Knowledge,
  classes: ClassesByVersion,
): Promise<readonly TableFault[]> {
  const rows = await readTable(gateway);
  const foreign = rows.others.filter((key) => !isRegistryRow(key));
  return [
    ...layoutFaults(rows, knowledge, gateway.keys),
    ...foreign.map((key): TableFault => ({
      invariant: 'NO-SURPRISE',
      key,
      what: 'is a row that Ductile did not write: it has no $type',
    })),
    ...viewFaults(rows.items, knowledge, classes),
  ];
}
