import * as l10n from '@vscode/l10n';

/** A change could not be noted: nothing may be sent without its note. */
export class JournalFailed extends Error {
  /** @param cause what the file system threw */
  constructor(cause: unknown) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    super(l10n.t('The journal of changes could not be written ({0}). Make room on the disk, then try again.', reason), {
      cause,
    });
  }
}
