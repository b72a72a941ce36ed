import { readEntry, registryPk } from '../../src/registry/entry.js';
import { extend, nothingKnown } from '../../src/registry/fold.js';
import { isFloorSwept, type Knowledge } from '../../src/registry/knowledge.js';
import { own, isSecondary, readPrimary, readSecondary, sameKey, userAttributes } from '../../src/protocol/row.js';
import type { PrimaryRow } from '../../src/protocol/row.js';
import { sameMap } from '../../src/values/same-value.js';
import type { AttributeMap, RowKey } from '../../src/values/attribute-value.js';
import { afterEntry, type Live, noneLive, type WantedRow, wantedRows } from './demanded.js';
import { docOf } from './items.js';
import { type Doc, kindOf, remainingOf } from './releases.js';
import type { Scheduler } from './scheduler.js';
import type { SimProcess } from './process.js';
import { type Commit, expiryIn, idOf, isOver, type RowChange, type Witness } from './server.js';

const KEYS = { pk: 'pk', sk: 'sk' };

/** A row as readers saw it from a tick on, until the next. */
export interface SeenRow {
  readonly from: number;
  readonly row: AttributeMap | undefined;
}

/** A write by a user, as the table knows it: by the mark that the call put into the item. */
export interface MarkedCommit {
  readonly tick: number;
  readonly key: RowKey;
  readonly process: string;
  /** The revision of the create. */
  readonly incarnation: string;
}

/**
 * Sees every commit at the moment at which it is accepted, and what readers see from when on. Says at once what is wrong:
 * the invariants hold at every commit, not only when all is quiet.
 */
export class TableWitness implements Witness {
  readonly violations: string[] = [];
  /** By key (`idOf`), oldest first. */
  readonly seen = new Map<string, SeenRow[]>();
  /** By mark. */
  readonly marks = new Map<string, MarkedCommit>();
  /** What was known at each epoch; index 0 is the empty registry. */
  readonly knowledge: Knowledge[] = [nothingKnown];
  /** Which versions rows were made for at each epoch. */
  private readonly live: Live[] = [noneLive];
  /** The tick at which each epoch's entry was appended. */
  readonly appended: number[] = [0];
  commits = 0;
  /** The kinds of the registry's entries. */
  readonly kinds: string[] = [];
  /** By key of a primary row: every revision and every incarnation that there was. */
  private readonly revisions = new Map<string, Set<string>>();
  private readonly ended = new Set<string>();

  /** @param rows every row as it was accepted; changed before `committed` is called */
  constructor(
    private readonly scheduler: Scheduler,
    private readonly rows: () => ReadonlyMap<string, AttributeMap>,
  ) {}

  get newest(): Knowledge {
    return this.knowledge.at(-1)!;
  }

  visible(key: RowKey, row: AttributeMap | undefined): void {
    const id = idOf(key);
    const seen = this.seen.get(id);
    const now = { from: this.scheduler.tick, row };
    if (seen === undefined) this.seen.set(id, [now]);
    else seen.push(now);
  }

  committed({ process, changes, fenced, signed }: Commit): void {
    this.commits++;
    const items = new Map<string, RowKey>();
    for (const change of changes) {
      const { key, before, after } = change;
      if (key.pk === registryPk && key.sk.startsWith('entry#')) this.entry(change);
      for (const row of [before, after]) {
        if (row === undefined || !(own.type in row)) continue;
        const owner = isSecondary(row) ? readSecondary(row, key).owner.key : key;
        items.set(idOf(owner), owner);
      }
      if (own.type in (before ?? {}) || own.type in (after ?? {})) this.row(change, process);
    }
    this.rowsKept(changes);
    if (process !== undefined && signed !== undefined && !fenced && changes.some(isCreate)) {
      this.unfenced(process, signed - process.knowsRegistryOf);
    }
    for (const key of items.values()) this.layout(key);
    for (const { key, after } of changes) if (after !== undefined && isSecondary(after)) this.listed(key, after);
  }

  private entry({ key, before, after }: RowChange): void {
    if (before !== undefined || after === undefined) return this.wrong(`[NO-SURPRISE] an entry was changed: ${key.sk}`);
    const entry = readEntry(key.sk, after);
    this.kinds.push(entry.content.kind);
    this.knowledge.push(extend(this.newest, [entry]));
    this.live.push(afterEntry(this.live.at(-1)!, entry.content));
    this.appended.push(this.scheduler.tick);
    // What is promoted must be complete for every item, also for those that nobody has touched for long.
    for (const [id, row] of this.rows()) {
      if (!(own.type in row) || isSecondary(row)) continue;
      const [pk, sk] = id.split('\u0000') as [string, string];
      this.complete(readPrimary(row, { pk, sk }));
    }
  }

  /** [FENCE]: a create that no fence stops is sent by who knows the registry of a short while ago. */
  private unfenced(by: SimProcess, age: number): void {
    if (by.checksFences) this.wrong(`[FENCE] ${by.name} created an item and checked no fence`);
    // It may not know yet that the table asks for less.
    const asked = Math.max(...this.knowledge.map(({ registryMaxAge }) => registryMaxAge));
    if (age <= Math.min(asked, by.oldestKnowledge)) return;
    this.wrong(`[FENCE] ${by.name} created an item, and what it knew of the registry was ${age} ms old`);
  }

  /** What one row became, against what it was. */
  private row({ key, before, after }: RowChange, by: SimProcess | undefined): void {
    if (isSecondary(after ?? before ?? {})) {
      if (after !== undefined) this.notResurrected(key, readSecondary(after, key).incarnation);
      return;
    }
    const was = before === undefined ? undefined : readPrimary(before, key);
    const is = after === undefined ? undefined : readPrimary(after, key);
    // Of what expires, DynamoDB deletes one row at a time.
    if (was !== undefined && by !== undefined) this.nothingLeft(was, is);
    if (was?.revision !== is?.revision) this.mayWrite(key, by);
    if (is === undefined) {
      if (was !== undefined) this.ended.add(was.incarnation);
      return;
    }
    this.notResurrected(key, is.incarnation);
    const revisions = this.revisions.get(idOf(key)) ?? new Set();
    this.revisions.set(idOf(key), revisions);
    if (was === undefined || was.incarnation !== is.incarnation) {
      if (was !== undefined) this.ended.add(was.incarnation);
      if (was !== undefined && !isOver(was.raw, this.scheduler.now)) {
        this.wrong(`[NO-LOSS] ${print(key)} was replaced by another incarnation`);
      }
      if (is.revision !== is.incarnation) this.wrong(`[NO-RESURRECT] ${print(key)} came back at an older revision`);
    } else {
      if (is.epoch < was.epoch) this.wrong(`[STAMP-MONOTONE] ${print(key)} went from @${was.epoch} to @${is.epoch}`);
      if (is.revision === was.revision) return this.layoutWrite(key, was, is);
      const ancestors = [was.revision, ...was.ancestors].slice(0, was.ancestors.length);
      if (ancestors.join() !== is.ancestors.join()) this.wrong(`[ONCE] ${print(key)} lost its ancestors`);
      if (is.layout !== 0) this.wrong(`[LAYOUT] ${print(key)} kept $lay after a user's write`);
    }
    if (revisions.has(is.revision)) this.wrong(`[NO-RESURRECT] ${print(key)} went back to ${is.revision}`);
    revisions.add(is.revision);
    this.marked(key, is, by?.name ?? 'DynamoDB');
  }

  /** [FENCE]: from when on a version counts as retired, no process of it writes. */
  private mayWrite(key: RowKey, by: SimProcess | undefined): void {
    const { floor } = this.newest;
    if (by === undefined || by.version >= floor.version || !isFloorSwept(this.newest)) return;
    this.wrong(`[FENCE] ${by.name} wrote ${print(key)} at version ${by.version}, which is retired`);
  }

  private marked(key: RowKey, { raw, incarnation }: PrimaryRow, process: string): void {
    const mark = (raw['mark'] as { readonly S?: string } | undefined)?.S;
    if (mark === undefined) return;
    const known = this.marks.get(mark);
    if (known !== undefined) this.wrong(`[ONCE] ${mark} was written twice: at #${known.tick} and now`);
    this.marks.set(mark, { tick: this.scheduler.tick, key, process, incarnation });
  }

  private layoutWrite(key: RowKey, was: PrimaryRow, is: PrimaryRow): void {
    if (is.layout <= was.layout) this.wrong(`[LAYOUT] ${print(key)}: $lay went from ${was.layout} to ${is.layout}`);
    // What only dropped versions could see goes with a layout write; nothing else does.
    const oldest = this.newest.dropped?.version ?? 1;
    const { S: id } = was.raw['id'] as { readonly S: string };
    const stored = (row: AttributeMap): AttributeMap => remainingOf(userAttributes(row, KEYS), oldest, kindOf(id));
    if (!sameMap(stored(was.raw), stored(is.raw))) {
      this.wrong(`[NO-LOSS] a layout write changed what users stored in ${print(key)}`);
    }
  }

  /** Rows that an item no longer lists went with the write that took them off its manifest. */
  private nothingLeft(was: PrimaryRow, is: PrimaryRow | undefined): void {
    const listed = [...(is?.manifest.values() ?? [])].flatMap((key) => (key === 'open' ? [] : [idOf(key)]));
    for (const key of was.manifest.values()) {
      const raw = key === 'open' || listed.includes(idOf(key)) ? undefined : this.rows().get(idOf(key));
      if (raw === undefined || !isSecondary(raw) || key === 'open') continue;
      const { owner } = readSecondary(raw, key);
      if (sameKey(owner.key, was.key)) this.wrong(`[LAYOUT] ${print(was.key)} left its row ${print(key)} behind`);
    }
  }

  /** No entry is opened at a key where the item had a row: it would give up what nobody else has. */
  private rowsKept(changes: readonly RowChange[]): void {
    const taken = changes.flatMap(({ key, before, after }) =>
      after === undefined && before !== undefined && isSecondary(before)
        ? [{ key, owner: readSecondary(before, key).owner.key }]
        : [],
    );
    for (const { key, after } of taken.length === 0 ? [] : changes) {
      if (after === undefined || !(own.type in after) || isSecondary(after)) continue;
      const item = readPrimary(after, key);
      for (const { id, key: at } of wantedOf(this.live[item.epoch] ?? noneLive, item)) {
        const had = taken.some((row) => sameKey(row.key, at) && sameKey(row.owner, key));
        if (had && item.manifest.get(id) === 'open')
          this.wrong(`[COMPLETE] ${print(key)} gave up its row ${print(at)}`);
      }
    }
  }

  private notResurrected(key: RowKey, incarnation: string): void {
    if (this.ended.has(incarnation)) this.wrong(`[NO-RESURRECT] ${print(key)} came back after its item was deleted`);
  }

  /** [LAYOUT]: the item at a key has exactly the rows that the epoch of its stamp demands, each its copy. */
  private layout(key: RowKey): void {
    const raw = this.rows().get(idOf(key));
    if (raw === undefined) return;
    const item = readPrimary(raw, key);
    const live = this.live[item.epoch];
    if (live === undefined) return this.wrong(`[STAMP-MONOTONE] ${print(key)} is stamped @${item.epoch}: no entry`);
    const wanted = wantedOf(live, item);
    for (const { id, key: at } of wanted) {
      const listed = item.manifest.get(id);
      if (listed === undefined) this.wrong(`[LAYOUT] ${print(key)}: path ${id} is demanded and not listed`);
      else if (listed !== 'open' && !sameKey(listed, at))
        this.wrong(`[LAYOUT] ${print(key)}: path ${id} is listed at ${print(listed)}, not ${print(at)}`);
    }
    for (const [id, listed] of item.manifest) {
      if (!wanted.some((row) => row.id === id)) {
        this.wrong(`[LAYOUT] ${print(key)}: path ${id} is listed and not demanded`);
      }
      if (listed !== 'open') this.copy(item, id, listed);
    }
    this.complete(item);
  }

  private copy(item: PrimaryRow, path: string, key: RowKey): void {
    const raw = this.rows().get(idOf(key));
    const what = `${print(item.key)}: its row ${print(key)} on path ${path}`;
    const over = isOver(item.raw, this.scheduler.now);
    if (over && raw === undefined) return;
    if (raw === undefined || !isSecondary(raw)) return this.wrong(`[LAYOUT] ${what} is not there`);
    const row = readSecondary(raw, key);
    // DynamoDB has deleted its row, and another item took the key.
    if (over && !sameKey(row.owner.key, item.key)) return;
    if (!sameKey(row.owner.key, item.key) || row.path !== path) return this.wrong(`[LAYOUT] ${what} is another item's`);
    const same =
      row.revision === item.revision &&
      row.incarnation === item.incarnation &&
      expiryIn(raw) === expiryIn(item.raw) &&
      sameMap(userAttributes(raw, KEYS), userAttributes(item.raw, KEYS));
    if (!same) this.wrong(`[LAYOUT] ${what} is stale`);
  }

  /** [COMPLETE]: on a promoted path an item has its row, whatever epoch it was written at. */
  private complete(item: PrimaryRow): void {
    if (isOver(item.raw, this.scheduler.now)) return;
    const promoted = this.promoted;
    for (const { id, template, mayStayOpen } of wantedOf(this.live.at(-1)!, item)) {
      if (mayStayOpen || !promoted.has(template)) continue;
      const listed = item.manifest.get(id);
      if (listed === undefined || listed === 'open') {
        this.wrong(`[COMPLETE] ${print(item.key)} is ${listed ?? 'missing'} on ${template}, which is promoted`);
      }
    }
  }

  /** The templates of the key paths that are promoted. */
  private get promoted(): ReadonlySet<string> {
    const all = [...this.newest.demanded.values()].flat();
    return new Set(all.flatMap(({ state, path }) => (state === 'promoted' ? path.template : [])));
  }

  /** [LAYOUT]: no row stands anywhere that its item does not list. */
  private listed(key: RowKey, raw: AttributeMap): void {
    const row = readSecondary(raw, key);
    const owner = this.rows().get(idOf(row.owner.key));
    const listed = owner && readPrimary(owner, row.owner.key).manifest.get(row.path);
    if (listed === undefined || listed === 'open' || !sameKey(listed, key)) {
      this.wrong(`[LAYOUT] ${print(key)}: ${print(row.owner.key)} does not list this row`);
    }
  }

  private wrong(what: string): void {
    this.violations.push(`#${String(this.scheduler.tick).padStart(4, '0')} ${what}`);
  }
}

const isCreate = ({ before, after }: RowChange): boolean =>
  after !== undefined && own.type in after && !isSecondary(after) && before?.[own.incarnation] === undefined;

const wantedOf = (live: Live, { raw }: PrimaryRow): readonly WantedRow[] =>
  wantedRows(live, docOf(raw) as unknown as Doc);

export const print = ({ pk, sk }: RowKey): string => (sk === '/' ? pk : `${pk} ${sk}`);
