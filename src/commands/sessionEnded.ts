import * as vscode from 'vscode';
import { explainSignIn } from '../core/signInExplanation';
import type { SignInFailure } from '../core/signInFailure';
import type { Ending } from './command';
import { run } from './run';

/** What to tell when Login with Amazon has ended a session; it happens while nobody signs in or out. */
export function sessionEnded(account: string, failure: SignInFailure): Ending {
  return {
    type: 'refused',
    message: vscode.l10n.t('You are signed out of the account {0}. {1}', account, explainSignIn(failure).why),
    offer: {
      label: vscode.l10n.t('Sign In…'),
      run: () => run('signIn', { signIn: { account, askForClient: failure.kind === 'clientRefused' } }),
    },
  };
}
