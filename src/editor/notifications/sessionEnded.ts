import * as vscode from 'vscode';
import { explainSignIn } from '../../core/failures/signInMessages';
import type { SignInFailure } from '../../core/failures/signInFailure';
import type { Ending } from '../commandRunner/command';
import { run } from '../commandRunner/runCommand';

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
