import type { AttributeMap } from '../../../src/values/attribute-value.js';
import {
  placesIn,
  rawAt,
  root,
  tagOf,
  types,
  type Place,
  type Properties,
  type Shape,
  type Thing,
  type TypeName,
} from './shapes.js';

/*
 * What a save may do with what other versions know of nested objects, told from outside: by which of the caller's objects
 * stands where, before and after, and by which tag is stored there. Knows nothing of how a save finds it out.
 */

/** An object before the caller began. */
interface Owner {
  /** Undefined for one that no newer version has written since it was made. */
  readonly tag: string | undefined;
  readonly object: Thing;
  readonly type: TypeName;
  readonly path: string;
  /** What this version saw of the object. */
  readonly said: Thing;
}

type Tagged = Place & { readonly tag: string | undefined };

export class Owners {
  private readonly owners: readonly Owner[];
  private readonly before: Thing;

  /** @param entity as it was loaded, or as its last save left it. */
  constructor(entity: Thing, row: AttributeMap) {
    this.before = structuredClone(entity);
    this.owners = taggedPlaces(entity, row).map((place) => ({ ...place, said: structuredClone(place.object) }));
  }

  /** What is wrong with the row that a save made of the changed entity; empty where nothing is. */
  faults(entity: Thing, row: AttributeMap): string[] {
    return new Comparison(this.owners, this.before, entity, row).faults();
  }
}

class Comparison {
  private readonly places: readonly Tagged[];
  private readonly living: ReadonlySet<Thing>;
  private readonly known: ReadonlySet<Thing>;
  private readonly byTag: ReadonlyMap<string, Owner>;
  private readonly byPath: ReadonlyMap<string, Owner>;
  private readonly found: string[] = [];

  constructor(
    private readonly owners: readonly Owner[],
    private readonly before: Thing,
    private readonly entity: Thing,
    row: AttributeMap,
  ) {
    this.places = taggedPlaces(entity, row);
    this.living = new Set(this.places.map(({ object }) => object));
    this.known = new Set(owners.map(({ object }) => object));
    this.byTag = new Map(owners.flatMap((owner) => (owner.tag === undefined ? [] : [[owner.tag, owner]])));
    this.byPath = new Map(owners.map((owner) => [owner.path, owner]));
  }

  faults(): string[] {
    this.twice();
    for (const place of this.places) this.misplaced(place);
    for (const owner of this.owners) this.lostByItsObject(owner);
    this.below(root, this.entity, this.before, '', '');
    // Whatever continues an object is compared with that, member by member.
    for (const { tag, object, type, path } of this.places) {
      const owner = tag === undefined ? undefined : this.byTag.get(tag);
      if (owner !== undefined) this.below(types[type], object, owner.said, path, owner.path);
    }
    return this.found;
  }

  private twice(): void {
    const tags = this.places.flatMap(({ tag }) => tag ?? []);
    for (const tag of new Set(tags))
      if (tags.indexOf(tag) !== tags.lastIndexOf(tag)) this.found.push(`${tag} is stored twice`);
  }

  private misplaced({ tag, object, type, path }: Tagged): void {
    if (tag === undefined) return;
    const owner = this.byTag.get(tag);
    if (owner === undefined) this.found.push(`${tag} comes from nowhere`);
    else if (owner.object === object) return;
    else if (this.known.has(object)) this.found.push(`${tag} of ${owner.path} is on another loaded object, at ${path}`);
    else if (this.living.has(owner.object)) this.found.push(`${tag} is at ${path}, and its object lives on`);
    else if (!agree(type, owner.said, object)) this.found.push(`${tag} of ${owner.path} is at ${path}, not like it`);
  }

  private lostByItsObject({ object, path }: Owner): void {
    const mine = this.owners.filter((owner) => owner.object === object).map(({ tag }) => tag);
    // Of one that was stored in two places, in one of them by a new row, either may be kept.
    if (!this.living.has(object) || mine.includes(undefined)) return;
    const kept = this.places.filter((place) => place.object === object && place.tag && mine.includes(place.tag));
    // An object that was stored in two places, and now is in one, cannot keep both.
    if (kept.length === 0) this.found.push(`${mine.join()} of ${path} is lost, and its object is there`);
  }

  private below(properties: Properties, now: Thing, said: Thing, path: string, was: string): void {
    for (const [name, { shape }] of Object.entries(properties))
      this.inPlace(shape, now[name], said[name], `${path}/${name}`, `${was}/${name}`);
  }

  /** A value, and what was in its place. */
  private inPlace(shape: Shape, now: unknown, said: unknown, path: string, was: string): void {
    if (now === undefined || said === undefined) return;
    if (shape.kind === 'object') {
      const owner = this.byPath.get(was);
      if (owner?.tag === undefined) return;
      const isItself = owner.object === now;
      const isEqual = !this.living.has(owner.object) && !this.known.has(now as Thing) && textOf(now) === textOf(said);
      if ((isItself || isEqual) && this.tagAt(path) !== owner.tag)
        this.found.push(`${owner.tag} of ${was} is lost at ${path}: ${isItself ? 'its object' : 'an equal'} is there`);
    } else if (shape.kind === 'map') {
      for (const key of Object.keys(now as Thing))
        this.inPlace(shape.of, (now as Thing)[key], (said as Thing)[key], `${path}/${key}`, `${was}/${key}`);
    } else if (shape.kind === 'list' && shape.of.kind === 'object') {
      this.inList(now as Thing[], said as Thing[], path, was);
    }
  }

  private inList(now: readonly Thing[], said: readonly Thing[], path: string, was: string): void {
    now.forEach((each, i) => {
      const owner = this.byPath.get(`${was}/${i}`);
      if (owner?.object === each && owner.tag !== undefined && this.tagAt(`${path}/${i}`) !== owner.tag)
        this.found.push(`${owner.tag} of ${owner.path} left its object in its place`);
    });
    const unknown = now.filter((each) => !this.known.has(each)).map(textOf);
    const left = said.flatMap((each, i) => {
      const owner = this.byPath.get(`${was}/${i}`);
      return owner === undefined || this.living.has(owner.object) ? [] : [{ tag: owner.tag, text: textOf(each) }];
    });
    for (const text of new Set(unknown)) {
      const equal = left.filter((each) => each.text === text);
      const tags = equal.flatMap(({ tag }) => tag ?? []);
      const kept = now.filter((_, i) => tags.includes(this.tagAt(`${path}/${i}`) ?? '')).length;
      const untagged = equal.length - tags.length;
      const wanted = Math.min(tags.length, unknown.filter((each) => each === text).length - untagged);
      if (kept < wanted) this.found.push(`of ${tags.join()} in ${was} ${kept} are kept, and ${wanted} have an equal`);
    }
  }

  private tagAt(path: string): string | undefined {
    return this.places.find((place) => place.path === path)?.tag;
  }
}

function taggedPlaces(entity: Thing, row: AttributeMap): Tagged[] {
  return placesIn(entity).map((place) => ({ ...place, tag: tagOf(rawAt(row, place.path)) }));
}

/** Equal fields over all that one of two objects has, or both: at least half. */
function agree(type: TypeName, a: Thing, b: Thing): boolean {
  const seen = Object.keys(types[type]).filter((name) => a[name] !== undefined || b[name] !== undefined);
  return seen.filter((name) => textOf(a[name]) === textOf(b[name])).length >= seen.length / 2;
}

/** One text for what a value says, whatever the order of its properties. */
export function textOf(value: unknown): string {
  const text = JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  ) as string | undefined;
  return text ?? 'undefined';
}
