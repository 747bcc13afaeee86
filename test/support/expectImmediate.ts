const LATE = Symbol('late');

/** Turns of the event loop in which no timer is awaited and no answer can come that was not there before. */
async function aFewTurns(): Promise<typeof LATE> {
  for (let turn = 0; turn < 5; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  return LATE;
}

/** The value of a promise that settles without waiting for anything. No clock is read: it races the event loop. */
export async function expectImmediate<T>(promise: Promise<T>): Promise<T> {
  const first = await Promise.race([promise, aFewTurns()]);
  if (first === LATE) throw new Error('expected to end at once, but it still waits');
  return first;
}

/** A promise that never settles. */
export const never = <T = never>(): Promise<T> => new Promise(() => undefined);
