import type { PublishableSchema } from '../registry/past.js';
import type { KeyAttributes } from '../table/gateway.js';

/**
 * What a `ductile.config.{ts,mts,cts,js,mjs,cjs,json}` exports by default, or what a promise or a function of it gives: what the command line `ductile` would else be
 * told by options, which come before it.
 *
 * @example
 * export default { schema: './src/schema.ts', table: 'shop', region: 'eu-central-1' } satisfies DuctileConfig;
 */
export interface DuctileConfig {
  /** The file that exports the schema, seen from this one; or the schema itself. */
  readonly schema?: string | PublishableSchema;
  /** The name of that export, where the file has several schemas. */
  readonly export?: string;
  readonly table?: string;
  /** Where DynamoDB answers; AWS's own endpoint of the region unless said. */
  readonly endpoint?: string;
  readonly region?: string;
  /** The profile of the shared AWS configuration files. */
  readonly profile?: string;
  /** The table's key attributes; `pk` and `sk` unless said otherwise. */
  readonly keys?: KeyAttributes;
}
