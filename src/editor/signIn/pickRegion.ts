import * as vscode from 'vscode';
import { checkApiEndpoint } from '../../core/model/endpoint';
import { EUROPE, NORTH_AMERICA } from '../../core/model/marketplaces';
import { errorText } from '../../core/text/errorText';
import { escapeIcons, escapeLinks } from '../prompts/escapeUiText';
import { BACK, promptForText } from '../prompts/promptForText';
import { readApiEndpoint } from '../settings/apiEndpoint';
import { writeAccountEndpoint } from '../settings/accountEndpoint';

const OTHER = Symbol('another endpoint');

/** Asks for the region of an account and stores its API endpoint in the user's settings. */
export async function pickRegion(account: string): Promise<void> {
  const current = readApiEndpoint(account);
  const isCurrent = (url: string) => current.ok && current.url === url;
  const regionItem = (label: string, url: string) => ({
    url,
    label,
    description: isCurrent(url) ? vscode.l10n.t('current') : '',
    detail: url,
  });
  const items: (vscode.QuickPickItem & { readonly url: string | typeof OTHER })[] = [
    regionItem(vscode.l10n.t('North America'), NORTH_AMERICA),
    regionItem(vscode.l10n.t('Europe'), EUROPE),
    { url: OTHER, label: vscode.l10n.t('Other…'), detail: vscode.l10n.t('Enter the URL of an API endpoint.') },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Region of the Account {0}', escapeIcons(account)),
    placeHolder: vscode.l10n.t('Where are the mappings of this account kept?'),
    ignoreFocusOut: true,
  });
  const url = picked?.url === OTHER ? await promptForEndpoint(current.ok ? current.url : '') : picked?.url;
  if (url === undefined || isCurrent(url)) return;
  try {
    await writeAccountEndpoint(account, url);
  } catch (error) {
    const message = vscode.l10n.t('The settings could not be written: {0}', errorText(error));
    void vscode.window.showErrorMessage(escapeLinks(message));
  }
}

async function promptForEndpoint(value: string): Promise<string | undefined> {
  const entered = await promptForText({
    title: vscode.l10n.t('API Endpoint'),
    prompt: vscode.l10n.t('Requests and the access token of this account are sent there.'),
    placeholder: NORTH_AMERICA,
    value,
    check: (text) => {
      const check = checkApiEndpoint(text.trim());
      return check.ok ? { ok: true, value: check.url } : check;
    },
  });
  return entered === BACK ? undefined : entered;
}
