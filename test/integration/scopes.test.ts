import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { SKILL } from '../support/builders';
import * as vscodeSpy from './support/vscodeSpy';
import { inBrowser, openedAfter } from './support/browser';
import { eventually } from './support/eventually';
import { inAnotherWindow, run, sessionWith, signInWith, signOut } from './support/extension';
import { answer } from './support/prompts';
import { expectSpoken } from './support/rows';
import { HOTEL, useService } from './support/service';
import { configure, setSetting } from './support/settings';

const { Global } = vscode.ConfigurationTarget;
const MANAGEMENT = 'alexa::enterprise:management';
const MAPPING = 'amazon_communication::service_provider';

describe('other scopes in the settings', () => {
  const service = useService();
  const mapped = `Hotel Aurora, mapped to ${SKILL}`;

  before(async () => {
    vscodeSpy.setRemote(false);
    await configure({ user: [HOTEL] });
  });
  after(() => configure({}));
  beforeEach(async () => {
    service.control.reset();
    await signOut();
    await expectSpoken('Hotel Aurora, signed out');
    vscodeSpy.clearMessages();
  });
  afterEach(async () => {
    await signOut();
    await setSetting('scopes', undefined, Global);
  });

  const texts = () => vscodeSpy.messages.map(({ text }) => text);
  const granted = async () => {
    const state = (await inAnotherWindow((store) => store.read())).byName.get('default');
    return state?.type === 'signedIn' ? state.session.scopes : undefined;
  };
  /** Changes the setting, and waits until the extension has handled the change. */
  const changeScopes = async (scopes: readonly string[]) => {
    const changed = new Promise<void>((resolve) => {
      const subscription = vscode.workspace.onDidChangeConfiguration((event) => {
        if (!event.affectsConfiguration('alexaNetworkMapping.scopes')) return;
        subscription.dispose();
        resolve();
      });
    });
    await setSetting('scopes', scopes, Global);
    await changed;
    await run('refresh');
  };

  it('show one message that offers a new consent, which opens Amazon’s page without other prompts', async () => {
    await signInWith(service.dueSession({ scopes: [MANAGEMENT, MAPPING] }));
    await expectSpoken(mapped);
    await changeScopes([MANAGEMENT, MAPPING, 'profile']);
    await eventually(() => {
      assert.deepEqual(texts(), [
        'The scopes in your settings have changed. To allow profile, sign in again to the account default.',
      ]);
    });
    const [message] = vscodeSpy.messages;
    assert.equal(message?.severity, 'warning');
    assert.deepEqual(message.buttons, ['Sign In Again…']);
    // A renewal adds no scope.
    assert.deepEqual(await granted(), [MANAGEMENT, MAPPING]);

    const openedBefore = vscodeSpy.opened.length;
    await answer(
      () => {
        message.press('Sign In Again…');
        return Promise.resolve();
      },
      inBrowser({}, ({ title }) => {
        assert.equal(title, 'You are signed in');
      }),
    );
    assert.equal(
      (await openedAfter(openedBefore)).searchParams.get('scope'),
      [MANAGEMENT, MAPPING, 'profile'].join(' '),
    );
    await eventually(async () => {
      assert.deepEqual(await granted(), [MANAGEMENT, MAPPING, 'profile']);
    });
    assert.deepEqual(texts().slice(1), ['Signed in to Login with Amazon.']);
  });

  it('are ignored if all of them are granted already', async () => {
    await signInWith(service.dueSession({ scopes: [MANAGEMENT, MAPPING] }));
    await expectSpoken(mapped);
    await changeScopes([MAPPING]);
    assert.deepEqual(texts(), []);
  });

  it('are ignored for a pasted access token', async () => {
    await signInWith(sessionWith(service.accessToken));
    await expectSpoken(mapped);
    await changeScopes([MANAGEMENT, MAPPING, 'profile']);
    assert.deepEqual(texts(), []);
  });

  it('that are not valid are reported as wrong', async () => {
    await signInWith(service.dueSession({ scopes: [MANAGEMENT, MAPPING] }));
    await expectSpoken(mapped);
    await changeScopes([]);
    await eventually(() => {
      assert.equal(texts().length, 1);
    });
    assert.match(texts().join(), /\bscopes\b/);
  });
});
