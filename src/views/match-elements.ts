import { DamagedValue } from '../fields/errors.js';
import { attributeText } from '../values/attribute-text.js';
import type { AttributeMap, AttributeValue } from '../values/attribute-value.js';
import { sameMap, sameValue } from '../values/same-value.js';
import type { RawTrail } from './raw-trail.js';
import { contentOnly, type ValueCodec } from './value-codec.js';

/**
 * For each element of an array the raw element that it continues, and undefined for a new one. An element continues
 *  1. the raw element that this very object was read from;
 *  2. else one that says the same to this version, the one at its own index first;
 *  3. else, where the array is as long as before, what was at its index.
 * No raw element is continued by two objects. An object that was read from elsewhere in the row is new here, and brings
 * its own raw map with it.
 */
export function matchElements(
  codec: ValueCodec,
  elements: readonly unknown[],
  before: readonly AttributeValue[],
  loaded: RawTrail | undefined,
): readonly (AttributeValue | undefined)[] {
  const match = new Match(codec, elements, before);
  if (loaded !== undefined && codec.origin !== undefined) match.byReference(loaded);
  if (!match.complete) {
    match.byContent();
    match.byIndex();
  }
  return match.continued();
}

class Match {
  /** For each element the index of its raw element; undefined where none has been found. */
  private readonly found: (number | undefined)[];
  /** Elements that came from somewhere: they take nothing over from another. */
  private readonly settled: boolean[];
  private readonly claimed: boolean[];

  constructor(
    private readonly codec: ValueCodec,
    private readonly elements: readonly unknown[],
    private readonly before: readonly AttributeValue[],
  ) {
    this.found = elements.map(() => undefined);
    this.settled = elements.map(() => false);
    this.claimed = before.map(() => false);
  }

  /** True where nothing is left to look for, and no raw element is left over whose damage would go unseen. */
  get complete(): boolean {
    return this.settled.every(Boolean) && this.claimed.every(Boolean);
  }

  byReference(loaded: RawTrail): void {
    const places = new Map(this.before.map((raw, i) => [mapOf(raw), i]));
    this.elements.forEach((element, i) => {
      const origin = this.codec.origin?.(element, loaded);
      if (origin === undefined) return;
      this.settled[i] = true;
      const place = places.get(origin) ?? this.sameOrigin(origin, i);
      if (place !== undefined) this.claim(i, place);
    });
  }

  byContent(): void {
    this.inPlace();
    if (this.complete) return;
    const open = this.unclaimed();
    for (const [i, text] of this.unsettled()) {
      if (open.get(i) !== text) continue;
      this.claim(i, i);
      open.delete(i);
    }
    const places = new Map<string, number[]>();
    for (const [place, text] of open) places.set(text, [...(places.get(text) ?? []), place]);
    for (const [i, text] of this.unsettled()) {
      const place = places.get(text)?.shift();
      if (place !== undefined) this.claim(i, place);
    }
  }

  byIndex(): void {
    if (this.elements.length !== this.before.length) return;
    this.settled.forEach((settled, i) => {
      if (!settled && this.claimed[i] === false) this.claim(i, i);
    });
  }

  continued(): readonly (AttributeValue | undefined)[] {
    return this.found.map((place) => (place === undefined ? undefined : this.before[place]));
  }

  /** The row may have been read again since: the same content in other objects. */
  private sameOrigin(origin: AttributeMap, i: number): number | undefined {
    const same = (place: number): boolean => {
      const raw = mapOf(this.before[place]);
      return this.claimed[place] === false && raw !== undefined && sameMap(raw, origin);
    };
    if (same(i)) return i;
    const place = this.before.findIndex((_, candidate) => same(candidate));
    return place === -1 ? undefined : place;
  }

  /** The usual case, found without a text for each element: what is stored at an index is what its element says. */
  private inPlace(): void {
    this.elements.forEach((element, i) => {
      if (this.settled[i] === true || this.claimed[i] !== false) return;
      if (sameValue(this.codec.encode(element, contentOnly), this.before[i])) this.claim(i, i);
    });
  }

  private unclaimed(): Map<number, string> {
    const texts = new Map<number, string>();
    this.before.forEach((raw, place) => {
      if (this.claimed[place] === false) texts.set(place, this.contentOf(this.decode(raw, place)));
    });
    return texts;
  }

  private unsettled(): readonly (readonly [number, string])[] {
    return this.elements.flatMap((element, i) =>
      this.settled[i] === true ? [] : [[i, this.contentOf(element)] as const],
    );
  }

  private decode(raw: AttributeValue, place: number): unknown {
    try {
      return this.codec.decode(raw, undefined);
    } catch (error) {
      throw error instanceof DamagedValue ? error.within(`[${place}]`) : error;
    }
  }

  /** What an element says to this version. */
  private contentOf(element: unknown): string {
    return attributeText(this.codec.encode(element, contentOnly));
  }

  private claim(element: number, place: number): void {
    this.found[element] = place;
    this.settled[element] = true;
    this.claimed[place] = true;
  }
}

function mapOf(raw: AttributeValue | undefined): AttributeMap | undefined {
  return (raw as { M?: AttributeMap } | undefined)?.M;
}
