import { noteWait, takeWait } from '../work/waits.js';
import { raisedFences, type RaisedFences } from '../registry/fences.js';
import type { SettingsInForce } from '../registry/knowledge.js';
import { type RunningStep, type Session, timeLeft } from './session.js';

/** With fences, a request that passed its fence before an entry was appended has ended long before this. */
const FENCED_MS = 60_000;
/** How long DynamoDB takes a request after the date of its signature. */
const SIGNATURE_MS = 15 * 60_000;
/** More than the servers' clocks and dates of whole seconds disagree by. */
const MARGIN_MS = 2 * 60_000;

/**
 * So long it waits at once, which sends nothing: where somebody listens, to whom it is told how long it lasts still, and
 * else. Never less than a second, because dates have whole ones.
 */
const SLICE_MS = { told: 1_000, untold: 15_000 };

/**
 * Who must have heard of an entry before a drain has ended: those who write without reading a row first, or also those
 * who read through secondary key paths.
 */
export type Drained = 'writers' | 'readers';

/**
 * Drain: waits until no process that does not know what the registry says can still write without it (or also read
 * through a secondary key path without it): the newest entry that creates have to know. Every fence is raised to it first; the wait counts from the date that was
 * written down when they first were, so what others have waited is not waited again. All by the server's clock.
 *
 * While it lasts, `status` shows that this process waits, and until when. A call whose time is over first stays there until
 * then: it is to be called again.
 *
 * Costs a read to begin, one to end, and 65 writes where the fences were not raised. Where there is time to wait, a read
 * and a write to say so, and as much to take that back where the signal ends it.
 *
 * @returns false where the time of the call was over first
 * @throws the signal's reason
 */
export async function drain(session: Session, options: RunningStep, whom: Drained = 'writers'): Promise<boolean> {
  const { gateway, registry } = session;
  const { settings } = registry.knowledge;
  options.signal?.throwIfAborted();
  const { since } = await raised(session);
  const until = since + (options.drain ?? drainTime(settings, gateway.loopback, whom));
  if (until <= gateway.serverTime()) return true;
  const { shortId } = registry.knowledge;
  await noteWait(gateway, shortId, until);
  try {
    return await waitedUntil(session, options, until);
  } catch (error) {
    // It only serves people: what ended the wait is what counts.
    await takeWait(gateway, shortId, until).catch(() => undefined);
    throw error;
  }
}

async function waitedUntil(session: Session, options: RunningStep, until: number): Promise<boolean> {
  const { gateway } = session;
  for (;;) {
    options.signal?.throwIfAborted();
    const left = until - gateway.serverTime();
    if (left <= 0) return true;
    if (!(await waited(session, options, left))) return false;
    // Any answer will do: it brings the server's time, and that decides.
    await raisedFences(gateway);
  }
}

/** Waits for so long by this machine's clock: false where the time of the call was over first. */
async function waited(session: Session, options: RunningStep, milliseconds: number): Promise<boolean> {
  const { gateway } = session;
  const end = gateway.elapsed() + milliseconds;
  for (let left = milliseconds; left > 0; left = end - gateway.elapsed()) {
    options.signal?.throwIfAborted();
    options.onProgress?.({ step: 'drain', milliseconds: left });
    const time = timeLeft(session, options);
    if (time === 0) return false;
    const slice = options.onProgress === undefined ? SLICE_MS.untold : SLICE_MS.told;
    await gateway.pause(Math.max(Math.min(left, slice, time), SLICE_MS.told), options.signal);
  }
  return true;
}

/**
 * How long to wait, in milliseconds, after all could know an entry.
 *
 * @param settings all that a process may still act by: a shorter age does not hurry those who have not heard of it
 * @param loopback a local engine ends each write before it begins the next, so what checks a fence needs no time there
 */
export function drainTime(settings: readonly SettingsInForce[], loopback: boolean, whom: Drained): number {
  const aged = settings.filter(({ createGuard, readersOnly }) => createGuard === 'age' && readersOnly !== true);
  if (aged.length === 0 && loopback) return 0;
  const writers = aged.length === 0 ? FENCED_MS : oldest(aged) + SIGNATURE_MS + MARGIN_MS;
  return whom === 'writers' ? writers : Math.max(writers, oldest(settings) + MARGIN_MS);
}

const oldest = (settings: readonly SettingsInForce[]): number =>
  Math.max(...settings.map(({ registryMaxAge }) => registryMaxAge));

/** Since when every fence stands where it should; a process that died after an append left that to anyone. */
async function raised({ gateway, registry }: Session): Promise<RaisedFences> {
  for (;;) {
    const fences = await raisedFences(gateway);
    if (fences.epoch >= registry.knowledge.fenced) return fences;
    await registry.raiseFences();
  }
}
