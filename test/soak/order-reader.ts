import { DuctileError } from '../../src/errors/ductile-error.js';
import type { Repository } from '../../src/store/repository.js';
import type { Store } from '../../src/store/store.js';
import { type FieldName, type PathName, PATHS, type Release, type TextName, TEXTS } from './shop/release.js';

/** What one release sees of an order, under names that all of them share. */
export interface Facts extends Readonly<Partial<Record<FieldName, string>>> {
  readonly customerId: string;
  readonly orderId: string;
  readonly born: string;
  readonly date: string;
}

export type Key = Pick<Facts, 'customerId' | 'orderId'>;
export type Changes = Readonly<Partial<Record<'date' | 'day' | 'code', string>>>;

/** A list, and whether it is all that there is. */
export interface Listed {
  readonly orders: readonly Facts[];
  readonly complete: boolean;
}

export type Entity = Record<string, unknown>;

/** Reads what one release sees. */
export class OrderReader {
  readonly texts: readonly TextName[];
  protected readonly orders: Repository<Entity>;

  constructor(
    store: Store,
    readonly release: Release,
    /** Told of each read that its key path could not answer, and when that was begun. */
    private readonly incomplete: (begun: number, path: PathName) => void = () => undefined,
  ) {
    this.orders = store.repository(release.entityClass) as unknown as Repository<Entity>;
    this.texts = TEXTS.filter((text) => release.names[text] !== undefined);
  }

  has(path: PathName): boolean {
    return this.release.paths[path] !== undefined;
  }

  /** The entity, undefined for a sure miss, or `'incomplete'` where the key path does not know. */
  async find(path: PathName, facts: Partial<Facts>): Promise<object | 'incomplete' | undefined> {
    const template = this.release.paths[path]!;
    const begun = Date.now();
    try {
      return await this.orders.findByKeyPath(template as never, this.#parameters(template, facts) as never);
    } catch (error) {
      if (codeOf(error) !== 'KEY_PATH_INCOMPLETE') throw error;
      this.incomplete(begun, path);
      return 'incomplete';
    }
  }

  /** The orders of a customer by id or date, or those of one day. */
  async list(path: 'id' | 'date' | 'day', facts: Partial<Facts>): Promise<Listed> {
    const template = this.release.paths[path]!;
    const prefix = path === 'date' ? template.replace(/:\w+\/order-:orderId$/, '') : template.replace(/:orderId$/, '');
    const orders: Facts[] = [];
    const begun = Date.now();
    try {
      const found = this.orders.listByKeyPath(prefix as never, this.#parameters(prefix, facts) as never);
      for await (const order of found) orders.push(this.facts(order));
      return { orders, complete: true };
    } catch (error) {
      if (codeOf(error) !== 'KEY_PATH_INCOMPLETE') throw error;
      this.incomplete(begun, path);
      return { orders, complete: false };
    }
  }

  facts(entity: object): Facts {
    const order = entity as Entity;
    const { customerId, orderId, born } = order as unknown as Facts;
    const named = Object.entries(this.release.names).map(([field, name]) => [field, textOf(order[name])]);
    return { customerId, orderId, born, ...Object.fromEntries(named) } as Facts;
  }

  /** The key paths that the order has a row on. */
  pathsOf(order: Facts): readonly PathName[] {
    return PATHS.filter((path) => this.has(path) && (path !== 'code' || order.code !== undefined));
  }

  #parameters(template: string, facts: Partial<Facts>): object {
    const { names } = this.release;
    const values: Entity = { customerId: facts.customerId, orderId: facts.orderId, born: facts.born };
    if (facts.date !== undefined) values[names.date!] = new Date(facts.date);
    if (names.day !== undefined) values[names.day] = facts.day;
    if (names.code !== undefined) values[names.code] = facts.code;
    const asked = [...template.matchAll(/:(\w+)/g)].map(([, name]) => name!);
    return Object.fromEntries(asked.map((name) => [name, values[name]]));
  }
}

/** What releases that know days read where none was given. */
export const UNKNOWN_DAY = '2024-01-01';

export const idOf = ({ customerId, orderId }: Key): string => `${customerId}/${orderId}`;

export const codeOf = (error: unknown): string | undefined => (error instanceof DuctileError ? error.code : undefined);

const textOf = (value: unknown): unknown => (value instanceof Date ? value.toISOString() : value);
