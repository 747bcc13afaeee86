import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseContents, type Session } from '../../../../src/core/auth/session';
import {
  NewerSessions,
  SecretStorageError,
  SessionStore,
  type SessionState,
} from '../../../../src/core/auth/sessionStore';
import { ExclusiveWrites } from '../../../../src/core/crossWindow/exclusiveWrites';
import { resolveAccount, knownAccounts } from '../../../../src/core/model/accounts';
import { anyText } from '../../../support/arbitraries';
import { KEYRING_ERROR, SecretVault } from '../../../support/secretStorage';
import { aPastedSession, aRenewableSession, CLIENT, HOUR_MS, SIGNED_IN_AT_MS } from '../../../support/sessions';
import { SharedLock } from '../../../support/sharedLock';

const KEY = 'sessions';
const OTHER_CLIENT = { id: 'amzn1.application-oa2-client.other', secret: 'amzn1.oa2-cs.v1.other-secret' };

let vault: SecretVault;
let lock: SharedLock;
let store: SessionStore;
let now: number;
const stores: SessionStore[] = [];

function openWindow(sharedAfterMs = 0): SessionStore {
  const opened = new SessionStore(vault.window(), new ExclusiveWrites(lock, sharedAfterMs), () => now);
  stores.push(opened);
  return opened;
}

/** Starts over with new windows and secrets. */
function restart(manners?: ConstructorParameters<typeof SecretVault>[0]): void {
  vault = new SecretVault(manners);
  lock = new SharedLock();
  store = openWindow();
}

function countChanges(of: SessionStore): () => number {
  let changes = 0;
  of.events.on('changed', () => changes++);
  return () => changes;
}

async function put(text: string): Promise<void> {
  await vault.window().store(KEY, text);
}

async function stateOf(name: string, of = store): Promise<SessionState | undefined> {
  return (await of.read()).byName.get(name);
}

const signedIn = (session: Session): SessionState => ({ type: 'signedIn', session });
const session = aPastedSession();
const renewable = aRenewableSession();
const renewed = aRenewableSession({ accessToken: 'Atza|renewed', refreshToken: 'Atzr|rotated' });
/** Text that is not a stored session, or almost one. */
const anyStored = () =>
  fc.oneof(
    anyText(),
    fc.json(),
    fc.constantFrom('Atza|bare', '{"version":1}', '{"version":1,"accounts":{}}'),
    fc.jsonValue().map((accounts) => JSON.stringify({ version: 1, accounts })),
  );

beforeEach(() => {
  now = SIGNED_IN_AT_MS;
  restart();
});
afterEach(() => {
  vi.useRealTimers();
  for (const each of stores.splice(0)) each.dispose();
});

describe('an account', () => {
  it('is signed out at first', async () => {
    expect(await store.read()).toEqual({ byName: new Map() });
  });

  it('is signed in after a session was saved, and signed out after it was removed', async () => {
    await store.save('default', session);
    expect(await store.read()).toEqual({ byName: new Map([['default', signedIn(session)]]) });
    await store.remove(['default']);
    expect(await store.read()).toEqual({ byName: new Map() });
    expect(vault.keys).toEqual([]);
  });

  it('is still signed in after the window was reopened', async () => {
    await store.save('default', renewable);
    store.dispose();
    expect(await stateOf('default', openWindow())).toEqual(signedIn(renewable));
  });

  it('is signed out as soon as a pasted token expires', async () => {
    await store.save('default', session);
    now = session.expiresAtMs - 1;
    expect(await stateOf('default')).toEqual(signedIn(session));
    now = session.expiresAtMs;
    expect(await stateOf('default')).toEqual({ type: 'signedOut', reason: 'expired' });
  });

  it('stays signed in with a session that can be renewed, whatever the clock says', async () => {
    await store.save('default', renewable);
    for (now of [0, renewable.expiresAtMs, SIGNED_IN_AT_MS + 1000 * 24 * HOUR_MS]) {
      expect(await stateOf('default')).toEqual(signedIn(renewable));
    }
  });
});

describe('the stored secret', () => {
  it('records the hosts a session may be sent to: those at sign-in and those permitted later', async () => {
    let origins = ['https://api.amazonalexa.com', 'https://api.amazon.com'];
    const bound = new SessionStore(
      vault.window(),
      new ExclusiveWrites(lock, 0),
      () => now,
      () => origins,
    );
    stores.push(bound);
    await bound.save('default', renewable);
    origins = ['https://other.example'];
    await bound.permit('default', 'of another session', 'https://evil.example');
    await bound.permit('hotels', renewable.id, 'https://evil.example');
    await bound.permit('default', renewable.id, 'https://gateway.example');
    await bound.permit('default', renewable.id, 'https://gateway.example');
    const permitted = ['https://api.amazonalexa.com', 'https://api.amazon.com', 'https://gateway.example'];
    expect(await stateOf('default')).toEqual(signedIn({ ...renewable, origins: permitted }));
    await bound.renew('default', renewable, renewed);
    expect(await stateOf('default')).toEqual(signedIn({ ...renewed, origins: permitted }));
    await bound.save('default', session);
    expect(await stateOf('default')).toEqual(signedIn({ ...session, origins }));
  });

  it('is a single one, without anything of an account that has signed out', async () => {
    await store.save('default', renewable);
    await store.save('hotels', aPastedSession({ accessToken: 'Atza|of-hotels' }));
    expect(vault.keys).toEqual([KEY]);
    await store.remove(['default']);
    expect(vault.everything).toContain('Atza|of-hotels');
    for (const secret of [renewable.accessToken, renewable.refresh?.token ?? '', CLIENT.secret, CLIENT.id]) {
      expect(secret).not.toBe('');
      expect(vault.everything).not.toContain(secret);
    }
    await store.remove(['hotels']);
    expect(vault.everything).toBe('[]');
  });

  it('contains nothing of a session that was replaced', async () => {
    await store.save('default', renewable);
    await store.save('default', session);
    expect(vault.everything).toContain(session.accessToken);
    for (const secret of [renewable.accessToken, 'Atzr|', CLIENT.secret])
      expect(vault.everything).not.toContain(secret);
  });

  it('contains nothing of a session that has ended, except its client if that is to be stored', async () => {
    await store.save('kept', renewable);
    await store.save('dropped', aRenewableSession({ id: 'other', client: OTHER_CLIENT }));
    await store.renew('kept', renewable, undefined, CLIENT);
    await store.renew('dropped', aRenewableSession({ id: 'other' }), undefined);
    expect(await store.read()).toEqual({
      byName: new Map([
        ['kept', { type: 'signedOut', reason: 'ended', client: CLIENT }],
        ['dropped', { type: 'signedOut', reason: 'ended' }],
      ]),
    });
    expect(vault.everything).toContain(CLIENT.secret);
    for (const secret of ['Atza|', 'Atzr|', OTHER_CLIENT.secret]) expect(vault.everything).not.toContain(secret);
  });

  it('keeps with the client of an ended session where its secret may go', async () => {
    await store.save('default', renewable);
    await store.permit('default', renewable.id, 'https://login.example');
    await store.renew('default', renewable, undefined, CLIENT);
    const client = { ...CLIENT, origins: ['https://login.example'] };
    expect((await store.read()).byName.get('default')).toEqual({ type: 'signedOut', reason: 'ended', client });
  });

  it('drops the client of an ended session when its account signs out or in', async () => {
    await store.save('default', renewable);
    await store.renew('default', renewable, undefined, CLIENT);
    await store.save('default', session);
    expect(vault.everything).not.toContain(CLIENT.secret);
    await store.save('default', renewable);
    await store.renew('default', renewable, undefined, CLIENT);
    await store.remove(['default']);
    expect(vault.everything).toBe('[]');
  });

  it('with invalid text means signed out, and a sign-in replaces it', async () => {
    await fc.assert(
      fc.asyncProperty(anyStored(), async (text) => {
        await put(text);
        const { byName } = await store.read();
        expect([...byName.values()].filter(({ type }) => type === 'signedIn')).toEqual([]);
        await store.save('default', session);
        expect((await store.read()).byName.get('default')).toEqual(signedIn(session));
      }),
    );
  });

  it('with invalid text is removed by a sign-out, and a renewal does not fail', async () => {
    await fc.assert(
      fc.asyncProperty(anyStored(), async (text) => {
        await put(text);
        await store.renew('default', renewable, renewed);
        await store.remove(['default']);
        expect((await store.read()).problem).toBeUndefined();
        expect(vault.everything).not.toContain('Atza');
      }),
    );
  });

  it('reports that it cannot be read, for the log', async () => {
    await put('{"version":1,"accounts":');
    expect(await store.read()).toEqual({ byName: new Map(), problem: 'unreadable' });
  });

  it('loses its invalid entries one by one, and the valid ones remain', async () => {
    await put(
      JSON.stringify({
        version: 1,
        accounts: [
          { name: 'first', session },
          { name: 'broken', session: { accessToken: 'Atza|of-the-broken-one' } },
          null,
          { name: 'last', session: renewable },
        ],
      }),
    );
    expect([...(await store.read()).byName.keys()]).toEqual(['first', 'last']);
    await store.remove(['first']);
    expect((await store.read()).byName).toEqual(new Map([['last', signedIn(renewable)]]));
    expect(vault.everything).not.toContain('Atza|of-the-broken-one');
  });

  it('is not written by a renewal of a session that is no longer stored, even if unreadable', async () => {
    await store.save('default', renewable);
    const changes = countChanges(store);
    await store.renew('another account', renewable, renewed);
    await store.renew('default', aRenewableSession({ id: 'earlier' }), undefined, CLIENT);
    expect(changes()).toBe(0);
    await put('of a later version');
    await store.renew('default', renewable, renewed);
    expect(vault.raw(KEY)).toBe('of a later version');
  });
});

describe('sessions stored by a newer version of this extension', () => {
  const newer = [
    JSON.stringify({ version: 2, accounts: [{ name: 'default', session }] }),
    JSON.stringify({ version: 2 }),
    JSON.stringify({ version: 99, accounts: {} }),
    JSON.stringify({ version: '2.0', kept: 'Atza|elsewhere' }),
    JSON.stringify({ version: { major: 3 } }),
  ];

  it.each(newer)('are never overwritten: %s', async (text) => {
    await put(text);
    const acts = [
      () => store.save('default', session),
      () => store.renew('default', session, renewed),
      () => store.renew('default', session, undefined, CLIENT),
      () => store.remove(['default']),
    ];
    for (const act of acts) {
      await expect(act()).rejects.toThrow(NewerSessions);
      await expect(act()).rejects.toThrow(/newer version of Alexa Network Mapping.*Update/);
    }
    expect(vault.raw(KEY)).toBe(text);
    expect(await store.read()).toEqual({ byName: new Map(), problem: 'newer' });
  });

  it('limit a renewal to its window, like any that cannot be stored', () => {
    expect(new NewerSessions()).toBeInstanceOf(SecretStorageError);
  });
});

describe('windows with separate locks, such as a local and a remote one', () => {
  /** Opens a window with its own lock; the others see its writes a little later. */
  function openApart(): SessionStore {
    const opened = new SessionStore(vault.window(), new ExclusiveWrites(new SharedLock(), 100), () => now);
    stores.push(opened);
    return opened;
  }
  const settled = () => new Promise((resolve) => setTimeout(resolve, 800));

  beforeEach(() => {
    restart({ handedOverAfterMs: 40 });
  });

  it('keep the sessions of all, whichever writes last', async () => {
    const windows = Array.from({ length: 4 }, openApart);
    await Promise.all(
      windows.map((each, index) => each.save(`account ${index}`, aPastedSession({ id: `of ${index}` }))),
    );
    await settled();
    for (const each of windows) {
      const { byName } = await each.read();
      expect([...byName.keys()].sort()).toEqual([0, 1, 2, 3].map((index) => `account ${index}`));
    }
  });

  it('keep a sign-out, and restore no session', async () => {
    const [here, there, third] = [openApart(), openApart(), openApart()];
    await here.save('leaving', session);
    await here.save('renewed', renewable);
    await settled();
    await Promise.all([
      here.remove(['leaving']),
      there.save('hotels', session),
      third.renew('renewed', renewable, renewed),
    ]);
    await settled();
    for (const each of [here, there, third]) {
      expect((await each.read()).byName).toEqual(
        new Map([
          ['renewed', signedIn(renewed)],
          ['hotels', signedIn(session)],
        ]),
      );
    }
  });

  it('keep the sign-out of the last account', async () => {
    const [here, there] = [openApart(), openApart()];
    await here.save('leaving', renewable);
    await settled();
    await Promise.all([there.save('hotels', session), here.remove(['leaving'])]);
    await settled();
    expect([...(await here.read()).byName.keys()]).toEqual(['hotels']);
    expect(vault.everything).not.toContain('Atzr');
  });

  it('do not revert what another window changed later', async () => {
    const [here, there] = [openApart(), openApart()];
    await here.save('default', session);
    await vault.handedOver();
    await there.save('hotels', session);
    await there.remove(['default']);
    await settled();
    expect([...(await here.read()).byName.keys()]).toEqual(['hotels']);
  });

  it('write nothing more when nothing was lost', async () => {
    const [here, there] = [openApart(), openApart()];
    await here.save('default', session);
    await settled();
    const changes = countChanges(there);
    await there.save('hotels', session);
    await settled();
    expect(changes()).toBe(1);
  });

  it('do not retry a write that failed', async () => {
    const here = openApart();
    vault.broken = 'writes';
    await expect(here.save('default', session)).rejects.toThrow(SecretStorageError);
    vault.broken = 'nothing';
    await settled();
    expect(vault.everything).toBe('[]');
  });
});

describe('accounts', () => {
  it('keep their order when one of them signs in again', async () => {
    for (const name of ['first', 'second', 'third']) await store.save(name, aPastedSession({ id: name }));
    await store.save('second', renewable);
    expect([...(await store.read()).byName.keys()]).toEqual(['first', 'second', 'third']);
    expect(await stateOf('second')).toEqual(signedIn(renewable));
  });

  it('can be signed out together', async () => {
    for (const name of ['first', 'second', 'third']) await store.save(name, session);
    await store.remove(['first', 'third', 'unknown']);
    expect([...(await store.read()).byName.keys()]).toEqual(['second']);
  });

  it('never mix, whatever their names are and whatever happens to them in two windows', async () => {
    const name = fc.oneof(
      fc.constantFrom('__proto__', 'constructor', 'default', 'a', ' a', 'a ', 'A', 'ä', 'a\u0308', '\u0000'),
      fc.string({ minLength: 1 }),
    );
    const act = fc.record({
      name,
      act: fc.constantFrom('save', 'save', 'renew', 'renew a stranger', 'end', 'remove'),
      window: fc.constantFrom(0, 1),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 12 }), async (acts) => {
        restart();
        const windows = [store, openWindow()] as const;
        const expected = new Map<string, SessionState>();
        for (const [index, { name, act, window }] of acts.entries()) {
          const known = expected.get(name);
          const before = known?.type === 'signedIn' ? known.session : renewable;
          const after = aRenewableSession({ id: before.id, accessToken: `token-${index}` });
          switch (act) {
            case 'save':
              await windows[window].save(name, { ...after, id: `session-${index}` });
              expected.set(name, signedIn({ ...after, id: `session-${index}` }));
              break;
            case 'renew':
              await windows[window].renew(name, before, after);
              if (known?.type === 'signedIn') expected.set(name, signedIn(after));
              break;
            case 'renew a stranger':
              await windows[window].renew(name, { ...before, id: 'stranger' }, after);
              break;
            case 'end':
              await windows[window].renew(name, before, undefined);
              if (known?.type === 'signedIn') expected.set(name, { type: 'signedOut', reason: 'ended' });
              break;
            case 'remove':
              await windows[window].remove([name]);
              expected.delete(name);
          }
        }
        for (const window of windows) expect((await window.read()).byName).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});

describe('service providers without a configured account', () => {
  const servedBy = async () => {
    const { byName, reserved } = await openWindow().read();
    return resolveAccount(undefined, knownAccounts([...byName.keys()], reserved));
  };

  it('do not switch to the only other account when the default one signs out', async () => {
    await store.save('default', session);
    await store.save('us', renewable);
    await store.remove(['default']);
    expect([...(await store.read()).byName.keys()]).toEqual(['us']);
    expect(await servedBy()).toBe('default');
    // Neither a renewal nor a new sign-in of the other account changes that.
    await store.renew('us', renewable, renewed);
    await store.save('us', renewable);
    expect(await servedBy()).toBe('default');
    await store.save('default', session);
    expect(await servedBy()).toBe('default');
    expect((await store.read()).reserved).toBeUndefined();
  });

  it('stay with their account when a second one signs out', async () => {
    await store.save('eu', session);
    await store.save('us', renewable);
    await store.remove(['us']);
    expect(await servedBy()).toBe('eu');
  });

  it('still have no account when one of two signs out that did not serve them', async () => {
    await store.save('eu', session);
    await store.save('us', renewable);
    await store.remove(['eu']);
    expect(await servedBy()).toBeUndefined();
  });

  it('are handed over when the user decides so', async () => {
    await store.save('default', session);
    await store.save('us', renewable);
    await store.remove(['default']);
    await store.handOver();
    expect(await servedBy()).toBe('us');
  });

  it('use the first account that signs in after all have signed out', async () => {
    await store.save('default', session);
    await store.save('us', renewable);
    await store.remove(['default']);
    await store.remove(['us']);
    expect(vault.everything).toBe('[]');
    await store.save('us', renewable);
    expect(await servedBy()).toBe('us');
  });
});

describe('the result of a renewal', () => {
  it('replaces the renewed session', async () => {
    await store.save('default', renewable);
    await store.renew('default', renewable, renewed);
    expect(await stateOf('default')).toEqual(signedIn(renewed));
    expect(vault.everything).not.toContain(renewable.accessToken);
  });

  it.each([
    ['succeeded', renewed],
    ['ended the session', undefined],
  ])('does not restore an account that signed out in the meantime, when it %s', async (_how, result) => {
    await store.save('default', renewable);
    await openWindow().remove(['default']);
    await store.renew('default', renewable, result, CLIENT);
    expect(await store.read()).toEqual({ byName: new Map() });
    expect(vault.everything).toBe('[]');
  });

  it.each([
    ['signed in again', aRenewableSession({ id: 'newer', accessToken: 'Atza|newer' })],
    ['signed in again with the same token', aRenewableSession({ id: 'newer' })],
    ['renewed in another window', aRenewableSession({ accessToken: 'Atza|newer', refreshToken: 'Atzr|newer' })],
    ['replaced by a pasted token', session],
  ])('does not change a session that was %s in the meantime', async (_how, newer) => {
    for (const result of [renewed, undefined]) {
      await store.save('default', newer);
      await openWindow().renew('default', renewable, result, CLIENT);
      expect(await stateOf('default')).toEqual(signedIn(newer));
    }
  });

  it('does not change another account with the same session', async () => {
    await store.save('default', renewable);
    await store.save('hotels', renewable);
    await store.renew('hotels', renewable, renewed);
    expect((await store.read()).byName).toEqual(
      new Map([
        ['default', signedIn(renewable)],
        ['hotels', signedIn(renewed)],
      ]),
    );
  });

  it('does not revive a session that has ended', async () => {
    await store.save('default', renewable);
    await store.renew('default', renewable, undefined, CLIENT);
    await store.renew('default', renewable, renewed);
    expect(await stateOf('default')).toEqual({ type: 'signedOut', reason: 'ended', client: CLIENT });
  });
});

describe('concurrent windows', () => {
  it.each([
    ['usual', {}],
    ['slow', { writeTurns: 40 }],
  ])('keep all changes of each other, with %s writes', async (_how, manners) => {
    restart(manners);
    const windows = [store, openWindow(), openWindow()];
    await store.save('renewed', renewable);
    await store.save('leaving', session);
    await Promise.all([
      ...Array.from({ length: 30 }, (_, index) =>
        windows[index % windows.length]?.save(`account ${index}`, aPastedSession({ id: `session ${index}` })),
      ),
      openWindow().renew('renewed', renewable, renewed),
      openWindow().remove(['leaving']),
    ]);
    const { byName } = await openWindow().read();
    expect(byName.size).toBe(31);
    expect(byName.get('renewed')).toEqual(signedIn(renewed));
    for (let index = 0; index < 30; index++) {
      expect(byName.get(`account ${index}`)).toEqual(signedIn(aPastedSession({ id: `session ${index}` })));
    }
  });

  it('keep all changes of each other even if they see each other’s writes late', async () => {
    restart({ handedOverAfterMs: 50 });
    const [here, there] = [openWindow(100), openWindow(100)];
    await here.save('renewed', renewable);
    await Promise.all([
      here.save('default', session),
      there.save('hotels', session),
      there.renew('renewed', renewable, renewed),
    ]);
    await vault.handedOver();
    for (const window of [here, there]) {
      const { byName } = await window.read();
      expect([...byName.keys()].sort()).toEqual(['default', 'hotels', 'renewed']);
      expect(byName.get('renewed')).toEqual(signedIn(renewed));
    }
  });

  it('see the state before or after a write when they read during it', async () => {
    restart({ writeTurns: 10 });
    await store.save('default', renewable);
    const other = openWindow();
    const writing = other.renew('default', renewable, renewed);
    const reads = await Promise.all(Array.from({ length: 20 }, () => stateOf('default')));
    await writing;
    for (const read of reads) expect([signedIn(renewable), signedIn(renewed)]).toContainEqual(read);
    expect(await stateOf('default')).toEqual(signedIn(renewed));
  });
});

describe('a change of the sessions', () => {
  it('is announced in every window, and counts there at once', async () => {
    const other = openWindow();
    const changes = [countChanges(store), countChanges(other)];
    await store.save('default', session);
    expect(changes.map((count) => count())).toEqual([1, 1]);
    expect(await stateOf('default', other)).toEqual(signedIn(session));
    await other.remove(['default']);
    expect(changes.map((count) => count())).toEqual([2, 2]);
    expect((await store.read()).byName.size).toBe(0);
  });

  it('is not announced for other secrets', async () => {
    const changes = countChanges(store);
    await vault.window().store('theme', 'dark');
    expect(changes()).toBe(0);
  });

  it('is no longer announced after the store was disposed of, and no listener remains', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await store.save('default', session);
    await store.read();
    const changes = countChanges(store);
    store.dispose();
    await openWindow().remove(['default']);
    vi.advanceTimersByTime(2 * HOUR_MS);
    expect(changes()).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    expect(vault.listeners).toBe(1);
  });
});

describe('the expiry of a pasted token', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });

  /** Advances both clocks. */
  function pass(ms: number): void {
    now += ms;
    vi.advanceTimersByTime(ms);
  }

  it('is announced once, after it was read', async () => {
    await store.save('default', aPastedSession({ expiresAtMs: now + 60_000 }));
    const changes = countChanges(store);
    await store.read();
    await store.read();
    pass(59_999);
    expect(changes()).toBe(0);
    pass(1);
    expect(changes()).toBe(1);
  });

  it('is announced for each account at its own time', async () => {
    await store.save('default', aPastedSession({ expiresAtMs: now + 600_000 }));
    await store.save('hotels', aPastedSession({ expiresAtMs: now + 60_000 }));
    const changes = countChanges(store);
    // Read on change, as the extension does.
    store.events.on('changed', () => void store.read());
    await store.read();
    pass(60_000);
    expect(changes()).toBe(1);
    await store.read();
    pass(540_000);
    expect(changes()).toBe(2);
  });

  it('is checked again every hour, since timers of weeks fire at once and clocks jump', async () => {
    await store.save('default', aPastedSession({ expiresAtMs: now + 60 * 24 * HOUR_MS }));
    const changes = countChanges(store);
    await store.read();
    pass(HOUR_MS - 1);
    expect(changes()).toBe(0);
    pass(1);
    expect(changes()).toBe(1);
  });

  it('is not announced for a session that can be renewed, nor for one that has ended', async () => {
    await store.save('default', renewable);
    await store.save('hotels', renewable);
    await store.renew('hotels', renewable, undefined, CLIENT);
    const changes = countChanges(store);
    await store.read();
    expect(vi.getTimerCount()).toBe(0);
    pass(2 * HOUR_MS);
    expect(changes()).toBe(0);
  });
});

describe('a failing secret storage', () => {
  it('means signed out while it cannot be read, so that a locked keyring breaks nothing', async () => {
    await store.save('default', session);
    vault.broken = 'everything';
    expect(await store.read()).toEqual({ byName: new Map(), problem: 'unavailable' });
    vault.broken = 'nothing';
    expect(await stateOf('default')).toEqual(signedIn(session));
  });

  it.each(['writes', 'everything'] as const)(
    'fails sign-in, sign-out and renewal when it rejects %s, without text of the session or the keyring',
    async (broken) => {
      await store.save('default', renewable);
      const before = vault.everything;
      vault.broken = broken;
      for (const act of [
        store.save('hotels', session),
        store.remove(['default']),
        store.renew('default', renewable, renewed),
        store.renew('default', renewable, undefined, CLIENT),
      ]) {
        const error = await act.then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        expect(error).toBeInstanceOf(SecretStorageError);
        expect(String(error)).toMatch(/could not be written\. Unlock the system keyring .* https:/);
        const everything =
          JSON.stringify(error, Object.getOwnPropertyNames(error)) + String(error) + String((error as Error).cause);
        expect(everything).not.toContain(KEYRING_ERROR);
        expect(everything).not.toMatch(/Atz[ar]|oa2/);
      }
      expect(vault.everything).toBe(before);
    },
  );

  it('does not block later operations', async () => {
    vault.broken = 'writes';
    await expect(store.save('default', session)).rejects.toBeInstanceOf(SecretStorageError);
    vault.broken = 'nothing';
    await store.save('default', session);
    expect(await stateOf('default')).toEqual(signedIn(session));
    expect(parseContents(vault.raw(KEY) ?? '')?.accounts).toEqual([{ name: 'default', session }]);
  });
});
