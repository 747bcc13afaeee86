import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { SKILL } from '../support/builders';
import * as vscodeSpy from './support/vscodeSpy';
import { eventually } from './support/eventually';
import { inAnotherWindow, run, signOut, storedSessions } from './support/extension';
import { answer, choose, enter, enterInVain, goBack, leave, look } from './support/prompts';
import { lastInputBox } from './support/quickInputs';
import { expectSpoken } from './support/rows';
import { HOTEL, useService } from './support/service';
import { configure, withUserSetting } from './support/settings';

const METHOD = 'Paste a refresh token';
const TITLE = 'Sign In with a Refresh Token';

describe('a sign-in with a refresh token', () => {
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

  const shownMessage = () =>
    eventually(() => {
      const [message, ...others] = vscodeSpy.messages;
      assert.ok(message);
      assert.deepEqual(others, []);
      return message;
    });

  it('prompts for the token, the client ID and the secret, then reads all with a renewable session', async () => {
    const { refreshToken, clientId, clientSecret } = service.control.demo;
    await answer(() => run('signIn'), choose(METHOD), enter(`${refreshToken}\n`), enter(clientId), enter(clientSecret));
    await expectSpoken(`Hotel Aurora, mapped to ${SKILL}`);
    const state = (await inAnotherWindow((store) => store.read())).byName.get('default');
    assert.ok(state?.type === 'signedIn');
    const { refresh } = state.session;
    assert.deepEqual([refresh?.token, refresh?.client], [refreshToken, { id: clientId, secret: clientSecret }]);
    assert.equal(service.tokenRequests, 1);
    assert.deepEqual(vscodeSpy.messages, []);
  });

  it('shows the step number, masks secrets, and goes back to what was entered', async () => {
    const { refreshToken, clientId } = service.control.demo;
    const seen: unknown[] = [];
    const see = look(({ title, box }) => {
      seen.push([title, box?.step, box?.totalSteps, box?.password, box?.value]);
    });
    await answer(
      () => run('signIn'),
      choose(METHOD),
      see,
      enter(refreshToken),
      see,
      enter(clientId),
      see,
      goBack,
      see,
      goBack,
      see,
      leave,
    );
    assert.deepEqual(seen, [
      [TITLE, 1, 3, true, ''],
      [TITLE, 2, 3, false, ''],
      [TITLE, 3, 3, true, ''],
      [TITLE, 2, 3, false, clientId],
      [TITLE, 1, 3, true, refreshToken],
    ]);
    assert.deepEqual(service.sent, []);
    assert.equal(await storedSessions(), undefined);
    assert.deepEqual(vscodeSpy.messages, []);
  });

  it('detects a value that was pasted in the wrong step', async () => {
    const { accessToken, refreshToken, clientId, clientSecret } = service.control.demo;
    await answer(
      () => run('signIn'),
      choose(METHOD),
      enterInVain(accessToken, /^This is an access token\./),
      enterInVain('', /^Paste a refresh token\./),
      enter(refreshToken),
      enterInVain(clientSecret, /^This is a client secret\./),
      enter(clientId),
      enterInVain(clientId, /^This is a client ID\./),
      leave,
    );
    assert.deepEqual(service.sent, []);
  });

  it('opens the page with the client ID', async () => {
    const openedBefore = vscodeSpy.opened.length;
    await answer(
      () => run('signIn'),
      choose(METHOD),
      enter(service.control.demo.refreshToken),
      look((prompt) => {
        prompt.press('Open the Security Profiles');
      }),
      leave,
    );
    assert.deepEqual(vscodeSpy.opened.slice(openedBefore), [
      'https://developer.amazon.com/loginwithamazon/console/site/lwa/overview.html',
    ]);
  });

  it('prefills the client ID of the user settings', async () => {
    const { refreshToken, clientId, clientSecret } = service.control.demo;
    await withUserSetting('clientId', ` ${clientId} `, () =>
      answer(
        () => run('signIn'),
        choose(METHOD),
        enter(refreshToken),
        look(({ box }) => {
          assert.equal(box?.value, clientId);
        }),
        enter(clientId),
        enter(clientSecret),
      ),
    );
    await expectSpoken(`Hotel Aurora, mapped to ${SKILL}`);
  });

  it('reports a wrong secret, stores nothing, and offers to try again', async () => {
    const { refreshToken, clientId, clientSecret } = service.control.demo;
    const wrong = `${clientSecret}-of-another-profile`;
    await answer(() => run('signIn'), choose(METHOD), enter(refreshToken), enter(clientId), enter(wrong));
    const message = await shownMessage();
    assert.equal(message.severity, 'error');
    assert.match(
      message.text,
      /^Login with Amazon refused the client ID or the client secret\. .*same security profile/,
    );
    assert.equal(await storedSessions(), undefined);
    assert.equal(message.buttons[0], 'Sign In…');
    vscodeSpy.clearMessages();
    await answer(
      () => {
        message.press('Sign In…');
        return Promise.resolve();
      },
      look(({ title }) => {
        assert.equal(title, 'Sign In to the Account default');
      }),
      choose(METHOD),
      enter(refreshToken),
      enter(clientId),
      enter(clientSecret),
    );
    await expectSpoken(`Hotel Aurora, mapped to ${SKILL}`);
    assert.deepEqual(vscodeSpy.messages, []);
  });

  for (const [what, prepare, title] of [
    [
      'was revoked',
      () => {
        service.control.revokeAllRefreshTokens();
      },
      'Login with Amazon refused the refresh token',
    ],
    [
      'belongs to another client',
      () => {
        const { clientId, clientSecret } = service.control.demo;
        service.control.setClient({ clientId: `${clientId}.other`, clientSecret });
      },
      'Login with Amazon does not authorize this client',
    ],
    [
      'cannot be verified, since Amazon does not respond',
      () => {
        service.control.addFault({ operation: 'token', kind: 'reset' });
      },
      'The connection to Login with Amazon failed',
    ],
  ] as const) {
    it(`reports that it ${what}, and stores nothing`, async () => {
      prepare();
      const { refreshToken, clientId, clientSecret } = service.control.demo;
      const id = what === 'belongs to another client' ? `${clientId}.other` : clientId;
      await answer(() => run('signIn'), choose(METHOD), enter(refreshToken), enter(id), enter(clientSecret));
      assert.ok((await shownMessage()).text.startsWith(`${title}. `));
      assert.equal(await storedSessions(), undefined);
      await expectSpoken('Hotel Aurora, signed out');
    });
  }

  it('keeps the previous session when it fails', async () => {
    const { accessToken, refreshToken, clientId } = service.control.demo;
    await answer(() => run('signIn'), choose('Paste an access token'), enter(accessToken));
    const before = await storedSessions();
    await answer(
      () => run('signIn'),
      choose(METHOD),
      enter(refreshToken),
      enter(clientId),
      enter('amzn1.oa2-cs.v1.wrong'),
    );
    await shownMessage();
    assert.equal(await storedSessions(), before);
    await expectSpoken(`Hotel Aurora, mapped to ${SKILL}`);
  });

  it('is rejected with a message before any prompt if the token endpoint is not secure', async () => {
    const endpoint = vscode.workspace.getConfiguration('alexaNetworkMapping').get<string>('tokenEndpoint');
    const boxBefore = lastInputBox();
    for (const unsafe of ['http://amazon.example/token', endpoint?.replace('127.0.0.1', '0.0.0.0'), 7]) {
      vscodeSpy.clearMessages();
      await withUserSetting('tokenEndpoint', unsafe, async () => {
        await answer(() => run('signIn'), choose(METHOD));
        const { text, buttons } = await shownMessage();
        assert.match(text, /^An endpoint of Login with Amazon in the settings cannot be used\. .*Nothing was sent\./);
        assert.equal(buttons[0], 'Open Settings');
      });
    }
    assert.equal(lastInputBox(), boxBefore);
    assert.deepEqual(service.sent, []);
  });
});
