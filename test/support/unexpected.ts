const seen: string[] = [];

/**
 * What a double does when it is asked for something that the test did not prepare. It throws, and since the code under
 * test may turn a throw into a value, it is also remembered: the test fails in any case (see `setup.ts`).
 */
export function unexpected(what: string): never {
  seen.push(what);
  throw new Error(`unexpected: ${what}`);
}

/** Everything unexpected since it was last asked for. */
export function takeUnexpected(): string[] {
  return seen.splice(0);
}
