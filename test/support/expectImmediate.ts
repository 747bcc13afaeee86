const LATE = Symbol('late');

/** A few turns of the event loop: too short for a timer or for a response that has not arrived yet. */
async function aFewTurns(): Promise<typeof LATE> {
  for (let turn = 0; turn < 5; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  return LATE;
}

/** The value of a promise that must settle without waiting for anything. Races the event loop, not a clock. */
export async function expectImmediate<T>(promise: Promise<T>): Promise<T> {
  const first = await Promise.race([promise, aFewTurns()]);
  if (first === LATE) throw new Error('expected to settle immediately, but it is still pending');
  return first;
}

/** A promise that never settles. */
export const never = <T = never>(): Promise<T> => new Promise(() => undefined);
