import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { FleetCall } from './call-log.js';
import type { AnyProcess, FleetProcess, FleetVersions, VersionOf } from './fleet-types.js';

/**
 * Applications of several versions over one table of an embedded engine. Made by `mixedFleet`.
 *
 * @example
 * await using fleet = await mixedFleet({ 1: { Order: OrderV1 }, 2: { Order } }, { schema: shop, seed: 7 });
 */
export interface Fleet<Versions extends FleetVersions> {
  /** What every choice follows from: give it to `mixedFleet` to see the same again. */
  readonly seed: number;
  /** The name of the table; it is the fleet's own. */
  readonly table: string;
  /** A client of the engine, past every schedule: to look at rows, or to damage them. */
  readonly client: DynamoDBClient;
  /** The versions that are published and run, oldest first. */
  readonly running: readonly VersionOf<Versions>[];
  /** Every call so far, in the order in which they began. */
  readonly calls: readonly FleetCall[];

  /**
   * The application of a version.
   *
   * @throws FleetUseError where it does not run (yet).
   */
  at<Version extends keyof Versions & number>(version: Version): FleetProcess<Version, Versions[Version]>;

  /** The application of one of the versions that run: which, is the seed's to say. */
  any(): AnyProcess<Versions>;

  /** One of several: which, is the seed's to say. */
  pick<T>(choices: readonly [T, ...T[]]): T;

  /**
   * Publishes the next version of the fleet and starts its application. The others go on, and know nothing of it until
   * they meet it. Resolves to the version; to undefined where all are published.
   */
  publishNext(): Promise<VersionOf<Versions> | undefined>;

  /**
   * What an operator does after a deploy: backfill, verify, promote.
   *
   * @throws NotVerifiedError where two items have the same key on a key path.
   */
  backfill(): Promise<void>;

  /**
   * Runs functions at once. Their requests to DynamoDB pass one at a time, in an order that the seed gives, so the same
   * seed gives the same run; `fleet.publishNext` and `fleet.backfill` may be among them. What else they wait for (timers,
   * files) is not in that order. Resolves to their results when all have ended.
   *
   * @example
   * await fleet.together([() => old.update(key, addNote), () => now.update(key, addItem), () => fleet.publishNext()]);
   *
   * @throws FleetRunError where one of them threw: with the error, the seed and every call.
   */
  together<const Works extends readonly (() => unknown)[]>(
    works: Works,
  ): Promise<{ -readonly [I in keyof Works]: Awaited<ReturnType<Works[I]>> }>;

  /**
   * Runs a test under version skew: while it runs, the rest of the versions is published, and their key paths are
   * backfilled and promoted, at moments that the seed gives. Then `check`.
   *
   * @example
   * await fleet.run(async () => {
   *   const order = await placeOrder(fleet.any().store);
   *   await payOrder(fleet.any().store, order);
   * });
   *
   * @throws FleetRunError where the test or a step beside it threw; InvariantError as `check` does.
   */
  run<T>(test: () => T | Promise<T>): Promise<T>;

  /**
   * Looks at every row of the table at rest: stamps, the rows of every item and their content, key paths that are
   * promoted, rows that Ductile did not write; and reads every item as every published version does, and saves it
   * without a change.
   *
   * @throws InvariantError with everything that is wrong, the seed and every call.
   */
  check(): Promise<void>;

  /** Ends the fleet and takes its table away; also by `await using`. May be called again. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
