import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import path from 'node:path';
import timers from 'node:timers/promises';
import * as vscode from 'vscode';
import { FileLock } from '../../../src/core/crossWindow/fileLock';
import { ACCESS_TOKEN_LIFETIME_MS, type Session } from '../../../src/core/auth/session';
import { SessionStore } from '../../../src/core/auth/sessionStore';
import { ExclusiveWrites, PROPAGATION_DELAY_MS } from '../../../src/core/crossWindow/exclusiveWrites';
import { observe } from './vscodeSpy';
import { wrap } from './wrap';

interface ExtensionModule {
  activate(context: vscode.ExtensionContext): unknown;
  deactivate(): Promise<void>;
}

/** Unhandled errors from the extension's code. Excludes other extensions, which run in the same process. */
export const unhandledErrors: string[] = [];
for (const event of ['unhandledRejection', 'uncaughtExceptionMonitor'] as const) {
  process.on(event, (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (text.includes(path.join(extension.extensionPath, 'dist'))) unhandledErrors.push(text);
  });
}

function find(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension('networkmapping.alexa-network-mapping');
  if (!found) throw new Error('the extension is not installed');
  return found;
}

/** The extension in VS Code: the real bundle, activated by VS Code itself. */
export const extension = find();
export const wasActiveAtStart = extension.isActive;

let activationContext: vscode.ExtensionContext | undefined;

/** The context that VS Code passed to the extension, which has its secret storage. */
export function extensionContext(): vscode.ExtensionContext {
  if (!activationContext) throw new Error('the extension was not activated');
  return activationContext;
}

/** The extension's module. Loaded here first, with an `activate` that records the context, so that VS Code uses it. */
export const extensionModule = load();

function load(): ExtensionModule {
  observe();
  observePropagation();
  const require = createRequire(__filename);
  const file = require.resolve(path.join(extension.extensionPath, 'dist/extension.js'));
  const exports = require(file) as ExtensionModule;
  const cached = require.cache[file];
  if (!cached) throw new Error('the module is not in the cache of Node.js');
  cached.exports = {
    ...exports,
    activate: (context: vscode.ExtensionContext) => {
      activationContext = context;
      return exports.activate(context);
    },
  };
  return exports;
}

/** Ends the extension's waits until other windows see what it has stored. */
const propagationWaits = new Set<() => void>();
let signOuts = 0;

/**
 * Lets {@link signOut} end the time for which the extension keeps the lock after it has stored something. All windows of these
 * tests are in this process and see it at once, and a hook that signs out would wait for the lock after most tests.
 */
function observePropagation(): void {
  wrap(timers, 'setTimeout', (original, args) => {
    const [ms, , options] = args as Parameters<typeof timers.setTimeout>;
    const isPropagation = ms === PROPAGATION_DELAY_MS && options?.ref === false;
    if (!isPropagation) return original(...args);
    if (signOuts > 0) return Promise.resolve();
    return new Promise<void>((resolve) => {
      const end = () => {
        propagationWaits.delete(end);
        resolve();
      };
      propagationWaits.add(end);
      void (original(...args) as Promise<void>).then(end);
    });
  });
}

/** The name of the only account, unless a test has several. */
export const ACCOUNT = 'default';

/**
 * Reads or changes the sessions as another window would: with a separate store on the extension's real secret storage, whose
 * events the extension gets like those of another window, and with the same lock files.
 */
export async function inAnotherWindow<T>(task: (store: SessionStore) => Promise<T>): Promise<T> {
  const store = new SessionStore(extensionContext().secrets, writesOfAnotherWindow());
  try {
    return await task(store);
  } finally {
    store.dispose();
  }
}

/** Serialized with the extension's writes. The extension is notified of what is stored here immediately. */
export function writesOfAnotherWindow(): ExclusiveWrites {
  return new ExclusiveWrites(new FileLock(lockFolder()), 0);
}

/** The folder of the windows' lock files. */
export function lockFolder(): string {
  return vscode.Uri.joinPath(extensionContext().globalStorageUri, 'locks').fsPath;
}

/** A session that begins now. */
export function sessionWith(accessToken: string, some: Partial<Session> = {}): Session {
  return { id: randomUUID(), accessToken, expiresAtMs: Date.now() + ACCESS_TOKEN_LIFETIME_MS, ...some };
}

/** Signs in with an access token that cannot be renewed. */
export async function signIn(accessToken: string, account = ACCOUNT): Promise<void> {
  await signInWith(sessionWith(accessToken), account);
}

export async function signInWith(session: Session, account = ACCOUNT): Promise<void> {
  await inAnotherWindow((store) => store.save(account, session));
}

/** Signs out of all accounts. */
export async function signOut(): Promise<void> {
  signOuts++;
  for (const end of propagationWaits) end();
  try {
    await inAnotherWindow(async (store) => {
      const { byName: states } = await store.read();
      await store.remove([...states.keys()]);
    });
  } finally {
    signOuts--;
  }
}

/** The stored sessions, as a string. */
export async function storedSessions(): Promise<string | undefined> {
  return extensionContext().secrets.get('sessions');
}

/** Runs a command of the extension as a keybinding or another extension does. */
export async function run(command: string, ...args: unknown[]): Promise<void> {
  await vscode.commands.executeCommand(`alexaNetworkMapping.${command}`, ...args);
}
