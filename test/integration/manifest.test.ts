import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import * as vscodeSpy from './support/vscodeSpy';
import { extension } from './support/extension';

const PREFIX = 'alexaNetworkMapping.';
/** Commands that are not contributed, such as the one of a row that opens the setting. */
const INTERNAL = ['alexaNetworkMapping.openServiceProvidersSetting', 'alexaNetworkMapping.pasteSignInAddress'];

const { contributes } = extension.packageJSON as {
  contributes: {
    commands: { command: string; title: string }[];
    languageModelTools: { name: string; displayName: string; modelDescription: string; inputSchema: object }[];
    chatSkills: { path: string }[];
    configuration: { properties: Record<string, object> };
  };
};

describe('the manifest and the code', () => {
  it('have the same commands', async () => {
    const declared = contributes.commands.map(({ command }) => command);
    assert.deepEqual([...vscodeSpy.registeredCommands].sort(), [...declared, ...INTERNAL].sort());
    const known = await vscode.commands.getCommands(true);
    assert.deepEqual(
      [...declared, ...INTERNAL].filter((command) => !known.includes(command)),
      [],
    );
  });

  it('have the same tools for language models, as VS Code offers them', () => {
    const names = contributes.languageModelTools.map(({ name }) => name);
    const offered = vscode.lm.tools.filter(({ name }) => names.includes(name));
    const byName = (tools: readonly { name: string; description: string; inputSchema: object | undefined }[]) =>
      Object.fromEntries(tools.map(({ name, description, inputSchema }) => [name, { description, inputSchema }]));
    assert.deepEqual(
      byName(offered),
      byName(contributes.languageModelTools.map((tool) => ({ ...tool, description: tool.modelDescription }))),
    );
    assert.deepEqual([...vscodeSpy.registeredTools].sort(), names.sort());
  });

  it('have the same agent skill, where VS Code supports those of extensions', async () => {
    const list = '_listExtensionPromptFiles';
    if (!(await vscode.commands.getCommands()).includes(list)) {
      // The oldest supported version.
      assert.match(vscode.version, /^1\.100\./);
      return;
    }
    const files = await vscode.commands.executeCommand<{ uri: { path: string }; type: string }[]>(list);
    const skills = files.filter(({ type }) => type === 'skill').map(({ uri }) => uri.path);
    const [declared = ''] = contributes.chatSkills.map(({ path }) => path.replace(/^\./, ''));
    assert.ok(
      skills.some((path) => path.endsWith(declared)),
      skills.join(),
    );
  });

  it('have their strings in English', () => {
    const titles = [
      ...contributes.commands.map(({ title }) => title),
      ...contributes.languageModelTools.map(({ displayName }) => displayName),
    ];
    assert.deepEqual(
      titles.filter((title) => title.includes('%')),
      [],
    );
  });

  it('have the same settings, with their defaults', () => {
    const configuration = vscode.workspace.getConfiguration();
    const defaults = Object.keys(contributes.configuration.properties).map(
      (key) => [key, configuration.inspect(key)?.defaultValue] as const,
    );
    assert.deepEqual(Object.fromEntries(defaults), {
      [`${PREFIX}serviceProviders`]: [],
      [`${PREFIX}skills`]: [],
      [`${PREFIX}accounts`]: {},
      [`${PREFIX}apiEndpoint`]: 'https://api.amazonalexa.com',
      [`${PREFIX}authorizationEndpoint`]: 'https://www.amazon.com/ap/oa',
      [`${PREFIX}tokenEndpoint`]: 'https://api.amazon.com/auth/o2/token',
      [`${PREFIX}redirectUri`]: 'http://127.0.0.1:9090/cb',
      [`${PREFIX}clientId`]: '',
      [`${PREFIX}confirmCommands`]: true,
      [`${PREFIX}scopes`]: ['alexa::enterprise:management', 'amazon_communication::service_provider'],
    });
  });
});
