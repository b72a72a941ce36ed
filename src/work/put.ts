import { randomUUID } from 'node:crypto';
import { equals, rowAbsent, type Condition } from '../table/condition.js';
import { OutcomeUnknownError } from '../table/errors.js';
import type { Gateway } from '../table/gateway.js';
import type { RowKey } from '../values/attribute-value.js';
import { type Held, readWorkRow, TOKEN, workRow } from './rows.js';

/** How often a row is sent whose answer is lost each time. */
const ATTEMPTS = 3;

/** On condition that the row is still the one that was seen; or, where none was, that there is none. */
export const unchanged = (seen: Held<unknown> | undefined): Condition =>
  seen === undefined ? rowAbsent : equals(TOKEN, { S: seen.token });

/**
 * Writes a row of a work, if it is still the one that was seen. Resolves to the row as it is then; undefined where
 * somebody else was first.
 *
 * @throws OutcomeUnknownError where no attempt was answered: whether the row was written shows when it is read
 */
export async function putWorkRow<T>(
  gateway: Gateway,
  key: RowKey,
  seen: Held<T> | undefined,
  content: T,
): Promise<Held<T> | undefined> {
  const held = { token: randomUUID(), content };
  for (let attempt = 1; ; attempt++) {
    const action = { kind: 'put' as const, key, row: workRow(held), condition: unchanged(seen) };
    const outcome = await gateway.write([action], held.token);
    if (outcome.kind === 'applied') return held;
    if (outcome.kind === 'refused') {
      // Its own token: an earlier attempt was applied, and its answer was lost.
      const row = outcome.refusals[0]?.row;
      return row !== undefined && readWorkRow<T>(row)?.token === held.token ? held : undefined;
    }
    if (attempt === ATTEMPTS) throw unanswered(gateway.table, outcome.kind === 'unknown' ? outcome.cause : undefined);
  }
}

function unanswered(table: string, cause: unknown): OutcomeUnknownError {
  return new OutcomeUnknownError(
    `No attempt to write down how a pass over table ${table} stands was answered. Call it again: a pass goes on from the ` +
      'last checkpoint that is there.',
    { table },
    { cause },
  );
}
