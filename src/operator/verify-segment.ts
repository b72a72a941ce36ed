import {
  isOfItem,
  isSecondary,
  type PrimaryRow,
  readPrimary,
  readSecondary,
  type SecondaryRow,
  stampOf,
} from '../protocol/row.js';
import { assertIsCopy, assertOwnKey, assertSound } from '../protocol/sound.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import type { SegmentTask } from '../work/work.js';
import { damagedPlaces } from './damaged-places.js';
import type { Digests } from './digest.js';
import { isDangling, isListed, type Look, lookAtItem } from './look.js';
import type { VerifyKind } from './pass.js';
import { isAboutOneRow, orPassOver, type PassedOver, PassingOver } from './passed-over.js';
import { isBehind, type PathsByType, type TypePaths } from './paths.js';
import { repairDangling, repairItem } from './repair.js';
import type { Session } from './session.js';
import { type Finding, type KeptTally, Tally } from './tally.js';

/** What is kept of a segment. */
export interface Verified {
  readonly tally: KeptTally;
  readonly passedOver?: PassedOver;
}

/** The second pass of a verify over one segment. */
export class SegmentVerify implements SegmentTask<Verified> {
  readonly #tally: Tally;
  readonly #passing: PassingOver;

  constructor(
    private readonly session: Session,
    private readonly paths: PathsByType,
    private readonly digests: Digests,
    private readonly options: VerifyKind,
    { sofar, of }: { readonly sofar: Verified | undefined; readonly of: number },
    private readonly counted: (items: number, suspects: number) => void,
  ) {
    this.#tally = new Tally(paths);
    if (sofar !== undefined) this.#tally.merge(sofar.tally);
    this.#passing = new PassingOver(sofar?.passedOver, of);
  }

  row(...[raw, key]: Parameters<SegmentTask<Verified>['row']>): Promise<void> | undefined {
    if (!isOfItem(raw)) return undefined;
    const damage = { note: (_: RowKey, error: unknown) => this.#addDamaged(raw, key, error) };
    return orPassOver(damage, key, () =>
      isSecondary(raw) ? this.#lookAtRow(raw, key) : this.#lookAtItem(readPrimary(raw, key)),
    );
  }

  result(): Verified {
    const { all: passedOver } = this.#passing;
    return { tally: this.#tally.kept(), ...(passedOver.count === 0 ? {} : { passedOver }) };
  }

  #lookAtItem(item: PrimaryRow): Promise<void> | undefined {
    const { registry } = this.session;
    const { epoch, shortId } = registry.knowledge;
    // Without a wait for each item, where it can be.
    if (item.epoch <= epoch && item.registry === shortId) return this.#lookAtKnown(item);
    return registry.catchUp(item.epoch, item.registry).then(() => this.#lookAtKnown(item));
  }

  #lookAtKnown(item: PrimaryRow): Promise<void> | undefined {
    const { knowledge } = this.session.registry;
    // What is damaged was not digested, and so may leave nothing.
    if (this.options.all === true || this.paths.has(item.type)) assertSound(item, knowledge);
    else assertOwnKey(item, knowledge);
    if (this.options.all === true && !this.paths.has(item.type)) return this.#bring(item, knowledge.swept);
    const paths = this.#suspectPaths(item);
    return paths === undefined ? undefined : this.#lookAtSuspect(paths, item);
  }

  /** An item on none of the key paths, to the epoch to which every item was swept. */
  #bring(item: PrimaryRow, swept: number): Promise<void> | undefined {
    if (item.epoch >= swept) return undefined;
    return this.session.writer.sweep(item, swept).then(() => this.counted(1, 0));
  }

  async #lookAtSuspect(paths: TypePaths, item: PrimaryRow): Promise<void> {
    const { session, options } = this;
    const look = await lookAtItem(session, paths, item);
    const mends =
      look.closing.size > 0 ||
      isBehind(session.registry.knowledge, paths, item) ||
      (options.repair === true && look.findings.length > 0);
    const findings = mends ? await this.#mend(paths, item, look) : look.findings;
    for (const { path, kind } of findings) this.#tally.add(item.type, path, kind, item.key);
    this.counted(1, findings.length);
  }

  /** Has the item written with all its rows. Resolves to what is wrong then. */
  async #mend(paths: TypePaths, { type, key }: PrimaryRow, look: Look): Promise<readonly Finding[]> {
    const { session } = this;
    const before = await session.gateway.get(key);
    const problem = before && (await repairItem(session, paths, readPrimary(before, key), look.closing));
    const after = await session.gateway.get(key);
    if (after === undefined) return [];
    const { findings } = await lookAtItem(session, paths, readPrimary(after, key));
    if (problem !== undefined && findings.some(({ kind }) => kind !== 'open')) this.#passing.note(key, problem);
    // That an open entry was closed is no repair: nothing was wrong with the row.
    const mended = look.findings.filter(
      ({ path, kind }) => kind !== 'open' && !findings.some((left) => left.path === path),
    );
    for (const { path } of mended) this.#tally.add(type, path, 'repaired', key);
    return findings;
  }

  #suspectPaths(item: PrimaryRow): TypePaths | undefined {
    const ofType = this.paths.get(item.type);
    const paths = ofType?.paths.filter((path) => this.digests.isItemSuspect(item, path)) ?? [];
    return ofType === undefined || paths.length === 0 ? undefined : { ...ofType, paths };
  }

  async #lookAtRow(raw: AttributeMap, key: RowKey): Promise<void> {
    const { session, options } = this;
    const row = await this.#read(raw, key);
    if (row === undefined || !(await isDangling(session, key, row))) return;
    assertIsCopy(raw, key, session.registry.knowledge);
    const isMended = options.repair === true && (await repairDangling(session, key, row, options.orphans));
    // What could not be deleted may be listed by now: the repair of its item, at the same time, is a reason for that.
    if (options.repair === true && !isMended && !(await isDangling(session, key, row))) return;
    this.#tally.add(row.type, row.path, isMended ? 'repaired' : 'dangling', key);
    this.counted(0, isMended ? 0 : 1);
  }

  /** A row that is in doubt; undefined for one that is not, and for a damaged one that is judged with its item. */
  async #read(raw: AttributeMap, key: RowKey): Promise<SecondaryRow | undefined> {
    try {
      const row = readSecondary(raw, key);
      return this.digests.isRowSuspect(row, key) || !this.#isStamped(raw, key) ? row : undefined;
    } catch (error) {
      if (isAboutOneRow(error) && (await isListed(this.session, key))) return undefined;
      throw error;
    }
  }

  /** What has no stamp of this registry was not digested. */
  #isStamped(raw: AttributeMap, key: RowKey): boolean {
    try {
      const { epoch, registry } = stampOf(raw, key);
      const { knowledge } = this.session.registry;
      return registry === knowledge.shortId && epoch <= knowledge.epoch;
    } catch (error) {
      if (isAboutOneRow(error)) return false;
      throw error;
    }
  }

  #addDamaged(raw: AttributeMap, key: RowKey, error: unknown): void {
    this.#passing.note(key, error);
    const { knowledge } = this.session.registry;
    for (const [type, path] of damagedPlaces(knowledge, this.paths, raw, key))
      this.#tally.add(type, path, 'damaged', key);
    this.counted(0, 1);
  }
}
