const seen: string[] = [];

/**
 * Fails the test, for a test double that is called in a way that the test did not prepare. Throws, and also records the call,
 * since the code under test may catch the error (see `setup.ts`).
 */
export function unexpected(what: string): never {
  seen.push(what);
  throw new Error(`unexpected: ${what}`);
}

/** Returns the unexpected calls since the last call of this function. */
export function takeUnexpected(): string[] {
  return seen.splice(0);
}
