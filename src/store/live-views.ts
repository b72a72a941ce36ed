import type { Registry } from '../registry/registry.js';
import type { Schema } from '../schema/schema.js';
import { compileViews } from '../views/compile-views.js';
import { lensFor } from '../views/lens.js';
import type { TypeView } from '../views/type-view.js';

/**
 * The views of the compiled version. They depend on the migrations published after it, which say how this version
 * reads what newer ones left out, so they are compiled anew when a refresh of the registry brings some, or takes some back.
 */
export class LiveViews {
  /** The epoch of the newest version: a number may be published again with another content. */
  private compiledFor: number | undefined;
  private views: ReadonlyMap<string, TypeView>;

  constructor(
    private readonly schema: Schema,
    private readonly registry: Registry,
  ) {
    this.compiledFor = newestIn(registry);
    this.views = this.compile();
  }

  /** @param type storage name of an item type of the compiled version */
  of(type: string): TypeView {
    const newest = newestIn(this.registry);
    if (newest !== this.compiledFor) {
      this.views = this.compile();
      this.compiledFor = newest;
    }
    return this.views.get(type)!;
  }

  private compile(): ReadonlyMap<string, TypeView> {
    const { version, versions, classes } = this.schema;
    const published = [...this.registry.knowledge.versions.values()];
    const migrations = published.flatMap(({ migration }) => (migration === undefined ? [] : [migration]));
    return compileViews({ schema: versions.at(-1)!, lens: lensFor(version, migrations), classes });
  }
}

function newestIn({ knowledge: { versions, newestVersion } }: Registry): number | undefined {
  return versions.get(newestVersion)?.epoch;
}
