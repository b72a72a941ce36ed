import type { AttributeMap } from '../values/attribute-value.js';

/**
 * Which raw map each nested object of an entity was read from, or written as. By it a save finds, wherever the object
 * has moved to, the attributes that the caller's version does not know. Loading only appends; the index is made when a
 * save first asks.
 */
export class RawTrail {
  private readonly objects: object[] = [];
  private readonly maps: AttributeMap[] = [];
  private readonly types: string[] = [];
  private index: Map<object, number> | undefined;

  /** @param type storage name of the object type that the object was read or written as. */
  push(object: object, raw: AttributeMap, type: string): void {
    this.objects.push(object);
    this.maps.push(raw);
    this.types.push(type);
    this.index = undefined;
  }

  /** The raw map of a nested object; undefined for one that was not read from this row, or as another type. */
  rawOf(object: object, type: string): AttributeMap | undefined {
    this.index ??= new Map(this.objects.map((each, i) => [each, i]));
    const i = this.index.get(object);
    return i !== undefined && this.types[i] === type ? this.maps[i] : undefined;
  }
}
