import * as vscode from 'vscode';
import { describeSignInFailure } from '../../core/failures/signInMessages';
import type { SignInFailure } from '../../core/failures/signInFailure';
import type { CommandOutcome } from '../commandRunner/command';
import { run } from '../commandRunner/runCommand';

/** Returns the message that Login with Amazon has ended a session, which happens without any action by the user. */
export function sessionEndedOutcome(account: string, failure: SignInFailure): CommandOutcome {
  return {
    type: 'rejected',
    message: vscode.l10n.t({
      message: 'You are signed out of the account “{0}”. {1}',
      args: [account, describeSignInFailure(failure).cause],
      comment: ['{0} is the name of an account, {1} is a whole sentence with the reason.'],
    }),
    action: {
      label: vscode.l10n.t('Sign In…'),
      run: () => run('signIn', { options: { account, askForClient: failure.kind === 'invalidClient' } }),
    },
  };
}
