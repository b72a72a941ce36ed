import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { remaining, running } from '../support/running.js';

/** A run of the sample as its user starts it, with what it printed so far. */
export interface SampleRun {
  readonly process: ChildProcess;
  readonly printed: string;
  /** Resolves once it has printed a text; rejects where it ends before. */
  until(text: string): Promise<void>;
  /** How it ended. */
  readonly end: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** The processes that the run started, itself included, and that still run. */
  processes(): readonly string[];
  /** Resolves to what still runs: nothing as soon as nothing does, else the rest after a minute. */
  remaining(): Promise<readonly string[]>;
}

const VARIABLE = 'DUCTILE_SAMPLE_RUN';

/** Starts the script `start` of package.json; on the Node that runs this unless another program is given. */
export function startSample(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  program: string = process.execPath,
): SampleRun {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { start: string } };
  const [command, ...words] = scripts.start.split(' ');
  if (command !== 'node') throw new Error(`the script start begins with ${command}, and this test knows node only`);
  const id = randomUUID();
  const mark = { variable: `${VARIABLE}=${id}` };
  const child = spawn(program, [...words, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that it can be sent what a terminal sends at Ctrl-C: a signal to all of them.
    detached: true,
    env: { ...process.env, DUCTILE_ENDPOINT: '', ...env, [VARIABLE]: id },
  });
  let printed = '';
  for (const output of [child.stdout, child.stderr]) {
    output.setEncoding('utf8').on('data', (text: string) => (printed += text));
  }
  let ended = false;
  const end = new Promise<Awaited<SampleRun['end']>>((resolve) => {
    child.once('close', (code, signal) => {
      ended = true;
      resolve({ code, signal });
    });
  });
  return {
    process: child,
    end,
    get printed() {
      return printed;
    },
    async until(text) {
      while (!printed.includes(text)) {
        if (ended) throw new Error(`the sample ended and did not print “${text}”, but:\n${printed}`);
        await sleep(10);
      }
    },
    processes: () => running(mark),
    remaining: () => remaining(mark),
  };
}

/** Orders in Northwind's form, with fields that the sample has no use for. */
export function someOrders(count: number): readonly object[] {
  return Array.from({ length: count }, (_, i) => ({
    orderId: String(10248 + i),
    customerId: ['VINET', 'TOMSP', 'HANAR'][i % 3],
    employeeId: 5,
    orderDate: `1996-07-${String(i + 1).padStart(2, '0')}`,
    freight: '32.38',
    shipTo: { city: 'Reims' },
    items: [{ productId: 11, productName: 'Queso Cabrales', unitPrice: '14.00', quantity: 12, discount: 0.05 }],
  }));
}
