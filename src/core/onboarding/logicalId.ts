import * as l10n from '@vscode/l10n';
import { looksLikeSecret, type ValidationResult } from '../model/identifiers';
import { hasInvisible } from '../model/lookAlikes';

/** Not documented. Longer than any name that a person would choose. */
const MAX_LENGTH = 255;

/**
 * Checks the logical ID of a service provider to create: any text on one line, since Amazon documents only that it is
 * unique for each service provider.
 *
 * @see
 *   https://developer.amazon.com/en-US/docs/alexa/alexa-smart-properties/self-service-onboarding-api-for-asp.html
 */
export function checkLogicalId(typed: string): ValidationResult {
  const value = typed.trim();
  if (value === '') return { ok: false, problem: l10n.t('Enter a logical ID, such as grand-hotel-seattle.') };
  if (looksLikeSecret(value)) {
    return { ok: false, problem: l10n.t('This is a Login with Amazon secret, not a logical ID. It was not stored.') };
  }
  if (hasInvisible(value)) {
    return { ok: false, problem: l10n.t('A logical ID has no line breaks or invisible characters.') };
  }
  if (Array.from(value).length > MAX_LENGTH) {
    return { ok: false, problem: l10n.t('A logical ID has at most {0} characters.', MAX_LENGTH) };
  }
  return value.startsWith('amzn1.')
    ? {
        ok: true,
        value,
        warning: l10n.t(
          'This looks like an ID that Amazon has assigned. Use Add Service Provider… for a service provider that exists.',
        ),
      }
    : { ok: true, value };
}
