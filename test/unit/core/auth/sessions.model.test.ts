import fc, { type AsyncCommand } from 'fast-check';
import { describe, expect, it, vi, type MockInstance } from 'vitest';
import type { TokenResult } from '../../../../src/core/api/tokenProvider';
import { ExclusiveWrites } from '../../../../src/core/crossWindow/exclusiveWrites';
import { SessionStore, SecretStorageError } from '../../../../src/core/auth/sessionStore';
import { AccessTokenProvider } from '../../../../src/core/auth/accessTokenProvider';
import { FakeLogin, RENEWALS, TOKEN_ENDPOINT, type Grant, type RenewalCourse } from '../../../support/fakeLogin';
import { SecretVault } from '../../../support/secretStorage';
import { HOUR_MS, SIGNED_IN_AT_MS } from '../../../support/sessions';
import { SharedLock } from '../../../support/sharedLock';
import { eventLoopTurns } from '../../../support/eventLoopTurns';
import { takeUnexpected, unexpected } from '../../../support/unexpected';
import { VirtualDelays } from '../../../support/virtualDelays';

let delays = new VirtualDelays();
vi.mock('node:timers/promises', async (importActual) => ({
  ...(await importActual<object>()),
  setTimeout: (ms: number, value: unknown) => delays.wait(ms, value),
}));

const ACCOUNTS = ['default', 'hotels'] as const;
/** The account that each service provider names. */
const NAMED: Readonly<Record<string, string>> = { clinic: 'default', lobby: 'hotels', suite: 'hotels' };
const ROWS = Object.keys(NAMED);
/** As in VS Code: a write has ended before the other windows see it, and the next one waits for longer than that. */
const HANDED_OVER_AFTER_MS = 100;
const PROPAGATION_DELAY_MS = 500;

interface Window {
  readonly store: SessionStore;
  readonly tokens: AccessTokenProvider;
  /** How many access tokens of each sign-in were issued before the newest that this window has given out. */
  readonly newest: Map<Grant, number>;
}

/** Up to three windows of one editor, and what is true of their accounts. */
class World {
  readonly vault = new SecretVault({ handedOverAfterMs: HANDED_OVER_AFTER_MS });
  readonly login: FakeLogin;
  readonly running: Promise<unknown>[] = [];
  /** Who is signed in, by the last act of a person that was stored. */
  readonly signedIn = new Map<string, Grant>();
  aheadMs = 0;
  private readonly lock = new SharedLock();
  private readonly windows: Window[] = [];
  private readonly monotonic: MockInstance;

  constructor(courses: Iterator<readonly [RenewalCourse, number]>) {
    delays = new VirtualDelays();
    this.monotonic = vi.spyOn(performance, 'now').mockImplementation(() => delays.nowMs);
    this.login = new FakeLogin(this.wall, (ms) => delays.wait(ms), courses);
  }

  readonly wall = () => SIGNED_IN_AT_MS + delays.nowMs + this.aheadMs;

  /** One of the windows, opened when it is first used. */
  window(index: number): Window {
    return (this.windows[index] ??= this.openWindow());
  }

  get opened(): Window[] {
    return this.windows.filter(Boolean);
  }

  openWindow(): Window {
    const writes = new ExclusiveWrites(this.lock, PROPAGATION_DELAY_MS);
    const store = new SessionStore(this.vault.window(), writes, this.wall);
    const tokens = new AccessTokenProvider({
      store,
      writes,
      loginWithAmazon: () => Promise.resolve({ refreshTokens: this.login.refreshTokens }),
      apiEndpoint: () => ({ ok: true, url: 'https://api.amazonalexa.com' }),
      confirmHost: () => unexpected('asking a person for a host'),
      tokenEndpoint: () => ({ ok: true, url: TOKEN_ENDPOINT }),
      requestedScopes: () => [],
      configuredAccount: (row) => NAMED[row],
      promptForToken: () => unexpected('asking a person for a token'),
      now: this.wall,
    });
    return { store, tokens, newest: new Map() };
  }

  begin(act: Promise<unknown>): void {
    this.running.push(
      act.catch((error: unknown) => {
        // Only a keyring that is locked keeps a person from signing in or out.
        if (!(error instanceof SecretStorageError) || this.login.isStorable) throw error;
      }),
    );
    // Its fault is for whoever waits for it.
    this.running.at(-1)?.catch(() => undefined);
  }

  /** What the client does for one request. */
  async request(window: Window, row: string, refuses: number): Promise<void> {
    let access: TokenResult | undefined = await window.tokens.getToken(row);
    for (let refused = 0; refused < refuses && access?.type === 'granted'; refused++) {
      this.login.refuse(this.owned(window, row, access));
      access = await window.tokens.refresh(row, access.token, false);
    }
    if (access?.type === 'granted') window.tokens.markAccepted(row, this.owned(window, row, access));
  }

  /** The token, which must be of the row's own account, and none that this window has had another one for. */
  owned({ newest }: Window, row: string, { token }: TokenResult & { type: 'granted' }): string {
    const grant = this.login.grantOf(token);
    if (grant.account !== NAMED[row]) unexpected(`a token of ${grant.account} for ${row}`);
    const age = grant.accessTokens.indexOf(token);
    if (age < (newest.get(grant) ?? 0)) unexpected('an access token older than the one before');
    newest.set(grant, age);
    return token;
  }

  async settle(): Promise<void> {
    await delays.settle();
    await Promise.all(this.running.splice(0));
    await delays.settle();
  }

  /** Waits for an answer, as long as it takes. */
  async until<T>(act: Promise<T>): Promise<T> {
    const [value] = await Promise.all([act, delays.settle()]);
    return value;
  }

  async checkSettled(): Promise<void> {
    expect(takeUnexpected()).toEqual([]);
    const keyring = this.vault.broken;
    this.vault.broken = 'nothing';
    const window = this.openWindow();
    const { byName: states } = await this.until(window.store.read());
    window.store.dispose();
    this.vault.broken = keyring;
    for (const account of ACCOUNTS) {
      const state = states.get(account);
      const grant = this.signedIn.get(account);
      if (!grant) {
        expect(state, 'signed out, and signed in again by nobody').toBeUndefined();
        continue;
      }
      if (!grant.isOver) expect(state?.type, 'signed out by nobody').toBe('signedIn');
      if (grant.isKnownOver && !grant.mayBeAhead) expect(state?.type, 'ended by Login with Amazon').toBe('signedOut');
      if (state?.type !== 'signedIn') continue;
      const { id, refresh } = state.session;
      expect(id).toBe(grant.session.id);
      if (!grant.mayBeAhead) expect(refresh?.token, 'the refresh token that arrived last').toBe(grant.arrived);
    }
  }

  dispose(): void {
    // It would keep each of its calls for as long as it lives.
    this.monotonic.mockRestore();
    for (const { store } of this.opened) store.dispose();
  }
}

type Act = AsyncCommand<object, World, true>;

/** An act that is begun, and goes on for so many turns before the next one. */
function command<T>(name: string, arbitrary: fc.Arbitrary<T>, begin: (world: World, given: T) => void) {
  return fc.tuple(arbitrary, fc.constantFrom(0, 1, 3, 8)).map(([given, pause]): Act => ({
    check: () => Promise.resolve(true),
    run: async (_model, world) => {
      begin(world, given);
      await eventLoopTurns(pause);
    },
    toString: () => `${name} ${JSON.stringify(given)}, then ${String(pause)} turns`,
  }));
}

const window = fc.nat(2);
const account = fc.constantFrom(...ACCOUNTS);

const signIn = command('sign in', fc.record({ window, account }), (world, given) => {
  const grant = world.login.signIn(given.account);
  const saved = world.window(given.window).store.save(given.account, grant.session);
  world.begin(saved.then(() => world.signedIn.set(given.account, grant)));
});
const signOut = command('sign out', fc.record({ window, account }), (world, given) => {
  const removed = world.window(given.window).store.remove([given.account]);
  world.begin(removed.then(() => world.signedIn.delete(given.account)));
});
const requests = command(
  'requests',
  fc.array(fc.record({ window, row: fc.constantFrom(...ROWS), refuses: fc.nat(1) }), { minLength: 1, maxLength: 5 }),
  (world, given) => {
    world.login.look();
    for (const { window: index, row, refuses } of given) {
      world.begin(world.request(world.window(index), row, refuses));
    }
  },
);
const clock = command('clock', fc.constantFrom(-336, -24, -1, -0.02, 0.02, 0.99, 1, 24, 336), (world, hours) => {
  world.login.look();
  world.aheadMs += hours * HOUR_MS;
  world.login.look();
});
const keyring = command(
  'keyring',
  fc.constantFrom('nothing' as const, 'writes' as const, 'everything' as const),
  (world, broken) => {
    world.vault.broken = broken;
    // What is under way may still meet the lock that has just been taken away.
    if (broken !== 'nothing') world.login.locked();
  },
);
const revoke = command('revoke', account, (world, given) => {
  const grant = world.signedIn.get(given);
  if (grant) grant.isOver = true;
});
const timePasses: fc.Arbitrary<Act> = fc.integer({ min: 1, max: 4 }).map((times) => ({
  check: () => Promise.resolve(true),
  run: async () => {
    for (let time = 0; time < times; time++) await delays.next();
  },
  toString: () => `time passes ${String(times)} times`,
}));

const commands = fc.commands<object, World, true>(
  [
    signIn,
    signIn,
    signOut,
    requests,
    requests,
    requests,
    requests,
    clock,
    clock,
    timePasses,
    timePasses,
    keyring,
    revoke,
  ],
  { maxCommands: 12 },
);
const wellOrIll = fc.constantFrom<RenewalCourse>('same', 'rotated', 'rotated', ...RENEWALS);
const courses = fc.infiniteStream(fc.tuple(wellOrIll, fc.constantFrom(0, 40, 90, 300, 2_000)));

const runs = Number(process.env['MODEL_RUNS'] ?? 1000);

describe('the sessions, in any order of acts in several windows, answers, faults and clocks', () => {
  it(
    'are renewed once for all, end by Login with Amazon or a person alone, and serve their own accounts',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(commands, { minLength: 1, maxLength: 3 }), courses, async (rounds, stream) => {
          // What an earlier course has left would be held against this one, and the shrinking led astray.
          takeUnexpected();
          const world = new World(stream);
          try {
            // Both are signed in at first, since nothing happens to nobody.
            for (const name of ACCOUNTS) {
              const grant = world.login.signIn(name);
              world.begin(world.window(0).store.save(name, grant.session));
              world.signedIn.set(name, grant);
            }
            for (const acts of rounds) {
              await world.settle();
              await fc.asyncModelRun(() => ({ model: {}, real: world }), acts);
              await world.settle();
              await world.checkSettled();
              world.login.isStorable = world.vault.broken === 'nothing';
            }

            // Once all is well again, all who are signed in are served, and nobody else.
            world.vault.broken = 'nothing';
            world.login.courses = [...Array.from({ length: 50 }, () => ['rotated', 40] as const)].values();
            world.aheadMs += 120_000;
            await world.until(delays.wait(120_000));
            world.login.look();
            world.login.isStorable = true;
            for (const { tokens } of world.opened) {
              for (const row of ROWS) {
                const access = await world.until(tokens.getToken(row));
                const grant = world.signedIn.get(NAMED[row] ?? '');
                if (!grant || (grant.isKnownOver && !grant.mayBeAhead)) expect(access.type).toBe('denied');
                else if (!grant.isOver) {
                  if (access.type !== 'granted') expect(access, `the token of ${row}`).toBe('granted');
                  else expect(world.login.grantOf(access.token)).toBe(grant);
                }
              }
            }
            await world.settle();
            await world.checkSettled();
          } finally {
            world.dispose();
          }
        }),
        { numRuns: runs },
      );
    },
    Math.max(120_000, runs * 200),
  );
});
