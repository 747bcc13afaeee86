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
import { type CatalogueEntry, faultCatalogue, faultNames } from '../../../simulator/faultCatalog';
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
/** The clock of Login with Amazon and of the service, and how far that of this machine is ahead of it. */
let trueMs: number;
let aheadMs: number;
/** How much the clock that nobody can set has gone on besides the time that the test takes. */
let awakeMs: number;
let vault: SecretVault;
let lock: SharedLock;
const windows: Window[] = [];

/** One window of the editor: a store and the tokens that come of it. */
class Window {
  readonly store: SessionStore;
  readonly tokens: AccessTokenProvider;
  readonly renewals: RefreshResult[] = [];
  /** Whom a person was asked a token for, in order, and what they will answer. */
  readonly asked: string[] = [];
  answers: (string | undefined)[] = [];
  afterAsking: () => Promise<void> = () => Promise.resolve();
  requestedScopes: readonly string[] = [];
  /** The account that the entry of each service provider names. */
  namedAccounts: Readonly<Record<string, string>> = {};
  tokenEndpoint = simulator.tokenEndpoint;
  apiEndpoint = simulator.url;
  /** For which accounts and hosts a person was asked, in order, what they will answer, and what happens meanwhile. */
  readonly questions: string[] = [];
  confirms: boolean[] = [];
  whileAsked: () => Promise<void> = () => Promise.resolve();
  /** What happens between the answer of Login with Amazon and its arrival here. */
  meanwhile: () => Promise<void> = () => Promise.resolve();
  /** What happens while the code for Login with Amazon is being loaded. */
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

  /** As for a person who has just clicked, or has since then. */
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

/** Time goes on for everybody. */
function pass(ms: number): void {
  trueMs += ms;
  awakeMs += ms;
}

/** As `pass`, but the clock that nobody can set stands still, as it does on a machine that sleeps. */
function sleep(ms: number): void {
  trueMs += ms;
}

function demoClient(): Client {
  const { clientId: id, clientSecret: secret } = control().demo;
  return { id, secret };
}

/** A session as a sign-in leaves it: its tokens are good, for as long as the simulator says. */
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

/** Whether the service takes a token, asked as any client would. */
async function isTaken(token: string): Promise<boolean> {
  const [provider] = control().providers();
  const path = `/v1/communications/serviceProviders/${provider?.serviceProviderId ?? ''}/network`;
  const response = await fetch(simulator.url + path, { headers: { authorization: `Bearer ${token}` } });
  await response.body?.cancel();
  return response.status !== 401;
}

/** What the client does for one request: another token is asked for once, where the first one is refused. */
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

describe('the access token of a request', () => {
  it('is the one of the stored session, read anew each time, as long as it is not due', async () => {
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

  it('is renewed from the moment on in which it is due, before it expires', async () => {
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

  it('is renewed with its own client and account, and no other account changes', async () => {
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

  it('can be had by the name of an account, for those who have no service provider', async () => {
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

describe('the account of a service provider', () => {
  const NAMED = { named: 'hotels' };

  it.each<[string, readonly string[], string, string]>([
    ['the one that it names', ['default', 'hotels'], 'named', 'hotels'],
    ['the default one where it names none', ['hotels', 'default'], 'row', 'default'],
    ['the only one where it names none', ['hotels'], 'row', 'hotels'],
  ])('is %s', async (_which, accounts, row, expected) => {
    const window = openWindow();
    window.namedAccounts = NAMED;
    for (const account of accounts) await signIn(window, aSession({ id: account }), account);
    expect(tokenOf(await window.current(row))).toBe((await storedSession(expected))?.accessToken);
  });

  it.each<[string, readonly string[], string, object]>([
    ['which is named and not there', ['default'], 'named', { kind: 'accountMissing', account: 'hotels' }],
    ['which is one of several', ['a', 'b'], 'row', { kind: 'accountMissing' }],
    ['where nobody is signed in', [], 'named', { kind: 'signedOut', account: 'hotels' }],
    ['which is not named where nobody is signed in', [], 'row', { kind: 'signedOut' }],
  ])('%s gets no token, and nobody is asked', async (_which, accounts, row, failure) => {
    const window = openWindow();
    window.namedAccounts = NAMED;
    for (const account of accounts) await signIn(window, aSession({ id: account }), account);
    expect(await window.current(row)).toEqual({ type: 'denied', failure });
    expect(await window.replace('Atza|refused', row, true)).toEqual({ type: 'denied', failure });
    expect(tokenRequests()).toBe(0);
  });

  it('that has signed out is not replaced by the only other one', async () => {
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

  it('is said to be signed out where it is known and its session has ended', async () => {
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

describe('the scopes that are missing', () => {
  it.each<[string, string[] | undefined, readonly string[], string[]]>([
    ['none where all was granted', [MANAGEMENT, MAPPING_SCOPE], [MANAGEMENT, MAPPING_SCOPE], []],
    ['none where nobody said what was granted', undefined, [MANAGEMENT, MAPPING_SCOPE], []],
    ['what was wished for and not granted', [MAPPING_SCOPE], [MANAGEMENT, MAPPING_SCOPE], [MANAGEMENT]],
    ['what the service asks for, although nobody wished for it', [MANAGEMENT], [MANAGEMENT], [MAPPING_SCOPE]],
    ['named once', [], [MAPPING_SCOPE, MAPPING_SCOPE], [MAPPING_SCOPE]],
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
      'whose refresh token is replaced, and dies, with each renewal',
      () => {
        control().setSwitches({ refreshTokenOnRefresh: 'new', oldRefreshTokens: 'revoked' });
      },
    ],
    [
      'while Login with Amazon takes its time',
      () => {
        control().addFault({ kind: 'slow', operation: 'token', delayMs: 50 });
      },
    ],
  ])('%s renew it exactly once, and all get the same new one', async (_how, arrange) => {
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

  it('renew it exactly once although what one window has stored reaches the other one later', async () => {
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

  it.each([1, 9, 24 * 14])('that wake up after %i hours of sleep renew it exactly once', async (hours) => {
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

  it('whose token was refused replace it exactly once', async () => {
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

describe('windows whose locks are apart, such as a local and a remote one,', () => {
  it('keep the session that both renew at once, although the refresh token dies with the first renewal', async () => {
    vault = new SecretVault({ handedOverAfterMs: 40 });
    control().setSwitches({ refreshTokenOnRefresh: 'new', oldRefreshTokens: 'revoked' });
    const [here, there] = [new Window(150, new SharedLock()), new Window(150, new SharedLock())];
    const { id } = await signIn(here);
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

describe('a renewal', () => {
  it.each([
    ['the same', 'same', true],
    ['none', 'omitted', true],
    ['a new', 'new', false],
  ] as const)('whose answer holds %s refresh token keeps the one that is good', async (_what, position, isSame) => {
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
  });

  it('gives the session a new life by the clock of this machine, and keeps all else', async () => {
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

  it('does not count what its answer took to the life of the token', async () => {
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

  it('goes to the token endpoint of the settings as they are then', async () => {
    const window = openWindow();
    const session = await signIn(window);
    window.tokenEndpoint = 'http://login.example/auth/o2/token';
    pass(2 * HOUR_MS);
    expect(await window.current()).toMatchObject({
      type: 'denied',
      failure: { kind: 'renewalFailed', signIn: { kind: 'endpointRefused' } },
    });
    expect(await storedSession()).toEqual(session);
    window.tokenEndpoint = simulator.tokenEndpoint;
    expect(await isTaken(tokenOf(await window.current()))).toBe(true);
  });

  it.each([
    ['here', () => windows[0]],
    ['in another window', () => openWindow()],
  ])('brings nothing back for somebody who has signed out %s meanwhile', async (_where, where) => {
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
    ['was refused', true],
  ])('that %s leaves the session of somebody alone who has signed in anew meanwhile', async (_how, isRefused) => {
    const here = openWindow();
    const before = await signIn(here);
    pass(2 * HOUR_MS);
    if (isRefused) control().revokeRefreshToken(before.refresh?.token ?? '');
    const newer = aSession({ id: 'anew' });
    here.meanwhile = async () => {
      await signIn(openWindow(), newer);
    };
    const failure = isRefused ? { kind: 'signedOut', signIn: { kind: 'grantEnded' } } : { kind: 'contextChanged' };
    expect(await here.current()).toMatchObject({ type: 'denied', failure });
    expect(await storedSession()).toEqual(newer);
    expect(await here.current()).toMatchObject({ token: newer.accessToken, session: 'anew' });
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
      await signIn(openWindow(), aSession({ id: 'anew' }));
    };
    expect(await here.replace(accessToken)).toMatchObject({ failure: { kind: 'contextChanged' } });
  });

  it('that fails lets nobody use a token that is still good after signing out', async () => {
    const here = openWindow();
    const session = await signIn(here);
    trueMs = session.refresh?.refreshAtMs ?? 0;
    control().addFault({ name: 'unavailable', operation: 'token' });
    here.meanwhile = () => here.store.remove(['default']);
    expect(await here.current()).toEqual({ type: 'denied', failure: { kind: 'signedOut' } });
  });

  it('that Login with Amazon puts off says how much is left of the wait', async () => {
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

  it('belongs to whoever serves the provider when it has ended', async () => {
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

  it('is not asked for with the refresh token of somebody who signs out while Login with Amazon is being loaded', async () => {
    const here = openWindow();
    await signIn(here);
    pass(2 * HOUR_MS);
    here.whileLoading = () => here.store.remove(['default']);
    expect(await here.current()).toMatchObject({ type: 'denied', failure: { kind: 'signedOut' } });
    expect(tokenRequests()).toBe(0);
  });

  it('that cannot be stored still lets the request through', async () => {
    const window = openWindow();
    const session = await signIn(window);
    pass(2 * HOUR_MS);
    vault.broken = 'writes';
    expect(await isTaken(tokenOf(await window.current()))).toBe(true);
    vault.broken = 'nothing';
    expect(await storedSession()).toEqual(session);
    expect(await request(window)).toBe(true);
  });

  it('that cannot be stored costs one request for all rows of a window, and the newest refresh token is used next', async () => {
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

  it('serves all requests of its window from when it arrives, also while it is being stored after one that was not', async () => {
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

  it('that could not be stored gives way to a new sign-in, and to a sign-out', async () => {
    const window = openWindow();
    await signIn(window);
    pass(2 * HOUR_MS);
    vault.broken = 'writes';
    await window.current();
    vault.broken = 'nothing';
    const again = await signIn(openWindow(), aSession({ id: 'anew' }));
    expect(tokenOf(await window.current())).toBe(again.accessToken);
    await openWindow().store.remove(['default']);
    expect(await window.current()).toEqual({ type: 'denied', failure: { kind: 'signedOut' } });
  });

  it('that ends the session is believed also where that cannot be stored', async () => {
    const window = openWindow();
    await signIn(window);
    pass(2 * HOUR_MS);
    vault.broken = 'writes';
    control().revokeAllRefreshTokens();
    for (let row = 0; row < 20; row++)
      expect(await window.current(`row ${row}`)).toMatchObject({ type: 'denied', failure: { kind: 'signedOut' } });
    expect(tokenRequests()).toBe(1);
  });

  it('is made for a token that the service refuses, although it is not due', async () => {
    const window = openWindow();
    const { accessToken } = await signIn(window);
    control().expireToken(accessToken);
    const token = tokenOf(await window.replace(accessToken));
    expect(await isTaken(token)).toBe(true);
    expect((await storedSession())?.accessToken).toBe(token);
    expect(tokenRequests()).toBe(1);
  });

  it('is not made for a refused token in whose place there is another one already', async () => {
    const window = openWindow();
    const { accessToken } = await signIn(window);
    expect(tokenOf(await window.replace('Atza|an-earlier-one'))).toBe(accessToken);
    expect(tokenRequests()).toBe(0);
  });
});

describe('a token that was renewed lately and is refused all the same', () => {
  /** Signs in, and has the token renewed because it was refused. */
  async function renewedLately(window: Window): Promise<string> {
    const { accessToken } = await signIn(window);
    const token = tokenOf(await window.replace(accessToken));
    expect(tokenRequests()).toBe(1);
    return token;
  }

  it('is not renewed again, for none of fifty rows that have no access', async () => {
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

  it('is not renewed again either by a window that saw another one renew it', async () => {
    const [here, there] = [openWindow(), openWindow()];
    const { accessToken } = await signIn(here);
    expect(tokenOf(await there.current())).toBe(accessToken);
    const token = tokenOf(await here.replace(accessToken));
    expect(tokenOf(await there.current())).toBe(token);
    for (let row = 0; row < 50; row++) expect(await there.replace(token, `row ${row}`)).toBeUndefined();
    expect(tokenRequests()).toBe(1);
  });

  it('is renewed by a window that was idle since another one renewed it, and heard of that', async () => {
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

  it('is not believed to be new because somebody has set the clock', async () => {
    const window = openWindow();
    const token = await renewedLately(window);
    aheadMs = 30 * MINUTE_MS;
    expect(await window.replace(token)).toBeUndefined();
    awakeMs += 2 * MINUTE_MS;
    aheadMs = -30 * MINUTE_MS;
    expect(tokenOf(await window.replace(token))).not.toBe(token);
  });

  it('is renewed for a provider for which it was taken before, and for no other one', async () => {
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
    ['a refresh token that was revoked', 'grantEnded', true],
    ['a wrong secret', 'clientRefused', false],
  ] as const)('comes with %s: signed out in all windows, and said why', async (_what, kind, keepsClient) => {
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

  it('comes for all who wait for the renewal, with one request', async () => {
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

describe('under each fault of the token endpoint', () => {
  /** Lets the limit of time pass as soon as the request has arrived. */
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
    const { failure }: CatalogueEntry = faultCatalogue[name];
    const [here, there] = [openWindow(), openWindow()];
    const session = await signIn(here);
    const fault = control().addFault({ ...failure, ...(failure.laterMs && { laterMs: 1 }), operation: 'token' });
    const limit = meaning === 'timeout' ? hurry() : undefined;

    // Due, and good for one more minute.
    trueMs = session.refresh?.refreshAtMs ?? 0;
    const early = await here.current();
    if (meaning === 'grantEnded' || meaning === 'clientRefused') {
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
    ['as long as it asks', 30, 30],
    ['a minute where it asks for a day', 86_400, 60],
    ['three seconds where it asks for none', 0, 3],
  ])('lets it rest %s', async (_how, seconds, waited) => {
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

  it('answers no person who asks after it failed: Login with Amazon is asked again, and may be back', async () => {
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
    // What nobody waits for is still answered by it.
    expect(await window.current()).toMatchObject({ type: 'denied' });
    expect(tokenRequests()).toBe(2);
    expect(await isTaken(tokenOf(await window.clicked()))).toBe(true);
    expect(tokenRequests()).toBe(3);
  });

  it('answers no person either whose token was refused while it could not be replaced', async () => {
    const window = openWindow();
    const { accessToken } = await signIn(window);
    control().expireAllAccessTokens();
    control().addFault({ name: 'unavailable', operation: 'token', count: 1 });
    expect(await window.replace(accessToken)).toMatchObject({ type: 'denied' });
    pass(100);
    expect(await isTaken(tokenOf(await window.replace(accessToken, 'row', true)))).toBe(true);
  });

  it('costs one request for all rows of one click, which share the time of it', async () => {
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

  it('with a limit of requests is kept by persons too, for as long as it asks', async () => {
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

  it('stands in nobody’s way who has signed in anew, nor in that of another account', async () => {
    const window = openWindow();
    window.namedAccounts = { hotel: 'hotels' };
    await signIn(window);
    await signIn(window, aSession({ id: 'hotels' }), 'hotels');
    pass(2 * HOUR_MS);
    control().addFault({ name: 'unavailable', operation: 'token', count: 1 });
    expect(await window.current()).toMatchObject({ type: 'denied', failure: { kind: 'renewalFailed' } });
    expect(await isTaken(tokenOf(await window.current('hotel')))).toBe(true);
    const again = await signIn(window, aSession({ id: 'anew' }));
    pass(2 * HOUR_MS);
    expect(tokenOf(await window.current())).not.toBe(again.accessToken);
  });

  it('is over for a window whose token another window has renewed', async () => {
    const [here, there] = [openWindow(), openWindow()];
    await signIn(here);
    pass(2 * HOUR_MS);
    control().addFault({ name: 'unavailable', operation: 'token', count: 1 });
    expect(await here.current()).toMatchObject({ type: 'denied' });
    const token = tokenOf(await there.current());
    expect(tokenOf(await here.current())).toBe(token);
  });
});

describe('a clock that is wrong', () => {
  it.each([-20, -10, -3, 3, 10, 20])('by %i hours all the time changes nothing', async (hours) => {
    aheadMs = hours * HOUR_MS;
    const window = openWindow();
    await signIn(window);
    for (let minute = 0; minute < 6 * 60; minute += 20) {
      expect(await request(window)).toBe(true);
      pass(20 * MINUTE_MS);
    }
    // Six hours are renewed every 59 minutes, seen every 20.
    expect(tokenRequests()).toBe(5);
  });

  it.each([-10, 10])('and jumps by %i hours costs one renewal at most', async (hours) => {
    const window = openWindow();
    await signIn(window);
    expect(await request(window)).toBe(true);
    aheadMs += hours * HOUR_MS;
    for (let times = 0; times < 20; times++) expect(await request(window)).toBe(true);
    expect(tokenRequests()).toBeLessThanOrEqual(1);
  });

  it('and jumps while it is set right, or the machine sleeps, keeps no request from going on', async () => {
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

describe('the hosts that secrets of a session may go to', () => {
  const OTHER = 'https://other.example';
  const UNCONFIRMED = {
    type: 'denied',
    failure: { kind: 'endpointUnconfirmed', account: 'default', detail: 'other.example' },
  };
  const interactive = { interactive: true, askedAtMs: 0 };
  const bound = (some: Partial<Session> = {}) => aSession({ origins: ['loopback'], ...some });

  it.each(['https://other.example', 'https://other.example/v1x', 'https://other.example:8443'])(
    'are those of its sign-in: nobody who does not wait is asked, and no token goes to %s',
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
    'are all on this computer where one is: %s',
    async (apiEndpoint) => {
      const window = openWindow();
      const { accessToken } = await signIn(window, bound());
      window.apiEndpoint = apiEndpoint;
      expect(tokenOf(await window.current())).toBe(accessToken);
    },
  );

  it('are more once the person who waits has said so, who is asked once in all windows', async () => {
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

  it('are no more when the person says no, who is not asked again until they sign in', async () => {
    const window = openWindow();
    await signIn(window, bound());
    window.apiEndpoint = OTHER;
    window.confirms = [false];
    for (let row = 0; row < 3; row++) {
      expect(await window.tokens.getToken(`row ${row}`, interactive)).toEqual(UNCONFIRMED);
    }
    expect(window.questions).toHaveLength(1);
    const again = await signIn(window, bound({ id: 'anew', origins: ['loopback', OTHER] }));
    expect(tokenOf(await window.current())).toBe(again.accessToken);
  });

  it('hold for renewals: a refresh token goes to no other host unasked, and a token that is still good serves', async () => {
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

  it('stay what they are when it is renewed, and when the answer comes while it is renewed', async () => {
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
    ['signs out', () => openWindow().store.remove(['default']), 'signedOut'],
    ['signs in as somebody else', () => signIn(openWindow(), bound({ id: 'anew' })), 'contextChanged'],
  ] as const)('are asked for in vain when somebody %s meanwhile', async (_what, act, kind) => {
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

  it('are more in this window when the answer cannot be stored', async () => {
    const window = openWindow();
    const { accessToken } = await signIn(window, bound());
    window.apiEndpoint = OTHER;
    window.confirms = [true];
    vault.broken = 'writes';
    expect(tokenOf(await window.tokens.getToken('row', interactive))).toBe(accessToken);
    expect(tokenOf(await window.current())).toBe(accessToken);
  });
});

describe('a pasted token that is refused', () => {
  const pasted = (id = 'pasted') => aPastedSession({ id, accessToken: `Atza|${id}`, expiresAtMs: localMs() + HOUR_MS });

  it('is replaced by one that was stored meanwhile, and nobody is asked', async () => {
    const window = openWindow();
    await signIn(window, pasted());
    expect(tokenOf(await window.replace('Atza|earlier', 'row', true))).toBe('Atza|pasted');
    expect(window.asked).toEqual([]);
  });

  it('is not asked for when nobody waits for the request', async () => {
    const window = openWindow();
    await signIn(window, pasted());
    expect(await window.replace('Atza|pasted', 'row', false)).toBeUndefined();
    expect(window.asked).toEqual([]);
  });

  it('is asked for once by all that wait for it, under the name of its account', async () => {
    const window = openWindow();
    await signIn(window, pasted(), 'hotels');
    window.answers = ['Atza|another'];
    const accesses = await hundred((i) => window.replace('Atza|pasted', `row ${i}`, true));
    expect(new Set(accesses.map(tokenOf))).toEqual(new Set(['Atza|another']));
    expect(window.asked).toEqual(['hotels']);
  });

  it('continues the session in whose place it was asked for, and those before that', async () => {
    const window = openWindow();
    await signIn(window, pasted());
    window.answers = ['Atza|second', 'Atza|third'];
    expect(await window.replace('Atza|pasted', 'row', true)).toMatchObject({ continues: ['pasted'] });
    const third = { token: 'Atza|third', session: 'Atza|third', continues: ['Atza|second', 'pasted'] };
    expect(await window.replace('Atza|second', 'row', true)).toMatchObject(third);
    expect(await window.current()).toMatchObject(third);
  });

  it('is not used when another session has taken its place by then', async () => {
    const window = openWindow();
    await signIn(window, pasted());
    window.answers = ['Atza|another'];
    const asking = window.replace('Atza|pasted', 'row', true);
    window.afterAsking = async () => {
      await signIn(openWindow(), aSession({ id: 'anew' }));
    };
    expect(await asking).toEqual({ type: 'denied', failure: { kind: 'contextChanged', account: 'default' } });
  });

  it('is not asked for twice after the person had no other one', async () => {
    const window = openWindow();
    await signIn(window, pasted());
    window.answers = [undefined];
    for (let row = 0; row < 10; row++) expect(await window.replace('Atza|pasted', `row ${row}`, true)).toBeUndefined();
    expect(window.asked).toEqual(['default']);
  });

  it('is asked for again when it is another one', async () => {
    const window = openWindow();
    await signIn(window, pasted());
    window.answers = [undefined, 'Atza|third'];
    await window.replace('Atza|pasted', 'row', true);
    await signIn(window, pasted('second'));
    expect(tokenOf(await window.replace('Atza|second', 'row', true))).toBe('Atza|third');
    expect(window.asked).toEqual(['default', 'default']);
  });

  it('is asked for once in each account, whose rows come in turns', async () => {
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

  it('is never renewed, also when it has expired', async () => {
    const window = openWindow();
    await signIn(window, pasted());
    expect(tokenOf(await window.current())).toBe('Atza|pasted');
    pass(2 * HOUR_MS);
    expect(await window.current()).toEqual({ type: 'denied', failure: { kind: 'signedOut', account: 'default' } });
    expect(tokenRequests()).toBe(0);
  });
});
