import { isDeepStrictEqual } from 'node:util';
import { expectedBy } from './expectation.js';
import { nameOf, type Ledger } from './ledger.js';
import type { ReleaseName, SeenOrder } from './protocol.js';

/** Something that was acknowledged and that a release does not read, or reads and nobody ever wrote. */
export interface Loss {
  readonly release: ReleaseName;
  readonly order: string;
  readonly what: string;
}

/** Compares what a release reads, of all orders, with the ledger. Empty where nothing was lost. */
export function lossesOf(release: ReleaseName, seen: readonly SeenOrder[], ledger: Ledger): readonly Loss[] {
  const found = new Map(seen.map((order) => [nameOf(order), order]));
  const losses = ledger.names.flatMap((order) => {
    const changes = ledger.changesOf(order);
    const read = found.get(order);
    if (read === undefined) return [{ release, order, what: 'the order is gone' }];
    const overwriting = changes.find(({ sequence }, index) => sequence !== index + 1);
    return [
      // Two changes in one place: one of them was made on a copy that did not have the other, and went over it.
      ...(overwriting === undefined ? [] : [{ release, order, what: `“${overwriting.line}” is out of turn` }]),
      ...Object.entries(expectedBy(release, changes))
        .filter(([field, expected]) => !isDeepStrictEqual(read[field], expected))
        .map(([field, expected]) => ({ release, order, what: difference(field, expected, read[field]) })),
      ...Object.keys(read)
        .filter((field) => !(field in expectedBy(release, [])))
        .map((field) => ({ release, order, what: `${field} is no field of this release` })),
    ];
  });
  const strangers = seen.filter((order) => ledger.changesOf(nameOf(order)).length === 0);
  const twice = seen.length - found.size;
  return [
    ...losses,
    ...strangers.map((order) => ({ release, order: nameOf(order), what: 'nobody placed this order' })),
    ...(twice === 0 ? [] : [{ release, order: '(list)', what: `${twice} orders were listed twice` }]),
  ];
}

function difference(field: string, expected: unknown, read: unknown): string {
  if (Array.isArray(expected) && Array.isArray(read) && expected.length !== read.length) {
    return `${field} has ${read.length} entries instead of ${expected.length}`;
  }
  return `${field} is ${text(read)} instead of ${text(expected)}`;
}

function text(value: unknown): string {
  const json = JSON.stringify(value) ?? 'absent';
  return json.length <= 60 ? json : `${json.slice(0, 59)}…`;
}
