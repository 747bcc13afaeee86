/*
 * What a simulation replaces of Node.js and of the extension, as far as one is running. Imports nothing at run time: the modules
 * that are replaced by these functions may be imported by any other module.
 */
import type { HttpRequest } from '../../../src/core/api/httpRequest';
import type { HttpResponse } from '../../../src/core/api/httpResponse';

type Delay = (ms?: number, value?: unknown, options?: { readonly signal?: AbortSignal }) => Promise<unknown>;
type Call = (...args: never[]) => unknown;

interface Replacements {
  delay: Delay;
  send: (request: HttpRequest, token: string, signal: AbortSignal) => Promise<HttpResponse>;
  /** `watch` of `node:fs`, and what is used of `node:fs/promises`. */
  watch: Call;
  files: Readonly<Record<(typeof FILE_FUNCTIONS)[number], Call>>;
}

const FILE_FUNCTIONS = ['open', 'mkdir', 'chmod', 'rm', 'lstat', 'stat', 'readdir', 'readFile', 'writeFile'] as const;

let current: Partial<Replacements> = {};

/** Sets replacements until the returned function is called. */
export function replaceWith(replacements: Partial<Replacements>): () => void {
  const before = current;
  current = { ...current, ...replacements };
  return () => {
    current = before;
  };
}

function replacement<Name extends keyof Replacements>(name: Name): Replacements[Name] {
  const found = current[name] as Replacements[Name] | undefined;
  if (!found) throw new Error(`no simulation is running: ${name}`);
  return found;
}

/** `setTimeout` of `node:timers/promises`. */
export const virtualDelay: Delay = (...args) => replacement('delay')(...args);

/** `send` of `core/api/httpRequest.ts`. */
export const sendToSimulation: Replacements['send'] = (...args) => replacement('send')(...args);

/** `watch` of `node:fs`. */
export const watchMemory: Call = (...args) => replacement('watch')(...args);

/** `node:fs/promises`: what is not here is not expected. */
export const memoryFileSystem = Object.fromEntries(
  FILE_FUNCTIONS.map((name): [string, Call] => [name, (...args) => replacement('files')[name](...args)]),
);
