import fc from 'fast-check';
import { placesIn, root, types, type Place, type Properties, type Shape, type Thing, type TypeName } from './shapes.js';

/**
 * How a caller writes its changes:
 * - `mutation`: into the loaded objects and arrays;
 * - `immutable`: a copy of whatever lies on the way to the change, with all else as it was loaded;
 * - `whole`: a copy of the field with all that lies in it, as from a form or an HTTP body.
 */
export const styles = ['mutation', 'immutable', 'whole'] as const;
export type Style = (typeof styles)[number];

/** One change: which, and numbers that choose where and with what. */
export type Edit = readonly number[];

export const edits: fc.Arbitrary<Edit> = fc.array(fc.nat({ max: 999 }), { minLength: 10, maxLength: 10 });

/** More objects than this are not made: the next change would only be slower. */
const LARGEST = 40;

/** Makes one change in a style. What would put an object into itself is left out. */
export function change(entity: Thing, style: Style, edit: Edit): void {
  new Editor(entity, style, edit).run();
}

type Chain = Place['chain'];

/** An array of objects in an entity. */
interface List {
  readonly chain: Chain;
  readonly type: TypeName;
}

class Editor {
  private readonly numbers: number[];

  constructor(
    private readonly entity: Thing,
    private readonly style: Style,
    edit: Edit,
  ) {
    this.numbers = [...edit];
  }

  run(): void {
    if (placesIn(this.entity).length > LARGEST) return;
    const kinds = [this.inList, this.inList, this.inList, this.inPlace, this.inPlace, this.move, this.duplicate];
    this.oneOf(kinds)?.call(this);
  }

  /** What callers do to an array. */
  private inList(): void {
    const list = this.oneOf(listsIn(this.entity));
    if (list === undefined) return;
    const { type } = list;
    const items = this.writable(list.chain) as Thing[];
    const at = this.below(items.length);
    const fresh = (): Thing => this.fresh(type);
    const edited = (each: Thing | undefined): Thing => (each === undefined ? fresh() : this.edited(type, { ...each }));
    const operations: (() => unknown)[] = [
      () => items.pop(),
      () => items.push(fresh()),
      () => items.shift(),
      () => items.unshift(fresh()),
      () => (items.pop(), items.push(fresh())),
      () => (items.shift(), items.push(fresh())),
      () => items.splice(at, this.below(3), ...Array.from({ length: this.below(3) }, fresh)),
      () => items.sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1)),
      () => items.push(...items.splice(0, at)),
      () => items.reverse(),
      // A copy that is edited and appended, with and without the one that it was made of.
      () => items.push(edited(items[at])),
      () => items.push(...items.splice(at, 1).map(edited)),
      () => (items.length > 0 ? (items[at] = edited(items[at])) : undefined),
      () => (items.length > 0 ? (items[at] = fresh()) : undefined),
      () => items.splice(0, items.length, ...items.map(edited)),
      () => items.splice(0, items.length, ...items.map(edited).reverse()),
      () => items.splice(0, items.length, ...items.map((each) => ({ ...each }))),
      () => items.forEach((each, i) => this.style === 'mutation' && i !== at && this.edited(type, each)),
      () => items.splice(0, items.length),
      () => items.splice(at, 0, ...items.slice(at, at + 1)),
    ];
    this.oneOf(operations)?.();
  }

  /** What callers do to one object in a field, in a map or in an array. */
  private inPlace(): void {
    const place = this.oneOf(placesIn(this.entity));
    if (place === undefined) return;
    const { type, chain } = place;
    const key = chain.at(-1)![1];
    const holder = this.writable(chain.slice(0, -1)) as Record<string | number, unknown>;
    const here = (): Thing => holder[key] as Thing;
    const wrapper = (): Thing => ({ ...this.fresh('Line'), ...(this.below(2) === 0 ? { sku: here()['sku'] } : {}) });
    const operations: (() => unknown)[] = [
      () => this.edited(type, this.style === 'mutation' ? here() : (holder[key] = { ...here() })),
      () => (holder[key] = this.edited(type, { ...here() })),
      () => (holder[key] = this.fresh(type)),
      () => (holder[key] = { ...here() }),
      () => (type === 'Line' ? (holder[key] = { ...wrapper(), parts: [here()] }) : undefined),
      () => (type === 'Line' ? (holder[key] = { ...wrapper(), inner: here() }) : undefined),
      () => (holder[key] = (here()['parts'] as Thing[] | undefined)?.[0] ?? here()['inner'] ?? here()),
      () => remove(holder, key),
    ];
    this.oneOf(operations)?.();
  }

  /** An object goes from where it is to another place, and something else may take the old one. */
  private move(): void {
    const from = this.oneOf(placesIn(this.entity));
    if (from === undefined) return;
    const [holder, key] = [
      this.writable(from.chain.slice(0, -1)) as Record<string | number, unknown>,
      from.chain.at(-1)![1],
    ];
    const object = holder[key] as Thing;
    if (this.below(2) === 0) remove(holder, key);
    else holder[key] = this.below(2) === 0 ? this.fresh(from.type) : this.edited(from.type, { ...object });
    this.put(object, from.type);
  }

  /** An object stands in one place more. */
  private duplicate(): void {
    const from = this.oneOf(placesIn(this.entity));
    if (from !== undefined) this.put(from.object, from.type);
  }

  private put(object: Thing, type: TypeName): void {
    const value = this.style === 'whole' ? structuredClone(object) : object;
    const targets = [...slotsIn(this.entity), ...listsIn(this.entity)].filter(
      (target) => target.type === type && !holds(object, holderOf(target)),
    );
    const target = this.oneOf(targets);
    if (target === undefined) return;
    if (Array.isArray(valueAt(target.chain))) {
      const items = this.writable(target.chain) as Thing[];
      items.splice(this.below(items.length + 1), 0, value);
    } else {
      const [, key] = target.chain.at(-1)!;
      (this.writable(target.chain.slice(0, -1)) as Record<string | number, unknown>)[key] = value;
    }
  }

  /** The holder at the end of a chain, ready to be written to in this style. */
  private writable(chain: Chain): object {
    if (this.style === 'mutation' || chain.length === 0) return valueAt(chain) ?? this.entity;
    let here: Record<string | number, unknown> = this.entity;
    chain.forEach(([, key], depth) => {
      const value = here[key];
      // In the style of whole fields everything below the first one is copied at once.
      const copy = this.style === 'immutable' ? shallow(value) : depth === 0 ? structuredClone(value) : value;
      here[key] = copy;
      here = copy as Record<string | number, unknown>;
    });
    return here;
  }

  private fresh(type: TypeName): Thing {
    if (type === 'Box') return { label: this.text() };
    const line: Thing = { sku: this.text(), quantity: this.below(3) };
    if (this.below(4) === 0) line['note'] = this.text();
    if (this.below(4) === 0) line['box'] = this.fresh('Box');
    if (this.below(6) === 0) line['parts'] = [{ sku: this.text(), quantity: this.below(3) }];
    return line;
  }

  /** With one of its scalars, or more, changed in place. */
  private edited(type: TypeName, object: Thing): Thing {
    if (type === 'Box') object['label'] = this.text();
    else if (this.below(3) === 0) Object.assign(object, { sku: this.text(), quantity: this.below(3) });
    else if (this.below(2) === 0) object['quantity'] = this.below(3);
    else object['note'] = this.text();
    return object;
  }

  private text(): string {
    return 'abcdef'[this.below(6)]!;
  }

  private below(limit: number): number {
    return limit < 1 ? 0 : (this.numbers.shift() ?? 0) % limit;
  }

  private oneOf<T>(choices: readonly T[]): T | undefined {
    return choices[this.below(choices.length)];
  }
}

const textOf = (each: Thing): string => String(each['sku'] ?? each['label']);

const shallow = (value: unknown): unknown =>
  Array.isArray(value) ? [...(value as unknown[])] : { ...(value as Thing) };

function remove(holder: Record<string | number, unknown>, key: string | number): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
}

function valueAt(chain: Chain): unknown {
  const last = chain.at(-1);
  return last === undefined ? undefined : (last[0] as Record<string | number, unknown>)[last[1]];
}

/** What a target is written into: the array itself, else what has the field or the key. */
function holderOf({ chain }: List): unknown {
  const value = valueAt(chain);
  return Array.isArray(value) ? value : chain.at(-1)![0];
}

/** Whether a holder lies in a value, so that to put the value there would close a circle. */
function holds(value: unknown, holder: unknown): boolean {
  if (value === holder) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some((each) => holds(each, holder));
}

/** Every array of objects. */
function listsIn(entity: Thing): List[] {
  return holdersIn(entity).filter(({ chain }) => Array.isArray(valueAt(chain)));
}

/** Every field of an object, and a key of every map, where an object may stand; filled or not. */
function slotsIn(entity: Thing): List[] {
  return holdersIn(entity).filter(({ chain }) => !Array.isArray(valueAt(chain)));
}

function holdersIn(entity: Thing): List[] {
  const found: List[] = [];
  const walk = (shape: Shape, value: unknown, chain: Chain): void => {
    if (shape.kind === 'object') {
      // An element of an array is no slot: it is reached through its array.
      if (!Array.isArray(chain.at(-1)![0])) found.push({ chain, type: shape.type });
      if (value !== undefined) walkAll(types[shape.type], value as Thing, chain);
    }
    if (value === undefined) return;
    if (shape.kind === 'list') {
      if (shape.of.kind === 'object') found.push({ chain, type: shape.of.type });
      (value as unknown[]).forEach((each, i) => walk(shape.of, each, [...chain, [value as object, i]]));
    }
    if (shape.kind === 'map') {
      const keys = new Set([...Object.keys(value as Thing), ...(shape.of.kind === 'object' ? ['new'] : [])]);
      for (const key of keys) walk(shape.of, (value as Thing)[key], [...chain, [value as object, key]]);
    }
  };
  const walkAll = (properties: Properties, of: Thing, chain: Chain): void => {
    for (const [name, { shape }] of Object.entries(properties)) walk(shape, of[name], [...chain, [of, name]]);
  };
  walkAll(root, entity, []);
  return found;
}
