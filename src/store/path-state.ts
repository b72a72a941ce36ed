import { jsonToAttribute } from '../fields/defaults.js';
import { type PathAsRead, PRIMARY } from '../keypaths/model.js';
import { asRead } from '../keypaths/physical-key.js';
import type { Knowledge } from '../registry/knowledge.js';
import { pathReadBy } from '../registry/readings.js';
import type { KeyPathModel } from '../schema/model.js';
import type { AttributeValue } from '../values/attribute-value.js';
import { sameValue } from '../values/same-value.js';
import type { ChosenRange } from './key-path-choice.js';

/**
 * True where every item that was committed has its row on the path, as far as is known. A path goes back only with its
 * version, and may be promoted again where that is published again.
 *
 * @param by the epoch known when a read began: a path that was promoted later tells nothing of it
 */
export function isPromoted(
  { demanded, epoch }: Knowledge,
  type: string,
  { id }: KeyPathModel,
  by: number = epoch,
): boolean {
  if (id === PRIMARY) return true;
  const known = demanded.get(type)?.find(({ path }) => path.id === id);
  return known?.state === 'promoted' && known.since <= by;
}

/**
 * True where items of a promoted path may have no row among these: items of newer versions that meet at one key, which is
 * not of their writers' choice, leave it to the first. So it is at a default that only older readers get, and at a value
 * that they read in the place of a newer one. Not so where the key tells every item from every other.
 *
 * @param version that of the reader
 */
export function mayLackItems(
  { demanded }: Knowledge,
  type: string,
  { path: { id }, given }: Pick<ChosenRange, 'path' | 'given'>,
  version: number,
): boolean {
  const [primary, ...secondary] = demanded.get(type) ?? [];
  const known = secondary.find(({ path }) => path.id === id);
  if (primary === undefined || known === undefined) return false;
  const path = pathReadBy(known, version);
  const isIn = ({ field }: { readonly field: string }): boolean => path.parameters.some((each) => each.field === field);
  if (primary.path.parameters.every(isIn)) return false;
  const meetAt = placesToMeet(path, known.olderDefaults ?? []);
  return meetAt.some(({ field, value }) => {
    const asked = given(field);
    return asked === undefined || sameValue(asked, value);
  });
}

interface Place {
  readonly field: string;
  readonly value: AttributeValue;
}

/** @param olderDefaults storage names of the fields whose default only older readers get */
function placesToMeet({ parameters }: PathAsRead, olderDefaults: readonly string[]): readonly Place[] {
  return parameters.flatMap((parameter): readonly Place[] => {
    const { field, encoding, default: json, readAs } = parameter;
    const byDefault =
      olderDefaults.includes(field) && json !== undefined ? [asRead(parameter, jsonToAttribute(encoding, json))] : [];
    const newer = [...(readAs?.values() ?? [])].filter(({ isNewer }) => isNewer);
    const byReading = newer.map(({ stored }) => (typeof stored === 'number' ? { N: String(stored) } : { S: stored }));
    return [...byDefault, ...byReading].map((value) => ({ field, value }));
  });
}
