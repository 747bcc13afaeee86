import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { SKILL } from '../support/builders';
import { environment } from './results';
import * as vscodeSpy from './support/vscodeSpy';
import { eventually } from './support/eventually';
import { run, signIn, signOut } from './support/extension';
import { answer, choose, enter } from './support/prompts';
import { expectSpoken, spoken } from './support/rows';
import { HOTEL, useService } from './support/service';
import { configure, setSetting } from './support/settings';

const { Global, Workspace } = vscode.ConfigurationTarget;
const connection = () => vscodeSpy.context.get('alexaNetworkMapping.connection');

describe('the API endpoint', () => {
  const service = useService();

  before(() => configure({ user: [HOTEL] }));
  after(() => configure({}));
  beforeEach(async () => {
    await setSetting('apiEndpoint', service.url, Global);
    service.control.reset();
    await signIn(service.accessToken);
    await run('refresh');
    await expectSpoken(`Hotel Aurora, mapped to ${SKILL}`);
    assert.ok(vscodeSpy.requested.at(-1)?.startsWith(service.url));
    vscodeSpy.clearMessages();
  });

  it('in the workspace settings is ignored', async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const file = vscode.Uri.joinPath(folder.uri, '.vscode/settings.json');
    const trap = process.env[environment.trap] ?? 'no trap';
    assert.ok(new TextDecoder().decode(await vscode.workspace.fs.readFile(file)).includes(trap));

    await signOut(); // the token must not be sent to the default endpoint
    await setSetting('apiEndpoint', undefined, Global);
    const seen = vscode.workspace.getConfiguration('alexaNetworkMapping').inspect<string>('apiEndpoint');
    assert.equal(seen?.workspaceValue, undefined);
    assert.equal(vscode.workspace.getConfiguration('alexaNetworkMapping').get('apiEndpoint'), seen?.defaultValue);
    assert.equal(seen?.defaultValue, 'https://api.amazonalexa.com');
  });

  it('cannot be written to the workspace settings', async () => {
    await assert.rejects(setSetting('apiEndpoint', 'https://example.com', Workspace));
  });

  for (const [what, endpoint] of [
    ['http to another address than a loopback one', (url: string) => url.replace('127.0.0.1', '0.0.0.0')],
    ['a name that only looks like a loopback one', (url: string) => url.replace('127.0.0.1', 'localhost.example.com')],
    ['a user name in it', (url: string) => url.replace('//', '//user@')],
    ['a query', (url: string) => `${url}?to=`],
    ['another scheme', (url: string) => url.replace('http:', 'ftp:')],
    ['no URL', () => 'api.amazonalexa.com'],
    ['no text', () => 7],
  ] as const) {
    it(`is rejected before anything is sent, and can be corrected: ${what}`, async () => {
      const requestedBefore = vscodeSpy.requested.length;
      await setSetting('apiEndpoint', endpoint(service.url), Global);
      await eventually(() => {
        assert.equal(connection(), 'invalidEndpoint');
      });
      await run('refresh');
      await run('createMapping', { serviceProviderId: HOTEL.id, skillId: SKILL });
      assert.equal(vscodeSpy.requested.length, requestedBefore);
      assert.deepEqual(spoken(), ['Hotel Aurora, could not be read: API endpoint refused']);
      const [message] = vscodeSpy.messages;
      assert.match(
        message?.text ?? '',
        /^The mapping of Hotel Aurora\b.*The API endpoint in the settings cannot be used\.$/,
      );
      assert.ok(message?.buttons.includes('Open Settings'));

      await setSetting('apiEndpoint', service.url, Global);
      await run('refresh');
      await expectSpoken(`Hotel Aurora, mapped to ${SKILL}`);
      assert.equal(connection(), 'ok');
    });
  }

  it('is a new service after a change: no mapping of the previous one is shown', async () => {
    await setSetting('apiEndpoint', 'http://127.0.0.1:9', Global);
    // The rows are refreshed without a command.
    await eventually(() => {
      assert.doesNotMatch(spoken()[0] ?? '', /, (?:mapped|not mapped)/);
    });
  });

  it('at another host gets no token before the user has confirmed it, once', async () => {
    await signOut();
    await answer(() => run('signIn'), choose('Paste an access token'), enter(service.accessToken));
    await expectSpoken(`Hotel Aurora, mapped to ${SKILL}`);
    vscodeSpy.clearMessages();
    const requestedBefore = vscodeSpy.requested.length;
    await setSetting('apiEndpoint', 'https://alexa.invalid/v1', Global);
    vscodeSpy.answerNextModal('Cancel');
    await run('refresh');
    await run('refresh');
    await expectSpoken('Hotel Aurora, could not be read: endpoint not confirmed');
    await run('createMapping', { serviceProviderId: HOTEL.id, skillId: SKILL });
    assert.equal(vscodeSpy.requested.length, requestedBefore);
    assert.deepEqual(
      vscodeSpy.messages.filter(({ modal }) => modal).map(({ text, buttons }) => ({ text, buttons })),
      [{ text: 'Send the tokens of default to alexa.invalid?', buttons: ['Send Tokens'] }],
    );
    assert.match(vscodeSpy.messages.at(-1)?.text ?? '', /The endpoint is not confirmed for this account/);
  });

  it('is shown as unreachable when nothing responds there', async () => {
    await setSetting('apiEndpoint', 'http://127.0.0.1:9', Global);
    await run('refresh');
    assert.equal(connection(), 'unreachable');
    assert.match(spoken()[0] ?? '', /^Hotel Aurora, could not be read: /);
  });
});
