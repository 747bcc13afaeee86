import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { OTHER_SKILL, SKILL } from '../support/builders';
import * as vscodeSpy from './support/vscodeSpy';
import { eventually } from './support/eventually';
import {
  inAnotherWindow,
  lockFolder,
  run,
  sessionWith,
  signInWith,
  signOut,
  storedSessions,
} from './support/extension';
import { answer, leave, look } from './support/prompts';
import { prompts } from './support/quickInputs';
import { expectSpoken, spoken } from './support/rows';
import { CLINIC, HARBOUR, HOTEL, useService, VILLA } from './support/service';
import { configure, withUserSetting } from './support/settings';

describe('a session that can be renewed', () => {
  const service = useService();
  const all = [HOTEL, HARBOUR, CLINIC, VILLA];
  const read = [
    `Hotel Aurora, mapped to ${SKILL}`,
    `Harbour House, mapped to ${OTHER_SKILL}`,
    'Clinic, not mapped',
    `${VILLA.id}, not mapped`,
  ];
  const unread = (state: string) =>
    ['Hotel Aurora', 'Harbour House', 'Clinic', VILLA.id].map((name) => `${name}, ${state}`);

  before(() => configure({ user: all }));
  after(() => configure({}));
  beforeEach(async () => {
    service.control.reset();
    await signOut();
    await expectSpoken(...unread('signed out'));
    vscodeSpy.clearMessages();
  });
  afterEach(() => signOut());

  const state = async () => (await inAnotherWindow((store) => store.read())).byName.get('default');
  const session = async () => {
    const now = await state();
    assert.ok(now?.type === 'signedIn');
    return now.session;
  };

  it('is renewed once before all rows are read, if due, and remains the same session', async () => {
    const due = service.dueSession();
    await signInWith(due);
    await expectSpoken(...read);
    assert.equal(service.tokenRequests, 1);
    const [first, ...others] = service.control.requests();
    assert.equal(first?.operation, 'token');
    assert.equal(new Set(others.map(({ tokenFingerprint }) => tokenFingerprint)).size, 1);
    assert.deepEqual(
      others.filter(({ status }) => status !== 200 && status !== 404),
      [],
    );
    const renewed = await session();
    assert.equal(renewed.id, due.id);
    assert.notEqual(renewed.accessToken, due.accessToken);
    assert.equal(renewed.refresh?.token, due.refresh?.token);
    await run('refresh');
    assert.equal(service.tokenRequests, 1);
    assert.deepEqual(vscodeSpy.messages, []);
  });

  it('is renewed once without a prompt when the service rejects its token', async () => {
    const { refresh } = service.dueSession();
    assert.ok(refresh);
    const token = service.control.issueAccessToken();
    await signInWith(sessionWith(token, { refresh: { ...refresh, refreshAtMs: Date.now() + 3_000_000 } }));
    await expectSpoken(...read);
    assert.equal(service.tokenRequests, 0);
    service.control.expireAllAccessTokens();
    const shownBefore = prompts.length;
    await run('refresh');
    assert.deepEqual(spoken(), read);
    assert.equal(service.tokenRequests, 1);
    assert.equal(prompts.length, shownBefore);
    assert.deepEqual(vscodeSpy.messages, []);
  });

  it('stores the refresh token of the response, if there is one', async () => {
    service.control.setSwitches({ refreshTokenOnRefresh: 'new', oldRefreshTokens: 'revoked' });
    const due = service.dueSession();
    await signInWith(due);
    await expectSpoken(...read);
    assert.notEqual((await session()).refresh?.token, due.refresh?.token);
    const renewed = await session();
    assert.ok(renewed.refresh);
    const dueAgain = { ...renewed, accessToken: 'Atza|due', refresh: { ...renewed.refresh, refreshAtMs: 0 } };
    await inAnotherWindow((store) => store.renew('default', renewed, dueAgain));
    await run('refresh');
    assert.deepEqual(spoken(), read);
    assert.equal(service.tokenRequests, 2);
  });

  it('does not replace a token that another window has obtained meanwhile', async () => {
    const due = service.dueSession();
    const { refresh } = due;
    assert.ok(refresh);
    service.control.addFault({ operation: 'token', kind: 'slow', delayMs: 1_000 });
    await signInWith(due);
    await service.control.waitForRequest(({ operation }) => operation === 'token');
    const elsewhere = service.control.issueAccessToken();
    const renewed = { ...due, accessToken: elsewhere, expiresAtMs: 9e15, refresh: { ...refresh, refreshAtMs: 9e15 } };
    await inAnotherWindow((store) => store.renew('default', due, renewed));
    await expectSpoken(...read);
    assert.equal((await session()).accessToken, elsewhere);
  });

  it('locks other windows out with a file that contains no account name and no secret', async () => {
    service.control.addFault({ operation: 'token', kind: 'slow', delayMs: 500 });
    await signInWith(service.dueSession());
    await service.control.waitForRequest(({ operation }) => operation === 'token');
    const files = await readdir(lockFolder());
    assert.ok(files.length > 0);
    for (const file of files) {
      assert.match(file, /^[0-9a-f]+\.lock$/);
      const holder = JSON.parse(await readFile(path.join(lockFolder(), file), 'utf8')) as object;
      assert.deepEqual(Object.keys(holder).sort(), ['host', 'id', 'pid']);
    }
    await expectSpoken(...read);
    await eventually(async () => {
      assert.deepEqual(await readdir(lockFolder()), []);
    });
  });

  describe('when Amazon rejects', () => {
    const told = () => vscodeSpy.messages.map(({ severity, text, buttons }) => [severity, text, buttons]);

    it('the refresh token, ends: the rows say so, and one message offers to sign in', async () => {
      const due = service.dueSession();
      service.control.revokeAllRefreshTokens();
      await signInWith(due);
      await eventually(() => {
        assert.deepEqual(told(), [
          [
            'warning',
            'You are signed out of the account “default”. The refresh token is not valid, for example because the password was changed, or access was revoked.',
            ['Sign In…'],
          ],
        ]);
      });
      await expectSpoken(...unread('signed out'));
      assert.equal(service.tokenRequests, 1);
      assert.deepEqual(service.sent.slice(1), []);
      // Only what the next sign-in can reuse is kept.
      await eventually(async () => {
        assert.deepEqual(await state(), { type: 'signedOut', reason: 'ended', client: due.refresh?.client });
      });
      assert.doesNotMatch((await storedSessions()) ?? '', /Atz[ar]\|/);

      await answer(
        () => {
          vscodeSpy.messages[0]?.press('Sign In…');
          return Promise.resolve();
        },
        look(({ title }) => {
          assert.equal(title, 'Sign In to the Account default');
        }),
        leave,
      );
      assert.equal(told().length, 1);
    });

    it('the refresh token while a long list is read, shows one message instead of one per row', async () => {
      const many = Array.from({ length: 30 }, (_, index) => ({
        id: `amzn1.comms.csp.id.${index}`,
        name: `Hotel ${index}`,
      }));
      const [first, later] = [service.dueSession(), service.dueSession()];
      await configure({ user: many });
      await signInWith(first);
      await eventually(() => {
        assert.ok(spoken().every((each) => each.endsWith(', unknown service provider')));
      });
      service.control.revokeAllRefreshTokens();
      await inAnotherWindow((store) => store.save('default', { ...later, id: first.id }));
      vscodeSpy.clearMessages();
      await run('refresh');
      await eventually(() => {
        assert.deepEqual(
          vscodeSpy.messages.map(({ text }) => text.split('.')[0]),
          ['You are signed out of the account “default”'],
        );
      });
      await configure({ user: all });
    });

    for (const refusal of ['plain401', 'challenge401', 'plain400'] as const) {
      it(`the client (${refusal}), ends and deletes the client too`, async () => {
        service.control.setSwitches({ invalidClient: refusal });
        const due = service.dueSession();
        service.control.setClient({ clientId: service.control.demo.clientId, clientSecret: 'amzn1.oa2-cs.v1.renewed' });
        await signInWith(due);
        await expectSpoken(...unread('signed out'));
        await eventually(() => {
          assert.match(told().join(), /signed out of the account “default”\. The client ID is unknown, or the client/);
        });
        await eventually(async () => {
          assert.doesNotMatch((await storedSessions()) ?? '', /Atz[ar]\||oa2-cs/);
        });
        assert.equal(service.tokenRequests, 1);
      });
    }
  });

  describe('when Amazon is unavailable', () => {
    const faults = [
      ['an outage', { kind: 'answer', status: 503 }, 'Login with Amazon is unavailable'],
      ['an error', { kind: 'answer', status: 500 }, 'Login with Amazon failed'],
      ['a web page', { kind: 'answer', status: 400, body: 'html' }, 'unexpected response to the sign-in'],
      ['a broken connection', { kind: 'reset' }, 'Login with Amazon cannot be reached'],
    ] as const;
    for (const [what, fault, reason] of faults) {
      it(`because of ${what}, is kept; the rows say why, with few requests`, async () => {
        await signInWith(service.dueSession());
        await expectSpoken(...read);
        await signOut();
        await expectSpoken(...unread('signed out'));

        service.control.clearRequests();
        service.control.addFault({ operation: 'token', ...fault });
        await signInWith(service.dueSession());
        const kept = await storedSessions();
        await expectSpoken(...unread(`could not be read: ${reason}`));
        assert.equal(service.tokenRequests, 1);
        assert.equal(service.sent.length, 1);
        assert.equal(await storedSessions(), kept);
        assert.deepEqual(vscodeSpy.messages, []);
      });
    }

    it('continues automatically when Amazon is available again', async () => {
      service.control.addFault({ operation: 'token', kind: 'answer', status: 503 });
      await signInWith(service.dueSession());
      await expectSpoken(...unread('could not be read: Login with Amazon is unavailable'));
      service.control.clearFaults();
      await eventually(async () => {
        await run('refresh');
        assert.deepEqual(spoken(), read);
      });
      assert.equal(service.tokenRequests, 2);
    });

    it('still uses a token that has not expired yet', async () => {
      service.control.addFault({ operation: 'token', kind: 'answer', status: 503 });
      const token = service.control.issueAccessToken();
      const { refresh } = service.dueSession();
      assert.ok(refresh);
      await signInWith(sessionWith(token, { refresh }));
      await expectSpoken(...read);
    });
  });

  it('sends nothing to an insecure token endpoint in the settings, and is kept', async () => {
    const endpoint = vscode.workspace.getConfiguration('alexaNetworkMapping').get<string>('tokenEndpoint');
    await withUserSetting('tokenEndpoint', endpoint?.replace('127.0.0.1', '0.0.0.0'), async () => {
      const requestedBefore = vscodeSpy.requested.length;
      await signInWith(service.dueSession());
      const kept = await storedSessions();
      await expectSpoken(...unread('could not be read: Login with Amazon endpoint refused'));
      assert.equal(vscodeSpy.requested.length, requestedBefore);
      assert.deepEqual(service.sent, []);
      assert.equal(await storedSessions(), kept);
    });
    await run('refresh');
    assert.deepEqual(spoken(), read);
  });

  it('stays removed after a sign-out during its renewal', async () => {
    service.control.addFault({ operation: 'token', kind: 'slow', delayMs: 500 });
    await signInWith(service.dueSession());
    await service.control.waitForRequest(({ operation }) => operation === 'token');
    await run('signOut');
    await service.control.waitForRequest(({ operation, ended }) => operation === 'token' && ended !== 'open');
    await eventually(async () => {
      assert.deepEqual(await readdir(lockFolder()), []);
    });
    assert.equal(await storedSessions(), undefined);
    await expectSpoken(...unread('signed out'));
  });
});
