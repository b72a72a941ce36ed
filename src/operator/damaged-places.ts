import { PRIMARY } from '../keypaths/model.js';
import { isSecondary, own, typeOf } from '../protocol/row.js';
import { assertOwnKey } from '../protocol/sound.js';
import type { Knowledge } from '../registry/knowledge.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import { isAboutOneRow } from './passed-over.js';
import { idsOf, isDemanded, type PathsByType } from './paths.js';

/** The key paths that a damaged row counts against: all of them, when it may be of any type. */
export function damagedPlaces(
  knowledge: Knowledge,
  paths: PathsByType,
  raw: AttributeMap,
  key: RowKey,
): readonly (readonly [type: string, path: string])[] {
  const type = typeOf(raw) ?? 'an unknown type';
  if (isSecondary(raw)) {
    const path = raw[own.path];
    const isKnown = path !== undefined && 'S' in path && isDemanded(knowledge, type, path.S);
    return [[type, isKnown ? path.S : PRIMARY]];
  }
  const types = isOfItsType({ type, key, raw }, knowledge) ? [paths.get(type)] : [...paths.values()];
  const places = types.flatMap((of) => (of === undefined ? [] : idsOf(of).map((id) => [of.type, id] as const)));
  return places.length === 0 ? [[type, PRIMARY]] : places;
}

function isOfItsType(...[row, knowledge]: Parameters<typeof assertOwnKey>): boolean {
  try {
    assertOwnKey(row, knowledge);
    return true;
  } catch (error) {
    if (isAboutOneRow(error)) return false;
    throw error;
  }
}
