import type { AttributeMap } from '../values/attribute-value.js';

/**
 * Which raw map each nested object of an entity was read from, or written as. By it a save finds, wherever the object
 * has moved to, the attributes that the caller's version does not know. Loading only appends; the index is made when a
 * save first asks.
 */
export class RawTrail {
  private readonly objects: object[] = [];
  private readonly maps: AttributeMap[] = [];
  private index: Map<object, AttributeMap> | undefined;

  push(object: object, raw: AttributeMap): void {
    this.objects.push(object);
    this.maps.push(raw);
    this.index = undefined;
  }

  /** The raw map of a nested object; undefined for an object that was not read from, or written to, this row. */
  rawOf(object: object): AttributeMap | undefined {
    this.index ??= new Map(this.objects.map((each, i) => [each, this.maps[i] as AttributeMap]));
    return this.index.get(object);
  }
}
