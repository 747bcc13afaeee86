import * as l10n from '@vscode/l10n';
import { sanitizeText } from './sanitizeText';

/** Returns the message of a caught value, on one line that is safe to display and log. */
export function errorText(error: unknown): string {
  return error instanceof Error ? sanitizeText(error.message) : l10n.t('unknown error');
}
