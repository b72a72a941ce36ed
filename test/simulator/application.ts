import { DynamoGateway } from '../../src/dynamo/gateway.js';
import type { Sender } from '../../src/dynamo/sender.js';
import { Background } from '../../src/application/background.js';
import { openStoreOver } from '../../src/store/open-store.js';
import type { Store } from '../../src/store/store.js';
import type { Repository } from '../../src/store/repository.js';
import type { Gateway } from '../../src/table/gateway.js';
import type { Calls, Change, ListedBy, What } from './calls.js';
import type { Chance } from './chance.js';
import type { SimProcess } from './process.js';
import {
  type AnyNote,
  BY_ALIAS,
  BY_CODE,
  BY_COLOUR,
  BY_DAY,
  BY_ID,
  BY_RANK,
  BY_SHADE,
  BY_TEXT,
  CARD_BY_ID,
  type Doc,
  type Kind,
  kindOf,
  LATER,
  nameIn,
  type Release,
} from './releases.js';
import type { ApplicationPlan, Stakes } from './scenario.js';
import type { Network } from './network.js';

export const BOARD = 'b';
const DAYS = ['mon', 'tue'];
/** What newer versions leave out reads as 'medium'. */
const RANKS = ['low', 'high', 'medium'];
/** A partition key ends at 2048 bytes. */
const TOO_LARGE = 'x'.repeat(2_048);
const COLOURS = ['white', 'red'];
const TEXTS = Array.from({ length: 9 }, (_, i) => `t${i}`);

/** How often an application is started before it is given up. */
const MOST_STARTS = 12;

/** What an application does, and how often. */
const ACTS = [
  [18, 'insert'],
  [22, 'update'],
  [6, 'delete'],
  [10, 'find'],
  [8, 'find by'],
  [8, 'list'],
  [22, 'save'],
  [4, 'delete held'],
] as const;

/** What a process runs on. */
export interface Host {
  readonly process: SimProcess;
  readonly network: Network;
  readonly gateway: Gateway;
}

/** The gateway of a process. */
export function gatewayOf(process: SimProcess, sender: Sender, table: string): Gateway {
  return new DynamoGateway({
    sender,
    table,
    loopback: false,
    endpoint: 'simulated',
    metered: true,
    pause: (milliseconds, signal) => process.pause(milliseconds, signal),
    elapsed: () => process.elapsed,
    every: (milliseconds, call) => process.every(milliseconds, call),
  });
}

interface Held {
  readonly id: string;
  readonly base: string;
  readonly entity: AnyNote;
}

/** An application at one version: opens its store, and calls it at random. */
export class Application {
  private readonly itemsInPlay: readonly string[];
  private store!: Store;

  constructor(
    private readonly host: Host,
    private readonly release: Release,
    itemsInPlay: readonly string[],
    private readonly chance: Chance,
    private readonly calls: Calls,
    private readonly stakes: Stakes,
  ) {
    this.itemsInPlay = itemsInPlay.filter((id) => this.knows(id));
  }

  /** True where its version has the type of an item. */
  knows(id: string): boolean {
    return this.release.classes[kindOf(id)] !== undefined;
  }

  private of(kind: Kind): Repository<AnyNote> {
    return this.store.repository(this.release.classes[kind] as new () => AnyNote);
  }

  async run(plan: ApplicationPlan): Promise<void> {
    this.host.process.checksFences = plan.guard?.createGuard === 'fence';
    this.host.process.oldestKnowledge = plan.guard?.registryMaxAge ?? Infinity;
    if (!(await this.open(plan.guard))) return;
    if (plan.hot === true) {
      await Promise.all(Array.from({ length: plan.calls }, () => this.update(this.itemsInPlay[0]!)));
      return;
    }
    const background = plan.background === true ? this.worker() : undefined;
    background?.start();
    await Promise.all(Array.from({ length: plan.lanes }, () => this.lane(plan)));
    await background?.stop();
  }

  private worker(): Background {
    return new Background(this.host.gateway, this.release.schema, {
      onError: (error) => {
        // What an entry came to that nobody can know is nothing that this process told anybody.
        if ((error as { readonly code?: string }).code === 'OUTCOME_UNKNOWN') return;
        void this.call({ kind: 'background' }, () => Promise.reject(error as Error));
      },
    });
  }

  /** As a supervisor would, a number of times: its version may not be published yet, or not be wanted any more. */
  async open(guard: ApplicationPlan['guard'] = {}): Promise<boolean> {
    for (let attempt = 1; attempt <= MOST_STARTS; attempt++) {
      const { schema } = this.release;
      const isOpen = await this.call({ kind: 'open' }, async () => {
        this.store = await openStoreOver(this.host.gateway, { schema, ...guard });
        return true;
      });
      if (isOpen === true) return true;
      await this.host.process.pause(this.chance.duration(60_000, 3_600_000));
    }
    return false;
  }

  private async lane({ calls, pace }: ApplicationPlan): Promise<void> {
    let held: Held | undefined;
    for (let left = calls; left > 0; left--) {
      await this.host.process.pause(this.chance.duration(pace.usual, pace.longest));
      const id = this.chance.pick(this.itemsInPlay);
      const act = this.chance.weighted(ACTS);
      if (act === 'insert') await this.insert(id);
      else if (act === 'update') await this.update(id);
      else if (act === 'delete') await this.delete(id);
      else if (act === 'find') held = await this.find(id);
      else if (act === 'find by')
        held = await this.findBy(
          this.chance.pick(this.cardsInPlay ? ['alias', 'code', 'rank', 'text'] : ['alias', 'code', 'rank']),
        );
      else if (act === 'list')
        held = await this.list(
          this.chance.pick(this.cardsInPlay ? ['board', 'day', 'colour', 'shade', 'all'] : ['board', 'day', 'colour']),
        );
      else {
        held ??= await this.find(id);
        if (held !== undefined) await (act === 'save' ? this.save(held) : this.deleteHeld(held));
        held = undefined;
      }
    }
  }

  async insert(id: string): Promise<void> {
    const doc = this.newDoc(id);
    await this.call({ kind: 'insert', id, doc }, async () => {
      const items = this.of(kindOf(id));
      await items.insert(items.create(nested(this.inNames(kindOf(id), doc))));
    });
  }

  private async update(id: string): Promise<void> {
    const change = this.newChange(kindOf(id));
    await this.call({ kind: 'update', id, change }, async () => {
      await this.of(kindOf(id)).update({ board: BOARD, id }, (item) => this.apply(kindOf(id), change, item));
    });
  }

  private async save({ id, base, entity }: Held): Promise<void> {
    const change = this.newChange(kindOf(id));
    await this.call({ kind: 'save', id, base, change }, async () => {
      this.apply(kindOf(id), change, entity);
      await this.of(kindOf(id)).save(entity);
    });
  }

  private async delete(id: string): Promise<void> {
    await this.call({ kind: 'delete', id }, () => this.of(kindOf(id)).delete({ board: BOARD, id }));
  }

  private async deleteHeld({ id, base, entity }: Held): Promise<void> {
    await this.call({ kind: 'delete', id, base }, () => this.of(kindOf(id)).delete(entity));
  }

  async find(id: string): Promise<Held | undefined> {
    let entity: AnyNote | undefined;
    await this.call({ kind: 'find', id }, async () => {
      const path = { note: BY_ID, card: CARD_BY_ID }[kindOf(id)];
      entity = await this.of(kindOf(id)).findByKeyPath(path as never, { board: BOARD, id } as never);
      return entity && plainOf(entity);
    });
    return entity && heldOf(entity);
  }

  private async findBy(field: 'alias' | 'code' | 'rank' | 'text'): Promise<Held | undefined> {
    const path = { alias: BY_ALIAS, code: BY_CODE, rank: BY_RANK, text: BY_TEXT }[field];
    if (!this.has(path)) return undefined;
    const value = this.chance.pick({ alias: this.aliases, code: this.codes, rank: RANKS, text: TEXTS }[field]);
    let entity: AnyNote | undefined;
    await this.call({ kind: 'find by', path, field, value }, async () => {
      const items = this.of(field === 'text' ? 'card' : 'note');
      entity = await items.findByKeyPath(path as never, { [field]: value } as never);
      return entity && plainOf(entity);
    });
    return entity && heldOf(entity);
  }

  private async list(by: 'board' | 'day' | 'colour' | 'shade' | 'all'): Promise<Held | undefined> {
    const [path, prefix, values] = {
      board: [BY_ID, '/board-:board/note-', { board: BOARD }],
      day: [BY_DAY, '/day-:day', { day: this.chance.pick(this.days) }],
      colour: [BY_COLOUR, '/colour-:colour', { colour: this.chance.pick(COLOURS) }],
      shade: [BY_SHADE, '/shade-:colour', { colour: this.chance.pick(COLOURS) }],
      all: [BY_ID, '/board-:board', { board: BOARD }],
    }[by] as [string, string, ListedBy];
    if (!this.has(path)) return undefined;
    const of: readonly Kind[] = by === 'all' ? ['note', 'card'] : [by === 'shade' ? 'card' : 'note'];
    const found: AnyNote[] = [];
    await this.call({ kind: 'list', path, of, by: values }, async () => {
      for await (const item of this.listOf(of, prefix, values)) found.push(item);
      return found.map(plainOf);
    });
    return found.length === 0 ? undefined : heldOf(this.chance.pick(found));
  }

  private listOf(of: readonly Kind[], prefix: string, values: ListedBy): AsyncIterable<AnyNote> {
    if (of.length === 1) return this.of(of[0]!).listByKeyPath(prefix as never, values as never);
    const types = of.map((kind) => this.release.classes[kind]!);
    return this.store.listByKeyPath(prefix as never, values, { types } as never) as AsyncIterable<AnyNote>;
  }

  /** Where there are cards, and its version knows of them. */
  private get cardsInPlay(): boolean {
    return this.itemsInPlay.some((id) => kindOf(id) === 'card');
  }

  private has(path: string): boolean {
    const types = Object.values(this.release.schema.versions.at(-1)!.types);
    return types.some(({ keyPaths }) => keyPaths.some(({ template }) => template === path));
  }

  private call<R>(what: What, work: () => Promise<R>): Promise<R | undefined> {
    return this.calls.make(this.host.process, this.host.network, what, work);
  }

  private newDoc(id: string): Doc {
    const { chance } = this;
    const all: Doc = {
      board: BOARD,
      id,
      mark: this.calls.newMark(),
      rank: chance.pick([`low-${id}`, `low-${id}`, ...RANKS]),
      level: chance.between(1, 3),
      day: chance.pick(this.days),
      colour: this.colour(),
      'place.x': `x${chance.below(9)}`,
      ...(chance.happens(0.5) ? { 'place.y': `y${chance.below(9)}` } : {}),
      ...(this.stakes.expiring && chance.happens(0.5) ? { until: this.soon() } : {}),
      ...(chance.happens(0.4) ? { alias: chance.pick(this.aliases) } : {}),
      ...(chance.happens(0.4) ? { code: chance.pick(this.codes) } : {}),
      ...(chance.happens(0.5) ? { text: chance.pick(TEXTS) } : {}),
    };
    return Object.fromEntries(
      Object.entries(all).filter(([field]) => nameIn(this.release, kindOf(id), field as keyof Doc) !== undefined),
    ) as unknown as Doc;
  }

  private newChange(kind: Kind): Change {
    const { chance } = this;
    const ends = this.stakes.expiring ? (['until', 'until'] as const) : [];
    const fields = (
      [
        ...ends,
        'text',
        'rank',
        'alias',
        'alias',
        'code',
        'code',
        'level',
        'day',
        'colour',
        'place.x',
        'place.y',
      ] as const
    ).filter((field) => nameIn(this.release, kind, field) !== undefined);
    const change: Record<string, unknown> = { mark: this.calls.newMark() };
    for (let left = chance.below(3); left > 0; left--) {
      const field = chance.pick(fields);
      change[field] = {
        until: () => chance.pick([this.soon(), this.soon(), undefined]),
        text: () => chance.pick([chance.pick(TEXTS), undefined]),
        rank: () => chance.pick(RANKS),
        alias: () => chance.pick([...this.aliases, undefined]),
        code: () => chance.pick([...this.codes, undefined]),
        level: () => chance.between(1, 3),
        day: () => chance.pick(this.days),
        colour: () => this.colour(),
        'place.x': () => `x${chance.below(9)}`,
        'place.y': () => chance.pick([`y${chance.below(9)}`, undefined]),
      }[field]();
    }
    return change as Change;
  }

  private colour(): string {
    return this.chance.happens(this.stakes.large) ? TOO_LARGE : this.chance.pick(COLOURS);
  }

  private get aliases(): readonly string[] {
    return ['x', 'y', 'z'].slice(0, this.stakes.values);
  }

  private get codes(): readonly string[] {
    return [...['p', 'q', 'r'].slice(0, this.stakes.values), ...this.later('code')];
  }

  private get days(): readonly string[] {
    return [...DAYS, ...this.later('day')];
  }

  /** The values that its version or one before it added to an enum. */
  private later(field: 'code' | 'day'): readonly string[] {
    return Object.entries(LATER[field]!).flatMap(([value, { since }]) =>
      since <= this.release.version ? [value] : [],
    );
  }

  /** A time at which a note expires: soon, or within the hour, or just now. */
  private soon(): number {
    const { chance, host } = this;
    return Math.floor(host.process.scheduler.now / 1_000) + chance.pick([-70, 0, 10, 60, 600, 3_600]);
  }

  private inNames(kind: Kind, doc: Partial<Doc>): AnyNote {
    return Object.fromEntries(
      Object.entries(doc).map(([field, value]) => [
        nameIn(this.release, kind, field as keyof Doc)!,
        field === 'until' && typeof value === 'number' ? new Date(value * 1_000) : value,
      ]),
    );
  }

  private apply(kind: Kind, change: Change, item: AnyNote): void {
    for (const [name, value] of Object.entries(this.inNames(kind, change))) {
      const [outer, inner] = name.split('.') as [string, string?];
      const holder = inner === undefined ? item : (item[outer] as unknown as AnyNote);
      if (value === undefined) delete holder[inner ?? outer];
      else holder[inner ?? outer] = value;
    }
  }
}

/** What an entity holds, in values that can be compared. */
function plainOf(entity: AnyNote): AnyNote {
  const { until, place, ...rest } = entity as AnyNote & { readonly until?: Date };
  const parts = Object.entries(place ?? {}).map(([name, value]) => [`place.${name}`, value as string]);
  return { ...rest, ...Object.fromEntries(parts), ...(until !== undefined && { until: until.getTime() / 1_000 }) };
}

/** The fields of an object in that object. */
function nested(flat: AnyNote): AnyNote {
  const note: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(flat)) {
    const [outer, inner] = name.split('.') as [string, string?];
    note[outer] = inner === undefined ? value : { ...(note[outer] as object | undefined), [inner]: value };
  }
  return note as AnyNote;
}

const heldOf = (entity: AnyNote): Held => ({
  id: entity['id'] as string,
  base: entity['mark'] as string,
  entity,
});
