import type { PrimaryRow } from '../protocol/row.js';
import type { Knowledge } from '../registry/knowledge.js';
import type { SchemaClasses } from '../schema/schema.js';
import { compileViews } from '../views/compile-views.js';
import { lensFor } from '../views/lens.js';
import { printProblem } from '../views/problem.js';
import { RawTrail } from '../views/raw-trail.js';
import type { TypeView } from '../views/type-view.js';
import type { TableFault } from './table-fault.js';
import { isError } from '../fields/kinds.js';

/** The classes that entities of a version are made of; plain objects where a version has none. */
export type ClassesByVersion = ReadonlyMap<number, SchemaClasses>;

/**
 * What is wrong with items as the published versions see them: [NO-SURPRISE] every version that may read reads every item of a type
 * that it has, and [GET-PUT] what it saves without a change is the very row. Pure.
 */
export function viewFaults(
  items: readonly PrimaryRow[],
  knowledge: Knowledge,
  classes: ClassesByVersion,
): readonly TableFault[] {
  const views = viewsOf(knowledge, classes);
  return items.flatMap((item) =>
    views.flatMap((ofVersion) => {
      const view = ofVersion.get(item.type);
      return view === undefined ? [] : faultsThrough(view, item);
    }),
  );
}

/** The views of every version that may read, oldest first. */
function viewsOf(
  { versions, dropping }: Knowledge,
  classes: ClassesByVersion,
): readonly ReadonlyMap<string, TypeView>[] {
  const published = [...versions.values()].sort((a, b) => a.version - b.version);
  const migrations = published.flatMap(({ migration }) => (migration === undefined ? [] : [migration]));
  const readers = published.filter(({ version }) => version >= (dropping?.version ?? 1));
  return readers.map(({ version, schema }) =>
    compileViews({
      schema,
      lens: lensFor(version, migrations),
      classes: classes.get(version) ?? { types: new Map(), objects: new Map() },
    }),
  );
}

function faultsThrough(view: TypeView, { type, key, raw }: PrimaryRow): readonly TableFault[] {
  const version = `version ${view.version}`;
  const fault = (invariant: TableFault['invariant'], what: string): readonly TableFault[] => [
    { invariant, type, key, what },
  ];
  try {
    const trail = new RawTrail();
    const entity = view.decode(raw, trail);
    const problems = view.check(entity);
    if (problems.length > 0)
      return fault('GET-PUT', `can be read and not be saved by ${version}: ${problems.map(printProblem).join('; ')}`);
    if (view.apply(entity, raw, trail) === raw) return [];
    return fault('GET-PUT', `is changed by ${version} when it is loaded and saved without a change`);
  } catch (error) {
    return fault('NO-SURPRISE', `cannot be read by ${version}: ${isError(error) ? error.message : String(error)}`);
  }
}
