import * as l10n from '@vscode/l10n';

/** Service providers of changes whose windows are gone, by what was found out about the changes. */
interface SettledProviders {
  readonly confirmed: readonly string[];
  readonly unconfirmed: readonly string[];
  /** The changes could not be read yet. */
  readonly unread: readonly string[];
  /** The changes were unconfirmed before, and took effect. */
  readonly late: readonly string[];
}

/**
 * What became of interrupted changes, in counts that add up to all of them; undefined where nothing was found out.
 *
 * @param nameOf what people call a service provider
 */
export function interruptedText(
  { confirmed, unconfirmed, unread, late }: SettledProviders,
  nameOf: (serviceProviderId: string) => string,
): string | undefined {
  const interrupted = [...confirmed, ...unconfirmed, ...unread];
  const [only = ''] = interrupted;
  const [onlyLate = ''] = late;
  const sentences = [
    interrupted.length === 1 && l10n.t('A change of {0} was interrupted when a window closed.', nameOf(only)),
    interrupted.length > 1 && l10n.t('{0} changes were interrupted when a window closed.', interrupted.length),
    confirmed.length > 0 && l10n.t('Took effect: {0}.', confirmed.length),
    unconfirmed.length > 0 && l10n.t('Unconfirmed: {0}.', unconfirmed.length),
    unread.length > 0 && l10n.t('Could not be read yet: {0}. Retrying at the next start.', unread.length),
    late.length === 1 && l10n.t('An unconfirmed change of {0} took effect.', nameOf(onlyLate)),
    late.length > 1 && l10n.t('{0} unconfirmed changes took effect.', late.length),
  ].filter((sentence) => sentence !== false);
  return sentences.length > 0 ? sentences.join(' ') : undefined;
}
