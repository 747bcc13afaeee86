import * as vscode from 'vscode';
import { missingScopes, neededScopes } from '../core/scopes';
import { missingScopesText } from '../core/signInExplanation';
import { readScopes } from '../settings/loginWithAmazonSettings';
import { signIn as signInTo } from '../signIn/signIn';
import type { SignInOutcome } from '../signIn/signInServices';
import { DISMISSED, DONE, type Command, type Ending, type Services } from './command';
import { run } from './run';
import { writeSession } from './writeSession';

/** Asks how to sign in, then does it. Called for a row, it signs in to the account of that service provider. */
export const signIn: Command = {
  id: 'signIn',
  run: ({ signIn: wish, serviceProviderIds }, services) =>
    writeSession(async () => {
      const account = wish?.account ?? accountOf(serviceProviderIds, services);
      return signInEnding(await signInTo(services.signIn, { ...wish, ...(account !== undefined && { account }) }));
    }),
};

/** How a sign-in ends as a command, or where another extension has asked for it. */
export function signInEnding(outcome: SignInOutcome): Ending {
  if (outcome.type === 'dismissed') return DISMISSED;
  if (outcome.type === 'failed') return { type: 'notSignedIn', failure: outcome.failure, wish: outcome.wish };
  const scopes = readScopes();
  const missing = missingScopes(neededScopes(scopes.ok ? scopes.scopes : []), outcome.session.scopes);
  if (missing.length === 0) return DONE;
  return {
    type: 'done',
    message: missingScopesText(missing),
    isWarning: true,
    offers: [
      {
        label: vscode.l10n.t('Sign In Again'),
        run: () => run('signIn', { signIn: { account: outcome.account, way: 'browser' } }),
      },
    ],
  };
}

function accountOf(ids: readonly string[] | undefined, { providers }: Services): string | undefined {
  const [id, ...others] = ids ?? [];
  return id === undefined || others.length > 0 ? undefined : providers.provider(id)?.account;
}
