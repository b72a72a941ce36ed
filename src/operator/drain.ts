import type { Session, StepOptions } from './session.js';

/** With fences, a request that passed its fence before an entry was appended has ended long before this. */
const FENCED_DRAIN_MS = 60_000;

/**
 * How long to wait, in milliseconds, until no process that does not know the newest entry can still write: none on a
 * local engine, whose writes end before the next one begins; 60 s elsewhere.
 */
function drainOf({ gateway }: Session, { drain }: StepOptions): number {
  return drain ?? (gateway.loopback ? 0 : FENCED_DRAIN_MS);
}

/**
 * Drain: every fence is raised to the newest known entry, then the wait begins. The whole wait is done here, from now:
 * this process cannot know how much of it another one has done.
 */
export async function drain(session: Session, options: StepOptions): Promise<void> {
  const { registry } = session;
  if (!(await registry.fencesRaised())) await registry.raiseFences();
  const milliseconds = drainOf(session, options);
  if (milliseconds === 0) return;
  options.onProgress?.({ step: 'drain', milliseconds });
  await session.gateway.pause(milliseconds, options.signal);
}
