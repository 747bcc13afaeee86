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

  it('have their strings in English', () => {
    assert.deepEqual(
      contributes.commands.filter(({ title }) => title.includes('%')),
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
