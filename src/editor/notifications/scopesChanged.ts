import * as vscode from 'vscode';
import { missingScopes } from '../../core/model/scopes';
import { readScopes } from '../settings/loginWithAmazonSettings';
import { DONE, type Ending, type Services } from '../commandRunner/command';
import { run } from '../commandRunner/runCommand';

/**
 * What to tell when other scopes are wished for than before: a renewal never adds any, so the person has to allow them on
 * Amazon's page once more.
 */
export async function consentAgain({ sessions }: Services): Promise<Ending> {
  const scopes = readScopes();
  if (!scopes.ok) return { type: 'notSignedIn', failure: { kind: 'scopesRefused', detail: scopes.problem }, wish: {} };
  const { states } = await sessions.read();
  const lacking = [...states].flatMap(([name, state]) => {
    if (state.type === 'signedOut' || !state.session.refresh) return [];
    const missing = missingScopes(scopes.scopes, state.session.scopes ?? []);
    return missing.length > 0 ? [{ name, missing }] : [];
  });
  const [first] = lacking;
  if (!first) return DONE;
  return {
    type: 'refused',
    message: vscode.l10n.t(
      'The scopes in your settings have changed. To allow {0}, sign in again to the account {1}.',
      [...new Set(lacking.flatMap(({ missing }) => missing))].join(', '),
      lacking.map(({ name }) => name).join(', '),
    ),
    offer: {
      label: vscode.l10n.t('Sign In Again'),
      run: () => run('signIn', { signIn: { account: first.name, way: 'browser' } }),
    },
  };
}
