import type { ScalarFacts, ScalarName } from '../fields/scalars/index.js';
import type { CollectionType, EnumType } from './field-spec.js';

/*
 * Three sides of one type. A property is right if it can hold all that is read and holds only what can be written; a
 * default may also be written as JSON says it.
 */

/** What a load puts into the property. */
export type Read<Spec> = Spec extends () => infer Lazy ? ReadStated<Lazy> : ReadStated<Spec>;

type ReadStated<Spec> = Spec extends ScalarName
  ? ScalarFacts[Spec]['read']
  : Spec extends abstract new (...args: never) => infer Instance
    ? Instance
    : Spec extends CollectionType<infer Kind, infer Of>
      ? Kind extends 'array'
        ? Read<Of>[]
        : Kind extends 'map'
          ? { [key: string]: Read<Of> }
          : Set<Read<Of>>
      : Spec extends EnumType<infer Value>
        ? Value
        : never;

/** What a save takes from the property: read-only collections too. */
export type Write<Spec> = Spec extends () => infer Lazy ? WriteStated<Lazy> : WriteStated<Spec>;

type WriteStated<Spec> = Spec extends ScalarName
  ? ScalarFacts[Spec]['value']
  : Spec extends CollectionType<infer Kind, infer Of>
    ? Kind extends 'array'
      ? readonly Write<Of>[]
      : Kind extends 'map'
        ? { readonly [key: string]: Write<Of> }
        : ReadonlySet<Write<Of>>
    : ReadStated<Spec>;

/** What a `readDefault` may be. What an object is made of is checked when the schema is defined. */
export type Default<Spec> = Spec extends () => infer Lazy ? DefaultStated<Lazy> : DefaultStated<Spec>;

type DefaultStated<Spec> = Spec extends ScalarName
  ? ScalarFacts[Spec]['default']
  : Spec extends EnumType<infer Value>
    ? Value
    : Spec extends CollectionType<infer Kind, infer Of>
      ? Kind extends 'array'
        ? readonly Default<Of>[]
        : Kind extends 'map'
          ? { readonly [key: string]: Default<Of> }
          : ReadonlySet<Default<Of>> | readonly Default<Of>[]
      : object;
