import type { ItemWriter } from '../protocol/writer.js';
import type { CensusTaker } from '../registry/census.js';
import type { Registry } from '../registry/registry.js';
import type { Schema } from '../schema/schema.js';
import type { Gateway } from '../table/gateway.js';
import type { LiveViews } from './live-views.js';
import type { Turns } from './turns.js';

/** What the parts of one open store share. */
export interface StoreContext {
  readonly schema: Schema;
  readonly gateway: Gateway;
  readonly registry: Registry;
  readonly views: LiveViews;
  readonly writer: ItemWriter;
  /** By `keyId`. */
  readonly turns: Turns;
  /** True where the store was opened with `incomplete: 'allow'`. */
  readonly allowIncomplete: boolean;
  /** Absent where the process is not counted. */
  readonly census?: CensusTaker;
  /** @throws StoreClosedError */
  assertOpen(): void;
  /**
   * To be awaited before a read. What was taken away may have been given back: a process that was refused asks again, at a
   * Query a read. Undefined while the compiled version may read.
   *
   * @throws VersionRetiredError
   */
  beforeRead(): Promise<void> | undefined;
  /**
   * To be asked before what was read is relied on, with all that is known by then. While the compiled version may read, all
   * its key paths are there.
   *
   * @throws VersionRetiredError
   */
  assertMayRead(): void;
}
