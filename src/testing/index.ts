/** `ductile/testing`: a user's own tests, under version skew. */
export { mixedFleet, type FleetOptions } from './mixed-fleet.js';
export type { Fleet } from './fleet.js';
export type {
  AnyProcess,
  FleetProcess,
  FleetTypes,
  FleetVersions,
  SharedEntity,
  SharedName,
  VersionOf,
} from './fleet-types.js';
export type { FleetCall } from './call-log.js';
export { FleetDefinitionError, FleetRunError, FleetUseError, InvariantError } from './errors.js';
