import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SecretCache } from '../../../../src/core/auth/secretCache';
import { unexpected } from '../../../support/unexpected';

const PROPAGATION_MS = 500;
const MAX_AGE_MS = 5_000;
const ACTIVITY_AGE_MS = 50;

/** What VS Code has stored, and how often it was asked. */
let stored: string | undefined;
let asked: number;
let activity: number | undefined;
let activityAsked: number;
let read: () => Promise<string | undefined>;
let cache: SecretCache;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  [stored, asked, activity, activityAsked] = ['first', 0, 1, 0];
  read = () => Promise.resolve(stored);
  cache = new SecretCache(
    () => {
      asked++;
      return read();
    },
    {
      activity: () => {
        activityAsked++;
        return Promise.resolve(activity);
      },
      propagationMs: PROPAGATION_MS,
    },
  );
});

afterEach(() => {
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTime(ms);

/** Reads until the secret is kept. */
async function keep(): Promise<void> {
  await cache.get();
  pass(PROPAGATION_MS);
  await cache.get();
  asked = 0;
}

describe('a secret that was read', () => {
  it.each(['secret', undefined])('is read again without asking VS Code: %s', async (secret) => {
    stored = secret;
    await keep();
    for (let count = 0; count < 3; count++) expect(await cache.get()).toBe(secret);
    expect(asked).toBe(0);
  });

  it('is asked for again after VS Code has reported a change', async () => {
    await keep();
    stored = 'second';
    cache.changed();
    expect(await cache.get()).toBe('second');
  });

  it('is asked for each time after any window has written, until the write has reached all windows', async () => {
    await keep();
    activity = 2;
    pass(ACTIVITY_AGE_MS);
    expect(await cache.get()).toBe('first');
    // It arrives only now, and VS Code reports nothing.
    stored = 'second';
    expect(await cache.get()).toBe('second');
    pass(PROPAGATION_MS - 1);
    stored = 'third';
    expect(await cache.get()).toBe('third');
    expect(asked).toBe(3);
    pass(1);
    await cache.get();
    await cache.get();
    expect(asked).toBe(4);
  });

  it('costs one look at the activity of other windows for all requests that are sent at about the same time', async () => {
    await keep();
    pass(ACTIVITY_AGE_MS);
    activityAsked = 0;
    await Promise.all([cache.get(), cache.get()]);
    pass(ACTIVITY_AGE_MS - 1);
    await cache.get();
    expect(activityAsked).toBe(1);
    pass(1);
    await cache.get();
    expect(activityAsked).toBe(2);
  });

  it('is not kept when it may already be outdated on arrival', async () => {
    await keep();
    pass(MAX_AGE_MS);
    let arrive: (secret: string) => void = unexpected;
    read = () => new Promise((resolve) => (arrive = resolve));
    const reading = cache.get();
    await vi.waitFor(() => {
      expect(asked).toBe(1);
    });
    cache.changed();
    arrive('first');
    expect(await reading).toBe('first');
    read = () => Promise.resolve('second');
    expect(await cache.get()).toBe('second');
  });

  it('is asked for again after some seconds even if nothing has reported a change', async () => {
    await keep();
    stored = 'second';
    pass(MAX_AGE_MS - 1);
    expect(await cache.get()).toBe('first');
    pass(1);
    expect(await cache.get()).toBe('second');
  });

  it('is never kept where the activity of other windows cannot be told', async () => {
    activity = undefined;
    await keep();
    await cache.get();
    await cache.get();
    expect(asked).toBe(2);
  });

  it('is asked for again after it could not be read', async () => {
    await keep();
    pass(MAX_AGE_MS);
    read = () => Promise.reject(new Error('the keyring is locked'));
    await expect(cache.get()).rejects.toThrow('locked');
    read = () => Promise.resolve('first');
    expect(await cache.get()).toBe('first');
  });
});
