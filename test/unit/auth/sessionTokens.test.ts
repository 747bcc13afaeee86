import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SessionStore } from '../../../src/auth/sessionStore';
import { SessionTokens } from '../../../src/auth/sessionTokens';
import { SecretVault } from '../../support/secretStorage';
import { unexpected } from '../../support/unexpected';

const FIRST = 'Atza|first';
const SECOND = 'Atza|second';

let vault: SecretVault;
let store: SessionStore;
let answers: (string | undefined)[];
let asked: number;
let tokens: SessionTokens;

const signIn = (accessToken: string) => store.save({ version: 1, accessToken, expiresAtMs: Date.now() + 60_000 });

beforeEach(() => {
  vault = new SecretVault();
  store = new SessionStore(vault.window());
  answers = [];
  asked = 0;
  tokens = new SessionTokens(store, async () => {
    asked++;
    if (answers.length === 0) unexpected('asking a person for a token');
    await new Promise((resolve) => setImmediate(resolve));
    return answers.shift();
  });
});
afterEach(() => {
  store.dispose();
});

describe('the access token that is sent', () => {
  it('is the one of the stored session, read anew each time, and none when signed out', async () => {
    expect(await tokens.current()).toBeUndefined();
    await signIn(FIRST);
    expect(await tokens.current()).toBe(FIRST);
    await signIn(SECOND);
    expect(await tokens.current()).toBe(SECOND);
    await store.remove();
    expect(await tokens.current()).toBeUndefined();
  });
});

describe('a refused access token', () => {
  it('is replaced by one that was stored meanwhile, and nobody is asked', async () => {
    await signIn(SECOND);
    expect(await tokens.replace(FIRST, true)).toBe(SECOND);
    expect(asked).toBe(0);
  });

  it('is not replaced when nobody waits for the request', async () => {
    await signIn(FIRST);
    expect(await tokens.replace(FIRST, false)).toBeUndefined();
    expect(asked).toBe(0);
  });

  it('is replaced by what a person gives who waits', async () => {
    await signIn(FIRST);
    answers = [SECOND];
    expect(await tokens.replace(FIRST, true)).toBe(SECOND);
  });

  it('is asked for once by all requests that it was refused for at the same time', async () => {
    await signIn(FIRST);
    answers = [SECOND];
    expect(await Promise.all([tokens.replace(FIRST, true), tokens.replace(FIRST, true)])).toEqual([SECOND, SECOND]);
    expect(asked).toBe(1);
  });

  it('is not asked for again after the person had no other', async () => {
    await signIn(FIRST);
    answers = [undefined];
    expect(await tokens.replace(FIRST, true)).toBeUndefined();
    expect(await tokens.replace(FIRST, true)).toBeUndefined();
    expect(asked).toBe(1);
  });

  it('is asked for again when it is another one', async () => {
    await signIn(FIRST);
    answers = [undefined, 'Atza|third'];
    await tokens.replace(FIRST, true);
    await signIn(SECOND);
    expect(await tokens.replace(SECOND, true)).toBe('Atza|third');
  });
});
