import { describe, expect, test } from '@jest/globals';
import type { WorkProgress } from '../../src/work/work.js';
import { commands } from '../../src/cli/commands/index.js';
import { fitting } from '../../src/cli/terminal/fitting.js';
import { PassMeter } from '../../src/cli/terminal/pass-meter.js';
import { typed } from './terminal.js';
import { statusText } from '../../src/cli/actions/status.js';
import type { Status } from '../../src/operator/index.js';

describe('help in a terminal of 80 columns', () => {
  test.each(['', ...commands.map(({ name }) => name)])('ductile %s --help', async (name) => {
    const { stdout } = await typed([...name.split(' ').filter(Boolean), '--help'], { columns: 80, rows: 12 });
    const widest = Math.max(...stdout.split('\n').map((line) => line.length));
    expect(widest).toBeLessThan(80);
  });
});

describe('what has no room', () => {
  const sections = [
    { rank: 3, lines: ['a', 'b'] },
    { rank: 5, lines: ['c', 'd', 'e'] },
    { rank: 0, lines: ['pass:', '  50 %'] },
    { rank: 1, lines: ['Next: x'] },
  ];

  test.each([
    [8, ['a', 'b', 'c', 'd', 'e', 'pass:', '  50 %', 'Next: x']],
    [7, ['a', 'b', 'pass:', '  50 %', 'Next: x', '…']],
    [5, ['pass:', '  50 %', 'Next: x', '…']],
    [3, ['pass:', '  50 %', '…']],
    [2, ['pass:', '…']],
    [1, ['pass:']],
  ])('goes by what matters least: %i rows', (rows, shown) => {
    expect(fitting(sections, rows, 80)).toEqual(shown);
  });

  test('is cut at the end of a line', () => {
    expect(fitting([{ rank: 0, lines: ['123456789'] }], 2, 5)).toEqual(['1234…']);
  });
});

test('a pass that is watched shows percentage, rate, limit and time left in the first 80 columns', () => {
  let now = 0;
  const meter = new PassMeter(
    () => now,
    () => 1_000_000,
  );
  const at = (seconds: number): string => {
    now = seconds * 1_000;
    const work: WorkProgress = {
      id: 'backfill-12',
      kind: 'sweep',
      state: 'running',
      segments: { all: 64, finished: seconds, leased: 4 },
      rows: 10_000 * seconds,
      consumed: { read: 100 * seconds, write: 620 * seconds },
      begun: '2026-12-01T00:00:00.000Z',
      maxWcu: 1_000,
    };
    return meter.line(work);
  };
  expect(at(0)).toBe('backfill-12: 0 %, at most 1,000 WCU/s, 4 workers at it, 0 rows, 0/64 segments');
  for (const seconds of [2, 4, 6, 8]) at(seconds);
  expect(at(10).slice(0, 79)).toContain('backfill-12: 10 %, 10,000/s, 620 WCU of 1,000, 1:30 left');
});

test('a status lists who waits for a drain, how long still, and until when', () => {
  const drains = [
    {
      worker: 'host:4711',
      since: '2026-12-01T02:54:09.000Z',
      until: '2026-12-01T03:12:09.120Z',
      milliseconds: 931_000,
    },
  ];
  const status: Status = {
    schema: 'shop',
    table: 'shop',
    registry: '9c1e04d2',
    epoch: 4,
    createGuard: 'age',
    registryMaxAge: 60_000,
    versions: [],
    keyPaths: [],
    works: [],
    drain: 931_000,
    drains,
    next: [],
  };
  const heading = 'Waiting for a drain:';
  expect(statusText(status)).toContain(`${heading}\n  host:4711: 15:31 left, until 2026-12-01T03:12:09Z`);
  expect(statusText({ ...status, drains: [] })).not.toContain(heading);
});
