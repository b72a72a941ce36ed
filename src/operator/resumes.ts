import { registryPk } from '../registry/entry.js';
import { StoreOptionError } from '../store/errors.js';
import type { Gateway } from '../table/gateway.js';

/** Before the first row of the registry: a key that no row ever has, with rows after it in the same partition. */
const BEFORE_ENTRIES = Object.freeze({ pk: registryPk, sk: '!' });

/**
 * True for an engine that answers a page of a *segmented* Scan which begins after a row that is gone as if the segment
 * ended there (Dynoxide 1.2.1 does): the rest of it would be passed over in silence. Without segments it is right. Found by
 * trying it, on a table that has a registry. Costs a Scan request of one row.
 */
export async function losesResumes(gateway: Gateway): Promise<boolean> {
  const { rows } = await gateway.scan({ segment: { index: 0, of: 1 }, after: BEFORE_ENTRIES, limit: 1 });
  return rows.length === 0;
}

/** @throws StoreOptionError when a pass is to be cut on an engine that loses rows then */
export function assertMayCut(scansWhole: boolean, segments: number | undefined): void {
  if (!scansWhole || segments === undefined || segments === 1) return;
  throw new StoreOptionError(
    'a pass over this table',
    'segments',
    'is 1 or left out on this engine: a page of a segmented scan that begins after a row which was deleted meanwhile is ' +
      'empty there, so that the pass would miss the rest of the segment',
  );
}
