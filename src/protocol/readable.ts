import type { Knowledge } from '../registry/knowledge.js';
import type { AttributeMap } from '../values/attribute-value.js';
import { compileViews } from '../views/compile-views.js';
import { lensFor } from '../views/lens.js';
import type { TypeView } from '../views/type-view.js';

/**
 * Refuses the attributes of an item that some version could not read. Nothing may be copied from such a row: another row
 * of the item may hold the only good copy of what is damaged in this one.
 *
 * @param type storage name of the item type
 * @throws DamagedRowError that names the version and the field
 */
export function assertReadable(knowledge: Knowledge, type: string, attributes: AttributeMap): void {
  for (const view of readersOf(knowledge, type)) view.decode(attributes);
}

/** True when versions read items of the type in more than one way. */
export const hasSeveralReaders = (knowledge: Knowledge, type: string): boolean => readersOf(knowledge, type).length > 1;

const compiled = new WeakMap<Knowledge, Map<string, readonly TypeView[]>>();

/** One view for each different reading of a type among the versions that may still read. */
function readersOf(knowledge: Knowledge, type: string): readonly TypeView[] {
  let ofTypes = compiled.get(knowledge);
  if (ofTypes === undefined) {
    ofTypes = new Map();
    compiled.set(knowledge, ofTypes);
  }
  let readers = ofTypes.get(type);
  if (readers === undefined) {
    readers = compileReaders(knowledge, type);
    ofTypes.set(type, readers);
  }
  return readers;
}

function compileReaders({ versions, dropping }: Knowledge, type: string): readonly TypeView[] {
  const all = [...versions.values()];
  const migrations = all.flatMap(({ migration }) => migration ?? []);
  const readings = new Map<string, TypeView>();
  for (const { version, schema } of all) {
    const model = Object.values(schema.types).find(({ storageName }) => storageName === type);
    if (model === undefined || version < (dropping?.version ?? 1)) continue;
    const lens = lensFor(version, migrations);
    const reading = JSON.stringify([model.fields, schema.objects, schema.enums, lens]);
    if (readings.has(reading)) continue;
    const one = { ...schema, types: { [type]: model } };
    readings.set(reading, compileViews({ schema: one, lens, classes: PLAIN }).get(type)!);
  }
  return [...readings.values()];
}

/** Only whether an item can be read matters, not what of. */
const PLAIN = { types: new Map<string, never>(), objects: new Map<string, never>() };
