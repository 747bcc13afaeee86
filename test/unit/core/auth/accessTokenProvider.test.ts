import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TokenResult } from '../../../../src/core/api/tokenProvider';
import { refreshTokens } from '../../../../src/core/auth/loginWithAmazon';
import { refreshAtMs, type Client, type Session } from '../../../../src/core/auth/session';
import { SessionStore } from '../../../../src/core/auth/sessionStore';
import { AccessTokenProvider, type RefreshResult } from '../../../../src/core/auth/accessTokenProvider';
import { ExclusiveWrites } from '../../../../src/core/crossWindow/exclusiveWrites';
import { checkEndpoint } from '../../../../src/core/model/endpoint';
import { MAPPING_SCOPE } from '../../../../src/core/model/scopes';
import { type CatalogEntry, faultCatalog, faultNames } from '../../../simulator/faultCatalog';
import { startSimulator, type Simulator } from '../../../simulator/simulator';
import { RENEWAL_MEANINGS } from '../../../support/faultInjection/renewalFaults';
import { SecretVault } from '../../../support/secretStorage';
import { aPastedSession, HOUR_MS } from '../../../support/sessions';
import { SharedLock } from '../../../support/sharedLock';
import { eventLoopTurns } from '../../../support/eventLoopTurns';
import { unexpected } from '../../../support/unexpected';

const MINUTE_MS = 60_000;
const MANAGEMENT = 'alexa::enterprise:management';

let simulator: Simulator;
/** The clock of the simulator, and how far the local clock is ahead of it. */
let trueMs: number;
let aheadMs: number;
/** How far the monotonic clock is ahead of the time the test takes. */
let awakeMs: number;
let vault: SecretVault;
let lock: SharedLock;
const windows: Window[] = [];

/** One VS Code window: a session store and its access token provider. */
class Window {
  readonly store: SessionStore;
  readonly tokens: AccessTokenProvider;
  readonly renewals: RefreshResult[] = [];
  /** The accounts that the user was prompted for a token of, in order, and the answers to the prompts. */
  readonly asked: string[] = [];
  answers: (string | undefined)[] = [];
  afterAsking: () => Promise<void> = () => Promise.resolve();
  requestedScopes: readonly string[] = [];
  /** The account configured for each service provider. */
  namedAccounts: Readonly<Record<string, string>> = {};
  tokenEndpoint = simulator.tokenEndpoint;
  apiEndpoint = simulator.url;
  /**
   * The accounts and hosts that the user was asked to confirm, in order, the answers, and a hook that runs during
   * the prompt.
   */
  readonly questions: string[] = [];
  confirms: boolean[] = [];
  whileAsked: () => Promise<void> = () => Promise.resolve();
  /** Runs after Login with Amazon has responded, before the provider gets the result. */
  meanwhile: () => Promise<void> = () => Promise.resolve();
  /** Runs while the Login with Amazon module is loading. */
  whileLoading: () => Promise<void> = () => Promise.resolve();

  constructor(sharedAfterMs: number, itsLock = lock) {
    const writes = new ExclusiveWrites(itsLock, sharedAfterMs);
    this.store = new SessionStore(vault.window(), writes, localMs);
    this.tokens = new AccessTokenProvider({
      store: this.store,
      writes,
      loginWithAmazon: async () => {
        await this.whileLoading();
        return {
          refreshTokens: async (...given: Parameters<typeof refreshTokens>) => {
            const result = await refreshTokens(...given);
            await this.meanwhile();
            return result;
          },
        };
      },
      apiEndpoint: () => checkEndpoint(this.apiEndpoint),
      confirmHost: async (account, host) => {
        this.questions.push(`${account}: ${host}`);
        if (this.confirms.length === 0) unexpected('asking a person for a host');
        await eventLoopTurns(3);
        await this.whileAsked();
        return this.confirms.shift() ?? false;
      },
      tokenEndpoint: () => checkEndpoint(this.tokenEndpoint),
      requestedScopes: () => this.requestedScopes,
      configuredAccount: (id) => this.namedAccounts[id],
      promptForToken: async (account) => {
        this.asked.push(account);
        if (this.answers.length === 0) unexpected('asking a person for a token');
        await eventLoopTurns(1);
        const token = this.answers.shift();
        if (token !== undefined)
          await this.store.save(
            account,
            aPastedSession({ id: token, accessToken: token, expiresAtMs: localMs() + HOUR_MS }),
          );
        await this.afterAsking();
        return token;
      },
      now: localMs,
    });
    this.tokens.events.on('renewal', (renewal) => this.renewals.push(renewal));
    windows.push(this);
  }

  current(row = 'row'): Promise<TokenResult> {
    return this.tokens.getToken(row);
  }

  /** Gets the token for a user who clicked at `askedAtMs`. */
  clicked(row = 'row', askedAtMs = performance.now()): Promise<TokenResult> {
    return this.tokens.getToken(row, { interactive: true, askedAtMs });
  }

  replace(refused: string, row = 'row', interactive = false): Promise<TokenResult | undefined> {
    return this.tokens.refresh(row, refused, interactive);
  }
}

const localMs = () => trueMs + aheadMs;
const openWindow = (sharedAfterMs = 0) => new Window(sharedAfterMs);
const control = () => simulator.control;
const tokenRequests = () =>
  control()
    .requests()
    .filter(({ operation }) => operation === 'token').length;

/** Advances all clocks. */
function pass(ms: number): void {
  trueMs += ms;
  awakeMs += ms;
}

/** Advances the wall clocks only: the monotonic clock stops while a computer sleeps. */
function sleep(ms: number): void {
  trueMs += ms;
}

function demoClient(): Client {
  const { clientId: id, clientSecret: secret } = control().demo;
  return { id, secret };
}

/** A session right after sign-in: its tokens are valid for the lifetime set in the simulator. */
function aSession(some: Partial<Session> & { readonly refreshToken?: string } = {}): Session {
  const { refreshToken = control().issueRefreshToken(), ...rest } = some;
  const lifetimeMs = control().switches().accessTokenLifetimeS * 1000;
  return {
    id: 'of this sign-in',
    accessToken: control().issueAccessToken(),
    expiresAtMs: localMs() + lifetimeMs,
    scopes: [MANAGEMENT, MAPPING_SCOPE],
    refresh: { token: refreshToken, refreshAtMs: refreshAtMs(localMs(), lifetimeMs), client: demoClient() },
    ...rest,
  };
}

async function signIn(window: Window, session = aSession(), account = 'default'): Promise<Session> {
  await window.store.save(account, session);
  return session;
}

async function storedSession(account = 'default'): Promise<Session | undefined> {
  const state = (await openWindow().store.read()).byName.get(account);
  return state?.type === 'signedIn' ? state.session : undefined;
}

function tokenOf(access: TokenResult | undefined): string {
  if (access?.type !== 'granted') throw new Error(`expected a token, but got ${JSON.stringify(access)}`);
  return access.token;
}

/** Whether the service accepts the token. */
async function isTaken(token: string): Promise<boolean> {
  const [provider] = control().providers();
  const path = `/v1/communications/serviceProviders/${provider?.serviceProviderId ?? ''}/network`;
  const response = await fetch(simulator.url + path, { headers: { authorization: `Bearer ${token}` } });
  await response.body?.cancel();
  return response.status !== 401;
}

/** One request as the client makes it: refreshes the token once if it is rejected. */
async function request(window: Window, row = 'row'): Promise<boolean> {
  let access: TokenResult | undefined = await window.current(row);
  if (access.type === 'granted' && !(await isTaken(access.token)))
    access = await window.replace(access.token, row, false);
  if (access?.type !== 'granted' || !(await isTaken(access.token))) return false;
  window.tokens.markAccepted(row, access.token);
  return true;
}

const hundred = <T>(act: (index: number) => Promise<T>) => Promise.all(Array.from({ length: 100 }, (_, i) => act(i)));

beforeAll(async () => {
  simulator = await startSimulator({ now: () => trueMs });
});
afterAll(() => simulator.stop());
beforeEach(() => {
  trueMs = Date.now();
  aheadMs = 0;
  awakeMs = 0;
  const sinceStart = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => sinceStart() + awakeMs);
  control().reset();
  vault = new SecretVault();
  lock = new SharedLock();
});
afterEach(() => {
  vi.restoreAllMocks();
  for (const { store } of windows.splice(0)) store.dispose();
});

describe('getToken', () => {
  it('reads the stored session on each call while the token is not due for renewal', async () => {
    const window = openWindow();
    const first = await signIn(window);
    expect(await window.current()).toEqual({
      type: 'granted',
      token: first.accessToken,
      account: 'default',
      session: first.id,
      missingScopes: [],
    });
    const second = await signIn(openWindow());
    expect(tokenOf(await window.current())).toBe(second.accessToken);
    await openWindow().store.remove(['default']);
    expect(await window.current()).toEqual({ type: 'denied', failure: { kind: 'signedOut' } });
    expect(tokenRequests()).toBe(0);
  });

  it('renews the token once it is due, before it expires', async () => {
    const window = openWindow();
    const session = await signIn(window);
    trueMs = (session.refresh?.refreshAtMs ?? 0) - 1;
    expect(tokenOf(await window.current())).toBe(session.accessToken);
    expect(tokenRequests()).toBe(0);
    trueMs += 1;
    const token = tokenOf(await window.current());
    expect(token).not.toBe(session.accessToken);
    expect(await isTaken(token)).toBe(true);
    expect(await isTaken(session.accessToken)).toBe(true);
    expect(tokenRequests()).toBe(1);
    expect(window.renewals.map(({ durationMs: _, ...rest }) => rest)).toEqual([{ account: 'default' }]);
  });

  it('renews with the account’s own client and changes no other account', async () => {
    const window = openWindow();
    window.namedAccounts = { clinic: 'clinics', hotel: 'hotels' };
    const { otherAccountClientId: id, otherAccountClientSecret: secret } = control().demo;
    const other = aSession({ id: 'other' });
    const clinics = await signIn(
      window,
      {
        ...other,
        refresh: { refreshAtMs: 0, token: control().issueRefreshToken({ clientId: id }), client: { id, secret } },
      },
      'clinics',
    );
    const hotels = await signIn(window, aSession({ expiresAtMs: localMs() }), 'hotels');
    const pasted = await signIn(window, aPastedSession({ expiresAtMs: localMs() + HOUR_MS }), 'pasted');
    pass(HOUR_MS - MINUTE_MS);
    const [clinic, hotel] = await Promise.all([window.current('clinic'), window.current('hotel')]);
    expect(tokenOf(clinic)).not.toBe(tokenOf(hotel));
    expect(await storedSession('clinics')).toMatchObject({ id: 'other', accessToken: tokenOf(clinic) });
    expect((await storedSession('clinics'))?.refresh).toMatchObject({ token: clinics.refresh?.token, client: { id } });
    expect(await storedSession('hotels')).toMatchObject({ id: hotels.id, accessToken: tokenOf(hotel) });
    expect(await storedSession('pasted')).toEqual(pasted);
    expect(tokenRequests()).toBe(2);
  });

  it('returns a token by account name, without a service provider', async () => {
    const window = openWindow();
    await signIn(window, aSession({ id: 'hotels' }), 'hotels');
    await signIn(window, aSession(), 'default');
    const hotels = await storedSession('hotels');
    expect(tokenOf(await window.tokens.forAccount('hotels'))).toBe(hotels?.accessToken);
    pass(2 * HOUR_MS);
    expect(await isTaken(tokenOf(await window.tokens.forAccount('hotels')))).toBe(true);
    expect(await window.tokens.forAccount('clinics')).toEqual({
      type: 'denied',
      failure: { kind: 'accountMissing', account: 'clinics' },
    });
  });
});

describe('account of a service provider', () => {
  const NAMED = { named: 'hotels' };

  it.each<[string, readonly string[], string, string]>([
    ['the configured account', ['default', 'hotels'], 'named', 'hotels'],
    ['the default account when none is configured', ['hotels', 'default'], 'row', 'default'],
    ['the only account when none is configured', ['hotels'], 'row', 'hotels'],
  ])('is %s', async (_which, accounts, row, expected) => {
    const window = openWindow();
    window.namedAccounts = NAMED;
    for (const account of accounts) await signIn(window, aSession({ id: account }), account);
    expect(tokenOf(await window.current(row))).toBe((await storedSession(expected))?.accessToken);
  });

  it.each<[string, readonly string[], string, object]>([
    ['a configured account that does not exist', ['default'], 'named', { kind: 'accountMissing', account: 'hotels' }],
    ['no configured account and several to choose from', ['a', 'b'], 'row', { kind: 'accountMissing' }],
    ['no account signed in', [], 'named', { kind: 'signedOut', account: 'hotels' }],
    ['no configured account and no session', [], 'row', { kind: 'signedOut' }],
  ])('denies a token without prompting for %s', async (_which, accounts, row, failure) => {
    const window = openWindow();
    window.namedAccounts = NAMED;
    for (const account of accounts) await signIn(window, aSession({ id: account }), account);
    expect(await window.current(row)).toEqual({ type: 'denied', failure });
    expect(await window.replace('Atza|refused', row, true)).toEqual({ type: 'denied', failure });
    expect(tokenRequests()).toBe(0);
  });

  it('does not fall back to the only other account when its own has signed out', async () => {
    const window = openWindow();
    await signIn(window);
    await signIn(window, aSession({ id: 'us' }), 'us');
    await openWindow().store.remove(['default']);
    const failure = { kind: 'signedOut', account: 'default' };
    expect(await window.current()).toEqual({ type: 'denied', failure });
    expect(await window.replace('Atza|refused', 'row', true)).toEqual({ type: 'denied', failure });
    await openWindow().store.handOver();
    expect(tokenOf(await window.current())).toBe((await storedSession('us'))?.accessToken);
  });

  it('reports signedOut for a known account whose session has ended', async () => {
    const window = openWindow();
    window.namedAccounts = NAMED;
    const hotels = await signIn(window, aSession(), 'hotels');
    await signIn(window);
    await window.store.renew('hotels', hotels, undefined);
    expect(await window.current('named')).toEqual({
      type: 'denied',
      failure: { kind: 'signedOut', account: 'hotels' },
    });
    expect(tokenOf(await window.current('row'))).toBe((await storedSession())?.accessToken);
  });
});

describe('missingScopes', () => {
  it.each<[string, string[] | undefined, readonly string[], string[]]>([
    ['empty when all scopes were granted', [MANAGEMENT, MAPPING_SCOPE], [MANAGEMENT, MAPPING_SCOPE], []],
    ['empty when the granted scopes are unknown', undefined, [MANAGEMENT, MAPPING_SCOPE], []],
    ['requested scopes that were not granted', [MAPPING_SCOPE], [MANAGEMENT, MAPPING_SCOPE], [MANAGEMENT]],
    ['the scope the service needs, even if it was not requested', [MANAGEMENT], [MANAGEMENT], [MAPPING_SCOPE]],
    ['free of duplicates', [], [MAPPING_SCOPE, MAPPING_SCOPE], [MAPPING_SCOPE]],
  ])('are %s', async (_which, scopes, target, missing) => {
    const window = openWindow();
    window.requestedScopes = target;
    const { scopes: _scopes, ...session } = aSession();
    await signIn(window, { ...session, ...(scopes && { scopes }) });
    expect(await window.current()).toMatchObject({ type: 'granted', missingScopes: missing });
    pass(2 * HOUR_MS);
    expect(await window.current()).toMatchObject({ type: 'granted', missingScopes: missing });
    expect(tokenRequests()).toBe(1);
  });
});

describe('a hundred requests in each of two windows', () => {
  it.each<[string, () => void]>([
    ['with an expired token', () => undefined],
    [
      'with a refresh token that is rotated and revoked by each renewal',
      () => {
        control().setSwitches({ refreshTokenOnRefresh: 'new', oldRefreshTokens: 'revoked' });
      },
    ],
    [
      'with a slow response from Login with Amazon',
      () => {
        control().addFault({ kind: 'slow', operation: 'token', delayMs: 50 });
      },
    ],
  ])('renew the token exactly once and all get the new one, %s', async (_how, arrange) => {
    arrange();
    const [here, there] = [openWindow(), openWindow()];
    const session = await signIn(here);
    pass(2 * HOUR_MS);
    const accesses = await hundred((i) => Promise.all([here.current(`row ${i}`), there.current(`row ${i}`)]));
    expect(tokenRequests()).toBe(1);
    const tokens = new Set(accesses.flat().map(tokenOf));
    expect(tokens.size).toBe(1);
    expect(tokens).not.toContain(session.accessToken);
    expect(await isTaken([...tokens].join())).toBe(true);
    expect([...here.renewals, ...there.renewals]).toHaveLength(1);
    expect(await storedSession()).toMatchObject({ id: session.id, accessToken: [...tokens].join() });
  });

  it('renew the token exactly once even if the other window sees the stored session late', async () => {
    vault = new SecretVault({ handedOverAfterMs: 60 });
    control().setSwitches({ refreshTokenOnRefresh: 'new', oldRefreshTokens: 'revoked' });
    const [here, there] = [openWindow(200), openWindow(200)];
    await signIn(here);
    await vault.handedOver();
    pass(2 * HOUR_MS);
    const accesses = await hundred(() => Promise.all([here.current(), there.current()]));
    expect(new Set(accesses.flat().map(tokenOf)).size).toBe(1);
    expect(tokenRequests()).toBe(1);
  });

  it.each([1, 9, 24 * 14])('renew the token exactly once after %i hours of sleep', async (hours) => {
    const [here, there] = [openWindow(), openWindow()];
    await signIn(here);
    expect(await request(here)).toBe(true);
    sleep(hours * HOUR_MS);
    expect(await hundred((i) => Promise.all([request(here, `row ${i}`), request(there, `row ${i}`)]))).not.toContain(
      false,
    );
    expect(tokenRequests()).toBe(1);
    expect(await hundred((i) => request(here, `row ${i}`))).not.toContain(false);
    expect(tokenRequests()).toBe(1);
  });

  it('replace a rejected token exactly once', async () => {
    const [here, there] = [openWindow(), openWindow()];
    const { accessToken } = await signIn(here);
    control().expireAllAccessTokens();
    const accesses = await hundred((i) =>
      Promise.all([here.replace(accessToken, `row ${i}`), there.replace(accessToken, `row ${i}`)]),
    );
    const tokens = new Set(accesses.flat().map(tokenOf));
    expect(tokens.size).toBe(1);
    expect(await isTaken([...tokens].join())).toBe(true);
    expect(tokenRequests()).toBe(1);
  });
});

describe('windows with separate locks, such as a local and a remote one', () => {
  it('keep the session when both renew at once, although the first renewal revokes the refresh token', async () => {
    vault = new SecretVault({ handedOverAfterMs: 40 });
    control().setSwitches({ refreshTokenOnRefresh: 'new', oldRefreshTokens: 'revoked' });
    const [here, there] = [new Window(1_000, new SharedLock()), new Window(1_000, new SharedLock())];
    // Of a third window, because a write delays the next one of the same window.
    const { id } = await signIn(new Window(0, new SharedLock()));
    await vault.handedOver();
    pass(2 * HOUR_MS);
    const accesses = await Promise.all([here.current(), there.current()]);
    expect(tokenRequests()).toBe(2);
    expect(new Set(accesses.map(tokenOf)).size).toBe(1);
    expect(await isTaken(tokenOf(accesses[0]))).toBe(true);
    expect(await storedSession()).toMatchObject({ id, accessToken: tokenOf(accesses[0]) });
    expect([...here.renewals, ...there.renewals].filter(({ failure }) => failure)).toEqual([]);
  });
});

describe('token renewal', () => {
  it.each([
    ['the same', 'same', true],
    ['none', 'omitted', true],
    ['a new', 'new', false],
  ] as const)(
    'stores a working refresh token when the response has %s refresh token',
    async (_what, position, isSame) => {
      control().setSwitches({ refreshTokenOnRefresh: position, oldRefreshTokens: 'revoked' });
      const window = openWindow();
      const session = await signIn(window);
      const seen = new Set([session.refresh?.token]);
      for (let times = 1; times <= 3; times++) {
        pass(2 * HOUR_MS);
        expect(await isTaken(tokenOf(await window.current()))).toBe(true);
        const token = (await storedSession())?.refresh?.token;
        expect(token).toMatch(/^Atzr\|/);
        expect(seen.has(token)).toBe(isSame);
        seen.add(token);
        expect(tokenRequests()).toBe(times);
      }
      if (!isSame) expect(vault.everything).not.toContain(session.refresh?.token);
    },
  );

  it('sets the new expiry by the local clock and keeps the rest of the session', async () => {
    aheadMs = 5 * HOUR_MS;
    const window = openWindow();
    const session = await signIn(window);
    pass(2 * HOUR_MS);
    control().setSwitches({ accessTokenLifetimeS: 1800 });
    const token = tokenOf(await window.current());
    expect(await storedSession()).toEqual({
      ...session,
      accessToken: token,
      expiresAtMs: localMs() + HOUR_MS / 2,
      refresh: { ...session.refresh, refreshAtMs: refreshAtMs(localMs(), HOUR_MS / 2) },
    });
  });

  it('counts the token lifetime from the request, not from the response', async () => {
    const window = openWindow();
    await signIn(window);
    pass(2 * HOUR_MS);
    const askedAtMs = localMs();
    window.meanwhile = () => {
      pass(10_000);
      return Promise.resolve();
    };
    await window.current();
    expect((await storedSession())?.expiresAtMs).toBe(askedAtMs + HOUR_MS);
  });

  it('uses the token endpoint that is configured at that time', async () => {
    const window = openWindow();
    const session = await signIn(window);
    window.tokenEndpoint = 'http://login.example/auth/o2/token';
    pass(2 * HOUR_MS);
    expect(await window.current()).toMatchObject({
      type: 'denied',
      failure: { kind: 'renewalFailed', signIn: { kind: 'invalidEndpoint' } },
    });
    expect(await storedSession()).toEqual(session);
    window.tokenEndpoint = simulator.tokenEndpoint;
    expect(await isTaken(tokenOf(await window.current()))).toBe(true);
  });

  it.each([
    ['here', () => windows[0]],
    ['in another window', () => openWindow()],
  ])('does not restore a session that was signed out %s during the renewal', async (_where, where) => {
    for (const endsIt of [false, true]) {
      const here = openWindow();
      windows[0] = here;
      await signIn(here);
      pass(2 * HOUR_MS);
      if (endsIt) control().revokeAllRefreshTokens();
      here.meanwhile = async () => where()?.store.remove(['default']);
      expect((await here.current()).type, 'access for the request that waited').toBe('denied');
      expect(vault.everything).toBe('[]');
      expect(await here.current()).toEqual({ type: 'denied', failure: { kind: 'signedOut' } });
      expect(await openWindow().current()).toEqual({ type: 'denied', failure: { kind: 'signedOut' } });
    }
  });

  it.each([
    ['worked', false],
    ['was rejected', true],
  ])('that %s does not overwrite a newer sign-in made in the meantime', async (_how, isRefused) => {
    const here = openWindow();
    const before = await signIn(here);
    pass(2 * HOUR_MS);
    if (isRefused) control().revokeRefreshToken(before.refresh?.token ?? '');
    const newer = aSession({ id: 'newer' });
    here.meanwhile = async () => {
      await signIn(openWindow(), newer);
    };
    const failure = isRefused
      ? { kind: 'signedOut', signIn: { kind: 'refreshTokenRevoked' } }
      : { kind: 'contextChanged' };
    expect(await here.current()).toMatchObject({ type: 'denied', failure });
    expect(await storedSession()).toEqual(newer);
    expect(await here.current()).toMatchObject({ token: newer.accessToken, session: 'newer' });
    expect(tokenRequests()).toBe(1);
  });

  it('returns the token that another window stored in the meantime, not its own', async () => {
    const here = openWindow();
    const before = await signIn(here);
    pass(2 * HOUR_MS);
    const newer = aSession();
    here.meanwhile = () => openWindow().store.renew('default', before, newer);
    expect(tokenOf(await here.current())).toBe(newer.accessToken);
    expect(await storedSession()).toEqual(newer);
    expect(tokenRequests()).toBe(1);
  });

  it('for a refused token gives none of another session in its place', async () => {
    const here = openWindow();
    const { accessToken } = await signIn(here);
    here.meanwhile = async () => {
      await signIn(openWindow(), aSession({ id: 'newer' }));
    };
    expect(await here.replace(accessToken)).toMatchObject({ failure: { kind: 'contextChanged' } });
  });

  it('that fails does not leave a still valid token usable after sign-out', async () => {
    const here = openWindow();
    const session = await signIn(here);
    trueMs = session.refresh?.refreshAtMs ?? 0;
    control().addFault({ name: 'unavailable', operation: 'token' });
    here.meanwhile = () => here.store.remove(['default']);
    expect(await here.current()).toEqual({ type: 'denied', failure: { kind: 'signedOut' } });
  });

  it('reports the remaining wait when Login with Amazon asks for a delay', async () => {
    const here = openWindow();
    await signIn(here);
    pass(2 * HOUR_MS);
    control().addFault({ kind: 'answer', status: 429, retryAfter: { seconds: 50 }, operation: 'token' });
    const leftMs = async () => {
      const access = await here.current();
      return access.type === 'denied' ? access.failure.signIn?.retryAfterMs : undefined;
    };
    expect(await leftMs()).toBe(50_000);
    pass(20_000);
    expect(await leftMs()).toBeLessThanOrEqual(30_000);
    expect(await leftMs()).toBeGreaterThan(20_000);
    expect(tokenRequests()).toBe(1);
  });

  it('serves the account that the provider belongs to when the renewal ends', async () => {
    const here = openWindow();
    await signIn(here);
    await signIn(here, aSession({ id: 'hotels' }), 'hotels');
    pass(2 * HOUR_MS);
    here.meanwhile = () => {
      here.namedAccounts = { row: 'hotels' };
      return Promise.resolve();
    };
    expect(await here.current()).toMatchObject({ type: 'denied', failure: { kind: 'contextChanged' } });
  });

  it('does not send the refresh token of an account that signs out while Login with Amazon is loading', async () => {
    const here = openWindow();
    await signIn(here);
    pass(2 * HOUR_MS);
    here.whileLoading = () => here.store.remove(['default']);
    expect(await here.current()).toMatchObject({ type: 'denied', failure: { kind: 'signedOut' } });
    expect(tokenRequests()).toBe(0);
  });

  it('lets the request through when the session cannot be stored', async () => {
    const window = openWindow();
    const session = await signIn(window);
    pass(2 * HOUR_MS);
    vault.broken = 'writes';
    expect(await isTaken(tokenOf(await window.current()))).toBe(true);
    vault.broken = 'nothing';
    expect(await storedSession()).toEqual(session);
    expect(await request(window)).toBe(true);
  });

  it('sends one request per window when the session cannot be stored, then uses the newest refresh token', async () => {
    control().setSwitches({ refreshTokenOnRefresh: 'new', oldRefreshTokens: 'revoked' });
    const window = openWindow();
    const session = await signIn(window);
    vault.broken = 'writes';
    for (let times = 1; times <= 3; times++) {
      pass(2 * HOUR_MS);
      for (let row = 0; row < 50; row++) expect(await request(window, `row ${row}`)).toBe(true);
      expect(tokenRequests()).toBe(times);
    }
    expect(await storedSession()).toEqual(session);
    vault.broken = 'nothing';
    pass(2 * HOUR_MS);
    expect(await request(window)).toBe(true);
    expect(await request(openWindow())).toBe(true);
    expect(tokenRequests()).toBe(4);
  });

  it('serves all requests of its window once it arrives, even while it is being stored after one that was not', async () => {
    vault = new SecretVault({ writeTurns: 200 });
    const window = openWindow();
    const { accessToken } = await signIn(window);
    vault.broken = 'writes';
    control().expireToken(accessToken);
    const unstored = tokenOf(await window.replace(accessToken));
    window.tokens.markAccepted('row', unstored);
    control().expireToken(unstored);
    const arrival = new Promise<void>((arrived) => {
      window.meanwhile = () => {
        arrived();
        return Promise.resolve();
      };
    });
    const replacing = window.replace(unstored);
    await arrival;
    await eventLoopTurns(10);
    const access = await window.current('another row');
    expect(access).toEqual(await replacing);
    expect(tokenRequests()).toBe(2);
  });

  it('that could not be stored is replaced by a new sign-in and cleared by a sign-out', async () => {
    const window = openWindow();
    await signIn(window);
    pass(2 * HOUR_MS);
    vault.broken = 'writes';
    await window.current();
    vault.broken = 'nothing';
    const again = await signIn(openWindow(), aSession({ id: 'newer' }));
    expect(tokenOf(await window.current())).toBe(again.accessToken);
    await openWindow().store.remove(['default']);
    expect(await window.current()).toEqual({ type: 'denied', failure: { kind: 'signedOut' } });
  });

  it('that ends the session counts even when the end cannot be stored', async () => {
    const window = openWindow();
    await signIn(window);
    pass(2 * HOUR_MS);
    vault.broken = 'writes';
    control().revokeAllRefreshTokens();
    for (let row = 0; row < 20; row++)
      expect(await window.current(`row ${row}`)).toMatchObject({ type: 'denied', failure: { kind: 'signedOut' } });
    expect(tokenRequests()).toBe(1);
  });

  it('replaces a token that the service rejects before it is due', async () => {
    const window = openWindow();
    const { accessToken } = await signIn(window);
    control().expireToken(accessToken);
    const token = tokenOf(await window.replace(accessToken));
    expect(await isTaken(token)).toBe(true);
    expect((await storedSession())?.accessToken).toBe(token);
    expect(tokenRequests()).toBe(1);
  });

  it('is skipped for a rejected token that was already replaced', async () => {
    const window = openWindow();
    const { accessToken } = await signIn(window);
    expect(tokenOf(await window.replace('Atza|an-earlier-one'))).toBe(accessToken);
    expect(tokenRequests()).toBe(0);
  });
});

describe('a recently renewed token that is rejected', () => {
  /** Signs in and has a rejected token renewed. */
  async function renewedLately(window: Window): Promise<string> {
    const { accessToken } = await signIn(window);
    const token = tokenOf(await window.replace(accessToken));
    expect(tokenRequests()).toBe(1);
    return token;
  }

  it('is not renewed again for any of fifty rows without access', async () => {
    const window = openWindow();
    const token = await renewedLately(window);
    for (let row = 0; row < 50; row++) expect(await window.replace(token, `row ${row}`, true)).toBeUndefined();
    expect(await Promise.all(Array.from({ length: 50 }, (_, i) => window.replace(token, `row ${i}`)))).toEqual(
      Array.from({ length: 50 }, () => undefined),
    );
    expect(tokenRequests()).toBe(1);
  });

  it('is renewed again after a minute', async () => {
    const window = openWindow();
    const token = await renewedLately(window);
    pass(59_000);
    expect(await window.replace(token)).toBeUndefined();
    pass(2_000);
    expect(tokenOf(await window.replace(token))).not.toBe(token);
    expect(tokenRequests()).toBe(2);
  });

  it('is not renewed again by a window that saw another window renew it', async () => {
    const [here, there] = [openWindow(), openWindow()];
    const { accessToken } = await signIn(here);
    expect(tokenOf(await there.current())).toBe(accessToken);
    const token = tokenOf(await here.replace(accessToken));
    expect(tokenOf(await there.current())).toBe(token);
    for (let row = 0; row < 50; row++) expect(await there.replace(token, `row ${row}`)).toBeUndefined();
    expect(tokenRequests()).toBe(1);
  });

  it('is renewed by a window that was idle since it saw another window renew it', async () => {
    const [here, there] = [openWindow(), openWindow()];
    const { accessToken } = await signIn(here);
    const told = async () => {
      there.tokens.observe((await there.store.read()).byName.values());
    };
    await told();
    const token = tokenOf(await here.replace(accessToken));
    await told();
    pass(120 * MINUTE_MS);
    expect(tokenOf(await there.replace(token))).not.toBe(token);
  });

  it('does not count as recent because the system clock was changed', async () => {
    const window = openWindow();
    const token = await renewedLately(window);
    aheadMs = 30 * MINUTE_MS;
    expect(await window.replace(token)).toBeUndefined();
    awakeMs += 2 * MINUTE_MS;
    aheadMs = -30 * MINUTE_MS;
    expect(tokenOf(await window.replace(token))).not.toBe(token);
  });

  it('is renewed for a provider that accepted it before, and for no other', async () => {
    const window = openWindow();
    const token = await renewedLately(window);
    window.tokens.markAccepted('row', token);
    expect(await window.replace(token, 'another row')).toBeUndefined();
    const next = tokenOf(await window.replace(token, 'row'));
    expect(next).not.toBe(token);
    expect(await window.replace(next, 'row')).toBeUndefined();
    expect(tokenRequests()).toBe(2);
  });
});

describe('the end of a session', () => {
  it.each([
    ['a refresh token that was revoked', 'refreshTokenRevoked', true],
    ['a wrong secret', 'invalidClient', false],
  ] as const)('signs out in all windows with a reason after %s', async (_what, kind, keepsClient) => {
    const [here, there] = [openWindow(), openWindow()];
    const session = aSession();
    const client = keepsClient ? demoClient() : { ...demoClient(), secret: 'amzn1.oa2-cs.v1.another-secret' };
    if (session.refresh) await signIn(here, { ...session, refresh: { ...session.refresh, client } });
    if (keepsClient) control().revokeAllRefreshTokens();
    pass(2 * HOUR_MS);
    const access = await here.current();
    expect(access).toMatchObject({ type: 'denied', failure: { kind: 'signedOut', signIn: { kind } } });
    expect(here.renewals).toMatchObject([{ account: 'default', failure: { kind } }]);
    for (const window of [here, there, openWindow()]) {
      expect(await window.current()).toEqual({ type: 'denied', failure: { kind: 'signedOut', account: 'default' } });
      expect((await window.store.read()).byName.get('default')).toEqual({
        type: 'signedOut',
        reason: 'ended',
        ...(keepsClient && { client }),
      });
    }
    expect(vault.everything).not.toMatch(/Atz[ar]/);
    expect(vault.everything.includes(client.secret)).toBe(keepsClient);
    expect(JSON.stringify([access, here.renewals])).not.toMatch(/Atz[ar]\||oa2-cs/);
    expect(tokenRequests()).toBe(1);
  });

  it('reaches all requests that wait for the renewal, with one request', async () => {
    const [here, there] = [openWindow(), openWindow()];
    await signIn(here);
    pass(2 * HOUR_MS);
    control().revokeAllRefreshTokens();
    for (const accesses of await hundred(() => Promise.all([here.current(), there.current()]))) {
      for (const access of accesses) expect(access).toMatchObject({ type: 'denied', failure: { kind: 'signedOut' } });
    }
    expect(tokenRequests()).toBe(1);
  });
});

describe('each fault of the token endpoint', () => {
  /** Lets the request time out as soon as it arrives. */
  function hurry(): { mockRestore(): void } {
    return vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
      const limit = new AbortController();
      void control()
        .waitForRequest(({ operation, ended }) => operation === 'token' && ended === 'open')
        .then(() => {
          limit.abort(new DOMException('The limit has passed.', 'TimeoutError'));
        });
      return limit.signal;
    });
  }

  it.each(faultNames.map((name) => [name, RENEWAL_MEANINGS[name]] as const))('%s: %s', async (name, meaning) => {
    const { failure }: CatalogEntry = faultCatalog[name];
    const [here, there] = [openWindow(), openWindow()];
    const session = await signIn(here);
    const fault = control().addFault({ ...failure, ...(failure.laterMs && { laterMs: 1 }), operation: 'token' });
    const limit = meaning === 'timeout' ? hurry() : undefined;

    // Due for renewal, and valid for one more minute.
    trueMs = session.refresh?.refreshAtMs ?? 0;
    const early = await here.current();
    if (meaning === 'refreshTokenRevoked' || meaning === 'invalidClient') {
      for (const access of [early, await there.current()])
        expect(access).toMatchObject({ type: 'denied', failure: { kind: 'signedOut' } });
      expect(await storedSession()).toBeUndefined();
      return;
    }
    if (meaning === 'it works') {
      expect(tokenOf(early)).not.toBe(session.accessToken);
      expect((await storedSession())?.accessToken).toBe(tokenOf(early));
      return;
    }
    expect(tokenOf(early)).toBe(session.accessToken);
    expect(await storedSession()).toEqual(session);

    pass(MINUTE_MS);
    const late = await here.current();
    expect(late).toMatchObject({ type: 'denied', failure: { kind: 'renewalFailed', signIn: { kind: meaning } } });
    expect(JSON.stringify([late, here.renewals])).not.toMatch(/Atz[ar]\||oa2-cs/);
    expect(await storedSession()).toEqual(session);

    control().removeFault(fault);
    limit?.mockRestore();
    pass(4_000);
    expect(await isTaken(tokenOf(await there.current()))).toBe(true);
    expect(tokenOf(await here.current())).toBe((await storedSession())?.accessToken);
  });
});

describe('an outage of Login with Amazon', () => {
  it('costs one request for hundreds of rows, and one more every three seconds', async () => {
    const window = openWindow();
    await signIn(window);
    pass(2 * HOUR_MS);
    control().addFault({ name: 'serverError', operation: 'token' });
    await hundred(() => window.current());
    for (let row = 0; row < 100; row++) await window.current(`row ${row}`);
    expect(tokenRequests()).toBe(1);
    pass(3_001);
    for (let row = 0; row < 100; row++) {
      expect(await window.current(`row ${row}`)).toMatchObject({ type: 'denied', failure: { kind: 'renewalFailed' } });
    }
    expect(tokenRequests()).toBe(2);
  });

  it.each([
    ['for as long as requested', 30, 30],
    ['for a minute when asked for a day', 86_400, 60],
    ['for three seconds without a Retry-After', 0, 3],
  ])('sends no request %s', async (_how, seconds, waited) => {
    const window = openWindow();
    await signIn(window);
    pass(2 * HOUR_MS);
    const fault = control().addFault({
      kind: 'answer',
      status: 503,
      retryAfter: { seconds },
      operation: 'token',
    });
    await window.current();
    control().removeFault(fault);
    pass(waited * 1000 - 1_000);
    expect(await window.current()).toMatchObject({ type: 'denied', failure: { kind: 'renewalFailed' } });
    expect(tokenRequests()).toBe(1);
    pass(1_001);
    expect(await isTaken(tokenOf(await window.current()))).toBe(true);
    expect(tokenRequests()).toBe(2);
  });

  it('does not stop interactive requests: they try Login with Amazon again', async () => {
    const window = openWindow();
    await signIn(window);
    pass(2 * HOUR_MS);
    const fault = control().addFault({ name: 'unavailable', operation: 'token' });
    expect(await window.current()).toMatchObject({ type: 'denied', failure: { kind: 'renewalFailed' } });
    pass(100);
    expect(await window.clicked()).toMatchObject({ type: 'denied', failure: { kind: 'renewalFailed' } });
    expect(tokenRequests()).toBe(2);
    control().removeFault(fault);
    pass(100);
    // Background requests still get the earlier failure.
    expect(await window.current()).toMatchObject({ type: 'denied' });
    expect(tokenRequests()).toBe(2);
    expect(await isTaken(tokenOf(await window.clicked()))).toBe(true);
    expect(tokenRequests()).toBe(3);
  });

  it('does not stop an interactive request whose token was rejected while it could not be replaced', async () => {
    const window = openWindow();
    const { accessToken } = await signIn(window);
    control().expireAllAccessTokens();
    control().addFault({ name: 'unavailable', operation: 'token', count: 1 });
    expect(await window.replace(accessToken)).toMatchObject({ type: 'denied' });
    pass(100);
    expect(await isTaken(tokenOf(await window.replace(accessToken, 'row', true)))).toBe(true);
  });

  it('costs one request for all rows of one click', async () => {
    const window = openWindow();
    await signIn(window);
    pass(2 * HOUR_MS);
    control().addFault({ name: 'unavailable', operation: 'token' });
    await window.current();
    pass(100);
    const clickedAtMs = performance.now();
    await hundred((index) => window.clicked(`row ${index}`, clickedAtMs));
    for (let row = 0; row < 100; row++) await window.clicked(`row ${row}`, clickedAtMs);
    expect(tokenRequests()).toBe(2);
  });

  it('with a rate limit delays interactive requests too, for as long as requested', async () => {
    const window = openWindow();
    await signIn(window);
    pass(2 * HOUR_MS);
    control().addFault({ kind: 'answer', status: 429, retryAfter: { seconds: 10 }, operation: 'token', count: 1 });
    await window.current();
    pass(9_000);
    expect(await window.clicked()).toMatchObject({ type: 'denied', failure: { signIn: { kind: 'throttled' } } });
    expect(tokenRequests()).toBe(1);
    pass(1_001);
    expect(await isTaken(tokenOf(await window.clicked()))).toBe(true);
  });

  it('does not affect a new sign-in or another account', async () => {
    const window = openWindow();
    window.namedAccounts = { hotel: 'hotels' };
    await signIn(window);
    await signIn(window, aSession({ id: 'hotels' }), 'hotels');
    pass(2 * HOUR_MS);
    control().addFault({ name: 'unavailable', operation: 'token', count: 1 });
    expect(await window.current()).toMatchObject({ type: 'denied', failure: { kind: 'renewalFailed' } });
    expect(await isTaken(tokenOf(await window.current('hotel')))).toBe(true);
    const again = await signIn(window, aSession({ id: 'newer' }));
    pass(2 * HOUR_MS);
    expect(tokenOf(await window.current())).not.toBe(again.accessToken);
  });

  it('is over for a window once another window has renewed the token', async () => {
    const [here, there] = [openWindow(), openWindow()];
    await signIn(here);
    pass(2 * HOUR_MS);
    control().addFault({ name: 'unavailable', operation: 'token', count: 1 });
    expect(await here.current()).toMatchObject({ type: 'denied' });
    const token = tokenOf(await there.current());
    expect(tokenOf(await here.current())).toBe(token);
  });
});

describe('a wrong local clock', () => {
  it.each([-20, -10, -3, 3, 10, 20])('that is always off by %i hours changes nothing', async (hours) => {
    aheadMs = hours * HOUR_MS;
    const window = openWindow();
    await signIn(window);
    for (let minute = 0; minute < 6 * 60; minute += 20) {
      expect(await request(window)).toBe(true);
      pass(20 * MINUTE_MS);
    }
    // Six hours: renewed every 59 minutes, checked every 20.
    expect(tokenRequests()).toBe(5);
  });

  it.each([-10, 10])('that jumps by %i hours costs at most one renewal', async (hours) => {
    const window = openWindow();
    await signIn(window);
    expect(await request(window)).toBe(true);
    aheadMs += hours * HOUR_MS;
    for (let times = 0; times < 20; times++) expect(await request(window)).toBe(true);
    expect(tokenRequests()).toBeLessThanOrEqual(1);
  });

  it('that jumps or stops during sleep blocks no request', async () => {
    const step = fc.record({
      passes: fc.integer({ min: 0, max: 150 }),
      sleeps: fc.integer({ min: 0, max: 600 }),
      jumpsTo: fc.option(fc.integer({ min: -600, max: 600 }), { nil: undefined }),
      duringRenewal: fc.integer({ min: -600, max: 600 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: -600, max: 600 }), fc.array(step, { maxLength: 8 }), async (ahead, steps) => {
        control().reset();
        vault = new SecretVault();
        aheadMs = ahead * MINUTE_MS;
        const window = openWindow();
        await signIn(window);
        for (const { passes, sleeps, jumpsTo, duringRenewal } of steps) {
          pass(passes * MINUTE_MS);
          sleep(sleeps * MINUTE_MS);
          if (jumpsTo !== undefined) aheadMs = jumpsTo * MINUTE_MS;
          window.meanwhile = () => {
            aheadMs += duringRenewal * MINUTE_MS;
            return Promise.resolve();
          };
          const before = tokenRequests();
          expect(await request(window)).toBe(true);
          expect(tokenRequests() - before).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('the hosts that secrets of a session may be sent to', () => {
  const OTHER = 'https://other.example';
  const UNCONFIRMED = {
    type: 'denied',
    failure: { kind: 'endpointUnconfirmed', account: 'default', detail: 'other.example' },
  };
  const interactive = { interactive: true, askedAtMs: 0 };
  const bound = (some: Partial<Session> = {}) => aSession({ origins: ['loopback'], ...some });

  it.each(['https://other.example', 'https://other.example/v1x', 'https://other.example:8443'])(
    'exclude %s unless the user confirms it; background requests do not prompt',
    async (apiEndpoint) => {
      const window = openWindow();
      const { accessToken } = await signIn(window, bound());
      window.apiEndpoint = apiEndpoint;
      const denied = { type: 'denied', failure: { kind: 'endpointUnconfirmed', account: 'default' } };
      expect(await window.current()).toMatchObject(denied);
      expect(await window.replace(accessToken)).toMatchObject(denied);
      expect(await window.replace('Atza|refused')).toMatchObject(denied);
      expect(window.questions).toEqual([]);
    },
  );

  it.each(['http://127.0.0.1:9', 'http://localhost:1234', 'http://[::1]', 'https://127.0.0.2'])(
    'include all loopback hosts if one is allowed: %s',
    async (apiEndpoint) => {
      const window = openWindow();
      const { accessToken } = await signIn(window, bound());
      window.apiEndpoint = apiEndpoint;
      expect(tokenOf(await window.current())).toBe(accessToken);
    },
  );

  it('include a host that the user has confirmed, with one prompt across all windows', async () => {
    const [here, there] = [openWindow(), openWindow()];
    const { accessToken } = await signIn(here, bound());
    here.apiEndpoint = there.apiEndpoint = OTHER;
    here.confirms = [true];
    const accesses = await hundred((i) => here.tokens.getToken(`row ${i}`, interactive));
    expect(new Set(accesses.map(tokenOf))).toEqual(new Set([accessToken]));
    expect(here.questions).toEqual(['default: other.example']);
    expect(tokenOf(await there.current())).toBe(accessToken);
    expect((await storedSession())?.origins).toEqual(['loopback', OTHER]);
    here.apiEndpoint = simulator.url;
    expect(tokenOf(await here.current())).toBe(accessToken);
  });

  it('exclude a host that the user has declined, without a new prompt until the next sign-in', async () => {
    const window = openWindow();
    await signIn(window, bound());
    window.apiEndpoint = OTHER;
    window.confirms = [false];
    for (let row = 0; row < 3; row++) {
      expect(await window.tokens.getToken(`row ${row}`, interactive)).toEqual(UNCONFIRMED);
    }
    expect(window.questions).toHaveLength(1);
    const again = await signIn(window, bound({ id: 'newer', origins: ['loopback', OTHER] }));
    expect(tokenOf(await window.current())).toBe(again.accessToken);
  });

  it('apply to renewals: no refresh token is sent to another host unasked, and a valid token is still used', async () => {
    const window = openWindow();
    const session = await signIn(window, bound());
    window.tokenEndpoint = `${OTHER}/auth/o2/token`;
    trueMs = session.refresh?.refreshAtMs ?? 0;
    expect(tokenOf(await window.current())).toBe(session.accessToken);
    expect(await window.replace(session.accessToken)).toEqual(UNCONFIRMED);
    pass(2 * HOUR_MS);
    expect(await window.current()).toEqual(UNCONFIRMED);
    expect(await window.tokens.forAccount('default')).toEqual(UNCONFIRMED);
    window.confirms = [false];
    expect(await window.tokens.getToken('row', interactive)).toEqual(UNCONFIRMED);
    expect(tokenRequests()).toBe(0);
    expect(await storedSession()).toEqual(session);
  });

  it('survive a renewal, including one confirmed during the renewal', async () => {
    const here = openWindow();
    await signIn(here, bound());
    pass(2 * HOUR_MS);
    here.meanwhile = async () => {
      await openWindow().store.permit('default', 'of this sign-in', OTHER);
    };
    await here.current();
    expect((await storedSession())?.origins).toEqual(['loopback', OTHER]);
  });

  it.each([
    ['the user signs out', () => openWindow().store.remove(['default']), 'signedOut'],
    ['another user signs in', () => signIn(openWindow(), bound({ id: 'newer' })), 'contextChanged'],
  ] as const)('do not change if %s during the prompt', async (_what, act, kind) => {
    const window = openWindow();
    await signIn(window, bound());
    window.apiEndpoint = OTHER;
    window.confirms = [true];
    window.whileAsked = async () => {
      await act();
    };
    expect(await window.tokens.getToken('row', interactive)).toMatchObject({ type: 'denied', failure: { kind } });
    expect((await storedSession())?.origins ?? ['loopback']).toEqual(['loopback']);
  });

  it('include a confirmed host in this window when the confirmation cannot be stored', async () => {
    const window = openWindow();
    const { accessToken } = await signIn(window, bound());
    window.apiEndpoint = OTHER;
    window.confirms = [true];
    vault.broken = 'writes';
    expect(tokenOf(await window.tokens.getToken('row', interactive))).toBe(accessToken);
    expect(tokenOf(await window.current())).toBe(accessToken);
  });
});

describe('a pasted token that is rejected', () => {
  const pasted = (id = 'pasted') => aPastedSession({ id, accessToken: `Atza|${id}`, expiresAtMs: localMs() + HOUR_MS });

  it('is replaced by one stored in the meantime, without a prompt', async () => {
    const window = openWindow();
    await signIn(window, pasted());
    expect(tokenOf(await window.replace('Atza|earlier', 'row', true))).toBe('Atza|pasted');
    expect(window.asked).toEqual([]);
  });

  it('does not prompt for background requests', async () => {
    const window = openWindow();
    await signIn(window, pasted());
    expect(await window.replace('Atza|pasted', 'row', false)).toBeUndefined();
    expect(window.asked).toEqual([]);
  });

  it('prompts once for all requests that wait for it, with the account name', async () => {
    const window = openWindow();
    await signIn(window, pasted(), 'hotels');
    window.answers = ['Atza|another'];
    const accesses = await hundred((i) => window.replace('Atza|pasted', `row ${i}`, true));
    expect(new Set(accesses.map(tokenOf))).toEqual(new Set(['Atza|another']));
    expect(window.asked).toEqual(['hotels']);
  });

  it('is replaced by a token that continues its session and earlier ones', async () => {
    const window = openWindow();
    await signIn(window, pasted());
    window.answers = ['Atza|second', 'Atza|third'];
    expect(await window.replace('Atza|pasted', 'row', true)).toMatchObject({ continues: ['pasted'] });
    const third = { token: 'Atza|third', session: 'Atza|third', continues: ['Atza|second', 'pasted'] };
    expect(await window.replace('Atza|second', 'row', true)).toMatchObject(third);
    expect(await window.current()).toMatchObject(third);
  });

  it('is not replaced by a token entered after another session took its place', async () => {
    const window = openWindow();
    await signIn(window, pasted());
    window.answers = ['Atza|another'];
    const asking = window.replace('Atza|pasted', 'row', true);
    window.afterAsking = async () => {
      await signIn(openWindow(), aSession({ id: 'newer' }));
    };
    expect(await asking).toEqual({ type: 'denied', failure: { kind: 'contextChanged', account: 'default' } });
  });

  it('does not prompt again after the user dismissed the prompt', async () => {
    const window = openWindow();
    await signIn(window, pasted());
    window.answers = [undefined];
    for (let row = 0; row < 10; row++) expect(await window.replace('Atza|pasted', `row ${row}`, true)).toBeUndefined();
    expect(window.asked).toEqual(['default']);
  });

  it('prompts again when a different token is rejected', async () => {
    const window = openWindow();
    await signIn(window, pasted());
    window.answers = [undefined, 'Atza|third'];
    await window.replace('Atza|pasted', 'row', true);
    await signIn(window, pasted('second'));
    expect(tokenOf(await window.replace('Atza|second', 'row', true))).toBe('Atza|third');
    expect(window.asked).toEqual(['default', 'default']);
  });

  it('prompts once per account when rows of several accounts alternate', async () => {
    const window = openWindow();
    window.namedAccounts = { hotel: 'hotels', clinic: 'clinics' };
    await signIn(window, pasted('of-hotels'), 'hotels');
    await signIn(window, pasted('of-clinics'), 'clinics');
    window.answers = [undefined, undefined];
    for (let times = 0; times < 3; times++) {
      expect(await window.replace('Atza|of-hotels', 'hotel', true)).toBeUndefined();
      expect(await window.replace('Atza|of-clinics', 'clinic', true)).toBeUndefined();
    }
    expect(window.asked).toEqual(['hotels', 'clinics']);
  });

  it('is never renewed, even after it has expired', async () => {
    const window = openWindow();
    await signIn(window, pasted());
    expect(tokenOf(await window.current())).toBe('Atza|pasted');
    pass(2 * HOUR_MS);
    expect(await window.current()).toEqual({ type: 'denied', failure: { kind: 'signedOut', account: 'default' } });
    expect(tokenRequests()).toBe(0);
  });
});
