import type { ItemWriter } from '../protocol/writer.js';
import type { Registry } from '../registry/registry.js';
import type { Schema } from '../schema/schema.js';
import type { Gateway } from '../table/gateway.js';
import type { LiveViews } from './live-views.js';

/** What the parts of one open store share. */
export interface StoreContext {
  readonly schema: Schema;
  readonly gateway: Gateway;
  readonly registry: Registry;
  readonly views: LiveViews;
  readonly writer: ItemWriter;
  /** True where the store was opened with `incomplete: 'allow'`. */
  readonly allowIncomplete: boolean;
  /** @throws StoreClosedError */
  assertOpen(): void;
}
