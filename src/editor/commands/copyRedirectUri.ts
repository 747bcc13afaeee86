import * as vscode from 'vscode';
import { describeSignInFailure } from '../../core/failures/signInMessages';
import type { Command } from '../commandRunner/command';
import { openSettings } from '../commandRunner/notifyOutcome';
import { readRedirectUri } from '../settings/redirectUriSetting';

/** Copies the return URL that a sign-in uses, which the security profile must allow. */
export const copyRedirectUri: Command<'copyRedirectUri'> = {
  async run() {
    const check = readRedirectUri();
    if (!check.ok) {
      const { title, cause, nextSteps } = describeSignInFailure({ kind: 'invalidRedirectUri', detail: check.problem });
      return {
        type: 'rejected',
        message: vscode.l10n.t({
          message: '{0}. {1} {2}',
          args: [title, cause, nextSteps[0] ?? ''],
          comment: ['{0} is a sentence without its period, {1} and {2} are whole sentences.'],
        }),
        action: { label: vscode.l10n.t('Open Settings'), run: () => openSettings('redirectUri') },
      };
    }
    await vscode.env.clipboard.writeText(check.redirectUri);
    return {
      type: 'succeeded',
      message: vscode.l10n.t(
        'Copied {0}. Add it to Allowed Return URLs in the Web Settings of your security profile, exactly as it is.',
        check.redirectUri,
      ),
    };
  },
};
