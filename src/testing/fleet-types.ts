import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EntityClass } from '../decorators/declared.js';
import type { KeyPathsOf, keyPaths, PrimaryKeyPathOf } from '../decorators/key-paths.js';
import type { Repository } from '../store/repository.js';
import type { Store } from '../store/store.js';

/** The classes of one version, by the names that a test calls them. */
export interface FleetTypes {
  readonly [name: string]: EntityClass;
}

/** The classes of each version. */
export interface FleetVersions {
  readonly [version: number]: FleetTypes;
}

/** A version's number. */
export type VersionOf<Versions extends FleetVersions> = keyof Versions & number;

/** A running application of one version. */
export interface FleetProcess<Version extends number, Types extends FleetTypes> {
  /** The schema version that it is compiled at. */
  readonly version: Version;
  /** Its store: for services of yours that take one. */
  readonly store: Store;
  /** Its client: for code of yours that opens a store itself, or goes past Ductile. */
  readonly client: DynamoDBClient;
  /**
   * The items of one type, as this version sees them.
   *
   * @throws FleetUseError where the fleet was given no such name at this version.
   */
  repository<Name extends keyof Types & string>(name: Name): Repository<InstanceType<Types[Name]>>;
}

/** A running application of some version: what all versions share of a type can be used. */
export interface AnyProcess<Versions extends FleetVersions> {
  /** For `fleet.at(version)`, where more than the shared part is wanted. */
  readonly version: VersionOf<Versions>;
  readonly store: Store;
  readonly client: DynamoDBClient;
  /**
   * The items of one type, as this version sees them; typed as what all versions have. A field that is not in all of
   * them must be given its value through `fleet.at`.
   */
  repository<Name extends SharedName<Versions>>(name: Name): Repository<SharedEntity<Versions, Name>>;
}

/** A name that every version has. */
export type SharedName<Versions extends FleetVersions> = keyof Versions[VersionOf<Versions>] & string;

/** What the classes of a name have in common: their common fields, and their common key paths. */
export type SharedEntity<Versions extends FleetVersions, Name extends string> = SharedPart<
  EntityOf<Versions[VersionOf<Versions>], Name>
>;

type EntityOf<Types, Name extends string> = Types extends { readonly [N in Name]: EntityClass<infer Entity> }
  ? Entity
  : never;

type SharedPart<Entities extends object> = {
  [Field in Exclude<SharedField<Entities>, OptionalInAll<Entities>>]: Entities[Field];
} & Pick<Entities, OptionalInAll<Entities>> &
  SharedKeyPaths<CommonOf<Entities, 'primary'>, CommonOf<Entities, 'all'>>;

type SharedField<Entities> = Exclude<keyof Entities, typeof keyPaths>;

/** What no version must be given: where one must, `create` asks for it. */
type OptionalInAll<Entities extends object> = Exclude<SharedField<Entities>, RequiredInSome<Entities>>;

type RequiredInSome<Entities extends object> = Entities extends object
  ? { [Field in keyof Entities]-?: object extends Pick<Entities, Field> ? never : Field }[keyof Entities]
  : never;

type SharedKeyPaths<Primary, All> = string extends All
  ? unknown
  : { readonly [keyPaths]?: readonly [Primary & string, ...Exclude<All & string, Primary>[]] };

/** What all of a union's members have: their key paths are wrapped into parameters, which intersect. */
type CommonOf<Entities, Which extends 'primary' | 'all'> = (
  Entities extends object
    ? (paths: Which extends 'primary' ? PrimaryKeyPathOf<Entities> : KeyPathsOf<Entities>) => void
    : never
) extends (paths: infer Common) => void
  ? Common
  : never;
