import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Session } from '../../../src/auth/session';
import { SecretStorageFailed, SessionStore } from '../../../src/auth/sessionStore';
import { anyText } from '../../support/arbitraries';
import { ACCESS_TOKEN, ODD_ACCESS_TOKEN } from '../../support/builders';
import { SecretVault } from '../../support/secretStorage';

const NOW = 1_700_000_000_000;
const HOUR = 3_600_000;
const session: Session = { version: 1, accessToken: ACCESS_TOKEN, expiresAtMs: NOW + HOUR };
const otherSession: Session = { ...session, accessToken: ODD_ACCESS_TOKEN };

let vault: SecretVault;
let store: SessionStore;
let now: number;
const stores: SessionStore[] = [];

function openWindow(): SessionStore {
  const opened = new SessionStore(vault.window(), () => now);
  stores.push(opened);
  return opened;
}

function countChanges(of: SessionStore): () => number {
  let changes = 0;
  of.events.on('changed', () => changes++);
  return () => changes;
}

beforeEach(() => {
  now = NOW;
  vault = new SecretVault();
  store = openWindow();
});
afterEach(() => {
  vi.useRealTimers();
  for (const each of stores.splice(0)) each.dispose();
});

describe('somebody', () => {
  it('is signed out at first', async () => {
    expect(await store.read()).toEqual({ type: 'signedOut', reason: 'none' });
  });

  it('is signed in after a session was saved, and signed out after it was removed', async () => {
    await store.save(session);
    expect(await store.read()).toEqual({ type: 'signedIn', session });
    await store.remove();
    expect(await store.read()).toEqual({ type: 'signedOut', reason: 'none' });
    expect(vault.keys).toEqual([]);
  });

  it('is still signed in after the window was opened again', async () => {
    await store.save(session);
    store.dispose();
    expect(await openWindow().read()).toEqual({ type: 'signedIn', session });
  });

  it('is signed out from the moment in which the token expires', async () => {
    await store.save(session);
    now = session.expiresAtMs - 1;
    expect(await store.read()).toHaveProperty('type', 'signedIn');
    now = session.expiresAtMs;
    expect(await store.read()).toEqual({ type: 'signedOut', reason: 'expired' });
  });

  it('is signed out when the stored session is anything else, and can sign in over it', async () => {
    await store.save(session);
    const [key] = vault.keys;
    if (key === undefined) throw new Error('expected a stored session');
    await fc.assert(
      fc.asyncProperty(fc.oneof(anyText(), fc.json(), fc.constant(ACCESS_TOKEN)), async (stored) => {
        await vault.window().store(key, stored);
        expect(await store.read()).toEqual({ type: 'signedOut', reason: 'unreadable' });
      }),
    );
    await store.save(session);
    expect(await store.read()).toHaveProperty('type', 'signedIn');
  });
});

describe('accounts', () => {
  it('have a secret each, and one can be signed out without the other', async () => {
    await store.save(session);
    await store.save(otherSession, 'hotels');
    expect(vault.keys).toHaveLength(2);
    expect(await store.read()).toEqual({ type: 'signedIn', session });
    expect(await store.read('hotels')).toEqual({ type: 'signedIn', session: otherSession });
    await store.remove('hotels');
    expect(await store.read('hotels')).toEqual({ type: 'signedOut', reason: 'none' });
    expect(await store.read()).toHaveProperty('type', 'signedIn');
  });

  it('never share a secret, whatever their names are, and no name holds one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.string(), { minLength: 2, maxLength: 5 }), async (names) => {
        vault = new SecretVault();
        const local = openWindow();
        for (const [index, name] of names.entries()) {
          await local.save({ ...session, accessToken: `token-${index}` }, name);
        }
        for (const [index, name] of names.entries()) {
          expect(await local.read(name)).toMatchObject({ session: { accessToken: `token-${index}` } });
        }
        expect(vault.keys.join()).not.toContain('token-');
      }),
      { numRuns: 30, examples: [[['a', ' a', 'a ', 'A']], [['', 'default', '/default', 'session/default']]] },
    );
  });

  it('announce their expiry each at its own time', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await store.save({ ...session, expiresAtMs: NOW + 60_000 });
    await store.save({ ...otherSession, expiresAtMs: NOW + 600_000 }, 'hotels');
    const changes = countChanges(store);
    await store.read();
    await store.read('hotels');
    now = NOW + 60_000;
    vi.advanceTimersByTime(60_000);
    expect(changes()).toBe(1);
    now = NOW + 600_000;
    vi.advanceTimersByTime(540_000);
    expect(changes()).toBe(2);
  });
});

describe('a change of the session', () => {
  it('is announced in every window, and counts there at once', async () => {
    const other = openWindow();
    const changes = [countChanges(store), countChanges(other)];
    await store.save(session);
    expect(changes.map((count) => count())).toEqual([1, 1]);
    expect(await other.read()).toEqual({ type: 'signedIn', session });
    await other.remove();
    expect(changes.map((count) => count())).toEqual([2, 2]);
    expect(await store.read()).toHaveProperty('type', 'signedOut');
  });

  it('is not seen in secrets of something else', async () => {
    const changes = countChanges(store);
    await vault.window().store('theme', 'dark');
    expect(changes()).toBe(0);
  });

  it('is announced when the token expires, once it was read', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await store.save({ ...session, expiresAtMs: NOW + 60_000 });
    const changes = countChanges(store);
    await store.read();
    await store.read();
    vi.advanceTimersByTime(59_999);
    expect(changes()).toBe(0);
    vi.advanceTimersByTime(1);
    expect(changes()).toBe(1);
  });

  it('is looked for again after an hour, since timers of weeks fire at once and clocks jump', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await store.save({ ...session, expiresAtMs: NOW + 60 * 24 * HOUR });
    const changes = countChanges(store);
    await store.read();
    vi.advanceTimersByTime(HOUR - 1);
    expect(changes()).toBe(0);
    vi.advanceTimersByTime(1);
    expect(changes()).toBe(1);
  });

  it('is no longer announced after the store was disposed of, and nothing stays behind', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await store.save(session);
    await store.read();
    const changes = countChanges(store);
    store.dispose();
    await openWindow().remove();
    vi.advanceTimersByTime(2 * HOUR);
    expect(changes()).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    expect(vault.listeners).toBe(1);
  });
});

describe('a secret storage that fails', () => {
  const locked = () => Promise.reject(new Error('the keyring is locked'));
  const failing = () =>
    new SessionStore({ get: locked, store: locked, delete: locked, onDidChange: () => ({ dispose: () => undefined }) });

  it('means signed out, so that a locked keyring breaks nothing', async () => {
    expect(await failing().read()).toEqual({ type: 'signedOut', reason: 'unavailable' });
  });

  it('says so to whoever signs in or out, without repeating the session', async () => {
    for (const act of [failing().save(session), failing().remove()]) {
      const error = await act.then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(SecretStorageFailed);
      expect(String(error)).toMatch(/could not be written\. Unlock the keyring .* https:/);
      expect(String(error)).not.toContain('is locked');
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error)) + String(error)).not.toContain('Atza');
    }
  });
});
