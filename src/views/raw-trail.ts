import type { AttributeMap } from '../values/attribute-value.js';
import { pairMaps } from './raw-maps.js';

/** One nested object as it was read from a row, or written to one. */
export interface Footprint {
  /** Storage name of the object type that it was read or written as. */
  readonly type: string;
  /** Undefined for an object that is known to continue nothing. */
  readonly raw: AttributeMap | undefined;
}

/**
 * Which raw map each nested object of an entity was read from, or written as. By it a save finds, wherever the object
 * has moved to, the attributes that the caller's version does not know. Loading only appends; the index is made when a
 * save first asks.
 */
export class RawTrail {
  /** The attributes that the raw maps lie in. */
  private root: AttributeMap = {};
  private readonly objects: object[] = [];
  private readonly types: string[] = [];
  private readonly raws: (AttributeMap | undefined)[] = [];
  private readonly sources: (AttributeMap | undefined)[] = [];
  private index: Map<object, Footprint[]> | undefined;

  /** @param root the row that objects are read from, or are being written to. */
  begin(root: AttributeMap): void {
    this.root = root;
  }

  /** @param from of an object that is written: the raw map that it continues. */
  push(object: object, type: string, raw: AttributeMap | undefined, from?: AttributeMap): void {
    this.objects.push(object);
    this.types.push(type);
    this.raws.push(raw);
    if (from !== undefined) this.sources[this.raws.length - 1] = from;
    this.index = undefined;
  }

  /** Where a nested object was: more than one only where one object was written in several places. */
  of(object: object): readonly Footprint[] {
    this.index ??= this.indexed();
    return this.index.get(object) ?? [];
  }

  get isEmpty(): boolean {
    return this.objects.length === 0;
  }

  /** From the raw maps of this trail to those in the same places of another reading of its row. */
  mapsIn(row: AttributeMap): ReadonlyMap<AttributeMap, AttributeMap> {
    return pairMaps(this.root, row);
  }

  /**
   * Where the objects of a fresh decode came from before they were written.
   * @param reading the trail of that decode: of the attributes that this trail tells the writing of.
   * @param before the row that the write went onto.
   */
  before(reading: RawTrail, before: AttributeMap): RawTrail {
    const sources = new Map<AttributeMap | undefined, AttributeMap | undefined>();
    const read = this.mapsIn(reading.root);
    this.raws.forEach((raw, i) => {
      if (raw !== undefined) sources.set(read.get(raw) ?? raw, this.sources[i]);
    });
    const trail = new RawTrail();
    trail.begin(before);
    reading.objects.forEach((object, i) => {
      trail.push(object, reading.types[i] as string, sources.get(reading.raws[i]));
    });
    return trail;
  }

  private indexed(): Map<object, Footprint[]> {
    const index = new Map<object, Footprint[]>();
    this.objects.forEach((object, i) => {
      const footprint = { type: this.types[i] as string, raw: this.raws[i] };
      const known = index.get(object);
      if (known === undefined) index.set(object, [footprint]);
      else known.push(footprint);
    });
    return index;
  }
}
