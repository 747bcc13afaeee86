import * as vscode from 'vscode';
import { clockTime } from '../core/clockTime';
import type { ConfiguredProvider } from '../core/configuredProviders';
import { rowText } from '../core/rowText';
import type { ServiceProviders } from '../state/serviceProviders';
import { inertLabel } from './inertText';

/**
 * Asks which service provider a command is for.
 *
 * @returns its id, or undefined when the person leaves
 */
export async function pickServiceProvider(
  title: string,
  providers: ServiceProviders,
  candidates: readonly ConfiguredProvider[],
): Promise<string | undefined> {
  const items = candidates.map((provider) => {
    const text = rowText(provider, providers.status(provider.id), providers.row(provider.id), (ms) =>
      clockTime(ms, Date.now(), vscode.env.language),
    );
    return {
      label: inertLabel(text.label),
      description: inertLabel(text.description),
      detail: inertLabel(provider.id),
      id: provider.id,
    };
  });
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: vscode.l10n.t('Service provider'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.id;
}
