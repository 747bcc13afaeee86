type AnyFunction = (...args: unknown[]) => unknown;

/** Wraps a function of VS Code, or of an object that VS Code has created. */
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

/** Replaces a function of VS Code; returns a function that restores it. */
export function replace<Name extends string>(owner: Record<Name, unknown>, name: Name, value: AnyFunction): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, name) ?? { configurable: true, writable: true };
  Object.defineProperty(owner, name, { ...before, value });
  return () => Object.defineProperty(owner, name, before);
}
