import * as vscode from 'vscode';
import { missingScopes } from '../../core/model/scopes';
import { readScopes } from '../settings/loginWithAmazonSettings';
import { SUCCEEDED, type CommandOutcome, type CommandContext } from '../commandRunner/command';
import { run } from '../commandRunner/runCommand';

/**
 * Returns the message that the requested scopes have changed: a refresh never adds scopes, so the user has to consent
 * on Amazon's page again.
 */
export async function scopesChangedOutcome({ sessions }: CommandContext): Promise<CommandOutcome> {
  const scopes = readScopes();
  if (!scopes.ok)
    return { type: 'signInFailed', failure: { kind: 'invalidScopesSetting', detail: scopes.problem }, options: {} };
  const { byName } = await sessions.read();
  const accountsMissingScopes = [...byName].flatMap(([name, state]) => {
    if (state.type === 'signedOut' || !state.session.refresh) return [];
    const missing = missingScopes(scopes.scopes, state.session.scopes ?? []);
    return missing.length > 0 ? [{ name, missing }] : [];
  });
  const [first] = accountsMissingScopes;
  if (!first) return SUCCEEDED;
  const list = new Intl.ListFormat(vscode.env.language);
  return {
    type: 'rejected',
    message: vscode.l10n.t(
      'The scopes in your settings have changed. To allow {0}, sign in again to the account {1}.',
      list.format(new Set(accountsMissingScopes.flatMap(({ missing }) => missing))),
      list.format(accountsMissingScopes.map(({ name }) => name)),
    ),
    action: {
      label: vscode.l10n.t('Sign In Again…'),
      run: () => run('signIn', { options: { account: first.name, method: 'browser' } }),
    },
  };
}
