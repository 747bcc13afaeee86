type AnyFunction = (...args: unknown[]) => unknown;

/** Puts `around` around a function of VS Code's, or of an object that VS Code has made. */
export function wrap<Name extends string>(
  owner: Record<Name, unknown>,
  name: Name,
  around: (original: AnyFunction, args: readonly unknown[]) => unknown,
): void {
  const original = (owner[name] as AnyFunction).bind(owner);
  const value: AnyFunction = (...args) => around(original, args);
  const { writable = true, enumerable = true } = Object.getOwnPropertyDescriptor(owner, name) ?? {};
  Object.defineProperty(owner, name, { value, writable, enumerable, configurable: true });
}

/** Puts another function in the place of one of VS Code's; gives back what puts the first one back. */
export function replace<Name extends string>(owner: Record<Name, unknown>, name: Name, value: AnyFunction): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, name) ?? { configurable: true, writable: true };
  Object.defineProperty(owner, name, { ...before, value });
  return () => Object.defineProperty(owner, name, before);
}
