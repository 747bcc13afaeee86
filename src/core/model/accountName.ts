import * as l10n from '@vscode/l10n';
import { checkName, type ValidationResult } from './identifiers';
import { hasInvisible } from './lookAlikes';

const MAX_NAME_LENGTH = 60;

/**
 * Checks an account name. Stores what is shown: 1 to 60 characters, with each run of spaces collapsed, so that the same
 * name can be typed into the settings.
 */
export function checkAccountName(typed: string): ValidationResult {
  const named = checkName(typed);
  if (!named.ok) return named;
  const name = named.value.replace(/\p{Zs}+/gu, ' ');
  if (name === '') return { ok: false, problem: l10n.t('Enter a name for the account.') };
  if (hasInvisible(name)) {
    return { ok: false, problem: l10n.t('An account name has no line breaks, tabs or invisible characters.') };
  }
  const length = Array.from(name).length;
  if (length > MAX_NAME_LENGTH) {
    return {
      ok: false,
      problem: l10n.t('An account name has at most {0} characters; this one has {1}.', MAX_NAME_LENGTH, length),
    };
  }
  return { ok: true, value: name };
}
