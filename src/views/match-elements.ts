import { DamagedValue } from '../fields/errors.js';
import { attributeText } from '../values/attribute-text.js';
import type { AttributeValue } from '../values/attribute-value.js';
import { sameValue } from '../values/same-value.js';
import type { Origin } from './origins.js';
import { mapIn } from './raw-maps.js';
import { contentOnly, type ValueCodec, type Writing } from './value-codec.js';

/**
 * The stored form of an array's elements, each on the raw element that it continues. An element continues
 *  1. the raw map that this very object was read from, in this array or elsewhere in the row;
 *  2. else a raw element that says the same to this version, the one at its own index first;
 *  3. else, between two neighbours that were found so, and where as many elements are left there as raw elements, the one
 *     in the same place among them, if it is like it.
 * A raw element whose own object is elsewhere in the item is continued there only, and none by two elements.
 */
export function matchElements(
  codec: ValueCodec,
  elements: readonly unknown[],
  before: readonly AttributeValue[],
  writing: Writing,
): readonly AttributeValue[] {
  const match = new Match(codec, elements, before, writing);
  match.byOrigin();
  if (!match.complete) {
    match.byContent();
    match.byNeighbours();
  }
  return match.stored();
}

/** What has been found out of a raw element: it is continued by an element, or by an object elsewhere, or left over. */
type Fate = 'left' | 'continued' | 'elsewhere';

class Match {
  /** For each element the index of its raw element; undefined where none has been found. */
  private readonly found: (number | undefined)[];
  /** What elements continue by themselves; undefined for those of which the row knows nothing. */
  private readonly origins: Origin[];
  private readonly fates: Fate[];

  constructor(
    private readonly codec: ValueCodec,
    private readonly elements: readonly unknown[],
    private readonly before: readonly AttributeValue[],
    private readonly writing: Writing,
  ) {
    this.found = elements.map(() => undefined);
    this.origins = elements.map(() => undefined);
    this.fates = before.map(() => 'left');
  }

  /** True where nothing is left to look for, and no raw element is left over whose damage would go unseen. */
  get complete(): boolean {
    return this.elements.every((_, i) => !this.isOpen(i)) && !this.fates.includes('left');
  }

  byOrigin(): void {
    const { codec, writing } = this;
    const { objects } = codec;
    if (objects === undefined || writing.origins === undefined) return;
    const places = new Map(this.before.map((raw, place) => [mapIn(raw), place]));
    this.elements.forEach((element, i) => {
      const origin = objects.takeOrigin(element as object, mapIn(this.before[i]), writing);
      this.origins[i] = origin;
      const place = typeof origin === 'object' ? places.get(origin) : undefined;
      if (place !== undefined) this.claim(i, place);
    });
    this.before.forEach((raw, place) => {
      const map = mapIn(raw);
      if (this.fates[place] === 'left' && map !== undefined && writing.origins?.lives(map) === true)
        this.fates[place] = 'elsewhere';
    });
  }

  byContent(): void {
    this.inPlace();
    if (this.complete) return;
    const open = this.contentsLeft();
    const places = new Map<string, number[]>();
    for (const [i, text] of this.contentsOpen()) {
      if (open.get(i) !== text) continue;
      this.claim(i, i);
      open.delete(i);
    }
    for (const [place, text] of open) places.set(text, [...(places.get(text) ?? []), place]);
    for (const [i, text] of this.contentsOpen()) {
      const place = places.get(text)?.shift();
      if (place !== undefined) this.claim(i, place);
    }
  }

  byNeighbours(): void {
    let from = -1;
    let open: number[] = [];
    for (let i = 0; i <= this.elements.length; i++) {
      const to = i === this.elements.length ? this.before.length : this.found[i];
      if (to !== undefined) {
        this.fillGap(open, from, to);
        from = to;
        open = [];
      } else if (this.isOpen(i)) open.push(i);
    }
  }

  stored(): readonly AttributeValue[] {
    return this.elements.map((element, i) => {
      const place = this.found[i];
      const raw = place === undefined ? undefined : this.before[place];
      const { objects } = this.codec;
      if (objects === undefined)
        return raw === undefined
          ? this.codec.encode(element, this.writing)
          : this.codec.merge(element, raw, this.writing);
      const from = mapIn(raw) ?? this.origins[i] ?? 'new';
      const map = objects.writeOnto(element as object, from, this.writing);
      return raw !== undefined && map === from ? raw : { M: map };
    });
  }

  /** Elements that are left between two neighbours, and the raw elements between what those two continue. */
  private fillGap(open: readonly number[], from: number, to: number): void {
    if (open.length === 0) return;
    const between = this.before.map((_, place) => place).slice(from + 1, Math.max(from + 1, to));
    const left = between.filter((place) => this.fates[place] === 'left');
    if (open.length !== left.length || between.some((place) => this.fates[place] === 'continued')) return;
    open.forEach((i, n) => {
      const place = left[n] as number;
      if (this.mayContinue(i, place)) this.claim(i, place);
    });
  }

  private mayContinue(i: number, place: number): boolean {
    const { objects } = this.codec;
    const raw = mapIn(this.before[place]);
    // An array or a map continues what it replaces; its own elements and members are asked one by one.
    if (objects === undefined || raw === undefined) return true;
    return this.at(place, () => objects.mayContinue(this.elements[i] as object, raw, this.writing));
  }

  /** The usual case, found without a text for each element: what is stored at an index is what its element says. */
  private inPlace(): void {
    this.elements.forEach((element, i) => {
      if (!this.isOpen(i) || this.fates[i] !== 'left') return;
      if (sameValue(this.codec.encode(element, contentOnly), this.before[i])) this.claim(i, i);
    });
  }

  private contentsLeft(): Map<number, string> {
    const texts = new Map<number, string>();
    this.before.forEach((raw, place) => {
      if (this.fates[place] !== 'left') return;
      texts.set(place, this.contentOf(this.at(place, () => this.codec.decode(raw, undefined))));
    });
    return texts;
  }

  private contentsOpen(): readonly (readonly [number, string])[] {
    return this.elements.flatMap((element, i) => (this.isOpen(i) ? [[i, this.contentOf(element)] as const] : []));
  }

  /** What an element says to this version. */
  private contentOf(element: unknown): string {
    return attributeText(this.codec.encode(element, contentOnly));
  }

  private isOpen(i: number): boolean {
    return this.found[i] === undefined && this.origins[i] === undefined;
  }

  private claim(element: number, place: number): void {
    this.found[element] = place;
    this.fates[place] = 'continued';
  }

  private at<T>(place: number, read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw error instanceof DamagedValue ? error.within(`[${place}]`) : error;
    }
  }
}
