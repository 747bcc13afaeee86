import * as l10n from '@vscode/l10n';
import { asItLooks, INVISIBLE } from './lookAlikes';

/**
 * What a check of an identifier or a name found: usable (perhaps with a warning to show), or not, and why.
 *
 * `suggestion` is the one ID that is inside what was checked, where there is more in it than that.
 */
export type ValidationResult =
  | { ok: true; value: string; warning?: string; suggestion?: string }
  | { ok: false; problem: string; suggestion?: string };

const SERVICE_PROVIDER_PREFIX = 'amzn1.comms.csp.id.';
/** The reference's prose names the second form, its examples and Amazon's tools use the first. */
const SKILL_PREFIXES = ['amzn1.ask.skill.', 'amzn1.alexa.skill.did.'];
const MAX_SKILL_ID_LENGTH = 255;
/** Not documented. Far above any that is known, and short enough for a row and an address. */
const MAX_SERVICE_PROVIDER_ID_LENGTH = 1_000;

const LWA_CLIENT_PREFIX = 'amzn1.application-oa2-client.';
const CHIME_PROVIDER_PREFIX = 'amzn1.alexa.csp.id.';

/** What only Login with Amazon issues, and what only requests and answers of OAuth hold. */
const SECRET_FORMS: readonly RegExp[] = [
  // Access, refresh and authorization tokens, also with the bar as URLs, JSON and HTML write it.
  /(?:Atza|Atzr|Atc)(?:\||%(?:25)*7C|\\+u007c|&(?:#x0*7c|#0*124|verbar|vert|VerticalLine);)/i,
  /amzn1\.oa2-cs\.v1\./i,
  // A client secret that has no prefix. What follows a period is a part of an ID.
  /(?<![\da-z.])[\da-f]{64}(?![\da-z])/i,
  // The address that a sign-in ends on, or the end of one.
  /(?:[?&#]|%3F|%26|%23)code(?:=|%3D)[^\s&]/i,
  /^\s*code=[^\s&]{8}/i,
  /(?:access_token|refresh_token|client_secret|code_verifier)(?:\\*["']|%22)?\s*(?:[=:]|%3D|%3A)\s*(?:\\*["']|%22)?[^\s"']/i,
  /authorization["']?\s*[=:]\s*["']?(?:bearer|basic)\s+\S/i,
  /\bbearer(?:\s|%20|\+)+(?=\S*\d)[\w.~+/=|-]{20}/i,
];

const UUID_FORM = String.raw`[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}`;
const UUID = new RegExp(`^${UUID_FORM}$`, 'i');
/** What begins as a UUID does: a UUID, one that was cut off, or one with something after it. */
const BEGINNING_OF_UUID = /^[\da-f]{8}(?:$|-)/i;
/** Everything that was seen after a form, in Amazon's documents and tools. */
const KNOWN_REST_FORM = String.raw`[\da-z]+(?:[._-][\da-z]+)*`;
const KNOWN_REST = new RegExp(`^${KNOWN_REST_FORM}$`, 'i');
const ID_AFTER_FORM = new RegExp(`^(?:${UUID_FORM}|${KNOWN_REST_FORM})`, 'i');

/** White space, and what would go unseen or cannot be percent-encoded. */
const UNUSABLE_CHARACTER = new RegExp(String.raw`\p{White_Space}|${INVISIBLE.source}`, 'u');

/**
 * Whether the text holds something that only Login with Amazon issues and that must not be kept in plain text, however it is
 * written: percent-encoded, with full-width letters, or with invisible characters in it.
 */
export function looksLikeSecret(text: string): boolean {
  const plain = asItLooks(text);
  return SECRET_FORMS.some((form) => form.test(plain));
}

/** Why a text is not searched for, since what is searched for is kept in plain text; undefined where it may be. */
export function searchProblem(text: string): string | undefined {
  return looksLikeSecret(text)
    ? l10n.t('This is a Login with Amazon secret. It was not stored or searched for.')
    : undefined;
}

/**
 * Checks the ID of a service provider. An ID of an unknown form is usable with a warning, because Amazon documents
 * the form (`amzn1.comms.csp.id.{id}`) but no complete grammar.
 *
 * @see https://developer.amazon.com/en-US/docs/alexa/alexa-smart-properties/service-provider-network-mapping-api-for-asp.html
 */
export function checkServiceProviderId(id: string): ValidationResult {
  return withIdInside(id, [SERVICE_PROVIDER_PREFIX], (inside) => {
    const problem = findProblem(id, inside ?? `${SERVICE_PROVIDER_PREFIX}…`);
    if (problem) return { ok: false, problem };
    if (id === '.' || id === '..') {
      // A path segment of dots is resolved away by every URL parser, even when it is percent-encoded.
      return {
        ok: false,
        problem: l10n.t('This is not an ID. Expected a service provider ID such as {0}…', SERVICE_PROVIDER_PREFIX),
      };
    }
    const length = Array.from(id).length;
    if (length > MAX_SERVICE_PROVIDER_ID_LENGTH) {
      return {
        ok: false,
        problem: l10n.t(
          'A service provider ID has at most {0} characters; this one has {1}.',
          MAX_SERVICE_PROVIDER_ID_LENGTH,
          length,
        ),
      };
    }
    if (hasKnownForm(id, [SERVICE_PROVIDER_PREFIX])) return { ok: true, value: id };
    return { ok: true, value: id, warning: serviceProviderWarning(id, inside) };
  });
}

/**
 * Checks the ID of a skill: 1 to 255 characters without white space. Both documented forms are accepted as they are,
 * any other is usable with a warning.
 *
 * @see https://developer.amazon.com/en-US/docs/alexa/alexa-smart-properties/service-provider-network-mapping-api-for-asp.html
 */
export function checkSkillId(id: string): ValidationResult {
  return withIdInside(id, SKILL_PREFIXES, (inside) => {
    const problem = findProblem(id, inside ?? `${SKILL_PREFIXES[0] ?? ''}…`);
    if (problem) return { ok: false, problem };
    const length = Array.from(id).length;
    if (length > MAX_SKILL_ID_LENGTH) {
      return {
        ok: false,
        problem: l10n.t('A skill ID has at most {0} characters; this one has {1}.', MAX_SKILL_ID_LENGTH, length),
      };
    }
    if (hasKnownForm(id, SKILL_PREFIXES)) return { ok: true, value: id };
    return { ok: true, value: id, warning: skillWarning(id, inside) };
  });
}

/** Checks a name for people: any text, or none, but no secret, since names are kept in plain text and shown. */
export function checkName(typed: string): ValidationResult {
  if (looksLikeSecret(typed)) {
    return { ok: false, problem: l10n.t('This is a Login with Amazon secret, not a name. It was not stored.') };
  }
  return { ok: true, value: typed.trim() };
}

/**
 * Whether two ids name the same skill. The service may answer in the other form than it was given, so the known
 * prefixes say nothing; what follows them does.
 */
export function isSameSkillId(one: string, other: string): boolean {
  if (one === other) return true;
  const key = skillKey(one);
  return key !== undefined && key === skillKey(other);
}

/** Whether the ID ends in a UUID, so that nothing was cut off of it, and nothing else was taken for a part of it. */
export function hasUuid(id: string): boolean {
  return UUID.test(id.slice(id.lastIndexOf('.') + 1));
}

/** As long as a UUID, which tells one id from all others by itself. */
const UNIQUE_SUFFIX_LENGTH = 32;

/** An id as a row shows it: without the prefix that all of its sort share, where what follows is telling enough. */
export function shortId(id: string): string {
  const form = [SERVICE_PROVIDER_PREFIX, ...SKILL_PREFIXES].find((known) => hasPrefix(id, known)) ?? '';
  return id.length - form.length >= UNIQUE_SUFFIX_LENGTH ? id.slice(form.length) : id;
}

/**
 * What follows the form, in one letter case where that means nothing; undefined for an id of an unknown form, which is
 * the same as itself only.
 */
function skillKey(id: string): string | undefined {
  const form = SKILL_PREFIXES.find((known) => hasPrefix(id, known));
  if (form === undefined) return undefined;
  const key = id.slice(form.length);
  return UUID.test(key) ? key.toLowerCase() : key;
}

function hasPrefix(id: string, form: string): boolean {
  return id.startsWith(form) && id.length > form.length;
}

/** Whether it is a form and an ID after it, with nothing that no such ID has, and not a piece of one. */
function hasKnownForm(id: string, forms: readonly string[]): boolean {
  return forms.some((form) => {
    if (!hasPrefix(id, form)) return false;
    const rest = id.slice(form.length);
    return KNOWN_REST.test(rest) && !rest.includes('amzn1.') && (UUID.test(rest) || !BEGINNING_OF_UUID.test(rest));
  });
}

/** Adds the one ID of these forms that is inside a text to what a check says of the text. */
function withIdInside(
  text: string,
  forms: readonly string[],
  check: (inside: string | undefined) => ValidationResult,
): ValidationResult {
  if (hasKnownForm(text, forms)) return check(undefined);
  const inside = idInside(text, forms);
  return { ...check(inside), ...(inside !== undefined && { suggestion: inside }) };
}

/** undefined where there is none, or more than one */
function idInside(text: string, forms: readonly string[]): string | undefined {
  // Nothing that a person copies is longer.
  const pieces = asItLooks(text.slice(0, 10_000)).split(/(?=amzn1\.)/);
  const found = new Set(
    pieces.flatMap((piece) => {
      const form = forms.find((each) => hasPrefix(piece, each));
      const [rest] = form === undefined ? [] : (ID_AFTER_FORM.exec(piece.slice(form.length)) ?? []);
      const id = `${form ?? ''}${rest ?? ''}`;
      return hasKnownForm(id, forms) ? [id] : [];
    }),
  );
  const [only] = found;
  return found.size === 1 ? only : undefined;
}

function findProblem(id: string, expected: string): string | undefined {
  if (id === '') return l10n.t('Enter an ID such as {0}', expected);
  if (looksLikeSecret(id)) {
    return l10n.t('This is a Login with Amazon secret, not an ID. It was not stored. Expected {0}', expected);
  }
  if (UNUSABLE_CHARACTER.test(id)) {
    return l10n.t('An ID has no spaces, line breaks or invisible characters. Expected {0}', expected);
  }
  return undefined;
}

function serviceProviderWarning(id: string, inside: string | undefined): string {
  if (inside !== undefined) return l10n.t('This contains more than a service provider ID. The ID is {0}', inside);
  if (id.startsWith(LWA_CLIENT_PREFIX)) {
    return l10n.t(
      'This is the client ID of a Login with Amazon security profile. A service provider ID starts with {0}',
      SERVICE_PROVIDER_PREFIX,
    );
  }
  if (id.startsWith(CHIME_PROVIDER_PREFIX)) {
    return l10n.t(
      'This is the ID of an Amazon Chime provider. A service provider ID starts with {0}',
      SERVICE_PROVIDER_PREFIX,
    );
  }
  if (SKILL_PREFIXES.some((form) => id.startsWith(form))) {
    return l10n.t('This is the ID of a skill. A service provider ID starts with {0}', SERVICE_PROVIDER_PREFIX);
  }
  if (hasPrefix(id, SERVICE_PROVIDER_PREFIX)) {
    return l10n.t(
      'This does not look like one complete service provider ID. Check it against where you copied it from.',
    );
  }
  return l10n.t('Check for typos: service provider IDs usually start with {0}', SERVICE_PROVIDER_PREFIX);
}

function skillWarning(id: string, inside: string | undefined): string {
  if (inside !== undefined) return l10n.t('This contains more than a skill ID. The ID is {0}', inside);
  if (id.startsWith(LWA_CLIENT_PREFIX)) {
    return l10n.t(
      'This is the client ID of a Login with Amazon security profile. A skill ID starts with {0} or {1}',
      ...SKILL_PREFIXES,
    );
  }
  if (id.startsWith(SERVICE_PROVIDER_PREFIX) || id.startsWith(CHIME_PROVIDER_PREFIX)) {
    return l10n.t('This is the ID of a service provider. A skill ID starts with {0} or {1}', ...SKILL_PREFIXES);
  }
  if (SKILL_PREFIXES.some((form) => hasPrefix(id, form))) {
    return l10n.t('This does not look like one complete skill ID. Check it against where you copied it from.');
  }
  return l10n.t('Check for typos: skill IDs usually start with {0} or {1}', ...SKILL_PREFIXES);
}
