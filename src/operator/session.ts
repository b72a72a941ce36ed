import type { DynamoClient } from '../dynamo/client.js';
import { openGateway } from '../dynamo/gateway.js';
import { assertTable } from '../dynamo/table.js';
import { ItemWriter } from '../protocol/writer.js';
import { assertCompiled } from '../registry/check.js';
import type { Knowledge } from '../registry/knowledge.js';
import type { PublishableSchema } from '../registry/past.js';
import { Registry } from '../registry/registry.js';
import type { Gateway, KeyAttributes } from '../table/gateway.js';
import type { ProgressListener } from './progress.js';

/** What every operator function takes. */
export interface OperatorOptions {
  /** Any version of the schema that was published: what an operator does follows from the registry, not from classes. */
  readonly schema: PublishableSchema;
  readonly table: string;
  readonly client: DynamoClient;
  /** The table's key attributes; `pk` and `sk` unless said otherwise. */
  readonly keys?: KeyAttributes;
  /**
   * How long a drain lasts, in milliseconds, from when an entry could be read by all. Unless said otherwise: where the
   * registry records `createGuard: 'age'`, the largest `registryMaxAge` that a process may still act by and 17 minutes;
   * where it records `fence`, 60 s, and none on a loopback endpoint. The first drain of a drop or a withdraw lasts at
   * least `registryMaxAge` and 2 minutes, except on that loopback endpoint.
   *
   * Whoever gives less says that no process sleeps or has a request on its way for longer than that: one that does could
   * still create an item without the rows or the stamp that the entry asks for, and what is swept, verified or retired
   * after it would be so no longer; or list a key path whose rows go, and miss them. Give 0 only for a local engine at another address, such as a container's.
   */
  readonly drain?: number;
  /** Stops between two rows, or during a drain, with the signal's reason; what was written stays and is not done again. */
  readonly signal?: AbortSignal;
  readonly onProgress?: ProgressListener;
}

/** How an operator function carries out its steps. */
export type StepOptions = Pick<OperatorOptions, 'drain' | 'signal' | 'onProgress'>;

/** What an operator function works with. */
export interface Session {
  readonly gateway: Gateway;
  readonly registry: Registry;
  readonly writer: ItemWriter;
}

/** Opens the table for an operator. Costs one DescribeTable and one strongly consistent Query. */
export async function openSession(options: OperatorOptions, assertPublished?: AssertPublished): Promise<Session> {
  await assertTable(options);
  return openSessionOver(await openGateway(options), options.schema, assertPublished);
}

/** Refuses a schema that is not the one that the table holds. */
export type AssertPublished = (knowledge: Knowledge, schema: PublishableSchema, table: string) => void;

/** Opens a table that is there, over its gateway. */
export async function openSessionOver(
  gateway: Gateway,
  schema: PublishableSchema,
  assertPublished: AssertPublished = assertCompiled,
): Promise<Session> {
  const registry = await Registry.open(gateway);
  assertPublished(registry.knowledge, schema, gateway.table);
  // Layout writes are no writes of a version: they announce none.
  return { gateway, registry, writer: new ItemWriter({ gateway, registry }) };
}
