import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { SessionStore, type Secrets } from '../../src/core/auth/sessionStore';
import { SKILL } from '../support/builders';
import * as vscodeSpy from './support/vscodeSpy';
import { eventually } from './support/eventually';
import {
  ACCOUNT,
  extensionContext,
  inAnotherWindow,
  run,
  sessionWith,
  signIn,
  signInWith,
  signOut,
  storedSessions,
  writesOfAnotherWindow,
} from './support/extension';
import { answer, answerInputBox, choose, dismissAll, enter, look } from './support/prompts';
import { lastInputBox } from './support/quickInputs';
import { expectSpoken, spoken } from './support/rows';
import { SecretsOfWindows } from './support/secretsOfWindows';
import { HARBOUR, HOTEL, useService } from './support/service';
import { configure } from './support/settings';

describe('the session', () => {
  const service = useService();

  before(() => configure({ user: [HOTEL] }));
  after(() => configure({}));
  beforeEach(async () => {
    service.control.reset();
    await signOut();
    await expectSpoken('Hotel Aurora, signed out');
    vscodeSpy.clearMessages();
  });
  afterEach(() => signOut());

  const mapped = `Hotel Aurora, mapped to ${SKILL}`;

  describe('of the extension', () => {
    it('starts when the user pastes an access token, and the mappings are read immediately', async () => {
      await signInByHand(`Bearer ${service.accessToken} `);
      await expectSpoken(mapped);
      const { byName: states } = await inAnotherWindow((other) => other.read());
      assert.deepEqual([...states.keys()], [ACCOUNT]);
      const state = states.get(ACCOUNT);
      assert.ok(state?.type === 'signedIn');
      assert.equal(state.session.accessToken, service.accessToken);
      assert.equal(state.session.refresh, undefined);
      assert.ok(Math.abs(state.session.expiresAtMs - Date.now() - 3_600_000) < 60_000);
      assert.equal(vscodeSpy.context.get('alexaNetworkMapping.connection'), 'ok');
    });

    it('masks the token in the input box, and shows it in no message', async () => {
      await signInByHand(service.accessToken);
      assert.equal(lastInputBox()?.password, true);
      assert.ok(!JSON.stringify(vscodeSpy.messages).includes(service.accessToken));
    });

    it('starts with a token that the service accepts, after one test request', async () => {
      const token = service.control.issueAccessToken();
      service.control.clearRequests();
      const storedAt: number[] = [];
      const subscription = extensionContext().secrets.onDidChange(() => storedAt.push(service.sent.length));
      await signInByHand(token);
      subscription.dispose();
      assert.deepEqual(storedAt, [1]);
      assert.deepEqual(service.sent.slice(0, 1), [`GET ${HOTEL.id}`]);
      await expectSpoken(mapped);
      assert.deepEqual(vscodeSpy.messages, []);
    });

    it('says how many service providers a token can read if some are refused, without requests of its own', async () => {
      await configure({ user: [HOTEL, HARBOUR] });
      try {
        service.control.addFault({ operation: 'get', serviceProviderId: HARBOUR.id, kind: 'answer', status: 403 });
        service.control.clearRequests();
        await signInByHand(service.accessToken);
        await expectTold('The access token can read 1 of 2 listed service providers.');
        assert.deepEqual(vscodeSpy.messages[0]?.buttons, ['Check Setup']);
        assert.deepEqual(service.sent.sort(), [`GET ${HARBOUR.id}`, `GET ${HOTEL.id}`, `GET ${HOTEL.id}`]);
      } finally {
        await configure({ user: [HOTEL] });
      }
    });

    it('does not start with a token that the service rejects: nothing is stored, and the prompt is shown again', async () => {
      vscodeSpy.answerNextModal('Paste Again');
      await answer(
        () => run('signIn'),
        choose('Paste an access token'),
        enter('Atza|never-issued'),
        look(async () => {
          const refusal = await eventually(() => vscodeSpy.messages[0] ?? assert.fail());
          assert.equal(refusal.text, 'The service refused this access token. It was not stored.');
          assert.match(refusal.detail, /^Tried with Hotel Aurora: .*\. Either the access token is expired or invalid/);
          assert.deepEqual([refusal.modal, refusal.buttons], [true, ['Paste Again', 'Store Anyway']]);
          assert.equal(await storedSessions(), undefined);
        }),
        enter(service.accessToken),
      );
      await expectSpoken(mapped);
      assert.ok(!JSON.stringify(vscodeSpy.messages).includes('never-issued'));
    });

    it('does not start when the user cancels after a rejected token', async () => {
      vscodeSpy.answerNextModal('');
      await signInByHand('Atza|never-issued');
      assert.equal(await storedSessions(), undefined);
      assert.equal(vscodeSpy.messages.at(-1)?.text, 'The sign-in was canceled. Nothing was stored.');
    });

    for (const [decision, isKept] of [
      ['Store Anyway', true],
      ['', false],
    ] as const) {
      it(`with a token that could not be verified is for the user to decide: ${decision || 'dismissed'}`, async () => {
        const fault = service.control.addFault({ operation: 'get', kind: 'answer', status: 503 });
        vscodeSpy.answerNextModal(decision);
        await signInByHand(service.accessToken);
        const [question, end] = await eventually(() => {
          assert.ok(vscodeSpy.messages.length >= 2);
          return vscodeSpy.messages;
        });
        assert.equal(question?.text, 'The access token could not be verified. It is not stored yet.');
        assert.deepEqual(question.buttons, ['Store Anyway', 'Paste Again']);
        assert.equal(
          end?.text,
          isKept
            ? 'Signed in to Login with Amazon. The access token was not verified.'
            : 'The sign-in was canceled. Nothing was stored.',
        );
        assert.equal((await storedSessions()) !== undefined, isKept);
        service.control.removeFault(fault);
      });
    }

    it('says that the token was not verified if there is no service provider to read', async () => {
      await configure({});
      await signInByHand(service.accessToken);
      await expectTold(
        'Signed in to Login with Amazon. The access token was not verified, because no service provider in your list uses this account.',
      );
      await configure({ user: [HOTEL] });
    });

    it('is left unchanged if a newer version of the extension has stored it, with a message', async () => {
      const newer = JSON.stringify({ version: 2, kept: 'elsewhere' });
      await extensionContext().secrets.store('sessions', newer);
      for (const command of ['signIn', 'signOut']) {
        vscodeSpy.clearMessages();
        await run(command);
        await eventually(() => {
          assert.match(vscodeSpy.messages[0]?.text ?? '', /stored by a newer version of Alexa Network Mapping/);
        });
        assert.equal(await storedSessions(), newer);
      }
      await extensionContext().secrets.delete('sessions');
    });

    it('ends by the command, once', async () => {
      await signIn(service.accessToken);
      await expectSpoken(mapped);
      await run('signOut');
      await expectSpoken('Hotel Aurora, signed out');
      assert.equal(await storedSessions(), undefined);
      assert.equal(vscodeSpy.context.get('alexaNetworkMapping.connection'), 'signedOut');
      const done = 'Signed out of Login with Amazon. One service provider is no longer read.';
      await expectTold(done);
      await run('signOut');
      await expectTold(done, 'You are not signed in.');
    });

    it('starts and ends with that of another window', async () => {
      await inAnotherWindow((other) => other.save(ACCOUNT, sessionWith(service.accessToken)));
      await expectSpoken(mapped);
      await inAnotherWindow((other) => other.remove([ACCOUNT]));
      await expectSpoken('Hotel Aurora, signed out');
    });

    it('sends the token of the newest sign-in, in whichever window that was', async () => {
      await signIn(service.accessToken);
      await run('refresh');
      const newer = service.control.issueAccessToken();
      const fingerprintBefore = service.lastRequest('GET').tokenFingerprint;
      await signIn(newer);
      await run('refresh');
      assert.notEqual(service.lastRequest('GET').tokenFingerprint, fingerprintBefore);
      assert.equal(service.lastRequest('GET').status, 200);
    });

    it('differs from one whose token the service rejects, until there is a new token', async () => {
      await signIn(service.accessToken);
      await expectSpoken(mapped);
      service.control.expireAllAccessTokens();
      await dismissAll(() => run('refresh'));
      assert.equal(vscodeSpy.context.get('alexaNetworkMapping.connection'), 'tokenRefused');
      assert.equal(spoken()[0]?.replace(/:.*/, ''), 'Hotel Aurora, could not be read');
      await signInByHand(service.control.issueAccessToken());
      await expectSpoken(mapped);
      assert.equal(vscodeSpy.context.get('alexaNetworkMapping.connection'), 'ok');
    });

    it('prompts for a new token once when the service rejects it during a command, and continues', async () => {
      await signIn(service.control.issueAccessToken());
      await expectSpoken(mapped);
      service.control.expireAllAccessTokens();
      await answerInputBox(service.control.issueAccessToken(), () => run('refresh'));
      assert.deepEqual(spoken(), [mapped]);
      assert.deepEqual(vscodeSpy.messages, []);
    });

    it('ends automatically when the access token has expired', async () => {
      await signInWith(sessionWith(service.accessToken, { expiresAtMs: Date.now() + 2_000 }));
      await expectSpoken(mapped);
      await expectSpoken('Hotel Aurora, signed out');
    });

    const good = { id: 'x', accessToken: 'Atza|x', expiresAtMs: 9e15 };
    const stored = (session: object) => JSON.stringify({ version: 1, accounts: [{ name: ACCOUNT, session }] });
    for (const [what, secret] of [
      ['is not JSON', 'Atza|half of a'],
      ['is not a list', JSON.stringify({ version: 1, accounts: { [ACCOUNT]: good } })],
      ['has a token that would break a header', stored({ ...good, accessToken: 'a\nb' })],
      ['has an incomplete session', stored({ accessToken: 'Atza|x' })],
      ['has expired', stored({ ...good, expiresAtMs: 1 })],
    ] as const) {
      it(`counts as signed out if the stored value ${what}, and a new sign-in works`, async () => {
        await extensionContext().secrets.store('sessions', secret);
        await delay(50);
        await expectSpoken('Hotel Aurora, signed out');
        assert.deepEqual(service.sent, []);
        await signInByHand(service.accessToken);
        await expectSpoken(mapped);
        assert.ok(!(await storedSessions())?.includes('Atza|x'));
      });
    }

    it('is not affected by other secrets', async () => {
      await signIn(service.accessToken);
      await expectSpoken(mapped);
      await extensionContext().secrets.store('other', 'x');
      await extensionContext().secrets.delete('other');
      await expectSpoken(mapped);
    });
  });

  // Runs the same tests with VS Code's own secret storage, of one window, and with the double for several windows.
  const windows: [string, () => [Secrets, Secrets]][] = [
    ['in one window of this VS Code', () => [extensionContext().secrets, extensionContext().secrets]],
    [
      'in two windows, with the double',
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
      let heardThere: string[] = [];
      const accountsOf = async (store: SessionStore) => {
        const { byName: states } = await store.read();
        return [...states].map(([name, { type }]) => `${name} ${type}`).join();
      };

      beforeEach(() => {
        const [mine, theirs] = open();
        here = new SessionStore(mine, writesOfAnotherWindow());
        there = new SessionStore(theirs, writesOfAnotherWindow());
        heardThere = [];
        there.events.on('changed', () => {
          void accountsOf(there).then((accounts) => heardThere.push(accounts));
        });
      });
      afterEach(async () => {
        await here.remove(['first', 'second']);
        here.dispose();
        there.dispose();
      });

      it('is the same in both: each is notified of sign-ins and sign-outs in the other', async () => {
        assert.equal(await accountsOf(there), '');
        const saved = sessionWith(service.accessToken);
        await here.save('first', saved);
        await eventually(() => {
          assert.deepEqual(heardThere, ['first signedIn']);
        });
        assert.deepEqual((await there.read()).byName.get('first'), { type: 'signedIn', session: saved });
        await here.remove(['first']);
        await eventually(() => {
          assert.deepEqual(heardThere, ['first signedIn', '']);
        });
      });

      it('of another account is separate', async () => {
        await here.save('first', sessionWith(service.accessToken));
        await here.save('second', sessionWith(service.accessToken));
        await eventually(async () => {
          assert.equal(await accountsOf(there), 'first signedIn,second signedIn');
        });
        await here.remove(['first']);
        await eventually(async () => {
          assert.equal(await accountsOf(there), 'second signedIn');
        });
      });

      it('loses nothing when both write concurrently', async () => {
        await Promise.all([
          here.save('first', sessionWith(service.accessToken)),
          there.save('second', sessionWith(service.accessToken)),
        ]);
        assert.deepEqual((await accountsOf(here)).split(',').sort(), ['first signedIn', 'second signedIn']);
      });

      it('does not notify a disposed store', async () => {
        there.dispose();
        await here.save('first', sessionWith(service.accessToken));
        assert.equal(await accountsOf(here), 'first signedIn');
        await delay(100);
        assert.deepEqual(heardThere, []);
      });
    });
  }
});

/** Waits until exactly these messages were shown since they were cleared. */
async function expectTold(...texts: string[]): Promise<void> {
  await eventually(() => {
    assert.deepEqual(
      vscodeSpy.messages.map(({ text }) => text),
      texts,
    );
  });
}

/** Signs in by pasting an access token. */
async function signInByHand(accessToken: string): Promise<void> {
  await answer(() => run('signIn'), choose('Paste an access token'), enter(accessToken));
}
