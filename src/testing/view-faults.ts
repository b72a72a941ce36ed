import { pathIdOf, PRIMARY } from '../keypaths/model.js';
import { keyProblem, physicalKey } from '../keypaths/physical-key.js';
import { type PrimaryRow, sameKey } from '../protocol/row.js';
import type { Knowledge } from '../registry/knowledge.js';
import type { SchemaClasses } from '../schema/schema.js';
import type { AttributeValue, RowKey } from '../values/attribute-value.js';
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
 * that it has, [GET-PUT] what it saves without a change is the very row, and [KEY-VIEW] on its key paths it finds the item under
 * the values that it reads. Pure.
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
      return view === undefined ? [] : [...faultsThrough(view, item), ...misplacedThrough(view, item, knowledge)];
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

/** Where a row is missing at all, or left open, others say so: here it is about where the rows are that there are. */
function misplacedThrough(view: TypeView, { type, key, raw, epoch, manifest }: PrimaryRow, { versions }: Knowledge) {
  return view.model.keyPaths.flatMap(({ id, template, since }): readonly TableFault[] => {
    const listed = [...manifest].filter(([row]) => pathIdOf(row) === id).map(([, at]) => at);
    // One that nobody has written since the path was published has no row on it yet.
    const isUnfilled = epoch < (versions.get(since)?.epoch ?? 0);
    if (id === PRIMARY || isUnfilled || listed.length === 0 || listed.includes('open')) return [];
    const sought = keyThrough(view, id, raw);
    if (sought === undefined || keyProblem(sought) !== undefined) return [];
    if (listed.some((at) => at !== 'open' && sameKey(at, sought))) return [];
    const what = `is not where version ${view.version} looks for it on the key path ${template}`;
    return [{ invariant: 'KEY-VIEW', type, key, what }];
  });
}

/** The key under which a version looks for an item that it reads so; undefined where it reads none, or cannot read it. */
function keyThrough(view: TypeView, id: string, raw: PrimaryRow['raw']): RowKey | undefined {
  const path = view.model.keyPaths.find((each) => each.id === id)!;
  const entity = readable(view, raw);
  const stored = path.parameters.map(({ field }): readonly [string, AttributeValue | undefined] => {
    const { name } = view.fieldStoredAs(field)!;
    const value = entity?.[name];
    return [field, value === undefined ? undefined : view.attributeOf(name, value)];
  });
  if (stored.some(([, value]) => value === undefined)) return undefined;
  return physicalKey(path, (field) => stored.find(([name]) => name === field)![1]!);
}

function readable(view: TypeView, raw: PrimaryRow['raw']): Readonly<Record<string, unknown>> | undefined {
  try {
    return view.decode(raw) as Record<string, unknown>;
  } catch {
    return undefined; // said of it by itself
  }
}
