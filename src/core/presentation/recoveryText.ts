import * as l10n from '@vscode/l10n';

/** The names of the service providers of interrupted changes, by what recovery found out about the changes. */
interface SettledProviders {
  readonly confirmed: readonly string[];
  readonly unconfirmed: readonly string[];
  /** What shows their outcomes could not be read yet. */
  readonly unread: readonly string[];
  /** The changes were unconfirmed before, and took effect. */
  readonly late: readonly string[];
}

/** Returns the outcome of interrupted changes, in counts that add up to all of them; undefined if nothing was found out. */
export function interruptedText({ confirmed, unconfirmed, unread, late }: SettledProviders): string | undefined {
  const interrupted = [...confirmed, ...unconfirmed, ...unread];
  const [only = ''] = interrupted;
  const [onlyLate = ''] = late;
  const sentences = [
    interrupted.length === 1 && l10n.t('A change of {0} was interrupted when a window closed.', only),
    interrupted.length > 1 && l10n.t('{0} changes were interrupted when a window closed.', interrupted.length),
    confirmed.length > 0 && l10n.t('Took effect: {0}.', confirmed.length),
    unconfirmed.length > 0 && l10n.t('Unconfirmed: {0}.', unconfirmed.length),
    unread.length > 0 && l10n.t('Could not be read yet: {0}. Retrying at the next start.', unread.length),
    late.length === 1 && l10n.t('An unconfirmed change of {0} took effect.', onlyLate),
    late.length > 1 && l10n.t('{0} unconfirmed changes took effect.', late.length),
  ].filter((sentence) => sentence !== false);
  return sentences.length > 0 ? sentences.join(' ') : undefined;
}
