import { pathIdOf } from '../keypaths/model.js';
import type { RowKey } from '../values/attribute-value.js';
import type { Knowledge } from '../registry/knowledge.js';
import { type KeyPathName, keyPathName, type PathsByType } from './paths.js';

/**
 * What can be wrong with an item on a key path. `missing`: it has no row. `stale`: its row is not the copy that it
 * should be. `foreign`: its row is another item's. `dangling`: a row whose owner does not list it. `manifest`: the
 * manifest lists another key than the item has. `open`: another item has the key. `damaged`: the item, or the row, is not
 * what Ductile writes, or some version that has the item cannot read it; nothing is copied from it, and nothing over it.
 */
export type FindingKind = 'missing' | 'stale' | 'foreign' | 'dangling' | 'manifest' | 'open' | 'damaged';

/** What is wrong with an item on one of its key paths. */
export interface Finding {
  /** The id of the row: the key path's, or that of an older reading of it. */
  readonly path: string;
  readonly kind: FindingKind;
}

/** What a verify found on one key path. */
export interface KeyPathReport extends KeyPathName, Readonly<Record<FindingKind, number>> {
  /**
   * The first keys of each kind, which `inspect` takes: of the items; of the rows themselves where they are `dangling` or
   * `damaged`.
   */
  readonly first: Readonly<Partial<Record<FindingKind, readonly RowKey[]>>>;
  /** How many faults were there and were mended: they are not counted above. */
  readonly repaired: number;
}

/** What the registry keeps of a verify, for the key paths of one type that it found the same of. */
export interface VerifiedPaths {
  readonly type: string;
  readonly paths: readonly string[];
  readonly missing: number;
  readonly open: number;
  readonly dangling?: number;
  readonly damaged?: number;
}

const FIRST_KEYS = 10;

interface Counted {
  count: number;
  readonly first: RowKey[];
}

/** What is kept of findings, as JSON: by `type/path`, then by kind. */
export type KeptTally = Readonly<Record<string, Readonly<Record<string, Readonly<Counted>>>>>;

/** Counts findings by key path. */
export class Tally {
  readonly #counts = new Map<string, Map<FindingKind | 'repaired', Counted>>();

  constructor(private readonly paths: PathsByType) {}

  /** How many findings there are that were not mended. */
  get suspects(): number {
    const kinds = [...this.#counts.values()].flatMap((of) => [...of]);
    return kinds.reduce((sum, [kind, { count }]) => sum + (kind === 'repaired' ? 0 : count), 0);
  }

  add(type: string, path: string, kind: FindingKind | 'repaired', key: RowKey): void {
    this.#add(type, path, kind, 1, [key]);
  }

  /** Adds what was counted elsewhere, or what of it counts. */
  merge(
    kept: KeptTally,
    counts: (type: string, path: string, kind: FindingKind | 'repaired') => boolean = () => true,
  ): void {
    for (const [id, kinds] of Object.entries(kept)) {
      const [type, path] = partsOf(id);
      for (const [name, { count, first }] of Object.entries(kinds)) {
        const kind = name as FindingKind | 'repaired';
        if (counts(type, path, kind)) this.#add(type, path, kind, count, first);
      }
    }
  }

  kept(): KeptTally {
    const kindsOf = (kinds: ReadonlyMap<string, Counted>) =>
      Object.fromEntries([...kinds].map(([kind, { count, first }]) => [kind, { count, first: [...first] }]));
    return Object.fromEntries([...this.#counts].map(([id, kinds]) => [id, kindsOf(kinds)]));
  }

  #add(type: string, path: string, kind: FindingKind | 'repaired', count: number, keys: readonly RowKey[]): void {
    const kinds = this.#of(type, path);
    const found = kinds.get(kind) ?? { count: 0, first: [] };
    kinds.set(kind, found);
    found.count += count;
    found.first.push(...keys.slice(0, FIRST_KEYS - found.first.length));
  }

  /** One for each of the key paths, and for each other one on which something was found. */
  reports(knowledge: Knowledge): readonly KeyPathReport[] {
    const known = [...this.paths.values()].flatMap(({ type, name, paths }) =>
      paths.map(({ path }) => ({ id: idOf(type, path.id), type: name, keyPath: path.template })),
    );
    const others = [...this.#counts.keys()].filter((id) => !known.some((each) => each.id === id));
    const named = others.map((id) => ({ id, ...keyPathName(knowledge, ...partsOf(id)) }));
    return [...known, ...named].map(({ id, ...name }) => this.#report(id, name));
  }

  #report(id: string, name: KeyPathName): KeyPathReport {
    const kinds = this.#counts.get(id) ?? new Map<FindingKind | 'repaired', Counted>();
    const count = (kind: FindingKind): number => kinds.get(kind)?.count ?? 0;
    return {
      ...name,
      missing: count('missing'),
      stale: count('stale'),
      foreign: count('foreign'),
      dangling: count('dangling'),
      manifest: count('manifest'),
      open: count('open'),
      damaged: count('damaged'),
      first: Object.fromEntries(
        [...kinds].filter(([kind]) => kind !== 'repaired').map(([kind, { first }]) => [kind, first]),
      ),
      repaired: kinds.get('repaired')?.count ?? 0,
    };
  }

  /** One record for all key paths of a type that are complete, and one for each that is not. */
  records(): readonly VerifiedPaths[] {
    return [...this.paths.values()].flatMap(({ type, paths }) => {
      const each = paths.map(({ path }) => ({ id: path.id, ...this.#sum(type, path.id) }));
      const complete = each.filter(({ missing, open }) => missing === 0 && open === 0).map(({ id }) => id);
      const rest = each.filter(({ id }) => !complete.includes(id));
      return [
        ...(complete.length === 0 ? [] : [{ type, paths: complete, missing: 0, open: 0 }]),
        ...rest.map(({ id, ...found }) => ({ type, paths: [id], ...found })),
      ];
    });
  }

  /** Whatever is not an open entry keeps an item from being found, or shows something that is not so. */
  #sum(type: string, path: string): Omit<VerifiedPaths, 'type' | 'paths'> {
    const kinds = this.#of(type, path);
    const sum = { missing: 0, open: 0 };
    for (const [kind, { count }] of kinds) {
      if (kind !== 'repaired') sum[kind === 'open' ? 'open' : 'missing'] += count;
    }
    const dangling = kinds.get('dangling')?.count ?? 0;
    const damaged = kinds.get('damaged')?.count ?? 0;
    return { ...sum, ...(dangling === 0 ? {} : { dangling }), ...(damaged === 0 ? {} : { damaged }) };
  }

  #of(type: string, path: string): Map<FindingKind | 'repaired', Counted> {
    const id = idOf(type, path);
    let kinds = this.#counts.get(id);
    if (kinds === undefined) {
      kinds = new Map<FindingKind | 'repaired', Counted>();
      this.#counts.set(id, kinds);
    }
    return kinds;
  }
}

/** What is wrong with a row for older readers is wrong on its key path. */
const idOf = (type: string, rowId: string): string => `${type}/${pathIdOf(rowId)}`;

function partsOf(id: string): readonly [type: string, path: string] {
  const slash = id.lastIndexOf('/');
  return [id.slice(0, slash), id.slice(slash + 1)];
}
