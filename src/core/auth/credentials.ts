import * as l10n from '@vscode/l10n';
import { looksLikeSecret, type ValidationResult } from '../model/identifiers';
import { onlyCredentialIn } from './pastedCredential';

const ACCESS_TOKEN_PREFIX = 'Atza|';
const REFRESH_TOKEN_PREFIX = 'Atzr|';
const CLIENT_ID_PATTERN = 'amzn1.application-oa2-client.';
const CLIENT_SECRET_PREFIX = 'amzn1.oa2-cs.v1.';

/** Client secrets from before {@link CLIENT_SECRET_PREFIX} have no prefix. */
const OLDER_CLIENT_SECRET = /^[\da-f]{64}$/i;

/** A value that is often pasted by mistake, and the sentence that identifies it. */
interface WrongCredential {
  readonly matches: (text: string) => boolean;
  readonly message: () => string;
}

const looksLikeAccessToken: WrongCredential = {
  matches: (text) => text.startsWith(ACCESS_TOKEN_PREFIX),
  message: () => l10n.t('This is an access token.'),
};
const looksLikeRefreshToken: WrongCredential = {
  matches: (text) => text.startsWith(REFRESH_TOKEN_PREFIX),
  message: () => l10n.t('This is a refresh token.'),
};
const looksLikeClientId: WrongCredential = {
  matches: (text) => text.startsWith(CLIENT_ID_PATTERN),
  message: () => l10n.t('This is a client ID.'),
};
const looksLikeClientSecret: WrongCredential = {
  matches: (text) => text.startsWith('amzn1.oa2-cs.') || OLDER_CLIENT_SECRET.test(text),
  message: () => l10n.t('This is a client secret.'),
};
const looksLikeSecurityProfile: WrongCredential = {
  matches: (text) => /^amzn1\.(oa2-cs|application-oa2-client)\./.test(text),
  message: () => l10n.t('This is the client ID or secret of a security profile.'),
};
const looksLikeSkillId: WrongCredential = {
  matches: (text) => /^amzn1\.(ask\.skill|alexa\.skill\.did)\./.test(text),
  message: () => l10n.t('This is the ID of a skill.'),
};
const looksLikeServiceProviderId: WrongCredential = {
  matches: (text) => text.startsWith('amzn1.comms.csp.id.'),
  message: () => l10n.t('This is the ID of a service provider.'),
};
/** A secret with something around it, or percent-encoded. */
const looksLikeAnySecret: WrongCredential = {
  matches: looksLikeSecret,
  message: () => l10n.t('This is a Login with Amazon secret. It was not stored.'),
};

/** A kind of credential that a user pastes. No message quotes what was pasted. */
interface Credential {
  /** The known format, not anchored: other text may follow the value. */
  readonly form: RegExp;
  /** The prefix of the known format, if there is one. */
  readonly prefix: string;
  /** The name of its field in requests and responses. */
  readonly field: string;
  /** In characters. */
  readonly maxLength: number;
  readonly wrongCredentials: readonly WrongCredential[];
  /** Shown when nothing was pasted. */
  readonly emptyMessage: () => string;
  /** What is expected instead; follows the message of a {@link WrongCredential}. */
  readonly expected: () => string;
  /** Shown when it has spaces, is not printable ASCII, or is far too long. */
  readonly formatMessage: () => string;
  /** The warning for an unknown format, which is accepted: Amazon may introduce a new one at any time. */
  readonly unknownFormatWarning: () => string;
  /** The warning for the known prefix with an invalid rest. */
  readonly stuck: () => string;
  /** Shown when a text with fields, such as JSON, lacks this one. */
  readonly none: () => string;
  /** Shown when there are several different values. */
  readonly several: () => string;
}

const ACCESS_TOKEN: Credential = {
  form: /Atza\|[\w.~+/=-]*[\w~+/=-]/,
  prefix: ACCESS_TOKEN_PREFIX,
  field: 'access_token',
  // Twice the maximum that Login with Amazon documents; likewise for the refresh token and the client ID.
  maxLength: 4096,
  wrongCredentials: [looksLikeRefreshToken, looksLikeSecurityProfile],
  emptyMessage: () => l10n.t('Paste an access token. It starts with {0}', ACCESS_TOKEN_PREFIX),
  expected: () => l10n.t('An access token starts with {0}', ACCESS_TOKEN_PREFIX),
  formatMessage: () =>
    l10n.t('An access token is one word without spaces or line breaks. It starts with {0}', ACCESS_TOKEN_PREFIX),
  unknownFormatWarning: () =>
    l10n.t('Check what you copied: access tokens usually start with {0}', ACCESS_TOKEN_PREFIX),
  stuck: () => l10n.t('This contains characters that no access token has. Check what you copied.'),
  none: () => l10n.t('The pasted text contains no access token.'),
  several: () => l10n.t('The pasted text contains several access tokens. Paste one.'),
};

const REFRESH_TOKEN: Credential = {
  form: /Atzr\|[\w.~+/=-]*[\w~+/=-]/,
  prefix: REFRESH_TOKEN_PREFIX,
  field: 'refresh_token',
  maxLength: 4096,
  wrongCredentials: [looksLikeAccessToken, looksLikeSecurityProfile],
  emptyMessage: () => l10n.t('Paste a refresh token. It starts with {0}', REFRESH_TOKEN_PREFIX),
  expected: () => l10n.t('A refresh token starts with {0}', REFRESH_TOKEN_PREFIX),
  formatMessage: () =>
    l10n.t('A refresh token is one word without spaces or line breaks. It starts with {0}', REFRESH_TOKEN_PREFIX),
  unknownFormatWarning: () =>
    l10n.t('Check what you copied: refresh tokens usually start with {0}', REFRESH_TOKEN_PREFIX),
  stuck: () => l10n.t('This contains characters that no refresh token has. Check what you copied.'),
  none: () => l10n.t('The pasted text contains no refresh token.'),
  several: () => l10n.t('The pasted text contains several refresh tokens. Paste one.'),
};

const CLIENT_ID: Credential = {
  form: /amzn1\.application-oa2-client\.[\w.~-]*[\w~-]/,
  prefix: CLIENT_ID_PATTERN,
  field: 'client_id',
  maxLength: 200,
  wrongCredentials: [
    looksLikeClientSecret,
    looksLikeAccessToken,
    looksLikeRefreshToken,
    looksLikeAnySecret,
    looksLikeSkillId,
    looksLikeServiceProviderId,
  ],
  emptyMessage: () => l10n.t('Paste the client ID of a security profile. It starts with {0}', CLIENT_ID_PATTERN),
  expected: () => l10n.t('A client ID starts with {0}', CLIENT_ID_PATTERN),
  formatMessage: () =>
    l10n.t('A client ID is one word without spaces or line breaks. It starts with {0}', CLIENT_ID_PATTERN),
  unknownFormatWarning: () => l10n.t('Check what you copied: client IDs usually start with {0}', CLIENT_ID_PATTERN),
  stuck: () => l10n.t('This contains characters that no client ID has. Check what you copied.'),
  none: () => l10n.t('The pasted text contains no client ID.'),
  several: () => l10n.t('The pasted text contains several client IDs. Paste one.'),
};

const CLIENT_SECRET: Credential = {
  form: /amzn1\.oa2-cs\.v1\.[\w.~+/=-]*[\w~+/=-]|[\da-fA-F]{64}/,
  prefix: CLIENT_SECRET_PREFIX,
  field: 'client_secret',
  // The documented 64 bytes exclude the newer format's prefix; formats to come are unknown.
  maxLength: 256,
  wrongCredentials: [
    looksLikeClientId,
    looksLikeAccessToken,
    looksLikeRefreshToken,
    looksLikeSkillId,
    looksLikeServiceProviderId,
  ],
  emptyMessage: () => l10n.t('Paste the client secret of the security profile.'),
  expected: () =>
    l10n.t('A client secret starts with {0} or, if it is older, has 64 hex digits.', CLIENT_SECRET_PREFIX),
  formatMessage: () => l10n.t('A client secret is one word without spaces or line breaks.'),
  unknownFormatWarning: () =>
    l10n.t(
      'Check what you copied: client secrets usually start with {0} or, if they are older, have 64 hex digits.',
      CLIENT_SECRET_PREFIX,
    ),
  stuck: () => l10n.t('This contains characters that no client secret has. Check what you copied.'),
  none: () => l10n.t('The pasted text contains no client secret.'),
  several: () => l10n.t('The pasted text contains several client secrets. Paste one.'),
};

/**
 * Checks a pasted access token. Extracts it from JSON, a form, a header or a command, and removes `Bearer` and
 * surrounding white space.
 *
 * @see https://developer.amazon.com/docs/login-with-amazon/access-token.html
 */
export function checkAccessToken(pasted: string): ValidationResult {
  return check(pasted.trim().replace(/^(authorization:\s*)?bearer\s+/i, ''), ACCESS_TOKEN);
}

/**
 * Checks a pasted refresh token, extracting it from surrounding text.
 *
 * @see https://developer.amazon.com/docs/login-with-amazon/refresh-token.html
 */
export function checkRefreshToken(pasted: string): ValidationResult {
  return check(pasted.trim(), REFRESH_TOKEN);
}

/**
 * Checks the client ID of a security profile, extracting it from surrounding text. It is not secret and may be stored
 * in plain text, so anything that looks like a secret is rejected.
 *
 * @see https://developer.amazon.com/docs/login-with-amazon/security-profile.html
 */
export function checkClientId(pasted: string): ValidationResult {
  const result = check(pasted.trim(), CLIENT_ID);
  if (result.ok && looksLikeSecret(result.value)) {
    return { ok: false, problem: `${looksLikeAnySecret.message()} ${CLIENT_ID.expected()}` };
  }
  // It becomes part of a URL that VS Code opens, which does not preserve every character.
  return result.ok && !/^[\w.~:-]+$/.test(result.value) ? { ok: false, problem: CLIENT_ID.formatMessage() } : result;
}

/**
 * Checks a pasted client secret, extracting it from surrounding text.
 *
 * @see https://developer.amazon.com/docs/login-with-amazon/security-profile.html
 */
export function checkClientSecret(pasted: string): ValidationResult {
  return check(pasted.trim(), CLIENT_SECRET);
}

function check(pasted: string, credential: Credential): ValidationResult {
  if (pasted === '') return { ok: false, problem: credential.emptyMessage() };
  const found = onlyCredentialIn(pasted, credential);
  if (found === 'several') return { ok: false, problem: credential.several() };
  const text = typeof found === 'object' ? found.value : pasted;
  const wrongCredential = credential.wrongCredentials.find(({ matches }) => matches(text));
  if (wrongCredential) return { ok: false, problem: `${wrongCredential.message()} ${credential.expected()}` };
  if (found === 'none') return { ok: false, problem: `${credential.none()} ${credential.expected()}` };
  if (!/^[\x21-\x7e]+$/.test(text) || text.length > credential.maxLength) {
    return { ok: false, problem: credential.formatMessage() };
  }
  if (new RegExp(`^(?:${credential.form.source})$`).test(text)) return { ok: true, value: text };
  const hasPrefix = text.startsWith(credential.prefix) && text !== credential.prefix;
  return { ok: true, value: text, warning: hasPrefix ? credential.stuck() : credential.unknownFormatWarning() };
}
