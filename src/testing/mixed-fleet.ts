import { randomInt } from 'node:crypto';
import type { Schema } from '../schema/schema.js';
import { FleetDefinitionError } from './errors.js';
import type { FleetVersions } from './fleet-types.js';
import type { Fleet } from './fleet.js';
import { frozenSchema } from './frozen-schema.js';
import { inLine } from './call-log.js';
import type { Release } from './launcher.js';
import { RunningFleet } from './running-fleet.js';

export interface FleetOptions {
  /** What `defineSchema` gives today: it knows every version and what leads from each to the next. */
  readonly schema: Schema;
  /** What every choice follows from: a whole number. Without one a new one is taken, which every failure names. */
  readonly seed?: number;
}

/**
 * Starts a fleet: applications of several schema versions over one new table of an embedded engine, for tests. The
 * lowest version is published and runs; `publishNext` starts the others.
 *
 * @param versions the classes of each version, by names of your choice: frozen copies of old releases
 *   (`history/v1/order.ts`), and for the newest version those of the schema. Versions and types may be left out, but not
 *   the newest version.
 *
 * @example
 * await using fleet = await mixedFleet({ 1: { Order: OrderV1 }, 2: { Order } }, { schema: shop, seed: 7 });
 * const old = fleet.at(1).repository('Order'); // Repository<OrderV1>
 * await fleet.publishNext();
 * const now = fleet.at(2).repository('Order'); // Repository<Order>
 *
 * @throws FleetDefinitionError where versions or options are wrong, or frozen classes are not what the sources say that
 *   they were: the message shows each difference with the step that a migration lacks.
 * @throws SchemaDefinitionError where a frozen class is wrong in itself.
 * @throws LocalEngineMissingError, LocalEngineStartError.
 */
export async function mixedFleet<const Versions extends FleetVersions>(
  versions: Versions,
  options: FleetOptions,
): Promise<Fleet<Versions>> {
  const { schema, seed = randomInt(2 ** 31) } = asserted(options);
  const releases = releasesOf(versions, schema);
  const fleet = await RunningFleet.start(releases, seed);
  return fleet as unknown as Fleet<Versions>;
}

function asserted(options: FleetOptions): FleetOptions {
  const given = (options ?? {}) as Partial<FleetOptions>;
  const unknown = Object.keys(given).find((name) => name !== 'schema' && name !== 'seed');
  if (unknown !== undefined) throw refused(`there is no option '${unknown}'; those are schema and seed`);
  if (!Array.isArray(given.schema?.versions)) {
    throw refused('the option schema is missing. Give what defineSchema gives: mixedFleet({ … }, { schema: shop })');
  }
  if (given.seed !== undefined && !Number.isSafeInteger(given.seed)) {
    throw refused(`the seed ${inLine(given.seed)} is no whole number`);
  }
  return options;
}

/** The releases of a fleet, oldest first. */
function releasesOf(versions: FleetVersions, schema: Schema): readonly [Release, ...Release[]] {
  const listed = Object.keys(versions ?? {})
    .map(Number)
    .sort((a, b) => a - b);
  const known = schema.versions.map(({ version }) => version);
  const unknown = Object.keys(versions ?? {}).find((version) => !known.includes(Number(version)));
  if (unknown !== undefined) {
    throw refused(`schema '${schema.name}' has no version ${unknown}; it has ${known.join(', ')}`);
  }
  if (listed.at(-1) !== schema.version) {
    throw refused(
      `schema '${schema.name}' is at version ${schema.version}, which is not among the versions given (${listed.join(', ') || 'none'}). ` +
        `Add { ${schema.version}: … } with the classes of today`,
      schema.version,
    );
  }
  return listed.map((version) => releaseOf(versions, version, schema)) as unknown as readonly [Release, ...Release[]];
}

function releaseOf(versions: FleetVersions, version: number, schema: Schema): Release {
  const classes = new Map(Object.entries(versions[version] ?? {}));
  for (const [name, entityClass] of classes) {
    if (typeof entityClass !== 'function')
      throw refused(`${name} of version ${version} is ${inLine(entityClass)}, and no class`, version);
    if (version === schema.version && ![...schema.classes.types.values()].includes(entityClass)) {
      throw refused(
        `${name} of version ${version} is not a class that schema '${schema.name}' is defined with, and that is its ` +
          'newest version. Give the class of today; frozen copies are for older versions',
        version,
      );
    }
  }
  if (classes.size === 0) throw refused(`version ${version} has no classes`, version);
  const compiled = version === schema.version ? schema : frozenSchema(schema, version, [...classes.values()]);
  return { version, classes, schema: compiled };
}

const refused = (what: string, version?: number): FleetDefinitionError =>
  new FleetDefinitionError(`mixedFleet: ${what}.`, version === undefined ? {} : { version });
