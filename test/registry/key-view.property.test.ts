import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { physicalKey } from '../../src/keypaths/physical-key.js';
import { pathIdOf } from '../../src/keypaths/model.js';
import { demand, type DemandedRow } from '../../src/protocol/demand.js';
import { extend, nothingKnown } from '../../src/registry/fold.js';
import type { Knowledge } from '../../src/registry/knowledge.js';
import type { Schema } from '../../src/schema/schema.js';
import { schemaFrom } from '../../src/schema/schema-from.js';
import type { AttributeMap, AttributeValue, RowKey } from '../../src/values/attribute-value.js';
import { compileViews } from '../../src/views/compile-views.js';
import { lensFor } from '../../src/views/lens.js';
import type { TypeView } from '../../src/views/type-view.js';
import { histories } from '../schema/arbitraries.js';
import { fieldsOf } from '../store/random-values.js';
import { chain, opened, published } from './fixtures.js';

const RUNS = { numRuns: Number(process.env['FC'] ?? 60) };
const ENUMS = histories({ enums: true });
const WRITERS = 6;

/** What is known once all versions up to each are published; index 0 is version 1. */
function knowledgeOf({ versions, migrations }: Schema): readonly Knowledge[] {
  const contents = versions.map((version, i) => published(version, i === 0 ? {} : { migration: migrations[i - 1]! }));
  const entries = chain([opened, ...contents]);
  return versions.map((_, i) => extend(nothingKnown, entries.slice(0, i + 2)));
}

/** Every version's view of a type, with what the migrations that are published say; by version. */
function viewsOf({ versions }: Knowledge, type: string): ReadonlyMap<number, TypeView> {
  const all = [...versions.values()];
  const migrations = all.flatMap(({ migration }) => migration ?? []);
  const classes = { types: new Map<string, never>(), objects: new Map<string, never>() };
  return new Map(
    all.flatMap(({ version, schema }) => {
      const view = compileViews({ schema, lens: lensFor(version, migrations), classes }).get(type);
      return view === undefined ? [] : [[version, view] as const];
    }),
  );
}

/** The key under which a version looks for an item on a path of its own. */
function sought(view: TypeView, path: TypeView['model']['keyPaths'][number], row: AttributeMap): RowKey | undefined {
  const entity = view.decode(row) as Record<string, unknown>;
  const stored = new Map<string, AttributeValue>();
  for (const { field } of path.parameters) {
    const { name } = view.fieldStoredAs(field)!;
    if (entity[name] === undefined) return undefined;
    stored.set(field, view.attributeOf(name, entity[name]));
  }
  return physicalKey(path, (field) => stored.get(field)!);
}

const placed = (rows: readonly DemandedRow[]): readonly string[] =>
  rows.map(({ path, key }) => `${path.id} ${key.pk} ${key.sk}`);

/** An item that a random version wrote first and other versions changed, with the newest version that wrote it. */
function randomItem(known: Knowledge, pick: fc.GeneratorValue) {
  const choose = <T>(from: readonly T[]): T => from[pick(() => fc.nat({ max: from.length - 1 }))]!;
  const first = choose([...known.versions.values()]);
  const type = choose(Object.values(first.schema.types)).storageName;
  const views = viewsOf(known, type);
  const random = (view: TypeView): object =>
    Object.assign(
      new Object(),
      pick(() => fieldsOf(view.model, known.versions.get(view.version)!.schema)),
    );
  let row = views.get(first.version)!.encode(random(views.get(first.version)!));
  let newest = first.version;
  for (let changes = pick(() => fc.nat({ max: 2 })); changes > 0; changes--) {
    const view = choose([...views.values()]);
    const entity = view.decode(row) as Record<string, unknown>;
    const keyed = new Set(view.model.keyPaths[0]!.parameters.map(({ field }) => view.fieldStoredAs(field)!.name));
    const changed = Object.entries(random(view)).filter(([name]) => !keyed.has(name) && pick(fc.boolean));
    row = view.apply(Object.assign(entity, Object.fromEntries(changed)), row);
    newest = Math.max(newest, view.version);
  }
  return { type, views, row, newest };
}

describe('random histories of versions', () => {
  it('[KEY-VIEW] every version finds an item on its key paths under the values that it reads', () => {
    fc.assert(
      fc.property(fc.oneof(histories(), ENUMS, ENUMS), fc.gen(), (history, pick) => {
        const known = knowledgeOf(schemaFrom('random', history.declared, history.migrations)).at(-1)!;
        for (let i = 0; i < WRITERS; i++) {
          const { type, views, row } = randomItem(known, pick);
          const rows = demand(known.demanded.get(type)!, row);
          for (const view of views.values()) {
            for (const path of view.model.keyPaths) {
              const key = sought(view, path, row);
              const there = rows.filter((each) => pathIdOf(each.path.id) === path.id).map((each) => each.key);
              if (key !== undefined) expect(there).toContainEqual(key);
            }
          }
          // Two rows of an item never share a key, or one of them would be missing.
          expect(new Set(rows.map(({ key }) => `${key.pk} ${key.sk}`)).size).toBe(rows.length);
        }
      }),
      RUNS,
    );
  }, 120_000);

  it('a version that is published moves no row of the items that are there: it only adds what its key paths ask for', () => {
    fc.assert(
      fc.property(fc.oneof(histories(), ENUMS, ENUMS), fc.gen(), (history, pick) => {
        const all = knowledgeOf(schemaFrom('random', history.declared, history.migrations));
        all.slice(0, -1).forEach((known, i) => {
          const { type, row } = randomItem(known, pick);
          const next = all[i + 1]!;
          const before = placed(demand(known.demanded.get(type)!, row));
          const after = demand(next.demanded.get(type)!, row);
          const isNew = ({ path }: DemandedRow) => path.since === next.newestVersion;
          expect(placed(after.filter((each) => !isNew(each)))).toEqual(before);
        });
      }),
      RUNS,
    );
  }, 120_000);
});
