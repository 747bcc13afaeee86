import * as l10n from '@vscode/l10n';

/** What a check of an identifier or a name found: usable (perhaps with a warning to show), or not, and why. */
export type IdentifierCheck = { ok: true; value: string; warning?: string } | { ok: false; problem: string };

const SERVICE_PROVIDER_FORM = 'amzn1.comms.csp.id.';
/** The reference's prose names the second form, its examples and Amazon's tools use the first. */
const SKILL_FORMS = ['amzn1.ask.skill.', 'amzn1.alexa.skill.did.'];
const MAX_SKILL_ID_LENGTH = 255;
/** Not documented. Far above any that is known, and short enough for a row and an address. */
const MAX_SERVICE_PROVIDER_ID_LENGTH = 1_000;

const LWA_CLIENT_FORM = 'amzn1.application-oa2-client.';
const CHIME_PROVIDER_FORM = 'amzn1.alexa.csp.id.';
/** Login with Amazon's access, refresh and authorization tokens and its client secret, raw or percent-encoded. */
const SECRET_FORM = /(?:Atza|Atzr|Atc)(?:\||%7C)|amzn1\.oa2-cs\.v1\./i;

/** White space, control and invisible characters, and halves of surrogate pairs (which cannot be percent-encoded). */
const UNUSABLE_CHARACTER = /[\p{White_Space}\p{Cc}\p{Cf}\p{Cs}]/u;

/** Whether the text holds something that only Login with Amazon issues and nobody may keep in plain text. */
export function looksLikeSecret(text: string): boolean {
  return SECRET_FORM.test(text);
}

/**
 * Checks the id of a service provider. An id of an unknown form is usable with a warning, because Amazon documents
 * the form (`amzn1.comms.csp.id.{id}`) but no complete grammar.
 *
 * @see https://developer.amazon.com/en-US/docs/alexa/alexa-smart-properties/service-provider-network-mapping-api-for-asp.html
 */
export function checkServiceProviderId(id: string): IdentifierCheck {
  const problem = unusable(id, `${SERVICE_PROVIDER_FORM}…`);
  if (problem) return { ok: false, problem };
  if (id === '.' || id === '..') {
    // A path segment of dots is resolved away by every URL parser, even when it is percent-encoded.
    return {
      ok: false,
      problem: l10n.t('This is not an id. Expected a service provider id such as {0}…', SERVICE_PROVIDER_FORM),
    };
  }
  const length = Array.from(id).length;
  if (length > MAX_SERVICE_PROVIDER_ID_LENGTH) {
    return {
      ok: false,
      problem: l10n.t(
        'A service provider id has at most {0} characters; this one has {1}.',
        MAX_SERVICE_PROVIDER_ID_LENGTH,
        length,
      ),
    };
  }
  if (hasForm(id, SERVICE_PROVIDER_FORM)) return { ok: true, value: id };
  return { ok: true, value: id, warning: serviceProviderWarning(id) };
}

/**
 * Checks the id of a skill: 1 to 255 characters without white space. Both documented forms are accepted as they are,
 * any other is usable with a warning.
 *
 * @see https://developer.amazon.com/en-US/docs/alexa/alexa-smart-properties/service-provider-network-mapping-api-for-asp.html
 */
export function checkSkillId(id: string): IdentifierCheck {
  const problem = unusable(id, `${SKILL_FORMS[0] ?? ''}…`);
  if (problem) return { ok: false, problem };
  const length = Array.from(id).length;
  if (length > MAX_SKILL_ID_LENGTH) {
    return {
      ok: false,
      problem: l10n.t('A skill id has at most {0} characters; this one has {1}.', MAX_SKILL_ID_LENGTH, length),
    };
  }
  if (SKILL_FORMS.some((form) => hasForm(id, form))) return { ok: true, value: id };
  return { ok: true, value: id, warning: skillWarning(id) };
}

/** Checks a name for people: any text, or none, but no secret, since names are kept in plain text and shown. */
export function checkName(typed: string): IdentifierCheck {
  if (looksLikeSecret(typed)) {
    return { ok: false, problem: l10n.t('This is a Login with Amazon secret, not a name, and was not kept.') };
  }
  return { ok: true, value: typed.trim() };
}

/**
 * Whether two ids name the same skill. The service may answer in the other form than it was given, so the known
 * prefixes say nothing; what follows them does.
 */
export function isSameSkill(one: string, other: string): boolean {
  if (one === other) return true;
  const key = skillKey(one);
  return key !== undefined && key === skillKey(other);
}

/** As long as a UUID, which tells one id from all others by itself. */
const TELLING_LENGTH = 32;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** An id as a row shows it: without the prefix that all of its sort share, where what follows is telling enough. */
export function shortId(id: string): string {
  const form = [SERVICE_PROVIDER_FORM, ...SKILL_FORMS].find((known) => hasForm(id, known)) ?? '';
  return id.length - form.length >= TELLING_LENGTH ? id.slice(form.length) : id;
}

/**
 * What follows the form, in one letter case where that means nothing; undefined for an id of an unknown form, which is
 * the same as itself only.
 */
function skillKey(id: string): string | undefined {
  const form = SKILL_FORMS.find((known) => hasForm(id, known));
  if (form === undefined) return undefined;
  const key = id.slice(form.length);
  return UUID.test(key) ? key.toLowerCase() : key;
}

function hasForm(id: string, form: string): boolean {
  return id.startsWith(form) && id.length > form.length;
}

function unusable(id: string, expected: string): string | undefined {
  if (id === '') return l10n.t('Enter an id such as {0}', expected);
  if (looksLikeSecret(id)) {
    return l10n.t('This is a Login with Amazon secret, not an id, and was not kept. Expected {0}', expected);
  }
  if (UNUSABLE_CHARACTER.test(id)) {
    return l10n.t('An id has no spaces, line breaks or invisible characters. Expected {0}', expected);
  }
  return undefined;
}

function serviceProviderWarning(id: string): string {
  if (id.startsWith(LWA_CLIENT_FORM)) {
    return l10n.t(
      'This is the client id of a Login with Amazon security profile. A service provider id starts with {0}',
      SERVICE_PROVIDER_FORM,
    );
  }
  if (id.startsWith(CHIME_PROVIDER_FORM)) {
    return l10n.t(
      'This is the id of an Amazon Chime provider. A service provider id starts with {0}',
      SERVICE_PROVIDER_FORM,
    );
  }
  if (SKILL_FORMS.some((form) => id.startsWith(form))) {
    return l10n.t('This is the id of a skill. A service provider id starts with {0}', SERVICE_PROVIDER_FORM);
  }
  return l10n.t('Service provider ids known so far start with {0}', SERVICE_PROVIDER_FORM);
}

function skillWarning(id: string): string {
  if (id.startsWith(LWA_CLIENT_FORM)) {
    return l10n.t(
      'This is the client id of a Login with Amazon security profile. A skill id starts with {0} or {1}',
      ...SKILL_FORMS,
    );
  }
  if (id.startsWith(SERVICE_PROVIDER_FORM) || id.startsWith(CHIME_PROVIDER_FORM)) {
    return l10n.t('This is the id of a service provider. A skill id starts with {0} or {1}', ...SKILL_FORMS);
  }
  return l10n.t('Skill ids known so far start with {0} or {1}', ...SKILL_FORMS);
}
