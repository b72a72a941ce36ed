import { releaseNames, type NewItem, type ReleaseName, type SeenOrder } from './protocol.js';

const ROWS = [
  'customerId',
  'orderId',
  'items',
  'priority',
  'priorityLevel',
  'createdAt',
  'orderDate',
  'deliveryDate',
  'history',
];

/** One order as each release reads it: a column for each release, a row for each field that any of them has. */
export function tableOf(order: Readonly<Record<ReleaseName, SeenOrder>>): readonly string[] {
  const rows = ROWS.map((field) => [field, ...releaseNames.map((release) => cell(field, order[release][field]))]);
  return aligned([['', ...releaseNames], ...rows]);
}

function cell(field: string, value: unknown): string {
  if (value === undefined) return '·';
  if (field === 'items') return itemsText(value as readonly NewItem[]);
  if (Array.isArray(value)) return counted(value.length, 'line');
  return typeof value === 'string' ? value.replace(/T00:00:00\.000Z$/, '') : JSON.stringify(value);
}

function itemsText(items: readonly NewItem[]): string {
  const pieces = items.reduce((sum, { quantity }) => sum + quantity, 0);
  return `${counted(items.length, 'item')}, ${counted(pieces, 'piece')}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('   ')
      .trimEnd(),
  );
}
