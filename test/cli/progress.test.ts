import { describe, expect, test } from '@jest/globals';
import { interrupts } from '../../src/cli/interrupts.js';
import { jsonText } from '../../src/cli/json.js';
import { verifyText } from '../../src/cli/actions/verify-text.js';
import { barLine, plainLine } from '../../src/cli/terminal/bar.js';
import { count, counted, duration } from '../../src/cli/terminal/duration.js';
import { grid } from '../../src/cli/terminal/grid.js';
import { PassMeter } from '../../src/cli/terminal/pass-meter.js';
import { Meter } from '../../src/cli/terminal/meter.js';
import { type ReporterOptions, reporter } from '../../src/cli/terminal/reporter.js';
import type { WorkProgress } from '../../src/work/work.js';

const work = (finished: number, write: number, more: Partial<WorkProgress> = {}): WorkProgress => ({
  ...{ id: 'backfill-7', kind: 'sweep', state: 'running', rows: 0, begun: '2026-11-23T03:00:00.000Z' },
  segments: { all: 4, finished, leased: 1 },
  consumed: { read: 0, write },
  ...more,
});

describe('a line of progress', () => {
  const view = { label: 'Sweep', done: 0.5, facts: ['1,200 items', '310/s', '1:20 left'] };

  test('has what is most important first, and never fills the terminal', () => {
    expect(barLine(view, 80)).toBe('Sweep ██████████░░░░░░░░░ 1,200 items · 310/s · 1:20 left');
    expect(barLine(view, 50)).toBe('Sweep ██████░░░░░ 1,200 items · 310/s · 1:20 left');
    expect(barLine(view, 24)).toBe('Sweep 50 % 1,200 items');
    for (let columns = 0; columns < 100; columns++) {
      expect(barLine(view, columns).length).toBeLessThanOrEqual(Math.max(0, columns - 1));
    }
  });

  test('has no bar where nobody knows how much there is', () => {
    expect(barLine({ ...view, done: undefined }, 80)).toBe('Sweep 1,200 items · 310/s · 1:20 left');
  });

  test('has the rate, the write units and the time left on 80 columns, however long they are', () => {
    const vital = ['1,234,567/s', '40,000 WCU of 40,000', '120:59:59 left'];
    const facts = [...vital, '1,000,000,000 items', '999,999,999 written'];
    for (const label of ['Sweep', 'Verify (paused)', `Job ${'very-'.repeat(20)}long`]) {
      const line = barLine({ label, done: 0.5, facts }, 80);
      expect(line).toContain(vital.join(' · '));
      expect(line.length).toBeLessThan(80);
    }
  });

  test('has the time left on 40 columns, without the limit, and rather than how much is done', () => {
    const units = { whole: '482 WCU of 1,000', brief: '482 WCU' };
    const line = (rate: string) => ({ label: 'Sweep', done: 0.12, facts: [rate, units, '2:01 left', '9,188 items'] });
    expect(barLine(line('120/s'), 80)).toContain('120/s · 482 WCU of 1,000 · 2:01 left · 9,188 items');
    expect(barLine(line('120/s'), 40)).toBe('Sweep 12 % 120/s · 482 WCU · 2:01 left');
    expect(barLine(line('1,120/s'), 40)).toBe('Sweep 1,120/s · 482 WCU · 2:01 left');
    expect(plainLine(line('120/s'))).toBe('Sweep: 120/s, 482 WCU of 1,000, 2:01 left, 9,188 items');
  });

  test('in a pipe leaves nothing out', () => {
    expect(plainLine(view)).toBe('Sweep: 1,200 items, 310/s, 1:20 left');
    expect(plainLine({ label: 'Sweep', done: undefined, facts: [] })).toBe('Sweep');
  });
});

describe('the meter', () => {
  test('counts a drain down', () => {
    const meter = new Meter(() => 0);
    meter.view({ step: 'drain', milliseconds: 100_000 });
    expect(meter.view({ step: 'drain', milliseconds: 65_000 })).toEqual({
      label: 'Drain',
      done: 0.35,
      facts: ['1:05 left', 'waiting for processes that slept'],
    });
  });

  test('tells the rate, the write units and the time left first, by the segments where nothing else is known', () => {
    let now = 0;
    const meter = new Meter(() => now);
    meter.view({ step: 'sweep', items: 0, written: 0, work: work(0, 0) });
    now = 5_000;
    const { facts, done } = meter.view({
      step: 'sweep',
      items: 500,
      written: 400,
      work: work(1, 1_000, { maxWcu: 250 }),
    });
    const units = { whole: '200 WCU of 250', brief: '200 WCU' };
    expect(facts).toEqual(['100/s', units, '12 s left', '500 items', '400 written', '1/4 segments']);
    expect(done).toBe(0.25);
    now = 25_000;
    const later = meter.view({ step: 'sweep', items: 700, written: 400, work: work(1, 1_000) });
    expect(later.facts[0]).not.toBe('100/s');
  });

  test('moves within a segment, by the rows that the table has', () => {
    let now = 0;
    const meter = new Meter(
      () => now,
      () => 10_000,
    );
    const sweep = (rows: number, finished = 0) =>
      meter.view({ step: 'sweep', items: rows, written: 0, work: work(finished, 0, { rows }) });
    sweep(0);
    now = 10_000;
    expect(sweep(1_000)).toMatchObject({
      done: 0.1,
      facts: ['100/s', '1:30 left', '1,000 items', '0 written', '0/4 segments'],
    });
    // There are more than DynamoDB said.
    now = 20_000;
    expect(sweep(11_000, 3).done).toBe(0.75);
  });

  describe('of what is known at checkpoints only', () => {
    const sweeping = () => {
      const clock = { now: 0 };
      const meter = new Meter(
        () => clock.now,
        () => 10_000,
      );
      const at = (now: number, write: number, state: WorkProgress['state'] = 'running') => {
        clock.now = now;
        const progress = work(0, write, { rows: write, maxWcu: 2_000, state });
        const { facts } = meter.view({ step: 'sweep', items: 0, written: 0, work: progress });
        return facts.flatMap((fact) => {
          const text = typeof fact === 'string' ? fact : fact.brief;
          return / (WCU|left)$/.test(text) ? [text] : [];
        });
      };
      return { at };
    };

    test('tells no rate before the first one, and holds it until the next', () => {
      const { at } = sweeping();
      expect([at(0, 0), at(2_500, 0)]).toEqual([[], []]);
      expect(at(5_000, 1_000)).toEqual(['200 WCU', '45 s left']);
      for (let now = 5_100; now < 10_000; now += 100) expect(at(now, 1_000)).toEqual(['200 WCU', '45 s left']);
      expect(at(10_000, 3_000)).toEqual(['300 WCU', '23 s left']);
    });

    test('counts nothing that was consumed before it looked', () => {
      const { at } = sweeping();
      // What is left of 10,000 takes 3 s within 2,000 a second, until a pace is to be seen.
      expect([at(0, 4_000), at(100, 5_000)]).toEqual([['3 s left'], ['3 s left']]);
      expect(at(5_100, 6_000)).toEqual(['200 WCU', '20 s left']);
    });

    test('takes two that come at once for one', () => {
      const { at } = sweeping();
      at(0, 0);
      expect(at(20_000, 4_000)).toContain('200 WCU');
      expect(at(20_100, 4_020)).toContain('200 WCU');
    });

    test('tells none where nothing has come for long', () => {
      const { at } = sweeping();
      at(0, 0);
      at(5_000, 1_000);
      expect(at(65_000, 1_000)).toEqual(['200 WCU', '45 s left']);
      expect(at(65_100, 1_000)).toEqual([]);
    });
  });

  test('tells the time left by the last minute, and not by a pause', () => {
    let now = 0;
    const meter = new Meter(
      () => now,
      () => 10_000,
    );
    const left = (rows: number, state: WorkProgress['state'] = 'running') => {
      const { facts } = meter.view({ step: 'sweep', items: 0, written: 0, work: work(0, 0, { rows, state }) });
      return facts.find((fact) => typeof fact === 'string' && fact.endsWith(' left'));
    };
    for (; now <= 120_000; now += 1_000) left(now / 100);
    expect(left(1_210)).toBe('14:39 left');
    for (; now <= 190_000; now += 1_000) left(1_210 + (now - 121_000) / 10);
    expect(left(8_200)).toBe('18 s left');
    expect(left(8_200, 'paused')).toBeUndefined();
    now += 3_600_000;
    left(8_200, 'paused');
    now += 1_000;
    expect(left(8_300)).toBe('17 s left');
  });

  test('takes a new limit at once, whatever the pace was; and a status that is watched shows the same', () => {
    let now = 0;
    const rows = () => 10_000;
    const meter = new Meter(() => now, rows);
    const passes = new PassMeter(() => now, rows);
    const left = (done: number, maxWcu: number): string | undefined => {
      const pass = work(0, done * 4, { rows: done, maxWcu });
      const { facts } = meter.view({ step: 'sweep', items: 0, written: 0, work: pass });
      const told = facts.find((fact) => typeof fact === 'string' && fact.endsWith(' left')) as string | undefined;
      expect(passes.line(pass).match(/[\d:]+( s)? left/)?.[0]).toBe(told);
      return told;
    };
    left(0, 400);
    for (now = 1_000; now <= 20_000; now += 1_000) left(now / 10, 400);
    expect(left(2_000, 400)).toBe('1:20 left');
    // Of 8,000 rows, four units each.
    expect(left(2_000, 100)).toBe('5:20 left');
    expect(left(2_000, 800)).toBe('40 s left');
    now += 1_000;
    expect(left(2_100, 800)).toBe('40 s left');
  });

  describe('of a pass that was forecast', () => {
    /** A backfill of 10,000 items that doubles the rows, at so many write units a second, as it stands after so long. */
    const backfill = (seconds: number, rate: number, more: Partial<WorkProgress> = {}): WorkProgress => {
      const share = Math.min(1, (seconds * rate) / 40_000);
      const rows = Math.round(10_000 * share + (10_000 * share ** 2) / 2);
      return work(0, 40_000 * share, {
        ...{ rows, consumed: { read: rows / 10, write: 40_000 * share }, segments: { all: 1, finished: 0, leased: 1 } },
        ...{ forecast: { read: 1_500, write: 40_000, table: { rows: 10_000, bytes: 4_000_000 } } },
        ...more,
      });
    };
    const telling = () => {
      const clock = { now: 0 };
      const rows = () => 10_000;
      const meter = new Meter(() => clock.now, rows);
      const passes = new PassMeter(() => clock.now, rows);
      return (seconds: number, pass: WorkProgress): { readonly left: string | undefined; readonly done: number } => {
        clock.now = seconds * 1_000;
        const { facts, done } = meter.view({ step: 'sweep', items: 0, written: 0, work: pass });
        const told = facts.find((fact): fact is string => typeof fact === 'string' && fact.endsWith(' left'));
        expect(passes.line(pass).match(/[\d:]+( s)? left/)?.[0]).toBe(told);
        return { left: told?.replace(' left', ''), done: done! };
      };
    };
    const secondsIn = (text = ''): number =>
      text.includes(':') ? Number(text.split(':')[0]) * 60 + Number(text.split(':')[1]) : parseInt(text, 10);

    test('tells from the first second how long it takes, and never that it is nearly done when it is not', () => {
      const at = telling();
      // At 1,000 write units a second it takes 40 s.
      expect(at(0, backfill(0, 1_000, { maxWcu: 1_000 }))).toEqual({ left: '40 s', done: 0 });
      for (let second = 1; second < 40; second++) {
        const { left, done } = at(second, backfill(second, 1_000, { maxWcu: 1_000 }));
        expect(Math.abs(secondsIn(left) - (40 - second))).toBeLessThan(4);
        expect(Math.abs(done - second / 40)).toBeLessThan(0.05);
      }
    });

    test('tells without a limit from the first checkpoint on', () => {
      const at = telling();
      at(0, backfill(0, 1_000));
      for (let second = 1; second < 40; second++) {
        expect(Math.abs(secondsIn(at(second, backfill(second, 1_000)).left) - (40 - second))).toBeLessThan(4);
      }
    });

    test('takes a new limit at once, also before a first checkpoint', () => {
      const at = telling();
      expect(at(0, backfill(0, 1_000, { maxWcu: 1_000 })).left).toBe('40 s');
      expect(at(1, backfill(0, 1_000, { maxWcu: 200 })).left).toBe('3:20');
      for (let second = 2; second < 10; second++) at(second, backfill(second, 1_000, { maxWcu: 1_000 }));
      expect(at(10, backfill(10, 1_000, { maxWcu: 100 })).left).toBe('5:00');
      expect(at(10, backfill(10, 1_000, { maxWcu: 30_000 })).left).toBe('1 s');
    });

    test('keeps to its pace where a limit is raised that did not hold it back', () => {
      const at = telling();
      at(0, backfill(0, 1_000, { maxWcu: 4_000 }));
      for (let second = 1; second <= 10; second++) at(second, backfill(second, 1_000, { maxWcu: 4_000 }));
      expect(at(10, backfill(10, 1_000, { maxWcu: 30_000 })).left).toBe('30 s');
      expect(at(10, backfill(10, 1_000, { maxWcu: 500 })).left).toBe('1:00');
    });

    test('is as far off as the forecast, which may be 15 per cent, and says nothing where it is worthless', () => {
      const at = telling();
      const low = { forecast: { read: 1_275, write: 34_000, table: { rows: 10_000, bytes: 4_000_000 } } };
      for (let second = 0; second < 40; second++) {
        const { left, done } = at(second, backfill(second, 1_000, low));
        expect(done).toBeLessThan(1);
        if (second > 0) expect(Math.abs(secondsIn(left) - (40 - second))).toBeLessThan(7);
      }
      const worthless = { forecast: { read: 100, write: 2_000, table: { rows: 500, bytes: 200_000 } } };
      for (let second = 40; second < 80; second++) at(second, backfill(20, 1_000, worthless));
      expect(at(80, backfill(20, 1_000, worthless))).toEqual({ left: undefined, done: 0 });
    });
  });

  test('says that a pass is paused, and not when a paused one ends', () => {
    let now = 0;
    const meter = new Meter(() => now);
    meter.view({ step: 'job', job: 'shout', items: 0, changed: 0, work: work(0, 0) });
    now = 1_000;
    const view = meter.view({ step: 'job', job: 'shout', items: 1, changed: 1, work: work(1, 0, { state: 'paused' }) });
    expect(view.label).toBe('Job shout (paused)');
    expect(view.facts).toEqual(['1 item', '1 changed', '1/4 segments']);
  });

  test('begins anew with each step', () => {
    let now = 0;
    const meter = new Meter(() => now);
    meter.view({ step: 'sweep', items: 1_000, written: 0 });
    now = 1_000;
    expect(meter.view({ step: 'verify', items: 1, suspects: 1 })).toEqual({
      label: 'Verify',
      done: undefined,
      facts: ['1 item', '1 suspect'],
    });
  });
});

describe('the reporter', () => {
  function writing(options: Partial<ReporterOptions>) {
    const clock = { now: 0 };
    let text = '';
    const stream = { columns: 60, write: (more: string) => (text += more) };
    const told = reporter({ kind: 'bar', colour: false, stream, clock: () => clock.now, ...options });
    const sweep = (items: number) => told.progress({ step: 'sweep', items, written: 0 });
    return { told, sweep, clock, text: () => text };
  }

  test('redraws one line at most ten times a second, and takes it away', () => {
    const { told, sweep, clock, text } = writing({});
    for (; clock.now < 1_000; clock.now += 10) sweep(clock.now);
    expect(text().match(/Sweep/g)).toHaveLength(10);
    expect(text()).not.toContain('\n');
    told.note('Stopping');
    told.end();
    expect(text()).toMatch(/\r\u001B\[2KStopping\n$/);
  });

  test('writes a line every five seconds in a pipe, and at each new step', () => {
    const { told, sweep, clock, text } = writing({ kind: 'lines' });
    for (; clock.now < 11_000; clock.now += 100) sweep(1);
    told.progress({ step: 'drain', milliseconds: 1 });
    expect(text().split('\n')).toHaveLength(3 + 1 + 1);
    expect(text()).not.toContain('\u001B');
  });

  test('writes objects, or nothing, where it is asked for', () => {
    const json = writing({ kind: 'json' });
    json.sweep(7);
    expect(JSON.parse(json.text())).toEqual({ progress: { step: 'sweep', items: 7, written: 0 } });
    const none = writing({ kind: 'none' });
    none.sweep(7);
    none.told.note('Stopping');
    none.told.end();
    expect(none.text()).toBe('Stopping\n');
  });

  test('colours only where it may', () => {
    const plain = writing({});
    plain.sweep(1);
    expect(plain.text()).toBe('Sweep 1 item · 0 written');
    const coloured = writing({ colour: true });
    coloured.sweep(1);
    expect(coloured.text()).toBe('\u001B[36mSweep 1 item · 0 written\u001B[39m');
  });
});

test('the second Ctrl-C is no longer listened to', () => {
  const listening = new Map<string, () => void>();
  const source = {
    once: (signal: string, listener: () => void) => listening.set(signal, listener),
    off: (signal: string) => listening.delete(signal),
  };
  let told = 0;
  const { signal } = interrupts(source, () => told++);
  expect([...listening.keys()]).toEqual(['SIGINT', 'SIGTERM']);
  listening.get('SIGTERM')!();
  expect({ listening: listening.size, told, reason: signal.reason.signal }).toEqual({
    listening: 0,
    told: 1,
    reason: 'SIGTERM',
  });
});

test('numbers and times as people write them', () => {
  expect([0, 999, 1_000, 1_234_567].map(count)).toEqual(['0', '999', '1,000', '1,234,567']);
  expect([counted(1, 'item'), counted(0, 'item'), counted(2, 'entry', 'entries')]).toEqual([
    '1 item',
    '0 items',
    '2 entries',
  ]);
  expect([0, 59_400, 60_000, 3_599_000, 7_325_000].map(duration)).toEqual(['0 s', '59 s', '1:00', '59:59', '2:02:05']);
});

test('a verify says of one item and of several what is wrong with them', () => {
  const none = {
    missing: 0,
    stale: 0,
    foreign: 0,
    dangling: 0,
    manifest: 0,
    open: 0,
    damaged: 0,
    first: {},
    repaired: 0,
  };
  const found = (faults: object) => [{ type: 'Note', keyPath: '/text-:text', ...none, ...faults }];
  const said = (faults: object) =>
    verifyText({ items: 9, complete: false, keyPaths: found(faults), passedOver: { count: 0, first: [] } })
      .split('\n')
      .slice(2);
  expect(said({ stale: 1, manifest: 1 })).toEqual([
    '    stale: 1 item whose row is not a copy of it',
    '    manifest: 1 item that lists a key which it does not have',
  ]);
  expect(said({ stale: 2, open: 1_200 })).toEqual([
    '    stale: 2 items whose rows are not copies of them',
    '    open: 1,200 items whose keys other items have',
  ]);
});

test('a grid has no blanks at the end of its lines', () => {
  expect(
    grid([
      ['a', 'bb'],
      ['ccc', ''],
    ]),
  ).toBe('a    bb\nccc');
});

test('JSON holds what entities hold', () => {
  const value = {
    big: 1n,
    set: new Set([1]),
    map: new Map([['a', 1]]),
    bytes: new Uint8Array([1]),
    error: new Error('no'),
  };
  expect(JSON.parse(jsonText(value))).toEqual({
    ...{ big: '1', set: [1], map: { a: 1 }, bytes: 'AQ==' },
    error: { name: 'Error', message: 'no' },
  });
});
