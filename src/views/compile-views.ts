import type { EntityClass } from '../decorators/declared.js';
import type { LensStep, SchemaVersion } from '../schema/model.js';
import type { TypeView } from './type-view.js';

export interface ViewSource {
  readonly schema: SchemaVersion;
  /** What `lensFor(schema.version, …)` gives for the migrations that the registry has. */
  readonly lens: readonly LensStep[];
  /** By storage name. A type without a class is read as plain objects. */
  readonly classes: {
    readonly types: ReadonlyMap<string, EntityClass>;
    readonly objects: ReadonlyMap<string, EntityClass>;
  };
}

/** The views of every item type of one schema version, by storage name: the one place where views are made. */
export function compileViews(source: ViewSource): ReadonlyMap<string, TypeView> {
  throw new Error(`not compiled: ${source.schema.version}`);
}
