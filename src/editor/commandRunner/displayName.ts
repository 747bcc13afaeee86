import * as vscode from 'vscode';
import type { CommandContext } from './command';

/** Returns a name for a single provider, or their number. */
export function displayName(ids: readonly string[], services: Pick<CommandContext, 'providers'>): string {
  const [id = ''] = ids;
  return ids.length === 1
    ? (services.providers.provider(id)?.name ?? id)
    : vscode.l10n.t('{0} service providers', ids.length);
}
