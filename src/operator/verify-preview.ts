import { pathIdOf } from '../keypaths/model.js';
import { isOfItem, isSecondary, readPrimary, readSecondary, type SecondaryRow } from '../protocol/row.js';
import { assertIsCopy, assertOwnKey, assertSound } from '../protocol/sound.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import { Pace } from '../work/pace.js';
import { damagedPlaces } from './damaged-places.js';
import { isDangling, isListed, lookAtItem } from './look.js';
import { isAboutOneRow, orPassOver, type PassedOver, PassingOver } from './passed-over.js';
import type { PathsByType } from './paths.js';
import { REPORT_EVERY } from './progress.js';
import { begunNow, type Session, type StepOptions, timeLeft } from './session.js';
import { type KeyPathReport, Tally } from './tally.js';

/** What a verify that repairs would find now. */
export interface VerifyPreview {
  readonly items: number;
  readonly keyPaths: readonly KeyPathReport[];
  /** Rows whose items are not there: a repair leaves them, unless it is told to delete them. */
  readonly orphans: number;
  /** Rows that cannot be read as they stand: a repair copies nothing from them. */
  readonly passedOver: PassedOver;
  /** False where the time limit came first. */
  readonly finished: boolean;
}

/**
 * Looks at every row of these key paths as a verify does that repairs, and writes nothing: one process, within `maxRcu` and
 * `timeLimit`. What applications write meanwhile may show, or be missed.
 *
 * Costs a Scan of the table, one get for each secondary row and one for each row that an item should have.
 */
export async function previewVerify(
  session: Session,
  paths: PathsByType,
  options: Pick<StepOptions, 'signal' | 'maxRcu' | 'timeLimit' | 'onProgress'>,
): Promise<VerifyPreview> {
  const { gateway, registry } = session;
  const running = begunNow(session, options);
  const pace = new Pace(gateway, 1);
  pace.share({ read: options.maxRcu, write: undefined });
  const preview = new Preview(session, paths);
  let after: RowKey | undefined;
  do {
    const page = await gateway.scan(after === undefined ? {} : { after });
    for (const raw of page.rows) {
      const goesOn = await pace.take({ signal: options.signal, goesOn: () => timeLeft(session, running) > 0 });
      options.signal?.throwIfAborted();
      if (!goesOn) return { ...preview.result(registry.knowledge), finished: false };
      await preview.look(raw, gateway.keyOf(raw));
      const { items, suspects } = preview;
      if (items % REPORT_EVERY === 0) options.onProgress?.({ step: 'verify', items, suspects });
    }
    after = page.last;
  } while (after !== undefined);
  return { ...preview.result(registry.knowledge), finished: true };
}

class Preview {
  readonly #tally: Tally;
  readonly #passing = new PassingOver();
  #orphans = 0;
  items = 0;

  constructor(
    private readonly session: Session,
    private readonly paths: PathsByType,
  ) {
    this.#tally = new Tally(paths);
  }

  get suspects(): number {
    return this.#tally.suspects;
  }

  result(knowledge: Parameters<Tally['reports']>[0]): Omit<VerifyPreview, 'finished'> {
    return {
      items: this.items,
      orphans: this.#orphans,
      passedOver: this.#passing.all,
      keyPaths: this.#tally.reports(knowledge),
    };
  }

  async look(raw: AttributeMap, key: RowKey): Promise<void> {
    if (!isOfItem(raw)) return;
    const damage = { note: (_: RowKey, error: unknown) => this.#addDamaged(raw, key, error) };
    await orPassOver(damage, key, () => (isSecondary(raw) ? this.#lookAtRow(raw, key) : this.#lookAtItem(raw, key)));
  }

  #addDamaged(raw: AttributeMap, key: RowKey, error: unknown): void {
    this.#passing.note(key, error);
    const { knowledge } = this.session.registry;
    for (const [type, path] of damagedPlaces(knowledge, this.paths, raw, key))
      this.#tally.add(type, path, 'damaged', key);
  }

  async #lookAtItem(raw: AttributeMap, key: RowKey): Promise<void> {
    const item = readPrimary(raw, key);
    const paths = this.paths.get(item.type);
    const { registry } = this.session;
    const knowledge = await registry.catchUp(item.epoch, item.registry);
    if (paths === undefined) return assertOwnKey(item, knowledge);
    this.items++;
    assertSound(item, knowledge);
    const { findings } = await lookAtItem(this.session, paths, item);
    for (const { path, kind } of findings) this.#tally.add(item.type, path, kind, item.key);
  }

  async #lookAtRow(raw: AttributeMap, key: RowKey): Promise<void> {
    const { gateway, registry } = this.session;
    const row = await this.#read(raw, key);
    if (row === undefined) return;
    const isOfThese = this.paths.get(row.type)?.paths.some(({ path }) => path.id === pathIdOf(row.path)) === true;
    if (!isOfThese || !(await isDangling(this.session, key, row))) return;
    assertIsCopy(raw, key, registry.knowledge);
    this.#tally.add(row.type, row.path, 'dangling', key);
    const owner = await gateway.get(row.owner.key);
    if (owner === undefined || !isOfItem(owner)) this.#orphans++;
  }

  /** Undefined for a damaged row that is judged with its item. */
  async #read(raw: AttributeMap, key: RowKey): Promise<SecondaryRow | undefined> {
    try {
      return readSecondary(raw, key);
    } catch (error) {
      if (isAboutOneRow(error) && (await isListed(this.session, key))) return undefined;
      throw error;
    }
  }
}
