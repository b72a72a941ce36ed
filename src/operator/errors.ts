import { DuctileError } from '../errors/ductile-error.js';

/** A key path cannot be promoted: its last verify is missing, or found items that are not on it. */
export class NotVerifiedError extends DuctileError {
  static override readonly code = 'NOT_VERIFIED';

  constructor(type: string, keyPath: string, found: { readonly missing: number; readonly open: number } | undefined) {
    super(
      found === undefined
        ? `The key path ${keyPath} of ${type} was not verified since it became strict. Run verify, then promote again.`
        : `The last verify of the key path ${keyPath} of ${type} found ${found.open} open entries (items whose key another ` +
            `item has) and ${found.missing} other faults. Change or delete one of the two items of each conflict, mend the ` +
            'rows that verify reported, run verify, then promote again.',
      { type, keyPath, ...(found === undefined ? {} : { missing: found.missing, open: found.open }) },
    );
  }
}
