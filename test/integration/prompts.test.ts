import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import * as vscodeSpy from './support/vscodeSpy';
import { eventually } from './support/eventually';
import { extensionContext, run, signIn, signOut } from './support/extension';
import {
  accept,
  answer,
  answerInputBox,
  choose,
  validationMessageOf,
  dismissAll,
  enter,
  enterInVain,
  leave,
  look,
} from './support/prompts';
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
    vscodeSpy.clearMessages();
  });

  describe('for an access token, if the secret storage is locked,', () => {
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

    const told = () => vscodeSpy.messages.filter(({ text }) => text.includes("VS Code's secret storage could not"));
    const assertOneMessage = (severity: string) => {
      assert.deepEqual(
        told().map((message) => message.severity),
        [severity],
      );
      assert.match(told()[0]?.text ?? '', /Unlock the system keyring .*https:\/\/code\.visualstudio\.com\//);
      assert.doesNotMatch(JSON.stringify(vscodeSpy.messages), /freedesktop|Something went wrong/);
    };

    it('says what to do when the user signs in or out', async () => {
      lock('store');
      await answer(() => run('signIn'), choose('Paste an access token'), enter(service.accessToken));
      assertOneMessage('warning');
      vscodeSpy.clearMessages();
      unlocks.pop()?.();
      await signIn(service.accessToken);
      lock('delete');
      await run('signOut');
      assertOneMessage('warning');
    });

    it('says what to do when a request needs a new token', async () => {
      await signIn(service.control.issueAccessToken());
      service.control.expireAllAccessTokens();
      lock('store');
      await answerInputBox(service.control.issueAccessToken(), () => run('refresh'));
      assertOneMessage('error');
    });
  });

  it('shows an ID as it is, not as a link or icon', async () => {
    const id = '[text](command:workbench.action.quit)$(add)';
    await dismissAll(() => run('addServiceProvider', { serviceProviderId: id }));
    assert.ok(lastInputBox()?.prompt?.includes('[text] (command:workbench.action.quit)\\$(add)'));
  });

  it('for a name does not store a pasted token', async () => {
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

  it('for a filter rejects a secret, and does not store it', async () => {
    for (const secret of [service.accessToken, 'ab'.repeat(32), 'http://127.0.0.1:9090/cb?code=ANabcdefgh']) {
      await answer(() => run('filter'), enterInVain(secret, /secret\. It was not stored/), leave);
      assert.doesNotMatch(
        JSON.stringify(
          extensionContext()
            .workspaceState.keys()
            .map((key) => extensionContext().workspaceState.get(key)),
        ),
        /Atza|abab|code=/,
      );
    }
    await expectSpoken('Hotel Aurora, signed out');
  });

  it('for an ID reports surrounding text, and offers the ID inside', async () => {
    const id = 'amzn1.comms.csp.id.5a2b6c1e-7f0d-4f6c-9a52-3f1f6f1d2b11';
    await answer(
      () => run('addServiceProvider'),
      look((prompt) => {
        prompt.type(`${id}",`);
      }),
      look(({ box }) => {
        assert.ok(box);
        assert.match(validationMessageOf(box), new RegExp(`The ID is ${id}$`));
      }),
      look((prompt) => {
        prompt.press(`Use ${id}`);
        assert.equal(prompt.box?.value, id);
        assert.equal(prompt.box.validationMessage, undefined);
        assert.deepEqual(
          prompt.box.buttons.map(({ tooltip }) => tooltip),
          [],
        );
      }),
      accept,
      enter('Hotel Bellevue'),
    );
    assert.deepEqual(listIn('globalValue'), [HOTEL, { id, name: 'Hotel Bellevue' }]);
    await configure({ user: [HOTEL] });
  });

  it('for a name warns of an unusual ID in the arguments', async () => {
    const id = 'amzn1.comms.csp.id.bellevue",';
    await answer(() => run('addServiceProvider', { serviceProviderId: id }), enter(''));
    await eventually(() => {
      assert.match(vscodeSpy.messages.map(({ text }) => text).join(), /The ID is amzn1\.comms\.csp\.id\.bellevue/);
    });
    assert.deepEqual(listIn('globalValue'), [HOTEL, { id }]);
    await configure({ user: [HOTEL] });
  });

  it('to undo a removal offers to open the setting if the undo fails', async () => {
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
          vscodeSpy.messages.map(({ buttons }) => buttons),
          [['Open Setting']],
        );
      });
    } finally {
      Object.defineProperty(vscode.window, 'showInformationMessage', original);
      await configure({ user: [HOTEL] });
    }
  });
});
