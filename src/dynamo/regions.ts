import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { rawClient, type DynamoClient } from './client.js';
import { ReplicatedTableError } from './errors.js';

/** What the caller says of a table that is replicated. */
export interface RegionOptions {
  /**
   * The table has replicas in other regions, and nobody writes there: neither applications nor operators nor other
   * programs. Without it a table with replicas is refused, because a condition holds within one region only: writes in two
   * of them undo each other without an error.
   */
  readonly replicas?: 'read-only';
}

/**
 * Refuses a table that can be written in several regions. Costs nothing: the answer to DescribeTable tells.
 *
 * @throws ReplicatedTableError
 */
export async function assertOneRegion(
  { Replicas, MultiRegionConsistency }: TableDescription,
  { table, client, replicas }: RegionOptions & { readonly table: string; readonly client: DynamoClient },
): Promise<void> {
  if (MultiRegionConsistency === 'STRONG') {
    throw new ReplicatedTableError(
      `Table ${table} is replicated with strong consistency, which goes without transactions, and Ductile needs them. ` +
        'Use a table of one region, or one whose replicas are eventually consistent and only read.',
      { table, stronglyConsistent: true },
    );
  }
  if (replicas === 'read-only') return;
  const regions = await otherRegions(Replicas, client);
  if (regions.length === 0) return;
  throw new ReplicatedTableError(
    `Table ${table} is replicated to ${regions.join(', ')}, and a condition holds within one region only: writes in two of ` +
      `them would undo each other without an error. Use a table of one region; or, where nobody writes in the other ` +
      `regions, say so with replicas: 'read-only' (\`ductile publish --replicas read-only\`).`,
    { table, replicas: regions, stronglyConsistent: false },
  );
}

/** The regions besides the client's that have a copy: DynamoDB may list the one that was asked with the others. */
export async function otherRegions(replicas: TableDescription['Replicas'], client: DynamoClient): Promise<string[]> {
  const own = await regionOf(client);
  return (replicas ?? []).flatMap(({ RegionName }) => RegionName ?? []).filter((region) => region !== own);
}

async function regionOf(client: DynamoClient): Promise<string | undefined> {
  try {
    return await rawClient(client).config.region();
  } catch {
    return undefined;
  }
}
