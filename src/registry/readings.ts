import { olderRowId, type ParameterAsRead, type PathAsRead, type ReadAs } from '../keypaths/model.js';
import type { LensStep, MigrationModel } from '../schema/model.js';
import { own } from '../values/own.js';
import { lensFor, readInstead } from '../views/lens.js';
import type { DemandedPath, Knowledge, OlderReading, PublishedVersion } from './knowledge.js';

type Demanded = Knowledge['demanded'];
type Versions = Knowledge['versions'];

/** By the storage name of an enum: what a version reads in the place of values that it does not have. */
type Reading = ReadonlyMap<string, ReadonlyMap<string | number, ReadAs>>;

/**
 * [KEY-VIEW] Every key path as the versions that have it read the enums in it. The row of a path is where its newest
 * version looks for the item; older ones that read another value look elsewhere, and have a row there.
 *
 * @param floor versions below it are dropped, and look for nothing
 */
export function withReadings(demanded: Demanded, versions: Versions, floor = 1): Demanded {
  const readings = new Readings(versions);
  return new Map(
    [...demanded].map(([type, paths]) => [type, Object.freeze(paths.map((path) => readings.on(type, path, floor)))]),
  );
}

/** A path as one version reads it. */
export function pathReadBy({ path, olderReadings }: DemandedPath, version: number): PathAsRead {
  return olderReadings?.findLast(({ below }) => version < below)?.path ?? path;
}

/** The path and its older readings: one model for each row that an item may have there. */
export const modelsOf = ({ path, olderReadings = [] }: DemandedPath): readonly PathAsRead[] => [
  path,
  ...olderReadings.map((older) => older.path),
];

class Readings {
  private readonly migrations: readonly MigrationModel[];
  private readonly known = new Map<string, Reading>();

  constructor(private readonly versions: Versions) {
    this.migrations = [...versions.values()].flatMap(({ migration }) => migration ?? []);
  }

  on(type: string, demanded: DemandedPath, floor: number): DemandedPath {
    const enums = this.enumsThatChange(demanded.path);
    if (enums.length === 0) return demanded;
    const having = [...this.versions.values()]
      .filter(({ schema }) => own(schema.types, type)?.keyPaths.some(({ id }) => id === demanded.path.id))
      .sort((a, b) => b.version - a.version);
    const remaining = having.filter(({ version }) => version >= floor);
    const [newest, ...older] = remaining.length === 0 ? having : remaining;
    if (newest === undefined) return demanded;
    const { olderReadings: _, ...rest } = demanded;
    const olderReadings = this.olderReadings(demanded.path, [newest, ...older], enums);
    return Object.freeze({
      ...rest,
      path: pathAs(demanded.path, this.of(newest, enums)),
      ...(olderReadings.length > 0 && { olderReadings: Object.freeze(olderReadings) }),
    });
  }

  /** @param versions that have the path, the newest first */
  private olderReadings(
    path: PathAsRead,
    versions: readonly PublishedVersion[],
    enums: readonly string[],
  ): readonly OlderReading[] {
    return versions.slice(1).flatMap((version, i): readonly OlderReading[] => {
      const next = versions[i]!;
      const reading = this.of(version, enums);
      if (isSame(reading, this.of(next, enums))) return [];
      const id = olderRowId(path.id, next.version);
      return [Object.freeze({ below: next.version, path: { ...pathAs(path, reading), id } })];
    });
  }

  /** Of most enums no value was ever added or removed. */
  private enumsThatChange({ parameters }: PathAsRead): readonly string[] {
    const enums = parameters.flatMap(({ encoding }) => (encoding.kind === 'enum' ? encoding.enum : []));
    return enums.filter((name) => this.migrations.some(({ lens }) => lens.some((step) => isAbout(step, name))));
  }

  private of({ version, schema }: PublishedVersion, enums: readonly string[]): Reading {
    const id = JSON.stringify([version, enums]);
    let reading = this.known.get(id);
    if (reading === undefined) {
      const lens = lensFor(version, this.migrations);
      reading = new Map(enums.map((name) => [name, readInstead(own(schema.enums, name)!, lens)]));
      this.known.set(id, reading);
    }
    return reading;
  }
}

const isAbout = (step: LensStep, name: string): boolean => step.op !== 'olderDefault' && step.enum === name;

function isSame(a: Reading, b: Reading): boolean {
  return [...a].every(([name, values]) => {
    const others = b.get(name)!;
    return (
      values.size === others.size && [...values].every(([value, { stored }]) => others.get(value)?.stored === stored)
    );
  });
}

function pathAs(path: PathAsRead, reading: Reading): PathAsRead {
  const parameters = path.parameters.map(({ readAs: _, ...parameter }): ParameterAsRead => {
    const readAs = parameter.encoding.kind === 'enum' ? reading.get(parameter.encoding.enum) : undefined;
    return readAs === undefined || readAs.size === 0 ? parameter : { ...parameter, readAs };
  });
  return { ...path, parameters };
}
