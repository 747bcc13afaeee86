import * as vscode from 'vscode';
import { consoleUrl, marketplacesOf, type Marketplace } from '../../core/model/marketplaces';
import { DISMISSED, SUCCEEDED, type Command, type CommandContext } from '../commandRunner/command';
import { readApiEndpoint } from '../settings/apiEndpoint';

/** Opens the page of the extension, whose details are its README: they are there without a connection. */
export const openDocumentation: Command<'openDocumentation'> = {
  async run() {
    await vscode.commands.executeCommand('extension.open', 'networkmapping.alexa-network-mapping');
    return SUCCEEDED;
  },
};

/**
 * Opens the Alexa Smart Properties console of the marketplace of the selected rows' accounts, or of all accounts; asks
 * which one if there are several.
 */
export const openAspConsole: Command<'openAspConsole'> = {
  async run(call, services) {
    const selected = services.rows.selected.flatMap((row) => (row.type === 'provider' ? [row.id] : []));
    const ids = call.serviceProviderIds ?? selected;
    const ofRows = ids.map((id) => services.providers.sender(id).endpoint);
    const candidates = marketplacesOf(ofRows.length > 0 ? ofRows : await endpoints(services));
    const marketplace = candidates.length === 1 ? candidates[0] : await pickMarketplace(candidates);
    if (marketplace === undefined) return DISMISSED;
    await vscode.env.openExternal(vscode.Uri.parse(consoleUrl(marketplace)));
    return SUCCEEDED;
  },
};

/** Returns the API endpoints of all accounts, or that of the settings if there are none. */
async function endpoints({ sessions }: CommandContext): Promise<string[]> {
  const { byName } = await sessions.read();
  const accounts = byName.size === 0 ? [undefined] : [...byName.keys()];
  return accounts.map((account) => {
    const check = readApiEndpoint(account);
    return check.ok ? check.url : '';
  });
}

async function pickMarketplace(candidates: readonly Marketplace[]): Promise<Marketplace | undefined> {
  const names = new Intl.DisplayNames([vscode.env.language, 'en'], { type: 'region' });
  const items = candidates.map((marketplace) => ({
    label: names.of(marketplace.country) ?? marketplace.country,
    description: marketplace.domain,
    marketplace,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Open ASP Console'),
    placeHolder: vscode.l10n.t('Which marketplace is your organization registered in?'),
    matchOnDescription: true,
  });
  return picked?.marketplace;
}
