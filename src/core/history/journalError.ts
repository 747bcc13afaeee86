import * as l10n from '@vscode/l10n';
import { sanitizeText } from '../text/sanitizeText';

/** Error codes of a missing permission. */
const DENIED = new Set(['EACCES', 'EPERM', 'EROFS']);
/** Error codes of a full disk or quota. */
const FULL = new Set(['ENOSPC', 'EDQUOT']);
/** Error codes of a file in the place of a folder, which Windows reports as a folder that exists. */
const NO_FOLDER = new Set(['ENOTDIR', 'EEXIST']);

/** The journal's files could not be read or written. The message is for users. */
export class JournalError extends Error {
  /**
   * @param access what was attempted; if a change cannot be recorded, it must not be sent
   * @param folder the journal's folder
   * @param cause what the file system threw
   */
  constructor(access: 'read' | 'write', folder: string, cause: unknown) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const what =
      access === 'read'
        ? l10n.t('The change history could not be read ({0}).', reason)
        : l10n.t('The change history could not be written ({0}).', reason);
    const message = l10n.t({
      message: '{0} {1}',
      args: [what, remedyText(access, sanitizeText(folder), reason)],
      comment: ['{0} and {1} are whole sentences.'],
    });
    super(message, { cause });
  }
}

function remedyText(access: 'read' | 'write', folder: string, reason: string): string {
  if (FULL.has(reason)) return l10n.t('Free up disk space, then try again.');
  if (NO_FOLDER.has(reason)) {
    return l10n.t('There is a file in place of the folder {0}. Move the file away, then try again.', folder);
  }
  if (!DENIED.has(reason)) return l10n.t('Check the folder {0}, then try again.', folder);
  return access === 'read'
    ? l10n.t('Check that you have permission to read {0}, then try again.', folder)
    : l10n.t('Check that you have permission to write to {0}, then try again.', folder);
}
