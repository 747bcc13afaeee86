/**
 * Returns a function that creates a value when it is first called. For patterns with Unicode properties in what
 * activation loads: creating one takes up to two milliseconds, and most texts are ASCII.
 */
export function onFirstUse<T extends object>(create: () => T): () => T {
  let value: T | undefined;
  return () => (value ??= create());
}
