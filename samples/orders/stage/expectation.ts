import type { Change, ReleaseName } from './protocol.js';

/**
 * The fields of an order as each release has them. Written down here a second time, so that the check learns nothing from
 * what it checks.
 */
export const fieldsOf: Readonly<Record<ReleaseName, readonly string[]>> = {
  v1: ['customerId', 'orderId', 'items', 'priority', 'createdAt', 'history'],
  v2: ['customerId', 'orderId', 'items', 'priority', 'createdAt', 'deliveryDate', 'history'],
  v3: ['customerId', 'orderId', 'items', 'priorityLevel', 'createdAt', 'deliveryDate', 'history'],
  v4: ['customerId', 'orderId', 'items', 'priorityLevel', 'orderDate', 'deliveryDate', 'history'],
};

/** What a release reads where no release that has the field ever stored a value. */
const defaults: Readonly<Record<string, unknown>> = {
  priority: 'medium',
  priorityLevel: 2,
  deliveryDate: '2024-01-01',
};

/** Release 4 calls `createdAt` by another name; it is one field. */
const oneField = (name: string): string => (name === 'orderDate' ? 'createdAt' : name);

/** What a release must read after these changes of an order: of each field the last value that any release gave it. */
export function expectedBy(release: ReleaseName, changes: readonly Change[]): Readonly<Record<string, unknown>> {
  const last: Record<string, unknown> = { ...defaults };
  for (const { values } of changes) {
    for (const [name, value] of Object.entries(values)) last[oneField(name)] = value;
  }
  last['history'] = changes.map(({ line }) => line);
  return Object.fromEntries(fieldsOf[release].map((name) => [name, last[oneField(name)]]));
}
