import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { OTHER_SKILL, SKILL, THIRD_SKILL } from '../support/builders';
import * as vscodeSpy from './support/vscodeSpy';
import { eventually } from './support/eventually';
import { run, sessionWith, signInWith, signOut } from './support/extension';
import { row } from './support/rows';
import { CLINIC, HARBOUR, HOTEL, useService } from './support/service';
import { configure, withUserSetting } from './support/settings';

const VIEW_TYPE = 'alexaNetworkMapping.setup';
const SCOPES = ['alexa::enterprise:management', 'amazon_communication::service_provider'];

/** What the page says of each link, as `OK Settings`, in order, up to the first broken one; and the page's heading. */
function page(): { readonly heading: string; readonly links: readonly string[]; readonly html: string } {
  const { html } = vscodeSpy.panels.get(VIEW_TYPE)?.webview ?? assert.fail('the page is not open');
  const all = [...html.matchAll(/<li class="[\w-]+">(.*?)<\/li>/gs)].map(([, item = '']) => item);
  const links = all.map((item) => {
    const [, state] = /class="state">(.*?)</.exec(item) ?? [];
    const [, name] = /class="name">(.*?)</.exec(item) ?? [];
    return `${state ?? ''} ${name ?? ''}`;
  });
  const [, heading = ''] = /<h1[^>]*>(.*?)<\/h1>/.exec(html) ?? [];
  return { heading, links, html };
}

const LINKS = [
  'Settings',
  'Sign-in',
  'Permissions of the sign-in',
  'Service provider in the list',
  'Connection to the service',
  'API access of the client ID',
  'WebRTC add-on, kind and country of the property',
  'Service provider at the service',
  'Mapping to a skill',
  'Permission of the skill',
  'Clock of this computer',
];

/** Expects that the page stops at a link: all others before it are OK, apart from those that nothing tells. */
function expectStop(link: string, heading: string, untold: readonly string[] = []): void {
  const at = LINKS.indexOf(link);
  const expected = LINKS.map((each, index) => {
    if (index === at) return `Broken ${each}`;
    return `${index > at || untold.includes(each) ? 'Not checked' : 'OK'} ${each}`;
  });
  const { heading: shown, links } = page();
  assert.deepEqual([shown, ...links], [heading, ...expected]);
}

describe('the check of the setup', () => {
  const service = useService();
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  const projects = vscode.Uri.joinPath(folder.uri, 'skills');
  /** Writes a project of a skill with these permissions. */
  const writeProject = async (name: string, skillId: string, permissions: readonly string[]) => {
    const write = (file: string, content: unknown) => {
      const uri = vscode.Uri.joinPath(projects, name, file);
      return vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(JSON.stringify(content)));
    };
    await write('.ask/ask-states.json', { profiles: { default: { skillId } } });
    await write('skill-package/skill.json', {
      manifest: {
        publishingInformation: { locales: { 'en-US': { name } } },
        permissions: permissions.map((each) => ({ name: each })),
      },
    });
  };
  const signIn = (scopes: readonly string[] = SCOPES) =>
    signInWith(sessionWith(service.accessToken, { scopes: [...scopes] }));
  const check = (id: string) => run('checkSetup', { serviceProviderId: id });

  before(async () => {
    await configure({ user: [HOTEL, HARBOUR, CLINIC] });
    await signIn();
    await run('refresh');
    await writeProject('Guest Calling', SKILL, ['amazon_communication::calling']);
    await writeProject('Concierge', OTHER_SKILL, []);
    await eventually(() => {
      assert.deepEqual([row(HOTEL.id).description, row(HARBOUR.id).description], ['Guest Calling', 'Concierge']);
    });
  });
  beforeEach(async () => {
    service.control.reset();
    await signIn();
    await run('refresh');
    vscodeSpy.clearMessages();
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    // All of this is read only, and the page says what there is to say.
    assert.deepEqual([service.writes, vscodeSpy.messages], [[], []]);
  });
  after(async () => {
    await vscode.workspace.fs.delete(projects, { recursive: true });
    await configure({});
  });

  it('finds that everything works', async () => {
    await check(HOTEL.id);
    assert.equal(page().heading, 'Everything works');
    assert.deepEqual(
      page().links,
      LINKS.map((each) => `OK ${each}`),
    );
    assert.match(page().html, /It is mapped to the skill Guest Calling \(/);
    assert.equal(page().html.includes(service.accessToken), false);
  });

  it('leaves open what nothing tells', async () => {
    service.control.setProvider({ serviceProviderId: CLINIC.id, skillId: THIRD_SKILL });
    await check(CLINIC.id);
    assert.equal(page().heading, 'Nothing is broken, as far as it could be checked');
    assert.deepEqual(
      page().links,
      LINKS.map((each) => `${each === 'Permission of the skill' ? 'Not checked' : 'OK'} ${each}`),
    );
  });

  it('is one page, with the title of what was checked last', async () => {
    const titles = () =>
      vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith(VIEW_TYPE))
        .map(({ label }) => label);
    for (const { id, name } of [HOTEL, HARBOUR]) {
      await check(id);
      await eventually(() => {
        assert.deepEqual(titles(), [`Setup: ${name}`]);
      });
    }
  });

  it('stops at settings that cannot be used', async () => {
    await withUserSetting('redirectUri', 'ftp://127.0.0.1/cb', async () => {
      service.control.clearRequests();
      await check(HOTEL.id);
      expectStop('Settings', 'A setting cannot be used');
      assert.match(page().html, /Correct the setting alexaNetworkMapping\.redirectUri\./);
      assert.deepEqual(service.sent, []);
    });
  });

  it('stops without a sign-in', async () => {
    await signOut();
    await check(HOTEL.id);
    expectStop('Sign-in', 'You are signed out');
    assert.match(page().html, /data-action="signIn"/);
  });

  it('stops at the permission that was not granted', async () => {
    await signIn(['alexa::enterprise:management']);
    await check(HOTEL.id);
    expectStop('Permissions of the sign-in', 'The sign-in lacks a permission');
  });

  it('stops at an empty list', async () => {
    await configure({});
    try {
      await run('checkSetup');
      expectStop('Service provider in the list', 'There is no service provider in the list');
    } finally {
      await configure({ user: [HOTEL, HARBOUR, CLINIC] });
    }
  });

  it('stops at a response of something else', async () => {
    service.control.addFault({ operation: 'get', kind: 'answer', status: 200, body: 'html', requestId: 'missing' });
    await check(HOTEL.id);
    expectStop('Connection to the service', 'Unexpected response from the service');
  });

  it('stops at a 401', async () => {
    service.control.addFault({ operation: 'get', kind: 'answer', status: 401 });
    await check(HOTEL.id);
    expectStop('API access of the client ID', 'The service refused the access token');
  });

  it('stops at a 403, which has several causes', async () => {
    service.control.addFault({ operation: 'get', kind: 'answer', status: 403 });
    await check(HOTEL.id);
    const untold = ['API access of the client ID'];
    expectStop('WebRTC add-on, kind and country of the property', 'The service does not allow this request', untold);
    for (const cause of ['WebRTC add-on subscription', 'Spain', 'API access', 'amazon_communication::calling']) {
      assert.match(page().html, new RegExp(cause));
    }
  });

  it('stops at a service provider that does not exist', async () => {
    service.control.removeProvider(HOTEL.id);
    await check(HOTEL.id);
    expectStop('Service provider at the service', 'The service has no such service provider');
  });

  it('stops where nothing is mapped', async () => {
    await check(CLINIC.id);
    expectStop('Mapping to a skill', 'The service provider is not mapped to a skill');
  });

  it('stops at a clock that is wrong', async () => {
    const date = new Date(Date.now() + 3_600_000).toUTCString();
    service.control.addFault({ operation: 'get', kind: 'answer', headers: { date } });
    await check(HOTEL.id);
    expectStop('Clock of this computer', 'The clock of this computer is wrong');
    assert.match(page().html, /It is (59|60) minutes behind the time of the response\./);
  });

  it('stops at a skill of the workspace without its permission', async () => {
    await check(HARBOUR.id);
    expectStop('Permission of the skill', 'The manifest of the skill lacks a permission');
  });
});
