import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import * as boundary from './support/boundary';
import { eventually } from './support/eventually';
import { extensionContext, run, signIn, signOut } from './support/extension';
import { answer, answerInputBox, choose, dismissAll, enter } from './support/prompts';
import { lastInputBox } from './support/quickInputs';
import { expectSpoken } from './support/rows';
import { HOTEL, useService } from './support/service';
import { configure, listIn } from './support/settings';

describe('a prompt', () => {
  const service = useService();

  before(() => configure({ user: [HOTEL] }));
  after(() => configure({}));
  beforeEach(async () => {
    service.control.reset();
    await signOut();
    await expectSpoken('Hotel Aurora, signed out');
    boundary.forgetMessages();
  });

  describe('for an access token, when the secret storage is locked,', () => {
    const unlocks: (() => void)[] = [];
    const lock = (method: 'store' | 'delete') => {
      const { secrets } = extensionContext();
      const original = secrets[method].bind(secrets);
      Object.assign(secrets, { [method]: () => Promise.reject(new Error('org.freedesktop.Secret is locked')) });
      unlocks.push(() => {
        Object.assign(secrets, { [method]: original });
      });
    };
    afterEach(() => {
      for (const unlock of unlocks.splice(0)) unlock();
    });

    const told = () => boundary.messages.filter(({ text }) => text.includes('secret storage of the editor could not'));
    const assertToldOnce = (severity: string) => {
      assert.deepEqual(
        told().map((message) => message.severity),
        [severity],
      );
      assert.match(told()[0]?.text ?? '', /Unlock the keyring .*https:\/\/code\.visualstudio\.com\//);
      assert.doesNotMatch(JSON.stringify(boundary.messages), /freedesktop|extension itself/);
    };

    it('says what to do when a person signs in or out', async () => {
      lock('store');
      await answer(() => run('signIn'), choose('Paste an access token'), enter(service.accessToken));
      assertToldOnce('warning');
      boundary.forgetMessages();
      unlocks.pop()?.();
      await signIn(service.accessToken);
      lock('delete');
      await run('signOut');
      assertToldOnce('warning');
    });

    it('says what to do when a request waits for another token', async () => {
      await signIn(service.control.issueAccessToken());
      service.control.expireAllAccessTokens();
      lock('store');
      await answerInputBox(service.control.issueAccessToken(), () => run('refresh'));
      assertToldOnce('error');
    });
  });

  it('shows an id as it is, and makes no link or icon of it', async () => {
    const id = '[text](command:workbench.action.quit)$(add)';
    await dismissAll(() => run('addServiceProvider', { serviceProviderId: id }));
    assert.ok(lastInputBox()?.prompt?.includes('[text] (command:workbench.action.quit)\\$(add)'));
  });

  it('for a name keeps no token that is pasted there', async () => {
    const earlier = lastInputBox();
    const adding = run('addServiceProvider', { serviceProviderId: 'amzn1.comms.csp.id.new' });
    const box = await eventually(() => {
      const last = lastInputBox();
      assert.ok(last && last !== earlier);
      return last;
    });
    box.value = service.accessToken;
    await eventually(async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      assert.match(JSON.stringify(box.validationMessage ?? ''), /secret, not a name/);
    });
    await dismissAll(() => adding);
    assert.deepEqual(listIn('globalValue'), [HOTEL]);
  });

  it('to undo a removal still offers to open the setting when that is not possible', async () => {
    const original = Object.getOwnPropertyDescriptor(vscode.window, 'showInformationMessage') ?? {};
    let undo: (button: string) => void = () => undefined;
    const answer = new Promise<string>((resolve) => {
      undo = resolve;
    });
    Object.defineProperty(vscode.window, 'showInformationMessage', { ...original, value: () => answer });
    try {
      await run('removeServiceProvider', { serviceProviderId: HOTEL.id });
      await configure({ user: 'no list' });
      undo('Undo');
      await eventually(() => {
        assert.deepEqual(
          boundary.messages.map(({ buttons }) => buttons),
          [['Open Setting']],
        );
      });
    } finally {
      Object.defineProperty(vscode.window, 'showInformationMessage', original);
      await configure({ user: [HOTEL] });
    }
  });
});
