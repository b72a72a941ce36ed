import { UsageError } from '../errors.js';

/** The number of a version among the arguments. @throws UsageError */
export function readVersion(given: string | undefined): number {
  if (given !== undefined && /^[1-9]\d*$/.test(given) && Number.isSafeInteger(Number(given))) return Number(given);
  throw new UsageError(`VERSION is the number of a schema version, such as 2; ${JSON.stringify(given)} is not.`);
}
