import type { PrimaryRow } from '../../src/protocol/row.js';
import { storedText } from './items.js';
import type { Life } from './journal.js';
import { type PathName, TEXTS } from './shop/release.js';

/** The version that came with each key path that the table did not have from the start. */
const VERSION_OF: Readonly<Partial<Record<PathName, number>>> = { day: 2, born: 3, code: 4 };

/** Answers that came too late for what had been reached, or too early. */
export function wrongAnswers(lives: readonly Life[]): readonly string[] {
  const wrong: string[] = [];
  for (const { name, incomplete } of lives) {
    for (const { at, path } of incomplete) {
      const promoted = reachedAt(lives, `promote ${VERSION_OF[path]}`);
      if (at > promoted)
        wrong.push(`[COMPLETE] ${name}: ${path} was not complete ${at - promoted} ms after its promote`);
    }
  }
  const retiring = reachedAt(lives, 'retiring 1');
  for (const { name, version, calls, refused } of lives) {
    const answers = [...calls.flatMap(({ told }) => told ?? []), ...refused];
    for (const { at, code } of answers) {
      if (code !== 'VERSION_RETIRED' || (version === 1 && at >= retiring)) continue;
      wrong.push(`[NO-SURPRISE] ${name} was told that its version is retired, and it was not`);
    }
  }
  return wrong;
}

/** [FENCE]: what version 1 wrote after it had been retired, by what was there then, and by what its processes were told. */
export function writtenByRetired(
  lives: readonly Life[],
  then: readonly PrimaryRow[],
  now: readonly PrimaryRow[],
): readonly string[] {
  const retired = lives.filter(({ version }) => version === 1);
  const names = new RegExp(`^<(${retired.map(({ name }) => name.replaceAll('.', '\\.')).join('|')})\\.\\d+>$`);
  const before = new Set(then.flatMap(marksOf));
  const born = new Set(then.map((item) => storedText(item, 'born')));
  const late = now.flatMap(marksOf).filter((mark) => names.test(mark) && !before.has(mark));
  const moment = reachedAt(lives, 'retired 1');
  const told = retired.flatMap(({ calls }) =>
    calls.filter(
      ({ intent, told }) =>
        told?.told === 'done' && (intent.at > moment || (intent.what === 'delete' && born.has(intent.born!))),
    ),
  );
  return [
    ...late.map((mark) => `[FENCE] ${mark} was written after its version had been retired`),
    ...told.map(({ intent }) => `[FENCE] version 1 was told that ${intent.what} of ${intent.id} was done`),
  ];
}

const marksOf = (item: PrimaryRow): readonly string[] =>
  ['born', ...TEXTS].flatMap((name) => storedText(item, name).match(/<[^>]*>/g) ?? []);

/** When a step was first reached; never, where it was not. */
const reachedAt = (lives: readonly Life[], what: string): number =>
  Math.min(...lives.flatMap(({ reached }) => reached.filter((each) => each.what === what).map(({ at }) => at)));
