import type { DynamoClient } from '../dynamo/client.js';
import { openGateway } from '../dynamo/gateway.js';
import { assertTable, type TableSize } from '../dynamo/table.js';
import { ItemWriter } from '../protocol/writer.js';
import { assertAnyPublished, assertCompiled, assertSources } from '../registry/check.js';
import type { Knowledge } from '../registry/knowledge.js';
import type { PublishableSchema } from '../registry/past.js';
import { Registry } from '../registry/registry.js';
import type { Gateway, KeyAttributes } from '../table/gateway.js';
import { gatewayHeeding } from '../table/gateway-over.js';
import type { ProgressListener } from './progress.js';
import { assertMayCut, losesResumes } from './resumes.js';

/** Which table: what every operator function takes. What there is to know of its schema stands in the table's registry. */
export interface PlaceOptions {
  readonly table: string;
  readonly client: DynamoClient;
  /** The table's key attributes; `pk` and `sk` unless said otherwise. */
  readonly keys?: KeyAttributes;
  /**
   * Ends the call with the signal's reason: before its next request; of a pass over the table between two rows, and of a
   * drain at once. What was written stays and is not done again.
   */
  readonly signal?: AbortSignal;
}

/** What those take besides that change what applications rely on. */
export interface SourceOptions {
  /**
   * The schema as some sources have it, of any version that was published. What is done follows from the registry alone;
   * sources that are given are compared with it first, so that a table of another schema, or one that still lacks the
   * version that is to be deployed, is refused.
   */
  readonly schema?: PublishableSchema;
}

/** What those take besides that pass over the table. */
export interface OperatorOptions extends PlaceOptions, SourceOptions {
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
  readonly onProgress?: ProgressListener;
  /** How many items are worked on at once at most; 8 unless said otherwise. Fewer while requests are throttled. */
  readonly concurrency?: number;
  /**
   * Write units a second, for all workers of a pass over the table together, as DynamoDB counts them. Not limited unless
   * said. It is written down with the pass, where `limit` changes it.
   */
  readonly maxWcu?: number;
  /** Read units a second, likewise. */
  readonly maxRcu?: number;
  /**
   * In how many segments a pass over the table that begins now is cut: no more workers than that have something to do. By
   * the size of the table unless said, at least 4; on a loopback endpoint 1. An engine that loses rows of segmented scans
   * (Dynoxide 1.2.1) is refused more than 1.
   */
  readonly segments?: number;
  /**
   * In milliseconds: after so long the call ends, between two rows or in a drain, and its report says
   * `finished: false`. Call again to go on. For workers whose time is short, such as Lambda functions.
   */
  readonly timeLimit?: number;
}

/** How an operator function carries out its steps. */
export type StepOptions = Pick<
  OperatorOptions,
  'drain' | 'signal' | 'onProgress' | 'concurrency' | 'maxWcu' | 'maxRcu' | 'segments' | 'timeLimit'
>;

/** The options of a call that has begun: `timeLimit` counts from then. */
export interface RunningStep extends StepOptions {
  /** In milliseconds of `gateway.elapsed()`. */
  readonly deadline: number;
}

/** The options of a call that begins now. */
export const begunNow = <Options extends StepOptions>(
  { gateway }: Session,
  options: Options,
): Options & RunningStep => ({
  ...options,
  deadline: gateway.elapsed() + (options.timeLimit ?? Infinity),
});

/** What is left of the time of a call, in milliseconds. */
export const timeLeft = ({ gateway }: Session, { deadline }: RunningStep): number =>
  Math.max(0, deadline - gateway.elapsed());

/** What an operator function works with. */
export interface Session {
  readonly gateway: Gateway;
  readonly registry: Registry;
  readonly writer: ItemWriter;
  /** How much the table holds, where that was asked. */
  readonly size?: TableSize;
  /** True when the engine loses rows of segmented scans: passes go over the table in one piece. */
  readonly scansWhole?: boolean;
}

/**
 * Opens the table for an operator. Costs one DescribeTable, one strongly consistent Query and a Scan of one row.
 *
 * @throws the signal's reason, before and after each of them
 * @throws StoreOptionError when a pass is to be cut into segments on an engine that loses rows then
 */
export async function openSession(
  options: PlaceOptions & SourceOptions & Pick<OperatorOptions, 'segments'>,
  assertPublished?: AssertPublished,
): Promise<Session> {
  const session = await forPasses(await openOver((gateway) => gateway, options, assertPublished));
  assertMayCut(session.scansWhole === true, options.segments);
  options.signal?.throwIfAborted();
  return session;
}

/** The session with what passes over the table have to know of the engine. Costs a Scan request of one row. */
export async function forPasses(session: Session): Promise<Session> {
  const { gateway, registry } = session;
  return registry.knowledge.epoch > 0 && (await losesResumes(gateway)) ? { ...session, scansWhole: true } : session;
}

/**
 * Opens the table for a call of few requests, none of which is sent any more once its signal is aborted. A pass over the
 * table has to give back what it holds even then, and takes `openSession`.
 */
export const openBriefSession = (options: PlaceOptions & SourceOptions): Promise<Session> =>
  openOver((gateway) => gatewayHeeding(gateway, options.signal), options);

/** `openBriefSession` for what needs no sources: they are not looked at, where one object of options has them for other calls. */
export const openReadingSession = ({ table, client, keys, signal }: PlaceOptions): Promise<Session> =>
  openBriefSession({
    table,
    client,
    ...(keys === undefined ? {} : { keys }),
    ...(signal === undefined ? {} : { signal }),
  });

async function openOver(
  through: (gateway: Gateway) => Gateway,
  options: PlaceOptions & SourceOptions,
  assertPublished: AssertPublished = assertSources,
): Promise<Session> {
  const { signal, schema } = options;
  signal?.throwIfAborted();
  const size = await assertTable(options);
  signal?.throwIfAborted();
  const session = await openSessionOver(through(await gatewayOf(options)), schema, assertPublished);
  signal?.throwIfAborted();
  return { ...session, size };
}

/** The gateway to an operator's table. Sends nothing itself. */
export const gatewayOf = ({ client, table, keys }: PlaceOptions): Promise<Gateway> =>
  openGateway({ client, table, ...(keys === undefined ? {} : { keys }), metered: true });

/** Refuses a schema that is not the one that the table holds. */
export type AssertPublished = (knowledge: Knowledge, schema: PublishableSchema, table: string) => void;

/**
 * Opens a table that is there, over its gateway.
 *
 * @throws NotPublishedError where no version is published, and what `assertPublished` throws about the sources
 */
export async function openSessionOver(
  gateway: Gateway,
  schema?: PublishableSchema,
  assertPublished: AssertPublished = assertCompiled,
): Promise<Session> {
  const registry = await Registry.open(gateway);
  if (schema === undefined) assertAnyPublished(registry.knowledge, gateway.table);
  else assertPublished(registry.knowledge, schema, gateway.table);
  // Layout writes are no writes of a version: they announce none.
  return { gateway, registry, writer: new ItemWriter({ gateway, registry }) };
}
