import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { readUserSetting } from '../../src/editor/settings/userSetting';
import { SKILL } from '../support/builders';
import { environment } from './results';
import * as vscodeSpy from './support/vscodeSpy';
import { cancelSignIn, inBrowser, openedAfter } from './support/browser';
import { run, signInWith, signOut } from './support/extension';
import { answer, choose, enter, look } from './support/prompts';
import { expectSpoken } from './support/rows';
import { HOTEL, useService } from './support/service';
import { configure, withUserSetting } from './support/settings';
import { replace } from './support/wrap';

const { Workspace, WorkspaceFolder } = vscode.ConfigurationTarget;

/** All of them are in the settings of the test workspace, as an attacker could set them to obtain secrets. */
const KEYS = [
  'accounts',
  'apiEndpoint',
  'authorizationEndpoint',
  'tokenEndpoint',
  'redirectUri',
  'clientId',
  'scopes',
] as const;

describe('the settings that determine where secrets are sent', () => {
  const service = useService();
  const trap = process.env[environment.trap] ?? 'no trap';
  const mapped = `Hotel Aurora, mapped to ${SKILL}`;
  let openedBefore: number;

  before(async () => {
    vscodeSpy.setRemote(false);
    await configure({ user: [HOTEL] });
  });
  after(() => configure({}));
  beforeEach(async () => {
    service.control.reset();
    await signOut();
    await expectSpoken('Hotel Aurora, signed out');
    openedBefore = vscodeSpy.opened.length;
  });
  afterEach(() => signOut());

  it('are all in the workspace settings, with other endpoints', async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const file = vscode.Uri.joinPath(folder.uri, '.vscode/settings.json');
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
    const written = JSON.parse(text) as Record<string, unknown>;
    for (const key of KEYS) assert.notEqual(written[`alexaNetworkMapping.${key}`], undefined, key);
    assert.equal(text.split(trap).length - 1, 6);
  });

  for (const key of KEYS) {
    it(`are ignored there, and cannot be written there: ${key}`, async () => {
      const { workspaceValue, workspaceFolderValue } =
        vscode.workspace.getConfiguration('alexaNetworkMapping').inspect(key) ?? {};
      assert.deepEqual([workspaceValue, workspaceFolderValue], [undefined, undefined]);
      const configuration = vscode.workspace.getConfiguration('alexaNetworkMapping');
      for (const target of [Workspace, WorkspaceFolder]) {
        await assert.rejects(async () => configuration.update(key, 'https://example.com', target));
      }
    });
  }

  it('are read only from the user settings, whatever their declared scope', () => {
    const inspected = {
      key: 'x',
      defaultValue: 'default',
      workspaceValue: 'workspace',
      workspaceFolderValue: 'folder',
    };
    const values: unknown[] = [];
    for (const [name, each] of Object.entries({ x: inspected, y: { ...inspected, globalValue: 'user' } })) {
      const restore = replace(vscode.workspace, 'getConfiguration', () => ({ inspect: () => each }));
      values.push(readUserSetting(name));
      restore();
    }
    assert.deepEqual(values, ['default', 'user']);
  });

  it('default to Amazon’s endpoints', async () => {
    await withUserSetting('authorizationEndpoint', undefined, () =>
      answer(
        () => run('signIn'),
        choose('Sign in with the browser'),
        enter(service.control.demo.clientId),
        enter(service.control.demo.clientSecret),
        look(async () => {
          const { origin, pathname } = await openedAfter(openedBefore);
          assert.equal(origin + pathname, 'https://www.amazon.com/ap/oa');
        }),
        cancelSignIn,
      ),
    );
  });

  it('of the user determine the endpoint of a sign-in with the browser', async () => {
    await answer(
      () => run('signIn'),
      choose('Sign in with the browser'),
      look(({ box }) => {
        assert.equal(box?.value, '');
        assert.ok(box.prompt?.includes(service.redirectUri));
      }),
      enter(service.control.demo.clientId),
      enter(service.control.demo.clientSecret),
      inBrowser({}, ({ title }) => {
        assert.equal(title, 'You are signed in');
      }),
    );
    const { origin, searchParams } = await openedAfter(openedBefore);
    assert.equal(origin, service.url);
    assert.equal(searchParams.get('redirect_uri'), service.redirectUri);
    assert.equal(searchParams.get('scope'), 'alexa::enterprise:management amazon_communication::service_provider');
    assert.equal(service.tokenRequests, 1);
    await expectSpoken(mapped);
  });

  it('of the user determine the endpoint of a renewal', async () => {
    await signInWith(service.dueSession());
    await expectSpoken(mapped);
    assert.equal(service.tokenRequests, 1);
    assert.ok(vscodeSpy.requested.every((url) => !url.startsWith(trap)));
  });
});
