import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { SKILL } from '../support/builders';
import * as vscodeSpy from './support/vscodeSpy';
import { eventually } from './support/eventually';
import { inAnotherWindow, run, sessionWith, signIn, signInWith, signOut, storedSessions } from './support/extension';
import { answer, choose, enter, leave, look } from './support/prompts';
import { prompts } from './support/quickInputs';
import { expectSpoken } from './support/rows';
import { HOTEL, useService } from './support/service';
import { configure } from './support/settings';

const ID = 'login-with-amazon';
const SCOPES = ['alexa::enterprise:management', 'amazon_communication::service_provider'];

/** A change event of the sessions, with account names. */
type Change = Record<'added' | 'removed' | 'changed', string[]>;

describe('the authentication provider', () => {
  const service = useService();
  const provider = () => vscodeSpy.authenticationProvider();
  const mapped = `Hotel Aurora, mapped to ${SKILL}`;
  let changes: Change[];
  let announcements: number;
  let subscriptions: vscode.Disposable[];

  before(() => configure({ user: [HOTEL] }));
  after(() => configure({}));
  beforeEach(async () => {
    service.control.reset();
    await signOut();
    await expectSpoken('Hotel Aurora, signed out');
    await eventually(async () => {
      assert.deepEqual(await vscode.authentication.getAccounts(ID), []);
    });
    vscodeSpy.clearMessages();
    changes = [];
    announcements = 0;
    const names = (sessions: readonly vscode.AuthenticationSession[] = []) =>
      sessions.map(({ account }) => account.label);
    subscriptions = [
      provider().onDidChangeSessions(({ added, removed, changed }) => {
        changes.push({ added: names(added), removed: names(removed), changed: names(changed) });
      }),
      vscode.authentication.onDidChangeSessions((event) => {
        if (event.provider.id === ID) announcements++;
      }),
    ];
  });
  afterEach(async () => {
    for (const each of subscriptions) each.dispose();
    await signOut();
  });

  const change = (some: Partial<Change>): Change => ({ added: [], removed: [], changed: [], ...some });
  /** Waits until exactly these changes were fired, and VS Code has forwarded each. */
  const expectChanges = (...expected: Change[]) =>
    eventually(() => {
      assert.deepEqual(changes, expected);
      assert.equal(announcements, expected.length);
    });

  describe('notifies VS Code of the sessions:', () => {
    it('of a sign-in or sign-out in another window', async () => {
      await signIn(service.accessToken, 'eu');
      await expectChanges(change({ added: ['eu'] }));
      await signIn(service.accessToken, 'us');
      await expectChanges(change({ added: ['eu'] }), change({ added: ['us'] }));
      await inAnotherWindow((other) => other.remove(['eu']));
      await expectChanges(change({ added: ['eu'] }), change({ added: ['us'] }), change({ removed: ['eu'] }));
    });

    it('of a sign-in or sign-out in this window', async () => {
      await answer(() => run('signIn'), choose('Paste an access token'), enter(service.accessToken));
      await expectChanges(change({ added: ['default'] }));
      await run('signOut');
      await expectChanges(change({ added: ['default'] }), change({ removed: ['default'] }));
    });

    it('of a replaced session as one removed and one added', async () => {
      await signIn(service.accessToken, 'eu');
      await expectChanges(change({ added: ['eu'] }));
      await signIn(service.control.issueAccessToken(), 'eu');
      await expectChanges(change({ added: ['eu'] }), change({ added: ['eu'], removed: ['eu'] }));
    });

    it('of a renewal, once', async () => {
      await signInWith(service.dueSession());
      await expectSpoken(mapped);
      await expectChanges(change({ added: ['default'] }), change({ changed: ['default'] }));
      assert.equal(service.tokenRequests, 1);
    });

    it('of a renewal in another window', async () => {
      const session = sessionWith(service.control.issueAccessToken(), { refresh: service.dueSession().refresh });
      await signInWith({ ...session, ...(session.refresh && { refresh: { ...session.refresh, refreshAtMs: 9e15 } }) });
      await expectChanges(change({ added: ['default'] }));
      await inAnotherWindow((other) =>
        other.renew('default', session, { ...session, accessToken: service.control.issueAccessToken() }),
      );
      await expectChanges(change({ added: ['default'] }), change({ changed: ['default'] }));
    });

    it('of a session that Amazon has ended', async () => {
      const session = service.dueSession();
      service.control.revokeAllRefreshTokens();
      await signInWith(session);
      await expectChanges(change({ added: ['default'] }), change({ removed: ['default'] }));
    });
  });

  describe('in the Accounts menu of VS Code', () => {
    it('lists the accounts by the names that users gave them, and sends nothing', async () => {
      await signInWith(service.dueSession(), 'eu');
      await expectSpoken(mapped);
      service.control.clearRequests();
      await signInWith(service.dueSession(), 'us');
      const accounts = await vscode.authentication.getAccounts(ID);
      assert.deepEqual(
        accounts.map(({ id, label }) => [id, label]),
        [
          ['eu', 'eu'],
          ['us', 'us'],
        ],
      );
      assert.equal(service.tokenRequests, 0);
    });

    it('gives no session to an extension that the user has not allowed, and sends nothing', async () => {
      await signIn(service.accessToken);
      await expectSpoken(mapped);
      service.control.clearRequests();
      const session = await vscode.authentication.getSession(ID, SCOPES, { silent: true });
      assert.equal(session, undefined);
      assert.equal(service.tokenRequests, 0);
      assert.deepEqual(vscodeSpy.messages, []);
    });
  });

  describe('when sessions are requested', () => {
    it('lists them as stored if none is to be used', async () => {
      const session = service.dueSession({ scopes: SCOPES });
      service.control.addFault({ operation: 'token', kind: 'hang' });
      await signInWith(session, 'eu');
      service.control.clearRequests();
      const [only, ...others] = await provider().getSessions(undefined, {});
      assert.deepEqual(others, []);
      assert.deepEqual(only, {
        id: session.id,
        accessToken: session.accessToken,
        account: { id: 'eu', label: 'eu' },
        scopes: SCOPES,
      });
    });

    it('renews a due one once for all callers', async () => {
      await configure({});
      const session = service.dueSession({ scopes: SCOPES });
      await signInWith(session);
      assert.equal(service.tokenRequests, 0);
      const all = await Promise.all(Array.from({ length: 20 }, async () => provider().getSessions(SCOPES, {})));
      assert.equal(service.tokenRequests, 1);
      const tokens = new Set(all.flat().map((each) => each.accessToken));
      assert.equal(tokens.size, 1);
      assert.ok(!tokens.has(session.accessToken));
      assert.deepEqual(new Set(all.flat().map((each) => each.id)), new Set([session.id]));
      await configure({ user: [HOTEL] });
    });

    it('returns only those of the account and with the scopes requested', async () => {
      const [management = '', mapping = ''] = SCOPES;
      await signInWith(sessionWith(service.control.issueAccessToken(), { scopes: [management] }), 'eu');
      await signInWith(sessionWith(service.control.issueAccessToken(), { scopes: SCOPES }), 'us');
      const accounts = async (...args: Parameters<vscode.AuthenticationProvider['getSessions']>) =>
        (await provider().getSessions(...args)).map(({ account }) => account.id);
      assert.deepEqual(await accounts(undefined, {}), ['eu', 'us']);
      assert.deepEqual(await accounts([management], {}), ['eu', 'us']);
      assert.deepEqual(await accounts([mapping], {}), ['us']);
      assert.deepEqual(await accounts([management], { account: { id: 'eu', label: 'eu' } }), ['eu']);
      assert.deepEqual(await accounts([mapping], { account: { id: 'eu', label: 'eu' } }), []);
      assert.deepEqual(await accounts(['profile'], {}), []);
    });

    it('reports why none can be used, without any secret', async () => {
      await configure({});
      await signInWith(service.dueSession({ scopes: SCOPES }));
      service.control.addFault({ operation: 'token', kind: 'answer', status: 503 });
      await assert.rejects(async () => provider().getSessions(SCOPES, {}), {
        message: 'Login with Amazon is not available',
      });
      await configure({ user: [HOTEL] });
    });
  });

  describe('removes a session', () => {
    it('with all its secrets, and signs out of the account', async () => {
      await signIn(service.accessToken, 'eu');
      await signInWith(service.dueSession(), 'us');
      const [session] = await provider().getSessions(undefined, { account: { id: 'us', label: 'us' } });
      assert.ok(session);
      await provider().removeSession(session.id);
      await eventually(async () => {
        assert.deepEqual(
          (await vscode.authentication.getAccounts(ID)).map(({ id }) => id),
          ['eu'],
        );
      });
      assert.doesNotMatch((await storedSessions()) ?? '', /Atzr|oa2-cs|"us"/);
      await expectSpoken(mapped);
    });

    it('and no other one if it is already removed', async () => {
      await signIn(service.accessToken);
      const before = await storedSessions();
      await provider().removeSession('no such session');
      assert.equal(await storedSessions(), before);
    });
  });

  describe('creates a session', () => {
    it('by one of the three sign-in methods, and returns it to VS Code', async () => {
      let created: vscode.AuthenticationSession | undefined;
      await answer(
        async () => {
          created = await provider().createSession([], {});
        },
        choose('Paste an access token'),
        enter(service.accessToken),
      );
      const [listed] = await provider().getSessions(undefined, {});
      assert.deepEqual(created, listed);
      assert.equal(created?.accessToken, service.accessToken);
      await expectSpoken(mapped);
    });

    it('of the account that VS Code specifies, without a prompt for it', async () => {
      await signIn(service.accessToken, 'eu');
      await answer(
        async () => {
          await provider().createSession([], { account: { id: 'us', label: 'us' } });
        },
        look(({ title }) => {
          assert.equal(title, 'Sign In to the Account us');
        }),
        choose('Paste an access token'),
        enter(service.control.issueAccessToken()),
      );
      assert.deepEqual(
        (await vscode.authentication.getAccounts(ID)).map(({ id }) => id),
        ['eu', 'us'],
      );
    });

    it('not when the user dismisses the choice, without a message', async () => {
      const shownBefore = prompts.length;
      await assert.rejects(
        answer(async () => {
          await provider().createSession(['profile'], {});
        }, leave),
        { message: 'Sign-in to Login with Amazon was canceled.' },
      );
      assert.deepEqual(
        prompts[shownBefore]?.items.map(({ label }) => label),
        ['Sign in with the browser', 'Paste an access token', 'Paste a refresh token'],
      );
      assert.equal(await storedSessions(), undefined);
      assert.deepEqual(vscodeSpy.messages, []);
    });
  });
});
