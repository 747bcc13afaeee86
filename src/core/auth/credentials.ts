import * as l10n from '@vscode/l10n';
import { looksLikeSecret, type IdentifierCheck } from '../model/identifiers';
import { onlyCredentialIn } from './pastedCredential';

const ACCESS_TOKEN_FORM = 'Atza|';
const REFRESH_TOKEN_FORM = 'Atzr|';
const CLIENT_ID_FORM = 'amzn1.application-oa2-client.';
const CLIENT_SECRET_FORM = 'amzn1.oa2-cs.v1.';

/** Client secrets had no prefix before {@link CLIENT_SECRET_FORM} came. */
const OLDER_CLIENT_SECRET = /^[\da-f]{64}$/i;

/** What is often pasted in place of something else, and the sentence that names it. */
interface Mistake {
  readonly is: (word: string) => boolean;
  readonly says: () => string;
}

const anAccessToken: Mistake = {
  is: (word) => word.startsWith(ACCESS_TOKEN_FORM),
  says: () => l10n.t('This is an access token.'),
};
const aRefreshToken: Mistake = {
  is: (word) => word.startsWith(REFRESH_TOKEN_FORM),
  says: () => l10n.t('This is a refresh token.'),
};
const aClientId: Mistake = {
  is: (word) => word.startsWith(CLIENT_ID_FORM),
  says: () => l10n.t('This is a client id.'),
};
const aClientSecret: Mistake = {
  is: (word) => word.startsWith('amzn1.oa2-cs.') || OLDER_CLIENT_SECRET.test(word),
  says: () => l10n.t('This is a client secret.'),
};
const ofASecurityProfile: Mistake = {
  is: (word) => /^amzn1\.(oa2-cs|application-oa2-client)\./.test(word),
  says: () => l10n.t('This is the client id or secret of a security profile.'),
};
const aSkillId: Mistake = {
  is: (word) => /^amzn1\.(ask\.skill|alexa\.skill\.did)\./.test(word),
  says: () => l10n.t('This is the id of a skill.'),
};
const aServiceProviderId: Mistake = {
  is: (word) => word.startsWith('amzn1.comms.csp.id.'),
  says: () => l10n.t('This is the id of a service provider.'),
};
/** A secret with something around it, or percent-encoded. */
const someSecret: Mistake = {
  is: looksLikeSecret,
  says: () => l10n.t('This is a Login with Amazon secret, and was not kept.'),
};

/** One sort of what a person pastes. No word here repeats any of what was pasted. */
interface Credential {
  /** The known form, without a beginning or an end: where it ends, something else may follow. */
  readonly form: RegExp;
  /** What begins the known form, where there is such a prefix. */
  readonly prefix: string;
  /** The name of the field that holds it in requests and answers. */
  readonly field: string;
  /** In characters. */
  readonly maxLength: number;
  readonly mistakes: readonly Mistake[];
  /** Where nothing was pasted. */
  readonly ask: () => string;
  /** What is right, to stand after a {@link Mistake}. */
  readonly expected: () => string;
  /** Where it is several words, not printable ASCII, or far too long. */
  readonly oneWord: () => string;
  /** The warning for an unknown form: Amazon may bring in a new one any day. */
  readonly unknown: () => string;
  /** The warning for the known prefix with something after it that none has. */
  readonly stuck: () => string;
  /** Where something that has fields, such as JSON, has not this one. */
  readonly none: () => string;
  /** Where there are several different ones. */
  readonly several: () => string;
}

const ACCESS_TOKEN: Credential = {
  form: /Atza\|[\w.~+/=-]*[\w~+/=-]/,
  prefix: ACCESS_TOKEN_FORM,
  field: 'access_token',
  // Twice what Login with Amazon documents as the longest one, as for the refresh token and the client id.
  maxLength: 4096,
  mistakes: [aRefreshToken, ofASecurityProfile],
  ask: () => l10n.t('Paste an access token. It starts with {0}', ACCESS_TOKEN_FORM),
  expected: () => l10n.t('An access token starts with {0}', ACCESS_TOKEN_FORM),
  oneWord: () =>
    l10n.t('An access token is one word without spaces or line breaks. It starts with {0}', ACCESS_TOKEN_FORM),
  unknown: () => l10n.t('Access tokens known so far start with {0}', ACCESS_TOKEN_FORM),
  stuck: () => l10n.t('There is something in this that no access token has. Check what you copied.'),
  none: () => l10n.t('There is no access token in this.'),
  several: () => l10n.t('There are several access tokens in this. Paste one.'),
};

const REFRESH_TOKEN: Credential = {
  form: /Atzr\|[\w.~+/=-]*[\w~+/=-]/,
  prefix: REFRESH_TOKEN_FORM,
  field: 'refresh_token',
  maxLength: 4096,
  mistakes: [anAccessToken, ofASecurityProfile],
  ask: () => l10n.t('Paste a refresh token. It starts with {0}', REFRESH_TOKEN_FORM),
  expected: () => l10n.t('A refresh token starts with {0}', REFRESH_TOKEN_FORM),
  oneWord: () =>
    l10n.t('A refresh token is one word without spaces or line breaks. It starts with {0}', REFRESH_TOKEN_FORM),
  unknown: () => l10n.t('Refresh tokens known so far start with {0}', REFRESH_TOKEN_FORM),
  stuck: () => l10n.t('There is something in this that no refresh token has. Check what you copied.'),
  none: () => l10n.t('There is no refresh token in this.'),
  several: () => l10n.t('There are several refresh tokens in this. Paste one.'),
};

const CLIENT_ID: Credential = {
  form: /amzn1\.application-oa2-client\.[\w.~-]*[\w~-]/,
  prefix: CLIENT_ID_FORM,
  field: 'client_id',
  maxLength: 200,
  mistakes: [aClientSecret, anAccessToken, aRefreshToken, someSecret, aSkillId, aServiceProviderId],
  ask: () => l10n.t('Paste the client id of a security profile. It starts with {0}', CLIENT_ID_FORM),
  expected: () => l10n.t('A client id starts with {0}', CLIENT_ID_FORM),
  oneWord: () => l10n.t('A client id is one word without spaces or line breaks. It starts with {0}', CLIENT_ID_FORM),
  unknown: () => l10n.t('Client ids known so far start with {0}', CLIENT_ID_FORM),
  stuck: () => l10n.t('There is something in this that no client ID has. Check what you copied.'),
  none: () => l10n.t('There is no client ID in this.'),
  several: () => l10n.t('There are several client IDs in this. Paste one.'),
};

const CLIENT_SECRET: Credential = {
  form: /amzn1\.oa2-cs\.v1\.[\w.~+/=-]*[\w~+/=-]|[\da-fA-F]{64}/,
  prefix: CLIENT_SECRET_FORM,
  field: 'client_secret',
  // The documented 64 bytes do not count the prefix of the newer form; nothing is known of a still newer one.
  maxLength: 256,
  mistakes: [aClientId, anAccessToken, aRefreshToken, aSkillId, aServiceProviderId],
  ask: () => l10n.t('Paste the client secret of the security profile.'),
  expected: () => l10n.t('A client secret starts with {0} or, if it is older, has 64 hex digits.', CLIENT_SECRET_FORM),
  oneWord: () => l10n.t('A client secret is one word without spaces or line breaks.'),
  unknown: () =>
    l10n.t('Client secrets known so far start with {0} or, if they are older, have 64 hex digits.', CLIENT_SECRET_FORM),
  stuck: () => l10n.t('There is something in this that no client secret has. Check what you copied.'),
  none: () => l10n.t('There is no client secret in this.'),
  several: () => l10n.t('There are several client secrets in this. Paste one.'),
};

/**
 * Checks a pasted access token. Of JSON, a form, a header or a command that holds one it takes the token alone, and it takes
 * `Bearer` and white space around it away.
 *
 * @see https://developer.amazon.com/docs/login-with-amazon/access-token.html
 */
export function checkAccessToken(pasted: string): IdentifierCheck {
  return check(pasted.trim().replace(/^(authorization:\s*)?bearer\s+/i, ''), ACCESS_TOKEN);
}

/**
 * Checks a pasted refresh token, and takes it alone out of what holds more.
 *
 * @see https://developer.amazon.com/docs/login-with-amazon/refresh-token.html
 */
export function checkRefreshToken(pasted: string): IdentifierCheck {
  return check(pasted.trim(), REFRESH_TOKEN);
}

/**
 * Checks the client ID of a security profile, and takes it alone out of what holds more. It is no secret and may be kept in
 * plain text, so whatever looks like a secret is refused.
 *
 * @see https://developer.amazon.com/docs/login-with-amazon/security-profile.html
 */
export function checkClientId(pasted: string): IdentifierCheck {
  const result = check(pasted.trim(), CLIENT_ID);
  if (result.ok && looksLikeSecret(result.value)) {
    return { ok: false, problem: `${someSecret.says()} ${CLIENT_ID.expected()}` };
  }
  // It stands in the address that the editor opens, which does not keep every character as it was written.
  return result.ok && !/^[\w.~:-]+$/.test(result.value) ? { ok: false, problem: CLIENT_ID.oneWord() } : result;
}

/**
 * Checks a pasted client secret, and takes it alone out of what holds more.
 *
 * @see https://developer.amazon.com/docs/login-with-amazon/security-profile.html
 */
export function checkClientSecret(pasted: string): IdentifierCheck {
  return check(pasted.trim(), CLIENT_SECRET);
}

function check(pasted: string, credential: Credential): IdentifierCheck {
  if (pasted === '') return { ok: false, problem: credential.ask() };
  const found = onlyCredentialIn(pasted, credential);
  if (found === 'several') return { ok: false, problem: credential.several() };
  const word = typeof found === 'object' ? found.value : pasted;
  const mistake = credential.mistakes.find(({ is }) => is(word));
  if (mistake) return { ok: false, problem: `${mistake.says()} ${credential.expected()}` };
  if (found === 'none') return { ok: false, problem: `${credential.none()} ${credential.expected()}` };
  if (!/^[\x21-\x7e]+$/.test(word) || word.length > credential.maxLength) {
    return { ok: false, problem: credential.oneWord() };
  }
  if (new RegExp(`^(?:${credential.form.source})$`).test(word)) return { ok: true, value: word };
  const hasPrefix = word.startsWith(credential.prefix) && word !== credential.prefix;
  return { ok: true, value: word, warning: hasPrefix ? credential.stuck() : credential.unknown() };
}
