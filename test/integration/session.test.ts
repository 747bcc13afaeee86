import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { SessionStore, type Secrets, type SessionState } from '../../src/auth/sessionStore';
import { SKILL } from '../support/builders';
import * as boundary from './support/boundary';
import { eventually } from './support/eventually';
import { extensionContext, inAnotherWindow, run, signIn, signOut } from './support/extension';
import { answerInputBox, chooseFirst, dismissAll } from './support/prompts';
import { expectSpoken, spoken } from './support/rows';
import { SecretsOfWindows } from './support/secretsOfWindows';
import { HOTEL, useService } from './support/service';
import { configure } from './support/settings';

const KEY = 'session/default';
const stored = () => Promise.resolve(extensionContext().secrets.get(KEY));

describe('the session', () => {
  const service = useService();

  before(() => configure({ user: [HOTEL] }));
  after(() => configure({}));
  beforeEach(async () => {
    service.control.reset();
    await signOut();
    await expectSpoken('Hotel Aurora, signed out');
    boundary.forgetMessages();
  });
  afterEach(() => signOut());

  const mapped = `Hotel Aurora, mapped to ${SKILL}`;

  describe('of the extension', () => {
    it('begins when a person chooses to paste an access token and does; the mappings are read at once', async () => {
      await answerInputBox(`Bearer ${service.accessToken} `, () => signInByHand());
      await expectSpoken(mapped);
      const session = JSON.parse((await stored()) ?? '') as { accessToken: string; expiresAtMs: number };
      assert.equal(session.accessToken, service.accessToken);
      assert.ok(Math.abs(session.expiresAtMs - Date.now() - 3_600_000) < 60_000);
      assert.equal(boundary.context.get('alexaNetworkMapping.connection'), 'ok');
    });

    it('masks the token while it is typed, and puts it into no message', async () => {
      await answerInputBox(service.accessToken, () => signInByHand());
      assert.equal(boundary.lastInputBox()?.password, true);
      assert.ok(!JSON.stringify(boundary.messages).includes(service.accessToken));
    });

    it('ends by the command, once', async () => {
      await signIn(service.accessToken);
      await expectSpoken(mapped);
      await run('signOut');
      await expectSpoken('Hotel Aurora, signed out');
      assert.equal(await stored(), undefined);
      assert.equal(boundary.context.get('alexaNetworkMapping.connection'), 'signedOut');
      assert.deepEqual(boundary.messages, []);
      await run('signOut');
      assert.deepEqual(
        boundary.messages.map(({ text }) => text),
        ['You are not signed in.'],
      );
    });

    it('begins and ends with that of another window', async () => {
      await inAnotherWindow((other) =>
        other.save({ version: 1, accessToken: service.accessToken, expiresAtMs: Date.now() + 3_600_000 }),
      );
      await expectSpoken(mapped);
      await inAnotherWindow((other) => other.remove());
      await expectSpoken('Hotel Aurora, signed out');
    });

    it('sends the token of the newest sign-in, wherever that was', async () => {
      await signIn(service.accessToken);
      await run('refresh');
      const newer = service.control.issueAccessToken();
      const fingerprintBefore = service.lastRequest('GET').tokenFingerprint;
      await signIn(newer);
      await run('refresh');
      assert.notEqual(service.lastRequest('GET').tokenFingerprint, fingerprintBefore);
      assert.equal(service.lastRequest('GET').status, 200);
    });

    it('is told apart from one whose token the service refuses, until there is another token', async () => {
      await signIn(service.accessToken);
      await expectSpoken(mapped);
      service.control.expireAllAccessTokens();
      await dismissAll(() => run('refresh'));
      assert.equal(boundary.context.get('alexaNetworkMapping.connection'), 'tokenRefused');
      assert.equal(spoken()[0]?.replace(/:.*/, ''), 'Hotel Aurora, could not be read');
      await answerInputBox(service.control.issueAccessToken(), () => signInByHand());
      await expectSpoken(mapped);
      assert.equal(boundary.context.get('alexaNetworkMapping.connection'), 'ok');
    });

    it('asks for another token once for all, when the service refuses it while a person waits, and goes on', async () => {
      await signIn(service.control.issueAccessToken());
      await expectSpoken(mapped);
      service.control.expireAllAccessTokens();
      await answerInputBox(service.control.issueAccessToken(), () => run('refresh'));
      assert.deepEqual(spoken(), [mapped]);
      assert.deepEqual(boundary.messages, []);
    });

    it('ends by itself when the access token has expired', async () => {
      await signIn(service.accessToken, 2_000);
      await expectSpoken(mapped);
      await expectSpoken('Hotel Aurora, signed out');
    });

    for (const [what, secret] of [
      ['is no JSON', 'Atza|half of a'],
      ['is of a later version', JSON.stringify({ version: 2, accessToken: 'Atza|x', expiresAtMs: 9e15 })],
      [
        'holds a token that would break a header',
        JSON.stringify({ version: 1, accessToken: 'a\nb', expiresAtMs: 9e15 }),
      ],
      ['has expired', JSON.stringify({ version: 1, accessToken: 'Atza|x', expiresAtMs: 1 })],
    ] as const) {
      it(`counts as signed out when what is stored ${what}, and can begin anew`, async () => {
        await extensionContext().secrets.store(KEY, secret);
        await delay(50);
        await expectSpoken('Hotel Aurora, signed out');
        assert.deepEqual(service.sent, []);
        await signIn(service.accessToken);
        await expectSpoken(mapped);
      });
    }

    it('is not disturbed by other secrets', async () => {
      await signIn(service.accessToken);
      await expectSpoken(mapped);
      await extensionContext().secrets.store('other', 'x');
      await extensionContext().secrets.delete('other');
      await expectSpoken(mapped);
    });
  });

  // This secret storage is VS Code's own, but of one window; that of several windows is a double, held to the same.
  const windows: [string, () => [Secrets, Secrets]][] = [
    ['in one window of this VS Code', () => [extensionContext().secrets, extensionContext().secrets]],
    [
      'in two windows, by the double',
      () => {
        const double = new SecretsOfWindows();
        return [double.openWindow(), double.openWindow()];
      },
    ],
  ];
  for (const [where, open] of windows) {
    describe(`of two stores ${where}`, () => {
      let here: SessionStore;
      let there: SessionStore;
      let heardThere: SessionState['type'][] = [];

      beforeEach(() => {
        const [mine, theirs] = open();
        here = new SessionStore(mine);
        there = new SessionStore(theirs);
        heardThere = [];
        there.events.on('changed', () => {
          void there.read().then(({ type }) => heardThere.push(type));
        });
      });
      afterEach(async () => {
        await here.remove();
        here.dispose();
        there.dispose();
      });

      const session = () => ({
        version: 1 as const,
        accessToken: service.accessToken,
        expiresAtMs: Date.now() + 60_000,
      });

      it('is the same in both: one hears of each sign-in and sign-out in the other', async () => {
        assert.deepEqual(await there.read(), { type: 'signedOut', reason: 'none' });
        const saved = session();
        await here.save(saved);
        await eventually(() => {
          assert.deepEqual(heardThere, ['signedIn']);
        });
        assert.deepEqual(await there.read(), { type: 'signedIn', session: saved });
        await here.remove();
        await eventually(() => {
          assert.deepEqual(heardThere, ['signedIn', 'signedOut']);
        });
      });

      it('of another account is another one', async () => {
        await here.save(session(), 'second');
        assert.equal((await there.read('second')).type, 'signedIn');
        assert.equal((await there.read()).type, 'signedOut');
        await here.remove('second');
        assert.equal((await there.read('second')).type, 'signedOut');
      });

      it('is no more heard of by a store that is disposed of', async () => {
        there.dispose();
        await here.save(session());
        assert.equal((await here.read()).type, 'signedIn');
        await delay(100);
        assert.deepEqual(heardThere, []);
      });
    });
  }
});

/** Chooses the first way to sign in. */
async function signInByHand(): Promise<void> {
  const running = run('signIn');
  await chooseFirst();
  await running;
}
