import { remaining } from '../protocol/prune.js';
import { isSecondary, own, readSecondary } from '../protocol/row.js';
import { sealEntry } from '../registry/entry.js';
import { extend } from '../registry/fold.js';
import { type Knowledge, newestRemoval } from '../registry/knowledge.js';
import { beginDrop, takeAway } from '../registry/retire-decisions.js';
import type { Decide } from '../registry/registry.js';
import type { ObjectTypeModel, SchemaVersion } from '../schema/model.js';
import { rowSize } from '../table/row-size.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import { droppedPaths, isDemanded, type KeyPathName } from './paths.js';
import { sampledRows } from './sampled-rows.js';
import type { Session } from './session.js';
import type { Freed } from './freed.js';

/** What only versions that are gone could see. */
export interface Leavings {
  /** Item types that no remaining version has: their items stay in the table as they are, and nobody reads them. */
  readonly types: readonly string[];
  /** Fields of the other types, of object types too: as `Order.priority`, in the names of the newest version that had them. */
  readonly fields: readonly string[];
  /** Key paths whose rows go. */
  readonly keyPaths: readonly KeyPathName[];
}

/** What versions below the last *dropped* left, by this drop or an earlier one. Pure. */
export function leavings(knowledge: Knowledge): Leavings {
  const { versions, dropped } = knowledge;
  const border = dropped?.version ?? 1;
  const schemas = [...versions.values()];
  const gone = schemas.filter(({ version }) => version < border).map(({ schema }) => schema);
  const left = schemas.filter(({ version }) => version >= border).map(({ schema }) => schema);
  return {
    types: namesGone('types', gone, left),
    fields: [...fieldsGone('types', gone, left), ...fieldsGone('objects', gone, left)],
    keyPaths: droppedPaths(knowledge),
  };
}

/** What a drop of the versions up to one will take that was not taken before. Pure. @throws DropRefusedError */
export function leavingsOf(knowledge: Knowledge, version: number): Leavings {
  const before = leavings(knowledge);
  const after = leavings(afterDrop(knowledge, version));
  const isNew = (name: string, among: readonly string[]): boolean => !among.includes(name);
  return {
    types: after.types.filter((type) => isNew(type, before.types)),
    fields: after.fields.filter((field) => isNew(field, before.fields)),
    keyPaths: after.keyPaths.filter((path) => isNew(nameOf(path), before.keyPaths.map(nameOf))),
  };
}

const nameOf = ({ type, keyPath }: KeyPathName): string => `${type} ${keyPath}`;

/** What will be known once the versions up to one are dropped. @throws DropRefusedError */
export function afterDrop(knowledge: Knowledge, version: number): Knowledge {
  const append = (known: Knowledge, decide: Decide): Knowledge => {
    const content = decide(known);
    return content === undefined ? known : extend(known, [sealEntry(known, content, new Date(0))]);
  };
  const dropping = append(knowledge, beginDrop(version));
  return append(dropping, takeAway(newestRemoval(dropping)));
}

type Kind = 'types' | 'objects';

/** By storage name: what the newest of these versions that has it says. */
function newest(versions: readonly SchemaVersion[], kind: Kind): ReadonlyMap<string, ObjectTypeModel> {
  return new Map(versions.flatMap((version) => Object.entries<ObjectTypeModel>(version[kind])));
}

function namesGone(kind: Kind, gone: readonly SchemaVersion[], left: readonly SchemaVersion[]): readonly string[] {
  const still = newest(left, kind);
  return [...newest(gone, kind)].filter(([name]) => !still.has(name)).map(([, { name }]) => name);
}

function fieldsGone(kind: Kind, gone: readonly SchemaVersion[], left: readonly SchemaVersion[]): readonly string[] {
  const kept = new Set(fieldsOf(kind, left).map(({ id }) => id));
  const types = newest(left, kind);
  const fields = fieldsOf(kind, gone).filter(({ id, type }) => types.has(type) && !kept.has(id));
  return [...new Map(fields.map(({ id, type, name }) => [id, `${types.get(type)!.name}.${name}`])).values()];
}

const fieldsOf = (kind: Kind, versions: readonly SchemaVersion[]) =>
  versions.flatMap((version) =>
    Object.entries<ObjectTypeModel>(version[kind]).flatMap(([type, { fields }]) =>
      fields.map(({ storageName, name }) => ({ id: `${type}/${storageName}`, type, name })),
    ),
  );

/**
 * How many rows and bytes a drop will free, by a sample of the table. Costs what `sampledRows` does.
 *
 * @param after what will be known once it is done
 */
export async function freedBy({ gateway, size }: Session, after: Knowledge): Promise<Freed> {
  const sum = { met: 0, rows: 0, bytes: 0 };
  for await (const row of sampledRows(gateway)) {
    const freed = freedOf(after, row, gateway.keyOf(row));
    sum.met++;
    sum.rows += freed.rows;
    sum.bytes += freed.bytes;
  }
  const of = (part: number): number =>
    sum.met === 0 ? 0 : Math.round((part / sum.met) * Math.max(size?.rows ?? 0, sum.met));
  return { rows: of(sum.rows), bytes: of(sum.bytes) };
}

function freedOf(after: Knowledge, row: AttributeMap, key: RowKey): Freed {
  if (!(own.type in row)) return { rows: 0, bytes: 0 };
  const type = row[own.type]!;
  const name = 'S' in type ? type.S : '';
  if (isSecondary(row) && !isDemanded(after, name, readSecondary(row, key).path))
    return { rows: 1, bytes: rowSize(row) };
  return { rows: 0, bytes: rowSize(row) - rowSize(remaining(after, name, row)) };
}
