import { openGateway } from '../dynamo/gateway.js';
import { TableNotFoundError } from '../dynamo/errors.js';
import { assertWritableTable } from '../dynamo/table.js';
import { nameOf } from '../dynamo/write-errors.js';
import type { Gateway } from '../table/gateway.js';
import { gatewayOver } from '../table/gateway-over.js';
import { type Published, publishOver, type PublishOptions } from './publish.js';

/** What a publish would do. */
export interface PublishPreview extends Published {
  /** True where it would create the table first. */
  readonly createsTable: boolean;
}

/**
 * What `publish` would do now, by its own decisions, over a table that takes every write and keeps none. Costs the reads
 * of a publish.
 *
 * @throws what `publish` would
 */
export async function previewPublish(options: PublishOptions): Promise<PublishPreview> {
  const createsTable = !(await isThere(options));
  const gateway = writingNothing(await openGateway(options));
  const published = await publishOver(createsTable ? withNothing(gateway) : gateway, options);
  return { ...published, createsTable };
}

/** @throws TableNotFoundError where the table is not to be created, or cannot be; TableKeysError */
async function isThere(options: PublishOptions): Promise<boolean> {
  try {
    await assertWritableTable(options);
    return true;
  } catch (error) {
    const isMissing = error instanceof TableNotFoundError && nameOf(error.cause) === 'ResourceNotFoundException';
    if (options.createTable === true && isMissing) return false;
    throw error;
  }
}

const writingNothing = (gateway: Gateway): Gateway =>
  gatewayOver(gateway, { write: () => Promise.resolve({ kind: 'applied' }) });

const withNothing = (gateway: Gateway): Gateway =>
  gatewayOver(gateway, {
    get: () => Promise.resolve(undefined),
    query: () => Promise.resolve({ rows: [] }),
    scan: () => Promise.resolve({ rows: [] }),
  });
