import fc from 'fast-check';
import type { AttributeMap, AttributeValue } from '../../../src/values/attribute-value.js';
import { own } from '../../../src/protocol/row.js';
import { fieldNames } from './gadgets.js';

/** The steps of a table's life ahead of which somebody damages rows. */
export const MOMENTS = ['backfill', 'verify', 'promoted', 'retire'] as const;
export type Moment = (typeof MOMENTS)[number];

/** The rows of an item: its own, that of a key path that is promoted, and that of one which is filled in its life. */
export const ROWS = ['primary', 'old copy', 'new copy'] as const;
export type RowKind = (typeof ROWS)[number];

/** What somebody does to one attribute of one row. */
export interface Damage {
  readonly row: RowKind;
  readonly attribute: string;
  readonly how: 'gone' | 'another kind' | 'another value';
  readonly moment: Moment;
}

const HOW: readonly Damage['how'][] = ['gone', 'another kind', 'another value'];

const attributes = [...Object.values(own), ...fieldNames];

/** Every attribute of every row in every way. Each has one moment at which its row is there; they take turns. */
export const allDamages: readonly Damage[] = ROWS.flatMap((row) =>
  attributes.flatMap((attribute) => HOW.map((how) => ({ row, attribute, how }))),
).map((damage, i) => {
  const moments = damage.row === 'new copy' ? MOMENTS.slice(1) : MOMENTS;
  return { ...damage, moment: moments[i % moments.length]! };
});

/** Each attribute once, each of Ductile's own once on each row: the ways and the rows of fields take turns. */
export const someDamages: readonly Damage[] = allDamages.filter(({ row, attribute, how }) => {
  const at = attributes.indexOf(attribute);
  const isOwn = at < Object.keys(own).length;
  const nth = at + ROWS.indexOf(row);
  return how === HOW[(isOwn ? nth : at) % 3] && (isOwn || row === ROWS[Math.floor(at / 3) % 3]);
});

/** A random pair of damages for each of so many items. */
export const pairsOf = (items: number): fc.Arbitrary<readonly (readonly Damage[])[]> =>
  fc.array(fc.tuple(fc.constantFrom(...allDamages), fc.constantFrom(...allDamages)), {
    minLength: 1,
    maxLength: items,
    size: 'max',
  });

export const printDamage = ({ row, attribute, how, moment }: Damage): string =>
  `${attribute} of the ${row}: ${how}, before ${moment}`;

/** What a damage makes of an attribute; undefined for nothing. */
export function damaged({ attribute, how }: Damage, row: AttributeMap): AttributeValue | undefined {
  const value = row[attribute];
  if (how === 'gone') return undefined;
  if (how === 'another kind') return value !== undefined && 'BOOL' in value ? { S: 'damaged' } : { BOOL: true };
  return value === undefined ? { S: 'damaged' } : another(value);
}

/** A value of the same kind. */
function another(value: AttributeValue): AttributeValue {
  if ('S' in value) return { S: `${value.S}!` };
  if ('N' in value) return { N: String(Number(value.N) + 1) };
  if ('BOOL' in value) return { BOOL: !value.BOOL };
  if ('B' in value) return { B: new Uint8Array([9]) };
  if ('L' in value)
    return { L: value.L.length === 0 ? [{ S: 'damaged' }] : [another(value.L[0]!), ...value.L.slice(1)] };
  if ('M' in value) {
    const [[name, first] = ['damaged', { S: 'damaged' }]] = Object.entries(value.M);
    return { M: { ...value.M, [name]: another(first) } };
  }
  if ('SS' in value) return { SS: [...value.SS, 'damaged'] };
  return { NULL: true };
}
