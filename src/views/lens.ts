import type { JsonValue } from '../fields/field-type.js';
import type { ReadAs } from '../keypaths/model.js';
import type { EnumModel, LensStep, MigrationModel } from '../schema/model.js';

/**
 * What published migrations tell readers of one version, nearest first: from those after it the steps for older
 * readers, from those up to it the steps for newer ones.
 */
export function lensFor(version: number, migrations: Iterable<MigrationModel>): readonly LensStep[] {
  const inOrder = [...migrations].sort((a, b) => a.from - b.from);
  const after = inOrder.filter(({ from }) => from >= version).flatMap(({ lens }) => lens);
  const before = inOrder
    .filter(({ from }) => from < version)
    .reverse()
    .flatMap(({ lens }) => lens);
  return [...after.filter(({ op }) => op !== 'enumRemoved'), ...before.filter(({ op }) => op === 'enumRemoved')];
}

/** What a reader gets for a field that newer versions may leave out; undefined where no step says anything. */
export function olderDefault(lens: readonly LensStep[], owner: string, field: string): JsonValue | undefined {
  for (const step of lens) {
    if (step.op === 'olderDefault' && step.owner === owner && step.field === field) return step.default;
  }
  return undefined;
}

/**
 * Every stored value that a reader of the enum understands, with the value that it reads: its own values, and what
 * other versions store.
 */
export function readableValues(
  model: EnumModel,
  lens: readonly LensStep[],
): ReadonlyMap<string | number, string | number> {
  const readable = new Map(model.values.map(({ stored, value }) => [stored, value]));
  for (const [stored, { stored: instead }] of readInstead(model, lens)) readable.set(stored, readable.get(instead)!);
  return readable;
}

/**
 * What a reader of the enum reads in the place of stored values that its version does not have, by way of the values that
 * the migrations of other versions say to read instead.
 */
export function readInstead(model: EnumModel, lens: readonly LensStep[]): ReadonlyMap<string | number, ReadAs> {
  const known = new Set(model.values.map(({ stored }) => stored));
  const next = new Map<string | number, string | number>();
  const newer = new Set<string | number>();
  for (const step of lens) {
    if (step.op === 'olderDefault' || step.enum !== model.storageName || next.has(step.stored)) continue;
    next.set(step.stored, step.op === 'enumAdded' ? step.olderReadAs : step.newerReadAs);
    if (step.op === 'enumAdded') newer.add(step.stored);
  }
  const instead = new Map<string | number, ReadAs>();
  for (const value of next.keys()) {
    const end = known.has(value) ? undefined : follow(value, next, (candidate) => known.has(candidate));
    if (end !== undefined) instead.set(value, { stored: end, isNewer: newer.has(value) });
  }
  return instead;
}

function follow<T>(from: T, next: ReadonlyMap<T, T>, ends: (candidate: T) => boolean): T | undefined {
  const passed = new Set<T>();
  for (let here: T | undefined = from; here !== undefined && !passed.has(here); here = next.get(here)) {
    if (ends(here)) return here;
    passed.add(here);
  }
  return undefined;
}
