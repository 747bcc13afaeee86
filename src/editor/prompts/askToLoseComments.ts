import * as vscode from 'vscode';
import { sanitizeText } from '../../core/text/sanitizeText';

/** Enough comments to recognize them. */
const MAX_SHOWN = 10;

/**
 * Asks before an edit of a list in the user settings that removes the comments inside it, and shows them.
 *
 * @param setting the full name of the list
 */
export async function askToLoseComments(setting: string, comments: readonly string[]): Promise<boolean> {
  const proceed = vscode.l10n.t('Edit and Lose Comments');
  const shown = comments.slice(0, MAX_SHOWN).map((comment) => sanitizeText(comment, 100));
  const others = comments.length - shown.length;
  const chosen = await vscode.window.showWarningMessage(
    comments.length === 1
      ? vscode.l10n.t('This edit removes the comment in the setting {0}.', setting)
      : vscode.l10n.t('This edit removes the {0} comments in the setting {1}.', comments.length, setting),
    {
      modal: true,
      detail: [
        vscode.l10n.t(
          'VS Code rewrites the whole list in your user settings. To keep the comments, cancel and edit the setting manually, or store the list in the workspace settings.',
        ),
        '',
        ...shown,
        ...(others > 0 ? [vscode.l10n.t('… and {0} more', others)] : []),
      ].join('\n'),
    },
    proceed,
  );
  return chosen === proceed;
}
