import { LIMITS } from './limits.js';

/** Sort keys from `from` on, up to but without `to`, in DynamoDB's order. */
export interface KeyInterval {
  readonly from: string;
  readonly to: string;
}

/**
 * Which rows of a partition to ask for. `prefix` and `between` are as a query takes them; what they select in excess,
 * `selects` tells apart.
 */
export interface KeyRange {
  readonly pk: string;
  /** One of `prefix` and `between` is there. */
  readonly prefix?: string;
  /** Inclusive at both ends, as DynamoDB has it. */
  readonly between?: readonly [low: string, high: string];
  /** True for the sort keys of the path's rows that are really meant. */
  selects(sk: string): boolean;
}

/** Compares as DynamoDB does, by the bytes of UTF-8; JavaScript's `<` goes by UTF-16 units. */
export function compareKeys(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i += 1) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Surrogates stand for characters beyond U+FFFF, so they go last. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** The keys that begin with a text. */
export function beginningWith(text: string): KeyInterval {
  return { from: text, to: successor(text) };
}

/** The keys of a partition within an interval. */
export function rangeOf(pk: string, interval: KeyInterval): KeyRange {
  const { from, to } = interval;
  if (compareKeys(from, to) >= 0) return { pk, between: [fit(from), fit(from)], selects: () => false };
  return { pk, between: [fit(from), fitAbove(to)], selects: within(interval) };
}

/** The keys of a partition that begin with a text. */
export function prefixRangeOf(pk: string, text: string): KeyRange {
  return { pk, prefix: fit(text), selects: (sk) => sk.startsWith(text) };
}

/** One key of a partition. */
export function exactRangeOf(pk: string, exact: string): KeyRange {
  return { pk, between: [exact, exact], selects: (sk) => sk === exact };
}

function within({ from, to }: KeyInterval): (sk: string) => boolean {
  return (sk) => compareKeys(from, sk) <= 0 && compareKeys(sk, to) < 0;
}

/** The first text after all those that begin with this one. */
function successor(text: string): string {
  const characters = Array.from(text);
  while (characters.length > 0) {
    const code = characters.pop()!.codePointAt(0)!;
    if (code < 0x10ffff) return characters.join('') + String.fromCodePoint(code === 0xd7ff ? 0xe000 : code + 1);
  }
  throw new RangeError('no text comes after all those that begin with U+10FFFF only');
}

/*
 * DynamoDB refuses bounds that are longer than a key can be. A shorter lower bound asks for more, never for less, and
 * so does an upper one beyond all that begin with its shorter form. A few bytes are left for the successor to grow.
 */
const LONGEST_BOUND = LIMITS.sk - 4;

function fit(bound: string): string {
  if (Buffer.byteLength(bound, 'utf8') <= LIMITS.sk) return bound;
  let bytes = 0;
  let units = 0;
  for (const character of bound) {
    bytes += Buffer.byteLength(character, 'utf8');
    if (bytes > LONGEST_BOUND) break;
    units += character.length;
  }
  return bound.slice(0, units);
}

function fitAbove(bound: string): string {
  const fitting = fit(bound);
  return fitting === bound ? bound : successor(fitting);
}
