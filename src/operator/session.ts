import type { DynamoClient } from '../dynamo/client.js';
import { openGateway } from '../dynamo/gateway.js';
import { assertTable } from '../dynamo/table.js';
import { ItemWriter } from '../protocol/writer.js';
import { assertCompiled } from '../registry/check.js';
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
   * How long a drain waits, in milliseconds: none on a loopback endpoint and 60 s elsewhere, unless said otherwise. Give
   * 0 only for a local engine at another address, such as a container's.
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
export async function openSession(options: OperatorOptions): Promise<Session> {
  await assertTable(options);
  return openSessionOver(await openGateway(options), options.schema);
}

/** Opens a table that is there, over its gateway. */
export async function openSessionOver(gateway: Gateway, schema: PublishableSchema): Promise<Session> {
  const registry = await Registry.open(gateway);
  assertCompiled(registry.knowledge, schema, gateway.table);
  // Layout writes are no writes of a version: they announce none.
  return { gateway, registry, writer: new ItemWriter({ gateway, registry }) };
}
