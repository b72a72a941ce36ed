import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { backfill, drop, mendRestored, retire, verify, withdraw } from '../../src/operator/index.js';
import { watched } from '../operator/branch.js';
import { tableOfNotes } from './a-table.js';
import { notes } from './schemas/notes.js';
import { notesV1 } from './schemas/notes-v1.js';
import { folderWith, schemaText, typed } from './terminal.js';

/** So many commands lead from any state to rest, at most. */
export const MOST = 10;

interface Said {
  readonly nextCommand?: string;
  readonly caution?: string;
}

/**
 * Does what each command says comes next, and asks the status where one says nothing, until that says nothing either. What
 * has a caution is done as by a person who has read it; but a drop is begun by nobody who only follows.
 *
 * @param place options that say where the table is, for the first command
 * @returns the commands, without their options
 */
export async function followed(place: readonly string[], folder: string): Promise<readonly string[]> {
  const done: string[] = [];
  const status = ['status', ...place];
  for (let line: readonly string[] | undefined = status; line !== undefined;) {
    const { exit, stdout } = await typed([...line, '--json', '--progress', 'none'], { folder });
    expect([line, exit, stdout]).toEqual([line, exit === 3 ? 3 : 0, expect.any(String)]);
    const word: string = line[0]!;
    done.push(word);
    expect(done.filter((each) => each !== 'status').length).toBeLessThanOrEqual(MOST);
    const { nextCommand, caution } = JSON.parse(stdout) as Said;
    if (nextCommand === undefined) line = word === 'status' ? undefined : status;
    else if (caution !== undefined && nextCommand.startsWith('ductile drop')) line = undefined;
    else line = next(nextCommand, caution !== undefined);
  }
  return done;
}

function next(command: string, isConfirmed: boolean): readonly string[] {
  const words = command.split(' ').slice(1);
  return isConfirmed && words[0] === 'doctor' ? [...words, '--yes'] : words;
}

/** What an operator function works on. */
export interface Table {
  readonly table: string;
  readonly client: DynamoDBClient;
}

type Step = (place: Table) => Promise<unknown>;

const retireOld: Step = (place) => retire({ ...place, version: 1, force: true });

/** How a table comes to a step, and the step. */
export const STEPS: Readonly<Record<string, { readonly before: readonly Step[]; readonly step: Step }>> = {
  backfill: { before: [], step: backfill },
  verify: { before: [backfill], step: verify },
  retire: { before: [], step: retireOld },
  drop: { before: [retireOld], step: (place) => drop({ ...place, version: 1, force: true }) },
  withdraw: { before: [], step: (place) => withdraw({ ...place, schema: notes, version: 2, force: true }) },
  mendRestored: { before: [], step: mendRestored },
};

/** A table of version 2 whose items are of version 1. */
export async function tableAt2(engine: LocalEngine) {
  const { table, folder, close } = await tableOfNotes(engine, notes, 5);
  await close();
  await typed(['publish'], { folder });
  return { table, folder };
}

/** Which sources are at hand, in turn: as new as the table's, none, or older ones. */
const sourcesFor = (engine: LocalEngine, { table, folder }: { table: string; folder: string }, turn: number) => {
  const place = ['--table', table, '--endpoint', engine.endpoint];
  if (turn % 3 === 0) return { place: [], folder };
  if (turn % 3 === 1) return { place, folder: folderWith({}) };
  return { place: [...place, '--schema', 'v1.json'], folder: folderWith({ 'v1.json': schemaText(notesV1) }) };
};

/**
 * Has a step fail at one of its requests, and then follows what comes next.
 *
 * @param dies whether every later request fails, too, so that the step cannot give back what it holds
 * @returns undefined where it has no such request
 */
export async function followedAfter(
  engine: LocalEngine,
  name: string,
  at: { readonly operation: string; readonly count: number; readonly dies?: boolean },
): Promise<readonly string[] | undefined> {
  const { before, step } = STEPS[name]!;
  const where = await tableAt2(engine);
  for (const each of before) await each({ table: where.table, client: engine.client });
  let failed = false;
  const client = watched(engine, (operation, count) => {
    const isIt = operation === at.operation && count === at.count;
    if (isIt || (failed && at.dies === true)) {
      failed = true;
      throw new Error('killed');
    }
  });
  await step({ table: where.table, client }).catch(() => undefined);
  client.destroy();
  if (!failed) return undefined;
  const { place, folder } = sourcesFor(engine, where, at.count);
  return followed(place, folder);
}
