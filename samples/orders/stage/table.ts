import { fieldsOf } from './expectation.js';
import { releaseNames, type NewItem, type ReleaseName, type SeenOrder } from './protocol.js';

/** One order as each release reads it: a column for each release, a row for each field that any of them has. */
export function tableOf(order: Readonly<Record<ReleaseName, SeenOrder>>): readonly string[] {
  const fields = [...new Set(releaseNames.flatMap((release) => fieldsOf[release]))];
  const rows = fields.map((field) => [field, ...releaseNames.map((release) => cell(field, order[release][field]))]);
  return aligned([['', ...releaseNames], ...rows]);
}

function cell(field: string, value: unknown): string {
  if (value === undefined) return '·';
  if (field === 'items') return itemsText(value as readonly NewItem[]);
  if (Array.isArray(value)) return `${value.length} lines`;
  return String(value).replace(/T00:00:00\.000Z$/, '');
}

function itemsText(items: readonly NewItem[]): string {
  const pieces = items.reduce((sum, { quantity }) => sum + quantity, 0);
  return `${items.length} items, ${pieces} pieces`;
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
