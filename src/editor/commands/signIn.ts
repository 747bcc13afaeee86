import * as vscode from 'vscode';
import { missingScopes, requiredScopes } from '../../core/model/scopes';
import { signedInText } from '../../core/presentation/sessionText';
import { missingScopesText } from '../../core/failures/signInMessages';
import { readScopes } from '../settings/loginWithAmazonSettings';
import { signIn as signInTo } from '../signIn/signIn';
import type { SignInOutcome } from '../../core/auth/signInOptions';
import { DISMISSED, SUCCEEDED, type Command, type CommandOutcome, type CommandContext } from '../commandRunner/command';
import { run } from '../commandRunner/runCommand';
import { withSecretStorageErrors } from '../commandRunner/secretStorageErrors';

/** Asks for a sign-in method, then signs in. For a row, signs in to the account of that service provider. */
export const signIn: Command<'signIn'> = {
  run: ({ options, serviceProviderIds }, services) =>
    withSecretStorageErrors(async () => {
      const account = options?.account ?? accountFor(serviceProviderIds, services);
      const outcome = await signInTo(services.signIn, { ...options, ...(account !== undefined && { account }) });
      if (outcome.type === 'signedIn' && outcome.storedAtMs !== undefined) {
        services.readableProviders.follow(outcome.session.id, outcome.storedAtMs);
      }
      return signInOutcome(outcome);
    }),
};

/** Returns the outcome of a sign-in for the command runner, also if another extension requested it. */
export function signInOutcome(outcome: SignInOutcome): CommandOutcome {
  if (outcome.type === 'dismissed') return DISMISSED;
  if (outcome.type === 'canceled') return { type: 'canceled', message: canceledText(outcome) };
  if (outcome.type === 'failed') return { type: 'signInFailed', failure: outcome.failure, options: outcome.options };
  const scopes = readScopes();
  const missing = missingScopes(requiredScopes(scopes.ok ? scopes.scopes : []), outcome.session.scopes);
  if (missing.length === 0) return signedInEnding(outcome);
  return {
    type: 'succeeded',
    message: missingScopesText(missing),
    isWarning: true,
    actions: [
      {
        label: vscode.l10n.t('Sign In Again…'),
        run: () => run('signIn', { options: { account: outcome.account, method: 'browser' } }),
      },
    ],
  };
}

/**
 * Returns a message after a browser sign-in, which ends while the user does something else. A user who has just pasted
 * a token sees the rows being read.
 */
function signedInEnding({
  method,
  account,
  isOneOfSeveral,
  unverified,
}: SignInOutcome & { type: 'signedIn' }): CommandOutcome {
  const done = signedInText(isOneOfSeveral === true ? account : undefined);
  if (unverified === undefined) return method === 'browser' ? { type: 'succeeded', message: done } : SUCCEEDED;
  const message =
    unverified === 'keptAnyway'
      ? vscode.l10n.t({
          message: '{0} The access token was not verified.',
          args: [done],
          comment: ['{0} is a whole sentence that says which account was signed in to.'],
        })
      : vscode.l10n.t({
          message: '{0} The access token was not verified, because no service provider in your list uses this account.',
          args: [done],
          comment: ['{0} is a whole sentence that says which account was signed in to.'],
        });
  return { type: 'succeeded', message };
}

function canceledText({ superseded }: SignInOutcome & { type: 'canceled' }): string {
  return superseded
    ? vscode.l10n.t('The earlier sign-in in the browser was canceled, because you started another one.')
    : vscode.l10n.t('The sign-in was canceled. Nothing was stored.');
}

function accountFor(ids: readonly string[] | undefined, { providers }: CommandContext): string | undefined {
  const [id, ...others] = ids ?? [];
  return id === undefined || others.length > 0 ? undefined : providers.provider(id)?.account;
}
