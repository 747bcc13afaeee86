import * as l10n from '@vscode/l10n';
import { sanitizeText } from '../text/sanitizeText';

/** Error codes of a full disk or quota. */
const FULL = new Set(['ENOSPC', 'EDQUOT']);

/** The journal's files could not be read or written. The message is for users. */
export class JournalError extends Error {
  /**
   * @param access what was attempted; if a change cannot be recorded, it must not be sent
   * @param folder the journal's folder
   * @param cause what the file system threw
   */
  constructor(access: 'read' | 'write', folder: string, cause: unknown) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const shown = sanitizeText(folder);
    super(
      access === 'read'
        ? l10n.t(
            'The change history could not be read ({0}). Check that you have permission to read {1}, then try again.',
            reason,
            shown,
          )
        : FULL.has(reason)
          ? l10n.t('The change history could not be written ({0}). Free up disk space, then try again.', reason)
          : l10n.t(
              'The change history could not be written ({0}). Check that you have permission to write to {1}, then try again.',
              reason,
              shown,
            ),
      { cause },
    );
  }
}
