import type { AttributeMap } from '../values/attribute-value.js';
import type { Footprint, RawTrail } from './raw-trail.js';

/**
 * What a nested object continues by itself: the raw map that it was read from; `new` for one that is known to continue
 * nothing; `again` for a further place of an object whose raw map is continued in another; undefined for an object that
 * this row does not know, which may continue what is stored in its place.
 */
export type Origin = AttributeMap | 'new' | 'again' | undefined;

/**
 * For one save, which raw map each nested object of an entity continues by itself, so that none is continued twice. Before
 * anything is written the entity is walked once (`meet`): only then is it known which raw maps go elsewhere.
 */
export class Origins {
  private readonly inRow: ReadonlyMap<AttributeMap, AttributeMap>;
  private readonly met = new Set<object>();
  private isShared = false;
  /** The raw maps whose own object is somewhere in the entity. */
  private readonly living = new Set<AttributeMap>();
  private continued = new Set<AttributeMap>();
  /** Raw maps that wait for their own object in the place that it was read from: in no other place does it get them. */
  private awaited: ReadonlySet<AttributeMap> = new Set();
  private metAtHome = new Set<AttributeMap>();

  /** @param row what the entity is written onto: the row of the trail, or a later reading of the same revision. */
  constructor(
    private readonly trail: RawTrail,
    row: AttributeMap,
  ) {
    this.inRow = trail.mapsIn(row);
  }

  /** Takes note of an object of the entity, and says whether it has been met before: then so has all that lies in it. */
  meet(object: object): boolean {
    if (this.met.has(object)) {
      this.isShared = true;
      return true;
    }
    this.met.add(object);
    for (const footprint of this.trail.of(object)) {
      const raw = this.rawOf(footprint);
      if (raw !== undefined) this.living.add(raw);
    }
    return false;
  }

  /**
   * Where an object stands in several places, finds out by writing without effect in which of them it was read: that one
   * gets its raw map, or else the first one.
   */
  rehearse(write: () => void): void {
    if (!this.isShared) return;
    this.start(new Set());
    write();
    this.start(this.metAtHome);
    write();
    // What such an object lies in may now continue something else, so that it is not at home there: the first place counts.
    const isSound = [...this.awaited].every((raw) => this.continued.has(raw));
    this.start(isSound ? this.awaited : new Set());
  }

  /** Whether the object that a raw map was read into is in the entity: then no other object continues the map. */
  lives(raw: AttributeMap): boolean {
    return this.living.has(raw);
  }

  /** What an object continues in this place. To be asked once for each place: the answer counts as taken. */
  take(object: object, type: string, place: AttributeMap | undefined): Origin {
    const footprints = this.trail.of(object).filter((footprint) => footprint.type === type);
    if (footprints.length === 0) return undefined;
    const raws = footprints.map((footprint) => this.rawOf(footprint)).filter((raw) => raw !== undefined);
    if (raws.length === 0) return 'new';
    const home = raws.find((raw) => raw === place);
    if (home !== undefined) this.metAtHome.add(home);
    const raw = [home, ...raws.filter((each) => !this.awaited.has(each))].find(
      (each) => each !== undefined && !this.continued.has(each),
    );
    if (raw === undefined) return 'again';
    this.continued.add(raw);
    return raw;
  }

  private start(awaited: ReadonlySet<AttributeMap>): void {
    this.awaited = awaited;
    this.continued = new Set();
    this.metAtHome = new Set();
  }

  private rawOf({ raw }: Footprint): AttributeMap | undefined {
    return raw === undefined ? undefined : (this.inRow.get(raw) ?? raw);
  }
}
