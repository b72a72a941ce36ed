import { type LocalEngine, startLocalEngine } from '../local/index.js';

// As it is now: a test may replace timers by fakes later on.
const timer = setTimeout;

/** How long the engine goes on after the last fleet, in milliseconds: the next test file's fleet may be near. */
const LINGER_MS = 500;

let running: Promise<LocalEngine> | undefined;
let users = 0;

/** The engine that all fleets of a process share. Whoever borrows it gives it back; after the last one it ends. */
export async function borrowEngine(): Promise<LocalEngine> {
  users++;
  running ??= startLocalEngine();
  try {
    return await running;
  } catch (error) {
    users--;
    running = undefined;
    throw error;
  }
}

export function giveEngineBack(): void {
  if (--users > 0) return;
  timer(() => {
    if (users > 0 || running === undefined) return;
    const ending = running;
    running = undefined;
    void ending.then((engine) => engine.stop());
  }, LINGER_MS).unref();
}
