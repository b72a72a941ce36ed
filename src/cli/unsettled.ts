/** Who waits now, the innermost last. */
const waiting: (() => void)[] = [];

/**
 * As the promise that this begins; but rejects where nothing is left in this process that could settle it. Node would
 * end without a word then.
 */
export async function whileAlive<T>(begin: () => Promise<T>, unsettled: () => Error): Promise<T> {
  const { giveUp, given } = abandonment(unsettled);
  if (waiting.push(giveUp) === 1) process.on('beforeExit', tellInnermost);
  try {
    return await Promise.race([begin(), given]);
  } finally {
    waiting.splice(waiting.indexOf(giveUp), 1);
    if (waiting.length === 0) process.off('beforeExit', tellInnermost);
  }
}

function abandonment(unsettled: () => Error): { readonly giveUp: () => void; readonly given: Promise<never> } {
  let giveUp = (): void => undefined;
  const given = new Promise<never>((_, reject) => {
    giveUp = () => reject(unsettled());
  });
  return { giveUp: () => giveUp(), given };
}

function tellInnermost(): void {
  waiting.at(-1)?.();
  // Node asks again only if there was something to do: who waited for this one may wait for more.
  setImmediate(() => undefined);
}
