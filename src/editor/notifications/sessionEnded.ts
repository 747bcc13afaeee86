import * as vscode from 'vscode';
import { describeSignInFailure } from '../../core/failures/signInMessages';
import type { SignInFailure } from '../../core/failures/signInFailure';
import type { CommandOutcome } from '../commandRunner/command';
import { run } from '../commandRunner/runCommand';

/** Returns the message that Login with Amazon has ended a session, which happens without any action by the user. */
export function sessionEndedOutcome(account: string, failure: SignInFailure): CommandOutcome {
  return {
    type: 'refused',
    message: vscode.l10n.t('You are signed out of the account {0}. {1}', account, describeSignInFailure(failure).cause),
    action: {
      label: vscode.l10n.t('Sign In…'),
      run: () => run('signIn', { signIn: { account, askForClient: failure.kind === 'clientRefused' } }),
    },
  };
}
