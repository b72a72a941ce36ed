import type { AttributeMap } from '../values/attribute-value.js';
import type { Footprint, RawTrail } from './raw-trail.js';

/**
 * What a nested object continues by itself: the raw map that it was read from; `new` for one that is known to continue
 * nothing; `again` for a further place of an object whose raw map is continued in another; undefined for an object that
 * this row does not know, which may continue what is stored in its place.
 */
export type Origin = AttributeMap | 'new' | 'again' | undefined;

/**
 * For one save, which raw map each nested object of an entity continues by itself, so that none is continued twice. The
 * entity is walked once before anything is written (`meet`): only then is it known which raw maps go elsewhere.
 */
export class Origins {
  private readonly inRow: ReadonlyMap<AttributeMap, AttributeMap>;
  private readonly met = new Set<object>();
  /** The raw maps whose own object is somewhere in the entity. */
  private readonly living = new Set<AttributeMap>();
  /** Those whose own object still stands where it was read. */
  private readonly atHome = new Set<AttributeMap>();
  private readonly continued = new Set<AttributeMap>();

  /** @param row what the entity is written onto: the row of the trail, or a later reading of the same revision. */
  constructor(
    private readonly trail: RawTrail,
    row: AttributeMap,
  ) {
    this.inRow = trail.mapsIn(row);
  }

  /**
   * Takes note of an object in a place of the entity.
   * @param place the raw map in that place; undefined where there is none, or where it is not certain which.
   * @returns whether the object has been met before: then so has all that lies in it.
   */
  meet(object: object, type: string, place: AttributeMap | undefined): boolean {
    for (const footprint of this.trail.of(object)) {
      const raw = this.rawOf(footprint);
      if (raw === undefined) continue;
      this.living.add(raw);
      if (raw === place && footprint.type === type) this.atHome.add(raw);
    }
    if (this.met.has(object)) return true;
    this.met.add(object);
    return false;
  }

  /** The raw map that the members of an object lie in, where that is certain before anything is written. */
  certain(object: object, type: string): AttributeMap | undefined {
    const [footprint, other] = this.trail.of(object);
    return footprint === undefined || other !== undefined || footprint.type !== type
      ? undefined
      : this.rawOf(footprint);
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
    const isFree = (raw: AttributeMap): boolean => !this.continued.has(raw) && (raw === place || !this.atHome.has(raw));
    const raw = raws.find((each) => each === place && isFree(each)) ?? raws.find(isFree);
    if (raw === undefined) return 'again';
    this.continued.add(raw);
    return raw;
  }

  private rawOf({ raw }: Footprint): AttributeMap | undefined {
    return raw === undefined ? undefined : (this.inRow.get(raw) ?? raw);
  }
}
