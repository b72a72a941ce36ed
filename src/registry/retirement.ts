import type { Dropped, Dropping, Floor, Swept, Withdrawn } from './content.js';
import { demandsMore, onlyOf, withoutBelow } from './demanded.js';
import { withReadings } from './readings.js';
import { own } from '../values/own.js';
import { RegistryDamagedError } from './errors.js';
import { type FloorInForce, isFloorSwept, type Knowledge, newestRemoval, type PublishedVersion } from './knowledge.js';

/** The floor of a table where every version may write. */
export const nothingRetired: FloorInForce = Object.freeze({ version: 1, since: 0 });

/** What is known after the floor was raised, or lowered again. */
export function learnFloor(known: Knowledge, epoch: number, { version }: Floor): Partial<Knowledge> {
  const lowest = known.dropping?.version ?? 1;
  if (version === known.floor.version || version < lowest || version > known.newestVersion) {
    throw new RegistryDamagedError(epoch, `version ${version} cannot be the floor, which is ${known.floor.version}`);
  }
  return { floor: version === 1 ? nothingRetired : Object.freeze({ version, since: sinceOf(known, epoch, version) }) };
}

/** Who knows the floor that is lowered knows that versions below the lower one may not write. */
function sinceOf({ floor }: Knowledge, epoch: number, version: number): number {
  return version < floor.version ? floor.since : epoch;
}

/** What is known after every item was brought to an epoch. */
export function learnSwept(known: Knowledge, epoch: number, { reached }: Swept): Partial<Knowledge> {
  if (reached <= known.swept || reached >= epoch) {
    throw new RegistryDamagedError(epoch, `no sweep can have come from epoch ${known.swept} to epoch ${reached}`);
  }
  return { swept: reached };
}

/** What is known after readers of retired versions were told to stop. */
export function learnDropping(known: Knowledge, epoch: number, { version }: Dropping): Partial<Knowledge> {
  if (version !== known.floor.version || version <= (known.dropping?.version ?? 1) || !isFloorSwept(known)) {
    throw new RegistryDamagedError(epoch, `versions below ${version} are not retired`);
  }
  return { dropping: Object.freeze({ version, since: epoch }) };
}

/** What is known after the newest version was taken back. */
export function learnWithdrawn(known: Knowledge, epoch: number, { version }: Withdrawn): Partial<Knowledge> {
  const published = known.versions.get(version);
  if (published === undefined || version !== known.newestVersion || published.active || isFloorAt(known, version)) {
    throw new RegistryDamagedError(epoch, `version ${version} cannot be withdrawn here`);
  }
  const versions = new Map(known.versions);
  versions.delete(version);
  const demanded = withReadings(onlyOf(known.demanded, versions), versions, known.dropped?.version);
  // Also where no version is active: one may become so before every reader of this one has heard of its end.
  const leftTraces = demandsMore(known.demanded, demanded) || expiresOtherwise(published, versions);
  const { hash, schema } = published;
  const withdrawn = Object.freeze({ version, hash, schema, since: epoch, leftTraces });
  return {
    versions,
    newestVersion: version - 1,
    // A reader at the version that has not heard of this would miss items whose rows go before it has.
    ...(leftTraces ? {} : { demanded }),
    withdrawn: Object.freeze([...known.withdrawn, withdrawn]),
  };
}

/** True where items expire by another rule without the newest version: every writer goes by the newest. */
function expiresOtherwise({ schema }: PublishedVersion, left: Knowledge['versions']): boolean {
  return Object.values(schema.types).some(({ storageName, expiry }) => {
    const before = [...left.values()].findLast((version) => own(version.schema.types, storageName) !== undefined);
    return before !== undefined && expiry?.at !== before.schema.types[storageName]!.expiry?.at;
  });
}

/** What is known after nobody reads any more what was taken away: from here on writers leave it behind. */
export function learnDropped(known: Knowledge, epoch: number, { reached }: Dropped): Partial<Knowledge> {
  const removal = newestRemoval(known);
  if (removal === 0 || removal > reached || reached >= epoch) {
    throw new RegistryDamagedError(epoch, `nothing that is to go was taken from all readers by epoch ${reached}`);
  }
  const { dropping, dropped } = known;
  const next = dropping?.version === dropped?.version ? dropped : Object.freeze({ ...dropping!, since: epoch });
  const demanded = onlyOf(known.demanded, known.versions);
  const withdrawn = known.withdrawn.map((version) =>
    version.leftTraces && version.gone === undefined ? Object.freeze({ ...version, gone: epoch }) : version,
  );
  const left = next === undefined ? demanded : withoutBelow(demanded, known.versions, next.version);
  return {
    demanded: withReadings(left, known.versions, next?.version),
    ...(next === undefined ? {} : { dropped: next }),
    withdrawn: Object.freeze(withdrawn),
  };
}

/** True where a version is the only one that may write: without it none could. */
export function isFloorAt({ floor }: Knowledge, version: number): boolean {
  return floor.version > 1 && floor.version === version;
}
