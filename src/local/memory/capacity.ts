import type { ConsumedCapacity, ReturnConsumedCapacity } from '@aws-sdk/client-dynamodb';

const READ_UNIT = 4096;
const WRITE_UNIT = 1024;

/** The units of a read of so many bytes: half of it where it need not be consistent, double in a transaction. */
export function readUnits(bytes: number, consistent: boolean | undefined): number {
  return Math.max(1, Math.ceil(bytes / READ_UNIT)) * (consistent === true ? 1 : 0.5);
}

/** The units of a write: of the larger of the row before and the row after. */
export function writeUnits(before: number | undefined, after: number | undefined): number {
  return Math.max(1, Math.ceil(Math.max(before ?? 0, after ?? 0) / WRITE_UNIT));
}

type Wanted = ReturnConsumedCapacity | undefined;

/** What a request to one table says of its cost: nothing, where it was not asked. */
export function consumed(
  wanted: Wanted,
  table: string,
  units: number,
): { readonly ConsumedCapacity?: ConsumedCapacity } {
  return wanted === undefined || wanted === 'NONE' ? {} : { ConsumedCapacity: capacityOf(wanted, table, units) };
}

/** What a request to several tables says of its cost. */
export function consumedByTable(
  wanted: Wanted,
  units: ReadonlyMap<string, number>,
  transaction?: 'ReadCapacityUnits' | 'WriteCapacityUnits',
): { readonly ConsumedCapacity?: ConsumedCapacity[] } {
  if (wanted === undefined || wanted === 'NONE') return {};
  return {
    ConsumedCapacity: [...units].map(([table, count]) => capacityOf(wanted, table, count, transaction)),
  };
}

function capacityOf(
  wanted: Wanted,
  table: string,
  units: number,
  transaction?: 'ReadCapacityUnits' | 'WriteCapacityUnits',
): ConsumedCapacity {
  const counted = { CapacityUnits: units, ...(transaction === undefined ? {} : { [transaction]: units }) };
  return { TableName: table, ...counted, ...(wanted === 'INDEXES' ? { Table: counted } : {}) };
}
