import * as vscode from 'vscode';
import { certainReading } from '../../core/mappings/providerStatus';
import type { SetupReading } from '../../core/setup/setupCheck';
import { DISMISSED, SUCCEEDED, type Command, type CommandContext } from '../commandRunner/command';
import { readMappings } from '../commandRunner/readMappings';
import { readApiEndpoint } from '../settings/apiEndpoint';
import { readScopes } from '../settings/loginWithAmazonSettings';
import { settingProblems } from '../settings/settingProblems';

/**
 * Checks what the mapping of a service provider depends on, and shows the result: of the given one, or else of the first
 * whose last request failed, or else of the first in the list.
 */
export const checkSetup: Command<'checkSetup'> = {
  async run({ serviceProviderIds: given }, services) {
    if ((given?.length ?? 0) > 1) {
      return {
        type: 'rejected',
        message: vscode.l10n.t('You can check the setup of only one service provider at a time.'),
      };
    }
    const { providers, sessions, setup, skills } = services;
    const id = given?.[0];
    const failed = () => providers.providers.find((each) => providers.status(each.id).lastFailure !== undefined);
    const provider = id === undefined ? (failed() ?? providers.providers[0]) : providers.provider(id);
    const { checkSetup: check } = await import('../../core/setup/setupCheck');
    const result = await check(provider, {
      settingProblems,
      apiEndpoint: (account) => {
        const endpoint = readApiEndpoint(account);
        return endpoint.ok ? endpoint.url : undefined;
      },
      requestedScopes: () => {
        const scopes = readScopes();
        return scopes.ok ? scopes.scopes : [];
      },
      accounts: () => sessions.read(),
      read: (serviceProviderId) => read(serviceProviderId, services),
      skills,
    });
    if (!result) return DISMISSED;
    setup.show(result);
    return SUCCEEDED;
  },
};

/** Reads the mapping like a refresh of the row, which shows it too. The user is asked for nothing. */
async function read(id: string, services: CommandContext): Promise<SetupReading | undefined> {
  let aheadMs: number | undefined;
  const onTime = (ms: number) => {
    aheadMs = ms;
  };
  const result = await readMappings([id], services, { asksAgain: true, interactive: false, onTime });
  if ('canceledAfter' in result) return undefined;
  const [failure] = result.failures;
  const status = services.providers.status(id);
  const mapping = failure ? undefined : certainReading(status)?.mapping;
  return {
    ...(failure && { failure }),
    ...(mapping && { mapping }),
    ...(mapping && status.existence && { existence: status.existence }),
    ...(aheadMs !== undefined && { aheadMs }),
  };
}
