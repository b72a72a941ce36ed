import { inspect, isDeepStrictEqual } from 'node:util';
import { expect } from '@jest/globals';
import type { LocalEngine } from '../../../src/local/index.js';
import {
  backfill,
  drop,
  inspect as inspectItem,
  type PassedOver,
  promote,
  retire,
  verify,
  type VerifyReport,
} from '../../../src/operator/index.js';
import { keyId, own } from '../../../src/protocol/row.js';
import type { AttributeMap, AttributeValue, RowKey } from '../../../src/values/attribute-value.js';
import { compileViews } from '../../../src/views/compile-views.js';
import { DamagedRowError } from '../../../src/views/errors.js';
import { lensFor } from '../../../src/views/lens.js';
import type { TypeView } from '../../../src/views/type-view.js';
import { allRows } from '../../support/check-table.js';
import { Bench } from '../../store/bench.js';
import { type Damage, damaged, type Moment, printDamage, type RowKind } from './damages.js';
import { Gadget, gadgetOf, v1, v2 } from './gadgets.js';

/** A damage that was done, so that a person can take it back. */
interface Done {
  readonly id: string;
  readonly key: RowKey;
  readonly attribute: string;
  readonly was: AttributeValue | undefined;
  readonly is: AttributeValue | undefined;
}

/** What can be read of gadgets: `2 g0003` is gadget 3 as version 2 reads it. */
interface Readings {
  /** From some row. */
  readonly readable: ReadonlySet<string>;
  /** As it was before any damage, from some row. */
  readonly good: ReadonlySet<string>;
  /** The gadgets whose own row every version can read. */
  readonly sound: ReadonlySet<string>;
}

const missingFrom = (after: ReadonlySet<string>, before: ReadonlySet<string>): readonly string[] =>
  [...before].filter((one) => !after.has(one));

/** So often a person mends what a command names, before the command is to have come to its end. */
const ROUNDS = 8;
/** The field that says when a gadget expires. */
const EXPIRES_AT = 'until';

/**
 * The life of a table of gadgets, from the first backfill to the drop of version 1, while somebody damages rows: each gadget
 * in its own ways. After each command every good copy of every gadget that was there before is there still. What keeps a
 * command from its end is named, and when a person has mended what is named, it comes to its end.
 */
export class DamagedLife {
  readonly #done: Done[] = [];
  readonly #views: Map<number, TypeView>;
  /** By version and gadget, as it was before any damage. */
  readonly #true = new Map<string, unknown>();

  private constructor(
    private readonly bench: Bench,
    private readonly damages: ReadonlyMap<string, readonly Damage[]>,
  ) {
    const classes = { types: new Map<string, never>(), objects: new Map<string, never>() };
    const migrations = v2.migrations;
    this.#views = new Map(
      v2.versions.map((schema, i) => {
        const version = i + 1;
        const compiled = compileViews({ schema, lens: lensFor(version, migrations), classes });
        return [version, compiled.get('Gadget')!];
      }),
    );
  }

  static async live(engine: LocalEngine, damages: readonly (readonly Damage[])[]): Promise<void> {
    const ids = damages.map((_, i) => `g${String(i).padStart(4, '0')}`);
    const life = new DamagedLife(await Bench.on(engine), new Map(ids.map((id, i) => [id, damages[i]!])));
    await life.#live();
  }

  async #live(): Promise<void> {
    const place = { schema: v2, table: this.bench.table, client: this.bench.client };
    const gadgets = (await this.bench.open(v1, { census: false })).repository(Gadget);
    for (const id of this.damages.keys()) await gadgets.insert(gadgets.create(gadgetOf(id) as Gadget));
    await this.bench.open(v2, { census: false });
    // Nothing is damaged yet.
    await this.#read();

    await this.#damage('backfill');
    await this.#toItsEnd('backfill', () => backfill(place));
    await this.#damage('verify');
    await this.#proved('verify', () => verify({ ...place, repair: true }));
    await promote(place);
    await this.#damage('promoted');
    await this.#proved('verify --all', () => verify({ ...place, all: true, repair: true }));
    await this.#damage('retire');
    await this.#toItsEnd('retire', () => retire({ ...place, version: 1, force: true }));
    await this.#proved('verify --all', () => verify({ ...place, all: true, repair: true }));
    this.#views.delete(1);
    await this.#toItsEnd('drop', () => drop({ ...place, version: 1, force: true }));
    expect(await verify({ ...place, all: true })).toMatchObject({ complete: true, passedOver: { count: 0 } });
    expect(await this.bench.wrong()).toEqual([]);
    for (const id of this.damages.keys()) {
      const { sound, rows } = await inspectItem({ ...place, key: { pk: `/gadget-${id}`, sk: '/' } });
      expect({ id, damages: this.#print(id), sound, rows: rows.length }).toMatchObject({ sound: true, rows: 3 });
    }
  }

  /** A pass: what it goes on past is named, and mended, until it is finished. */
  async #toItsEnd(
    what: string,
    pass: () => Promise<{ readonly finished: boolean; readonly passedOver: PassedOver }>,
  ): Promise<void> {
    for (let round = 0; round < ROUNDS; round++) {
      const { finished, passedOver } = await this.#harmless(what, pass);
      if (finished) return;
      expect(passedOver.count).toBeGreaterThan(0);
      await this.#mend(passedOver.first.map(({ key }) => key));
    }
    throw new Error(`${what} comes to no end.`);
  }

  /** A verify: all that it leaves wrong is named, and mended, until it is complete; then nothing is wrong. */
  async #proved(what: string, call: () => Promise<VerifyReport>): Promise<void> {
    let report: VerifyReport | undefined;
    for (let round = 0; round < ROUNDS; round++) {
      report = await this.#harmless(what, call);
      if (report.complete) break;
      const named = [
        ...report.passedOver.first.map(({ key }) => key),
        ...report.keyPaths.flatMap(({ first }) => Object.values(first).flat()),
      ];
      await this.#mend(named);
    }
    expect(report).toMatchObject({ complete: true, finished: true });
    if (what.endsWith('--all')) expect(await this.bench.wrong()).toEqual([]);
  }

  /**
   * Whatever a version can read from some row before a command it can read after it. And where not every version can read
   * the item itself, no command loses a copy that is as it was before any damage: it may be the only good one.
   */
  async #harmless<Report>(what: string, command: () => Promise<Report>): Promise<Report> {
    const before = await this.#read();
    const report = await command();
    const after = await this.#read();
    const lost = [
      ...missingFrom(after.readable, before.readable),
      ...missingFrom(after.good, before.good).filter((one) => !before.sound.has(one.split(' ')[1]!)),
    ];
    const told = lost.map((one) => `${one}: ${this.#print(one.split(' ')[1]!)}`);
    expect({ what, lost: told }).toEqual({ what, lost: [] });
    return report;
  }

  async #read(): Promise<Readings> {
    const readings = { readable: new Set<string>(), good: new Set<string>(), sound: new Set<string>() };
    for (const row of await this.#rows()) {
      const key = this.bench.gateway.keyOf(row);
      const id = idIn(key);
      const entities = [...this.#views].map(([version, view]) => [version, decoded(view, row)] as const);
      if (key.pk.startsWith('/gadget-') && entities.every(([, entity]) => entity !== undefined)) readings.sound.add(id);
      for (const [version, entity] of entities) {
        if (entity === undefined) continue;
        const one = `${version} ${id}`;
        readings.readable.add(one);
        if (!this.#true.has(one)) this.#true.set(one, entity);
        if (isDeepStrictEqual(entity, this.#true.get(one))) readings.good.add(one);
      }
    }
    return readings;
  }

  async #rows(): Promise<readonly AttributeMap[]> {
    const all = await allRows(this.bench.gateway);
    return all.filter((row) => /g\d{4}/.test(JSON.stringify(this.bench.gateway.keyOf(row))));
  }

  async #damage(moment: Moment): Promise<void> {
    for (const [id, damages] of this.damages) {
      for (const damage of damages) if (damage.moment === moment) await this.#do(id, damage);
    }
  }

  async #do(id: string, damage: Damage): Promise<void> {
    const { gateway } = this.bench;
    const key = keyOf(id, damage.row);
    const row = await gateway.get(key);
    if (row === undefined) return;
    const is = damaged(damage, row);
    this.#done.push({ id, key, attribute: damage.attribute, was: row[damage.attribute], is });
    await this.#put(key, row, damage.attribute, is);
  }

  /** As a person would who looks at the rows of each item that is named: takes back what is still damaged. */
  async #mend(named: readonly RowKey[]): Promise<void> {
    const ids = new Set(named.map(idIn));
    for (const { id, key, attribute, was, is } of [...this.#done].reverse()) {
      if (!ids.has(id)) continue;
      const row = await this.bench.gateway.get(key);
      // A time that a pass took for the user's, on an item of before the version, is no damage any more.
      const isTaken = attribute === EXPIRES_AT && isDeepStrictEqual(row?.[own.expiry], is);
      if (row !== undefined && isDeepStrictEqual(row[attribute], is) && !isTaken)
        await this.#put(key, row, attribute, was);
    }
  }

  async #put(key: RowKey, row: AttributeMap, attribute: string, value: AttributeValue | undefined): Promise<void> {
    const { pk: _, sk: __, [attribute]: ___, ...rest } = row;
    await this.bench.putRaw(key, value === undefined ? rest : { ...rest, [attribute]: value });
  }

  #print(id: string): string {
    return (this.damages.get(id) ?? []).map(printDamage).join('; ');
  }
}

const idIn = (key: RowKey): string => /g\d{4}/.exec(keyId(key))?.[0] ?? inspect(key);

function keyOf(id: string, row: RowKind): RowKey {
  if (row === 'primary') return { pk: `/gadget-${id}`, sk: '/' };
  return row === 'old copy' ? { pk: `/name-name ${id}`, sk: '/' } : { pk: `/label-label ${id}`, sk: `/gadget-${id}` };
}

function decoded(view: TypeView, row: AttributeMap): unknown {
  try {
    return view.decode(row);
  } catch (error) {
    if (error instanceof DamagedRowError) return undefined;
    throw error;
  }
}
