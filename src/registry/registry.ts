import { randomUUID } from 'node:crypto';
import { rowAbsent } from '../table/condition.js';
import type { Gateway } from '../table/gateway.js';
import { entryKey, entryRow, hashInRow, partsOf, sealEntry, type Entry, type EntryContent } from './entry.js';
import { appendUnknown, RegistryBehindError, RegistryDamagedError, RegistryForkError } from './errors.js';
import { raisedFences, raiseFences } from './fences.js';
import { extend, nothingKnown } from './fold.js';
import { isFilling, isRestoreSwept, type Knowledge } from './knowledge.js';
import { readEntries, readLog } from './log.js';
import { putParts } from './parts.js';

/**
 * What to append, given what is known; undefined where nothing needs to be. Called again with newer knowledge whenever
 * another process was first, so it must decide by its argument alone.
 */
export type Decide = (knowledge: Knowledge) => EntryContent | undefined;

/**
 * What the server's clock and its dates may disagree by, in milliseconds: dates have whole seconds, and requests are
 * served by many machines.
 */
const DATE_MARGIN_MS = 2_000;

/** How often an entry is sent whose answer is lost each time. */
const PUT_ATTEMPTS = 3;

/** The registry of a table as this process knows it. Knowledge only grows, and every step of it is checked. */
export class Registry {
  #knowledge = nothingKnown;
  #asOf: number | undefined;
  #readAt = -Infinity;
  #reading: Promise<Knowledge> | undefined;
  #next: Promise<Knowledge> | undefined;

  private constructor(private readonly gateway: Gateway) {}

  /** Reads the whole log: one strongly consistent Query for each megabyte. An empty one is no error. */
  static async open(gateway: Gateway): Promise<Registry> {
    const registry = new Registry(gateway);
    await registry.refresh();
    return registry;
  }

  get knowledge(): Knowledge {
    return this.#knowledge;
  }

  /**
   * What is known has every entry that was appended before this moment of the server's clock, in milliseconds: from the
   * dates of the request that read it, and never from a clock of this machine, which may stop, jump or be set. Undefined
   * where the request or its answer had no date.
   */
  get asOf(): number | undefined {
    return this.#asOf;
  }

  /**
   * Keeps what is known young for readers: nothing is done while it is younger than half of `registryMaxAge`. From there
   * on it is read again in the background, and where it is older than the whole, the promise is to be awaited before
   * what was read is relied on. Costs one strongly consistent Query, at most every half of `registryMaxAge`.
   *
   * @param newestDate milliseconds, taken after the answer that is to be relied on
   */
  freshen(newestDate: number): Promise<void> | undefined {
    const age = newestDate - (this.#asOf ?? this.#readAt);
    const { registryMaxAge } = this.#knowledge;
    if (age <= registryMaxAge / 2) return undefined;
    if (age > registryMaxAge) return this.refresh().then(() => undefined);
    // One that fails is tried again by the next read.
    if (this.#reading === undefined) this.#begin().catch(() => undefined);
    return undefined;
  }

  /**
   * Reads what was appended since, and the known head again. Costs one strongly consistent Query, which concurrent
   * callers share: but each gets one that began after its call.
   *
   * @throws RegistryForkError, RegistryBehindError, RegistryDamagedError, LibraryTooOldError
   */
  refresh(): Promise<Knowledge> {
    if (this.#reading === undefined) return this.#begin();
    // The request under way may have been answered already by the server, so it cannot serve this caller.
    this.#next ??= this.#reading.then(
      () => this.#begin(),
      () => this.#begin(),
    );
    return this.#next;
  }

  /**
   * Makes sure that a row's stamp is known: refreshes where it is newer.
   *
   * @throws RegistryForkError where another registry stamped the row; RegistryBehindError where the log has no such epoch
   */
  async catchUp(epoch: number, shortId: string): Promise<Knowledge> {
    if (epoch > this.#knowledge.epoch) await this.refresh();
    const { epoch: head, shortId: own } = this.#knowledge;
    if (shortId !== own) throw foreignStamp(shortId, this.#knowledge, this.gateway.table);
    if (epoch > head) throw new RegistryBehindError(epoch, head);
    return this.#knowledge;
  }

  /**
   * Appends one entry, or none where `decide` says so, then raises the fences to it. Costs one conditional write for each
   * attempt, a refresh for each race lost, and 65 writes for the fences, where creates have to know the entry.
   */
  async append(decide: Decide): Promise<Knowledge> {
    const { fenced } = this.#knowledge;
    await this.#appendOne(decide);
    if (this.#knowledge.fenced > fenced) await this.raiseFences();
    return this.#knowledge;
  }

  /** Appends until `decide` has no more to add, then raises the fences. Resolves to what this call appended. */
  async appendAll(decide: Decide): Promise<readonly Entry[]> {
    const { fenced } = this.#knowledge;
    const appended: Entry[] = [];
    for (;;) {
      const entry = await this.#appendOne(decide);
      if (entry === undefined) break;
      appended.push(entry);
    }
    if (this.#knowledge.fenced > fenced) await this.raiseFences();
    return appended;
  }

  /** Raises every fence to what is known. A process that died after an append leaves that to anyone. Costs 65 writes. */
  async raiseFences(): Promise<void> {
    const { fenced, shortId, restored } = this.#knowledge;
    const isOutdated = async (): Promise<boolean> => (await this.refresh()).shortId !== shortId;
    await raiseFences(this.gateway, { epoch: fenced, shortId, former: restored?.former ?? [], isOutdated });
  }

  /** True where every fence stands at `epoch` or above: no drain starts before. Costs one read. */
  async fencesRaised(epoch: number = this.#knowledge.fenced): Promise<boolean> {
    return (await raisedFences(this.gateway)).epoch >= epoch;
  }

  async #appendOne(decide: Decide): Promise<Entry | undefined> {
    for (;;) {
      const known = this.#knowledge;
      const content = decide(known);
      if (content === undefined) return undefined;
      const entry = sealEntry(known, content, new Date());
      // Before it is sent: an entry that no reader could fold would stand in the log for ever.
      extend(known, [entry]);
      // Before it too: who reads the entry finds its parts.
      await putParts(this.gateway, partsOf(content), entry.epoch);
      if (await this.#put(entry)) {
        this.#knowledge = extend(this.#knowledge, [entry]);
        return entry;
      }
      const { epoch } = await this.refresh();
      if (epoch <= known.epoch)
        throw new RegistryDamagedError(known.epoch + 1, 'it is there for a write and not for a read');
    }
  }

  /**
   * True where the entry is now in the log: also where an earlier attempt put it and its answer was lost. Rows of the log
   * are never changed or deleted, so the same entry may be sent any number of times.
   */
  async #put(entry: Entry): Promise<boolean> {
    const key = entryKey(entry.epoch);
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.gateway.write(
        [{ kind: 'put', key, row: entryRow(entry), condition: rowAbsent }],
        randomUUID(),
      );
      if (outcome.kind === 'applied') return true;
      if (outcome.kind === 'refused') return hashInRow(outcome.refusals[0]?.row) === entry.hash;
      if (attempt === PUT_ATTEMPTS)
        throw appendUnknown(entry.epoch, entry.content.kind, outcome.kind === 'unknown' ? outcome.cause : undefined);
    }
  }

  #begin(): Promise<Knowledge> {
    this.#next = undefined;
    const reading = this.#read().finally(() => {
      if (this.#reading === reading) this.#reading = undefined;
    });
    this.#reading = reading;
    return reading;
  }

  async #read(): Promise<Knowledge> {
    const { epoch, headHash } = this.#knowledge;
    const readAt = this.gateway.serverTime();
    const { rows, asOf } = await readLog(this.gateway, epoch);
    if (epoch > 0 && rows[0]?.sk !== entryKey(epoch).sk) throw new RegistryBehindError(epoch);
    // What says the hash of the known head was read before: it may hold a whole schema.
    const news = epoch > 0 && hashInRow(rows[0]?.row) === headHash ? rows.slice(1) : rows;
    this.#knowledge = extend(this.#knowledge, await readEntries(this.gateway, news));
    this.#asOf = asOf === undefined ? undefined : asOf - DATE_MARGIN_MS;
    this.#readAt = readAt - DATE_MARGIN_MS;
    return this.#knowledge;
  }
}

function foreignStamp(shortId: string, knowledge: Knowledge, table: string): RegistryForkError {
  const { shortId: own, restored } = knowledge;
  if (restored?.former.includes(shortId) === true) {
    const facts = { table, registry: shortId, epoch: restored.since };
    // Every item was brought to the registry: this row is on a key path, and its item was not among them.
    if (isRestoreSwept(knowledge)) {
      const fillFirst = isFilling(knowledge)
        ? '`ductile backfill run` fills the key paths that wait for it, then '
        : '';
      return new RegistryForkError(
        `A row of table ${table} is of before the table was restored, and its item is not there: ${fillFirst}` +
          "`ductile verify --all --repair` tells its key, and `--delete-orphans` (`orphans: 'delete'`) says that it is not to be kept. Or a process " +
          'of before goes on writing: end it, and run `ductile doctor --restored` again.',
        facts,
      );
    }
    return new RegistryForkError(
      `A row of table ${table} is of before the table was restored, and was not brought to its registry yet. Run ` +
        '`ductile doctor --restored`, or mendRestored() of ductile/operator, to its end before the applications.',
      facts,
    );
  }
  return new RegistryForkError(
    `A row of table ${table} was stamped by the registry ${shortId}; this table's is ${own || 'empty'}. The row was copied ` +
      `from another table, or the registry was replaced. Write such items through the application, or restore the registry.`,
    { table, registry: shortId },
  );
}
