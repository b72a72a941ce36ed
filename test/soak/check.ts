import type { PrimaryRow } from '../../src/protocol/row.js';
import { Registry } from '../../src/registry/registry.js';
import type { DynamoGateway } from '../../src/dynamo/gateway.js';
import { checkTable } from '../support/check-table.js';
import { ARCHIVED, archived } from './archive.js';
import { wrongAnswers, writtenByRetired } from './check-time.js';
import { idOf } from './order-reader.js';
import { allItems, storedText } from './items.js';
import type { Intent, Life, Told } from './journal.js';
import { TEXTS, type TextName } from './shop/release.js';

/** What is wrong with the table at rest, given what its processes were told. An empty list is a sound run. */
export async function checkRun(
  gateway: DynamoGateway,
  lives: readonly Life[],
  atRetirement: readonly PrimaryRow[] | undefined,
): Promise<readonly string[]> {
  const { knowledge } = await Registry.open(gateway);
  const items = await allItems(gateway);
  return [
    ...lives.flatMap(({ wrong }) => wrong),
    ...(await checkTable(gateway, knowledge)).map((wrong) => `[LAYOUT] ${wrong}`),
    ...wrongHistory(lives, items),
    ...wrongAnswers(lives),
    ...(atRetirement === undefined ? [] : writtenByRetired(lives, atRetirement, items)),
  ];
}

/** What the items contradict of what was told. */
export function wrongHistory(lives: readonly Life[], items: readonly PrimaryRow[]): readonly string[] {
  const calls = lives.flatMap(callsOf);
  return [...wrongIncarnations(calls, items), ...wrongMarks(calls, items)];
}

interface Call {
  readonly intent: Intent;
  /** A call of which nothing was told may have been applied. */
  readonly told: Told['told'];
  readonly born: string | undefined;
}

const callsOf = ({ calls }: Life): readonly Call[] =>
  calls.map(({ intent, told }) => ({ intent, told: told?.told ?? 'unknown', born: told?.born ?? intent.born }));

/** Who must be there, and who must not be: by incarnation, since an order can be deleted and inserted again. */
function wrongIncarnations(calls: readonly Call[], items: readonly PrimaryRow[]): readonly string[] {
  const wrong: string[] = [];
  const present = new Map(items.map((row) => [storedText(row, 'born'), orderId(row)]));
  const inserts = new Map(calls.filter(({ intent }) => intent.what === 'insert').map((call) => [call.born!, call]));
  const deletes = new Map<string, Call[]>();
  for (const call of calls) {
    if (call.intent.what !== 'delete' || call.told === 'failed') continue;
    deletes.set(call.born!, [...(deletes.get(call.born!) ?? []), call]);
  }
  for (const [born, id] of present) {
    if (id.startsWith('archive/')) continue;
    const insert = inserts.get(born);
    if (insert?.intent.id !== id) wrong.push(`[ONCE] ${id} is of the incarnation ${born}, which nobody inserted there`);
    else if (insert.told === 'failed') wrong.push(`[ONCE] ${id} ${born} is there; its insert was told to have failed`);
  }
  for (const [born, insert] of inserts) {
    const done = (deletes.get(born) ?? []).filter(({ told }) => told === 'done');
    if (done.length > 1) wrong.push(`[ONCE] ${born} was deleted ${done.length} times`);
    if (done.length > 0 && present.has(born)) wrong.push(`[NO-RESURRECT] ${insert.intent.id} ${born} was deleted`);
    if (insert.told === 'done' && !deletes.has(born) && !present.has(born)) {
      wrong.push(`[NO-LOSS] ${insert.intent.id} ${born} was inserted, never deleted, and is not there`);
    }
  }
  for (let number = 0; number < ARCHIVED; number++) {
    const { born } = archived(number);
    if (present.get(born) !== idOf(archived(number))) wrong.push(`[NO-LOSS] ${born} is not there`);
  }
  return wrong;
}

/** The marks in the texts: those of acknowledged calls, once; none of a call that failed; others at most once. */
function wrongMarks(calls: readonly Call[], items: readonly PrimaryRow[]): readonly string[] {
  const wrong: string[] = [];
  const byMark = new Map(
    calls.filter(({ intent }) => intent.mark !== undefined).map((call) => [call.intent.mark!, call]),
  );
  const acknowledged = new Map<string, string[]>();
  for (const { intent, told, born } of byMark.values()) {
    if (told !== 'done') continue;
    const where = placeOf(born!, intent.text!);
    acknowledged.set(where, [...(acknowledged.get(where) ?? []), intent.mark!]);
  }
  for (const row of items) {
    const [id, born] = [orderId(row), storedText(row, 'born')];
    for (const name of TEXTS) {
      const marks = storedText(row, name).match(/<[^>]*>/g) ?? [];
      const there = new Set(marks);
      if (marks.join('') !== storedText(row, name))
        wrong.push(`[NO-LOSS] ${id} ${name} holds something else: ${storedText(row, name)}`);
      if (there.size < marks.length) wrong.push(`[ONCE] ${id} ${name} holds a mark twice: ${marks.join('')}`);
      for (const mark of there) {
        const call = byMark.get(mark);
        if (call?.intent.id !== id || call.intent.text !== name)
          wrong.push(`[NO-LOSS] nobody put ${mark} into ${id} ${name}`);
        else if (call.told === 'failed')
          wrong.push(`[ONCE] ${id} ${name} holds ${mark} of a call that was told to have failed`);
        else if (call.told === 'done' && call.born !== born) {
          wrong.push(`[NO-RESURRECT] ${id} ${born} holds ${mark}, which was put into ${call.born}`);
        }
      }
      for (const mark of acknowledged.get(placeOf(born, name)) ?? []) {
        if (!there.has(mark)) wrong.push(`[NO-LOSS] ${id} ${name} lacks ${mark}`);
      }
    }
  }
  return wrong;
}

const placeOf = (born: string, text: TextName): string => `${born} ${text}`;
const orderId = (row: PrimaryRow): string => `${storedText(row, 'customerId')}/${storedText(row, 'orderId')}`;
