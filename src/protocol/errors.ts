import { DuctileError } from '../errors/ductile-error.js';
import { OutcomeUnknownError } from '../table/errors.js';
import type { RowKey } from '../values/attribute-value.js';

/** A row stands on one of our keys that Ductile did not write (it has no `$type`, or is not the kind of row it should be). */
export class ForeignRowError extends DuctileError {
  static override readonly code = 'FOREIGN_ROW';

  constructor(key: RowKey) {
    super(
      `The row at ${printKey(key)} was not written by Ductile. ` +
        'Another program uses this table with keys that begin like ours: move its row, or give Ductile a table of its own.',
      { key },
    );
  }
}

/** The item that should be inserted exists already. */
export class ItemExistsError extends DuctileError {
  static override readonly code = 'ITEM_EXISTS';

  constructor(type: string, keyPath: string) {
    super(`${type} exists already at its primary key path ${keyPath}. Load it and save the change, or use update().`, {
      type,
      keyPath,
    });
  }
}

/** Another item has the row that this item needs on a key path that is strict or promoted, and so unique. */
export class KeyPathConflictError extends DuctileError {
  static override readonly code = 'KEY_PATH_CONFLICT';

  /** @param item its primary key, where whoever is told does not know which item it is about */
  constructor(type: string, keyPath: string, item?: RowKey) {
    super(
      item === undefined
        ? `Another ${type} has the same key on the key path ${keyPath}, and no two items may share one there. ` +
            'Nothing was written. Change the values of its parameters, or delete or change the other item first.'
        : `The ${type} ${printKey(item)} has the same key on the key path ${keyPath} as another item, and no two items may ` +
            'share one there: one of the two was not written by Ductile, or comes from a backup. Nothing was written. Change or ' +
            'delete one of them (`ductile inspect` shows them), then run this again.',
      { type, keyPath, ...(item === undefined ? {} : { item }) },
    );
  }
}

/** The item was changed or deleted by somebody else since it was loaded. */
export class OptimisticLockError extends DuctileError {
  static override readonly code = 'OPTIMISTIC_LOCK';

  constructor(type: string, keyPath: string, what: 'changed' | 'deleted') {
    super(
      `This ${type} was ${what} by another writer since it was loaded (key path ${keyPath}). Nothing was written. ` +
        'Load it again and repeat the change, or let update() do that.',
      { type, keyPath, what },
    );
  }
}

/** A parameter of the primary key path was changed on a loaded entity. */
export class PrimaryKeyChangedError extends DuctileError {
  static override readonly code = 'PRIMARY_KEY_CHANGED';

  constructor(type: string, keyPath: string) {
    super(
      `A parameter of the primary key path ${keyPath} was changed on a loaded ${type}: the primary key is the item's ` +
        'identity. Create a new item with the new key and delete this one.',
      { type, keyPath },
    );
  }
}

/**
 * A write was planned again and again, and each time the rows were no longer as it had seen them: `update` or `delete` of
 * an item that others change all the time, or a write that met background work or changes of the registry. Nothing was
 * written.
 */
export class ContentionError extends DuctileError {
  static override readonly code = 'CONTENTION';

  constructor(type: string, attempts: number, hot?: Omit<HotItem, 'type' | 'attempts'>, options?: ErrorOptions) {
    super(
      hot === undefined
        ? `A write of ${type} was planned ${attempts} times and each time its rows had moved. Nothing was written. ` +
            'Try again later; if it persists, look for a process that writes this item in a loop.'
        : `${hot.call}() of a ${type} (key path ${hot.keyPath}) was tried ${times(attempts)}, and other writers were ` +
            'faster every time. Nothing was written. The item is hot: too many processes write it at once. Give what ' +
            'changes so often an item of its own, or several that readers add up; or send the changes through a queue to ' +
            'one process, whose updates of an item go one after another.',
      { type, attempts, ...hot },
      options,
    );
  }

  /** @internal */
  static hot({ type, attempts, ...hot }: HotItem, cause: unknown): ContentionError {
    return new ContentionError(type, attempts, hot, { cause });
  }
}

interface HotItem {
  readonly call: 'update' | 'delete';
  readonly type: string;
  readonly keyPath: string;
  readonly attempts: number;
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

/** What a call says whose attempts are in doubt. */
export function outcomeUnknown(
  call: 'create' | 'update' | 'delete',
  type: string,
  keyPath: string,
  cause: unknown,
): OutcomeUnknownError {
  return new OutcomeUnknownError(
    `Whether this ${call} of a ${type} was applied is not known (key path ${keyPath}): ${LOST[call]} ` +
      'Load the item and look before you repeat the call.',
    { type, keyPath, call },
    { cause },
  );
}

const LOST = {
  create:
    'the answer was lost, and the item that was written is not there (any longer, or yet). Sent again, the write could ' +
    'bring back what somebody deleted meanwhile.',
  update: 'the answer was lost, and the item no longer remembers so far back, is gone, or could still take the write.',
  delete: 'the answer was lost, and the item is still there as it was: the delete may come yet.',
} as const;

/** A key as people read it. */
export const printKey = ({ pk, sk }: RowKey): string => `(${JSON.stringify(pk)}, ${JSON.stringify(sk)})`;
