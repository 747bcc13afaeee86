import * as l10n from '@vscode/l10n';
import type { IdentifierCheck } from './identifiers';

/** Twice what Login with Amazon documents as the longest access token, in characters. */
const MAX_LENGTH = 4096;

/**
 * Checks a pasted access token, taking `Bearer` and white space around it away. Never repeats any of it in its words.
 *
 * @see https://developer.amazon.com/docs/login-with-amazon/access-token.html
 */
export function checkAccessToken(pasted: string): IdentifierCheck {
  const token = pasted.trim().replace(/^(authorization:\s*)?bearer\s+/i, '');
  if (token === '') return { ok: false, problem: l10n.t('Paste an access token. It starts with {0}', 'Atza|') };
  if (token.startsWith('Atzr|')) {
    return { ok: false, problem: l10n.t('This is a refresh token. An access token starts with {0}', 'Atza|') };
  }
  if (/^amzn1\.(oa2-cs|application-oa2-client)\./.test(token)) {
    return {
      ok: false,
      problem: l10n.t(
        'This is the client id or secret of a security profile. An access token starts with {0}',
        'Atza|',
      ),
    };
  }
  if (!/^[\x21-\x7e]+$/.test(token) || token.length > MAX_LENGTH) {
    return {
      ok: false,
      problem: l10n.t('An access token is one word without spaces or line breaks. It starts with {0}', 'Atza|'),
    };
  }
  if (token.startsWith('Atza|')) return { ok: true, value: token };
  return { ok: true, value: token, warning: l10n.t('Access tokens known so far start with {0}', 'Atza|') };
}
